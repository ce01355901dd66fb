/**
 * Integration responses of methods that are no proxy: which one answers, with what status, headers and body (rows INT-24, INT-25, INT-27).
 * What can be known at compile time is: a response without mappings from the backend costs one list of headers per request.
 */
import { type HeaderList, headerValue } from '../base/headers.ts';
import type { IntegrationResponse } from '../definition/rest-api.ts';
import { compileResponseContent, contentOf, type ResponseContent } from './content-handling.ts';
import type { Exchange, Reply } from './exchange.ts';
import { configurationError } from './execution-log.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { answerHeaderName } from './header-rules.ts';
import { compileJavaPattern, type JavaPattern, matchesInTime } from './java-pattern.ts';
import type { MethodScope, TemplateSelector } from './method-scope.ts';
import { isFieldName, type Overrides, overriddenStatus, overrideValues, replaceHeader } from './overrides.ts';
import {
  type BackendAnswer,
  compileResponseMappings,
  type Mapping,
  type MappingSource,
  mappingSource,
} from './parameter-mapping.ts';
import { newReply, replyHead } from './reply.ts';
import { type BodyTemplates, compileTemplates, responseTemplateFor } from './templates.ts';

/** One configured response. */
export interface ChosenResponse {
  readonly status: number;
  /** `overrides` are those of the request template. Throws API_CONFIGURATION_ERROR when a template fails. */
  reply(x: Exchange, answer: BackendAnswer, overrides: Overrides | undefined): Reply;
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
  readonly pattern: JavaPattern | undefined;
  /** Why it cannot answer; undefined when it can. */
  readonly fault: string | undefined;
}

const noMapping = 'No match for output mapping and no default output mapping configured.';

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
        {
          logged: configurationError(
            `${noMapping} Endpoint Response Status Code: ${/^\d{3}$/.test(text) ? text : 200}`,
          ),
        },
      );
    }
    if (candidate.fault !== undefined) {
      throw gatewayProblem('API_CONFIGURATION_ERROR', candidate.fault, {
        logged: configurationError(`Output mapping refers to an invalid method response: ${candidate.status}`),
      });
    }
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
  const content = compileResponseContent(contentHandling, `integration response ${statusCode}`, scope);
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
    reply: compileReply(status, templates, mappings, content, scope, scope.templateSelectors?.get(response)),
  };
}

function compilePattern(pattern: string | undefined, statusCode: string, scope: MethodScope): JavaPattern | undefined {
  if (pattern === undefined || pattern === '') return undefined;
  const compiled = compileJavaPattern(pattern);
  if (typeof compiled !== 'string') return compiled;
  scope.complain(`selectionPattern of integration response ${statusCode}: ${compiled}`);
  return undefined;
}

/** Makes the answer: mapped headers after the gateway's own, the body of the template that Accept asks for or the backend's. */
function compileReply(
  status: number,
  templates: BodyTemplates,
  mappings: readonly Mapping[],
  content: ResponseContent,
  scope: MethodScope,
  select: TemplateSelector | undefined,
): ChosenResponse['reply'] {
  const needsAccept = templates.length > 1 && select === undefined;
  // Made when it happens: an error takes down the stack it was made on, which costs more than all else here.
  const untransformable = () =>
    gatewayProblem(
      'API_CONFIGURATION_ERROR',
      `${scope.label}: a binary answer cannot go through the template of integration response ${status}`,
      { logged: configurationError('Unable to transform response') },
    );
  const headerNames = mappings.map(({ name }) => answerHeaderName(name, name.toLowerCase(), 'function or mapping'));
  const contentTypeMapping = mappings.find(({ name }) => name.toLowerCase() === 'content-type');
  const others = mappings.filter((each, i) => each !== contentTypeMapping && headerNames[i] !== undefined);
  const otherNames = headerNames.filter(
    (name, i) => name !== undefined && mappings[i] !== contentTypeMapping,
  ) as string[];
  const constants = others.map(({ constant }) => constant);
  const isContentTypeRead = contentTypeMapping !== undefined && contentTypeMapping.constant === undefined;
  const needsSource = isContentTypeRead || constants.includes(undefined);

  function mapped(
    x: Exchange,
    answer: BackendAnswer,
    mediaType: string,
    source: MappingSource | undefined,
    body: string | Uint8Array,
  ): Reply {
    let contentType = mediaType;
    if (contentTypeMapping !== undefined) {
      const value = contentTypeMapping.constant ?? contentTypeMapping.read(source!);
      if (value !== undefined) contentType = typeof value === 'string' ? value : value.join(',');
    }
    const headers = replyHead(x, contentType);
    if (answer.traceHeader !== '') headers.push('X-Amzn-Trace-Id', answer.traceHeader);
    for (let i = 0; i < others.length; i++) {
      appendHeader(headers, otherNames[i]!, constants[i] ?? others[i]!.read(source!));
    }
    return newReply(status, headers, body);
  }

  return function mapResponse(x, answer, overrides) {
    const accept = needsAccept ? headerValue(x.request.headers, 'accept') : undefined;
    const chosen = templates[select?.(x, answer) ?? responseTemplateFor(templates, accept)];
    const template = chosen?.template;
    const mediaType = template === undefined ? 'application/json' : chosen!.mediaType;
    const isRendered = template !== undefined && template.constant === undefined;
    const source = needsSource || isRendered ? mappingSource(x, answer, overrides) : undefined;
    const payload = content(x, answer.headers, answer.body, template !== undefined);
    if (source !== undefined) source.body = payload.body;
    // Without a body, too: AWS answers a preflight's mock so where everything is bytes (seen in logs users quote).
    if (template !== undefined && payload.isBinary) throw untransformable();
    const body = template === undefined ? contentOf(payload) : (template.constant ?? template.render(source!));
    const reply = mapped(x, answer, mediaType, source, body);
    const overridden = source?.overrides ?? overrides;
    if (overridden !== undefined) override(reply, overridden, scope.label);
    return reply;
  };
}

/** What templates have overridden beats the configured status and mapped headers (row MAP-17). */
function override(reply: Reply, overrides: Overrides, label: string): void {
  const status = overriddenStatus(overrides);
  if (Number.isNaN(status)) {
    throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: $context.responseOverride.status is no status`);
  }
  if (status !== undefined) reply.status = status;
  for (const each of overrides.response.header.values()) {
    if (!isFieldName(each.name)) {
      const why = `${label}: $context.responseOverride.header has ${JSON.stringify(each.name)}, which no header can be called`;
      throw gatewayProblem('API_CONFIGURATION_ERROR', why);
    }
    const name = answerHeaderName(each.name, each.name.toLowerCase(), 'function or mapping');
    if (name !== undefined) replaceHeader(reply.headers, name, overrideValues(each));
  }
}

function appendHeader(headers: HeaderList, name: string, value: string | readonly string[] | undefined): void {
  if (value === undefined) return;
  if (typeof value === 'string') headers.push(name, value);
  else for (const each of value) headers.push(name, each);
}
