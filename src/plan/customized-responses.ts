/**
 * Gateway responses as an API customises them, compiled once per plan (rows GWR-03 to GWR-07, SV-08). A type without a customisation of its own
 * takes that of DEFAULT_4XX or DEFAULT_5XX, whole: the two are never mixed.
 */
import { type HeaderList, headerValue } from '../base/headers.ts';
import type { GatewayResponse as Customized } from '../definition/rest-api.ts';
import { type MappingExpression, parseRequestExpression } from '../language/mapping-expression.ts';
import { type PlainVariable, parsePlainTemplate } from '../language/plain-template.ts';
import { contextVariable } from './context-variables.ts';
import type { Reply } from './exchange.ts';
import {
  type Customization,
  defaultGatewayResponses,
  type Failure,
  fallbackType,
  type GatewayResponse,
  type GatewayResponses,
  type GatewayResponseType,
  gatewayResponseTypes,
} from './gateway-responses.ts';
import { type MappingSource, mappingSource, requestReader } from './parameter-mapping.ts';
import type { StageContext } from './plan.ts';
import { mediaTypeOf, responseTemplateFor } from './templates.ts';

/** How the failures of a stage are answered. Complaints name the type: `gateway response THROTTLED: …`. */
export function compileGatewayResponses(
  customized: readonly Customized[] | undefined,
  stage: StageContext,
  complain: (what: string) => void,
): GatewayResponses {
  if (customized === undefined || customized.length === 0) return defaultGatewayResponses;
  const byType = new Map<string, Customization>();
  for (const each of customized) byType.set(each.responseType, compileCustomized(each, stage, complain));
  const responses: Record<GatewayResponseType, GatewayResponse> = { ...defaultGatewayResponses };
  for (const type of gatewayResponseTypes) {
    // The one answer AWS does not let be customised, though it keeps what is configured (row GWR-09).
    if (type === 'REQUEST_TOO_LARGE') continue;
    const customization = byType.get(type) ?? byType.get(fallbackType(type));
    if (customization !== undefined) responses[type] = { ...responses[type], customization };
  }
  return responses;
}

type Complain = (what: string) => void;

/** A failure with its request as mappings read it: the query is parsed once, and only for a mapping that asks. */
interface ReadFailure extends Failure {
  readonly source: MappingSource;
}

/** A value for one failure; undefined when there is none. */
type Reader = (failure: ReadFailure) => string | undefined;

/** Longest body, in characters, that a template may come to (AWS's payload quota, 10 MB). */
const maxBodyLength = 10_485_760;

function compileCustomized(customized: Customized, stage: StageContext, complainOfApi: Complain): Customization {
  const label = `gateway response ${customized.responseType}`;
  const complain = (what: string): void => complainOfApi(`${label}: ${what}`);
  const status = statusOf(customized, complain);
  const templates = Object.entries(customized.responseTemplates ?? {}).map(([contentType, text]) => ({
    contentType,
    mediaType: mediaTypeOf(contentType),
    render: compileTemplate(text, stage),
  }));
  const headers = compileHeaders(customized.responseParameters ?? {}, stage, complain);
  const needsAccept = templates.length > 1;

  const settings = [
    ...(status === undefined ? [] : [`status ${status}`]),
    ...headers.map(({ name }) => `header ${name}`),
    ...templates.map(({ contentType }) => `template ${contentType}`),
  ];

  function apply(reply: Reply, told: Failure): Reply {
    const failure: ReadFailure = { ...told, source: mappingSource(told.x, undefined) };
    if (status !== undefined) reply.status = status;
    const accept = needsAccept ? headerValue(failure.x.request.headers, 'accept') : undefined;
    const template = templates[responseTemplateFor(templates, accept)];
    const body = template?.render(failure);
    if (template !== undefined && body !== undefined) {
      setHeader(reply.headers, 'Content-Type', 'content-type', template.contentType);
      reply.body = body;
    }
    for (const { name, lowerName, read } of headers) {
      const value = read(failure);
      if (value !== undefined) setHeader(reply.headers, name, lowerName, value);
    }
    return reply;
  }

  return { name: `${label}: ${settings.join(' · ') || 'as AWS answers'}`, type: customized.responseType, apply };
}

/** The status to send; undefined where the failure keeps its own. */
function statusOf({ statusCode }: Customized, complain: Complain): number | undefined {
  if (statusCode === undefined) return undefined;
  if (/^[2-5]\d\d$/.test(statusCode)) return Number(statusCode);
  complain(`the status ${statusCode} cannot end an exchange`);
  return undefined;
}

interface HeaderMapping {
  readonly name: string;
  readonly lowerName: string;
  readonly read: Reader;
}

