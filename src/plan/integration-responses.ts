/**
 * Integration responses of methods that are no proxy: which one answers, with what status, headers and body (rows INT-24, INT-25, INT-27).
 * What can be known at compile time is: a response without mappings from the backend costs one list of headers per request.
 */
import { type HeaderList, headerValue } from '../base/headers.ts';
import type { IntegrationResponse } from '../definition/rest-api.ts';
import { compileBinaryTypes } from './binary-types.ts';
import type { Exchange, Reply } from './exchange.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { answerHeaderName } from './header-rules.ts';
import { compileJavaPattern, matchesInTime } from './java-pattern.ts';
import { type MethodScope, notBuiltYet } from './method-scope.ts';
import { type BackendAnswer, compileResponseMappings, type Mapping, mappingSource } from './parameter-mapping.ts';
import { newReply, replyHead } from './reply.ts';
import { compileTemplates, type LiteralTemplates, responseTemplateFor } from './templates.ts';

/** One configured response. */
export interface ChosenResponse {
  readonly status: number;
  reply(x: Exchange, answer: BackendAnswer): Reply;
}

export interface IntegrationResponses {
  /**
   * The response whose pattern matches the whole text, else the default one. Throws API_CONFIGURATION_ERROR when there is neither, or
   * when it has no method response.
   */
  matching(text: string): ChosenResponse;
  /** The one without a pattern. */
  readonly standard: () => ChosenResponse;
}

interface Candidate extends ChosenResponse {
  readonly pattern: RegExp | undefined;
  /** Why it cannot answer; undefined when it can. */
  readonly fault: string | undefined;
}

/** Compiles `integrationResponses`. */
export function compileIntegrationResponses(scope: MethodScope): IntegrationResponses {
  const configured = Object.values(scope.integration.integrationResponses ?? {});
  const candidates = configured.map((response) => compileResponse(response, scope));
  const standard = candidates.find((candidate) => candidate.pattern === undefined);

  function usable(candidate: Candidate | undefined, text: string): ChosenResponse {
    if (candidate === undefined) {
      throw gatewayProblem(
        'API_CONFIGURATION_ERROR',
        `${scope.label}: no integration response matches ${JSON.stringify(text)} and none is the default (without selectionPattern)`,
      );
    }
    if (candidate.fault !== undefined) throw gatewayProblem('API_CONFIGURATION_ERROR', candidate.fault);
    return candidate;
  }

  return {
    matching: function matching(text) {
      return usable(candidates.find(({ pattern }) => pattern && matchesInTime(pattern, text)) ?? standard, text);
    },
    standard: () => usable(standard, ''),
  };
}

function compileResponse(response: IntegrationResponse, scope: MethodScope): Candidate {
  const { statusCode, selectionPattern, contentHandling } = response;
  if (contentHandling !== undefined) {
    scope.complain(notBuiltYet(`contentHandling ${contentHandling} of integration response ${statusCode}`));
  }
  const templates = compileTemplates(response.responseTemplates, `response ${statusCode}`, scope);
  const mappings = compileResponseMappings(response.responseParameters, scope);
  const hasMethodResponse = scope.method.methodResponses?.[statusCode] !== undefined;
  const status = Number(statusCode);
  return {
    status,
    pattern: compilePattern(selectionPattern, statusCode, scope),
    fault: !hasMethodResponse
      ? `${scope.label}: integration response ${statusCode} has no method response ${statusCode}`
      : status < 200
        ? `${scope.label}: the status ${statusCode} announces an answer, it is none`
        : undefined,
    reply: compileReply(status, templates, mappings, scope),
  };
}

function compilePattern(pattern: string | undefined, statusCode: string, scope: MethodScope): RegExp | undefined {
  if (pattern === undefined || pattern === '') return undefined;
  const compiled = compileJavaPattern(pattern);
  if (typeof compiled !== 'string') return compiled;
  scope.complain(notBuiltYet(`selectionPattern of integration response ${statusCode}: ${compiled}, which`));
  return undefined;
}

/** Makes the answer: mapped headers after the gateway's own, the body of the template that Accept asks for or the backend's. */
function compileReply(
  status: number,
  templates: LiteralTemplates,
  mappings: readonly Mapping[],
  scope: MethodScope,
): (x: Exchange, answer: BackendAnswer) => Reply {
  const needsAccept = templates.length > 1;
  const isBinaryWanted = compileBinaryTypes(scope.api.binaryMediaTypes).isAccepted;
  const headerNames = mappings.map(({ name }) => answerHeaderName(name, name.toLowerCase(), 'function or mapping'));
  const contentTypeMapping = mappings.find(({ name }) => name.toLowerCase() === 'content-type');
  const others = mappings.filter((each, i) => each !== contentTypeMapping && headerNames[i] !== undefined);
  const otherNames = headerNames.filter(
    (name, i) => name !== undefined && mappings[i] !== contentTypeMapping,
  ) as string[];
  const constants = others.map(({ constant }) => constant);
  const isContentTypeRead = contentTypeMapping !== undefined && contentTypeMapping.constant === undefined;
  const needsSource = isContentTypeRead || constants.includes(undefined);

  return function mapResponse(x, answer) {
    const accept = needsAccept ? headerValue(x.request.headers, 'accept') : undefined;
    const template = templates[responseTemplateFor(templates, accept)];
    const source = needsSource ? mappingSource(x, answer) : undefined;
    let contentType = template?.text == null ? 'application/json' : template.mediaType;
    if (contentTypeMapping !== undefined) {
      const mapped = contentTypeMapping.constant ?? contentTypeMapping.read(source!);
      if (mapped !== undefined) contentType = typeof mapped === 'string' ? mapped : mapped.join(',');
    }
    const headers = replyHead(x, contentType);
    if (answer.traceHeader !== '') headers.push('X-Amzn-Trace-Id', answer.traceHeader);
    for (let i = 0; i < others.length; i++) {
      appendHeader(headers, otherNames[i]!, constants[i] ?? others[i]!.read(source!));
    }
    return newReply(status, headers, template?.text ?? passedThrough(x, answer.body));
  };

  /** Without binary media types a body is text, and bytes that are none become U+FFFD (recorded). */
  function passedThrough(x: Exchange, body: Buffer): string | Uint8Array {
    return isBinaryWanted(x) ? body : body.toString();
  }
}

function appendHeader(headers: HeaderList, name: string, value: string | readonly string[] | undefined): void {
  if (value === undefined) return;
  if (typeof value === 'string') headers.push(name, value);
  else for (const each of value) headers.push(name, each);
}