const headerTarget = /^gatewayresponse\.header\.(.+)$/s;
/** The ids are the gateway's own. */
const unmappable: ReadonlySet<string> = new Set(['x-amzn-requestid', 'x-amz-apigw-id']);

function compileHeaders(
  parameters: Readonly<Record<string, string>>,
  stage: StageContext,
  complain: Complain,
): HeaderMapping[] {
  const mappings: HeaderMapping[] = [];
  for (const [target, text] of Object.entries(parameters)) {
    const name = headerTarget.exec(target)?.[1];
    const expression = parseRequestExpression(text);
    const read = expression && compileExpression(expression, stage);
    if (name === undefined) complain(`${target} is no header of a gateway response`);
    else if (read === undefined) complain(`${target} is mapped from ${text}, which a gateway response does not have`);
    else if (!unmappable.has(name.toLowerCase())) mappings.push({ name, lowerName: name.toLowerCase(), read });
  }
  return mappings;
}

/** Sets a header in place of one of that name, which keeps the recorded order and leaves one Content-Type. */
function setHeader(headers: HeaderList, name: string, lowerName: string, value: string): void {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() !== lowerName) continue;
    headers[i + 1] = value;
    return;
  }
  headers.push(name, value);
}

/**
 * A variable that has no value, or that AWS does not know, is empty text. Undefined for a body over the limit, which keeps AWS's own: a template of
 * thousands of variables would let any caller with a long header fill the memory.
 */
function compileTemplate(text: string, stage: StageContext): Reader {
  const parts = parsePlainTemplate(text).map((part) =>
    typeof part === 'string' ? part : compileVariable(part, stage),
  );
  return function renderTemplate(failure) {
    let rendered = '';
    for (const part of parts) {
      rendered += typeof part === 'string' ? part : (part(failure) ?? '');
      if (rendered.length > maxBodyLength) return undefined;
    }
    return rendered;
  };
}

/** The longest known beginning of a context variable's name counts: `$context.apiId.example.com` is the id and `.example.com`. */
function compileVariable(variable: PlainVariable, stage: StageContext): Reader {
  const whole = compileExpression(variable, stage);
  if (whole !== undefined || variable.kind !== 'context') return whole ?? noValue;
  const { name } = variable;
  const longest = Math.min(name.length, longestVariableName);
  for (let end = lastSeparator(name, longest); end > 0; end = lastSeparator(name, end)) {
    const read = contextReader(name.slice(0, end), stage);
    const rest = name.slice(end);
    if (read !== undefined) return (failure) => (read(failure) ?? '') + rest;
  }
  return noValue;
}

/** No variable's name is nearly so long; trying every beginning of a text of a megabyte would take for ever. */
const longestVariableName = 128;

const noValue: Reader = () => undefined;

/** Index of the last dot, hyphen or colon before `end`; -1 when there is none. */
function lastSeparator(name: string, end: number): number {
  let at = end - 1;
  while (at >= 0 && !'.-:'.includes(name[at]!)) at--;
  return at;
}

/** The reader of an expression; undefined when a gateway response cannot have it. */
function compileExpression(expression: MappingExpression, stage: StageContext): Reader | undefined {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value;
    case 'stage-variable': {
      // A stage change recompiles the plan, so a variable is a constant of it. An undefined one is empty text (row SV-10).
      const { stageVariables } = stage;
      const isSet = stageVariables !== null && Object.hasOwn(stageVariables, expression.name);
      const value = isSet ? stageVariables[expression.name]! : '';
      return () => value;
    }
    case 'context':
      return contextReader(expression.name, stage);
    case 'request': {
      const read = requestReader(expression.location, expression.name);
      return ({ source }) => {
        const value = read(source);
        return typeof value === 'object' ? value.join(',') : value;
      };
    }
    default:
      return undefined;
  }
}

/** `$context` as mappings have it, and what only a failure has: its error and, where one was matched, its method. */
function contextReader(name: string, stage: StageContext): Reader | undefined {
  switch (name) {
    case 'error.message':
      return ({ message }) => message ?? undefined;
    case 'error.messageString':
      return ({ message }) => JSON.stringify(message);
    case 'error.responseType':
      return ({ type }) => type;
    case 'error.validationErrorString':
      return ({ validationErrorString }) => validationErrorString;
    case 'operationName':
    case 'resourceId':
    case 'resourcePath':
      return ({ method }) => method?.[name];
    default: {
      const read = contextVariable(name, stage, noMethod);
      return read && (({ x }) => textOf(read(x)));
    }
  }
}

const noMethod = { resourceId: '', resourcePath: '', operationName: undefined };

const textOf = (value: string | number | undefined): string | undefined =>
  value === undefined ? undefined : String(value);
