/**
 * The event of a Lambda proxy integration, payload format 1.0 (rows LPV1-01 to LPV1-10). It is written as JSON text, not built as objects: the parts
 * that are the same for every request are text already, member order is the recorded one, and no header called `__proto__` means anything.
 */
import type { HeaderList } from '../base/headers.ts';
import { headerValue } from '../base/headers.ts';
import { compileBinaryTypes } from './binary-types.ts';
import { domainPrefix, requestTime } from './context-variables.ts';
import type { Exchange } from './exchange.ts';
import { forwardedFor, forwardedPort, forwardedProto } from './forwarded.ts';
import { notForProxyEvents } from './header-rules.ts';
import type { MethodScope } from './method-scope.ts';
import { parseQuery } from './query.ts';
import { traceHeader } from './trace.ts';

/** Compiles the writer of a method's events. */
export function compileLambdaEvent(scope: MethodScope): (x: Exchange) => string {
  const { stage, method, resourceId, resourcePath } = scope;
  const binaryTypes = compileBinaryTypes(scope.api.binaryMediaTypes);
  const json = JSON.stringify;
  const resource = `{"resource":${json(resourcePath)},"path":`;
  const variables = `,"stageVariables":${json(stage.stageVariables)}`;
  const operation = method.operationName === undefined ? '' : `,"operationName":${json(method.operationName)}`;
  const contextStart =
    `,"requestContext":{"resourceId":${json(resourceId)},"resourcePath":${json(resourcePath)}${operation}` +
    ',"httpMethod":';
  const contextAccount = `,"accountId":${json(stage.account)},"protocol":`;
  const contextStage = `,"stage":${json(stage.stage)},"domainPrefix":`;
  const contextEnd = `,"deploymentId":${json(stage.deploymentId)},"apiId":${json(stage.apiId)}},"body":`;

  return function writeLambdaEvent(x) {
    const { request } = x;
    const verb = json(x.method);
    const headers = eventHeaders(x);
    const query = eventQuery(request.query);
    const isBinary = request.body.length > 0 && binaryTypes.isSent(x);
    const body = request.body.length === 0 ? 'null' : json(request.body.toString(isBinary ? 'base64' : 'utf8'));
    return (
      `${resource}${json(eventPath(x.path))},"httpMethod":${verb}` +
      `,"headers":${singleValues(headers)},"multiValueHeaders":${multiValues(headers)}` +
      `,"queryStringParameters":${singleValues(query)},"multiValueQueryStringParameters":${multiValues(query)}` +
      `,"pathParameters":${json(x.pathParameters)}${variables}` +
      `${contextStart}${verb},"extendedRequestId":${json(x.extendedRequestId)}` +
      `,"requestTime":"${requestTime(x.startedAtMs)}","path":${json(x.contextPath)}${contextAccount}${json(request.protocol)}` +
      `${contextStage}${json(domainPrefix(x.domainName))},"requestTimeEpoch":${x.startedAtMs}` +
      `,"requestId":${json(x.requestId)},"identity":${identity(x)},"domainName":${json(x.domainName)}${contextEnd}` +
      `${body},"isBase64Encoded":${isBinary}}`
    );
  };
}

/** Recorded: leading slashes are collapsed here, unlike in `requestContext.path`; a trailing one and the encoding are kept. */
function eventPath(path: string): string {
  return path.startsWith('//') ? path.replace(/^\/+/, '/') : path;
}

/** Every member is there, null when unknown (row LPV1-07). */
function identity(x: Exchange): string {
  const userAgent = headerValue(x.request.headers, 'user-agent') ?? null;
  return (
    '{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null' +
    `,"sourceIp":${JSON.stringify(x.request.sourceIp)},"principalOrgId":null,"accessKey":null` +
    ',"cognitoAuthenticationType":null,"cognitoAuthenticationProvider":null,"userArn":null' +
    `,"userAgent":${JSON.stringify(userAgent)},"user":null}`
  );
}

/** One name with its values in the order they came. */
interface NamedValues {
  readonly name: string;
  readonly values: string[];
}

/** AWS hands names on as the client wrote them, but for these three. */
const recased: ReadonlyMap<string, string> = new Map([
  ['authorization', 'Authorization'],
  ['host', 'Host'],
  ['user-agent', 'User-Agent'],
]);

/** Sorted by name without regard to case, the gateway's own four among them. */
function eventHeaders(x: Exchange): NamedValues[] {
  const { headers } = x.request;
  const byLowerName = new Map<string, NamedValues>();
  for (let i = 0; i < headers.length; i += 2) {
    const lowerName = headers[i]!.toLowerCase();
    if (notForProxyEvents.has(lowerName)) continue;
    const known = byLowerName.get(lowerName);
    if (known !== undefined) known.values.push(headers[i + 1]!);
    else byLowerName.set(lowerName, { name: recased.get(lowerName) ?? headers[i]!, values: [headers[i + 1]!] });
  }
  byLowerName.set('x-amzn-trace-id', { name: 'X-Amzn-Trace-Id', values: [traceHeader(x)] });
  byLowerName.set('x-forwarded-for', { name: 'X-Forwarded-For', values: [forwardedFor(x)] });
  byLowerName.set('x-forwarded-port', { name: 'X-Forwarded-Port', values: [forwardedPort(x)] });
  byLowerName.set('x-forwarded-proto', { name: 'X-Forwarded-Proto', values: [forwardedProto(x)] });
  return sorted(byLowerName);
}

/** Sorted by name (recorded). */
function eventQuery(query: string): NamedValues[] {
  if (query === '') return [];
  const list: HeaderList = parseQuery(query);
  const byName = new Map<string, NamedValues>();
  for (let i = 0; i < list.length; i += 2) {
    const known = byName.get(list[i]!);
    if (known !== undefined) known.values.push(list[i + 1]!);
    else byName.set(list[i]!, { name: list[i]!, values: [list[i + 1]!] });
  }
  return sorted(byName);
}

function sorted(byKey: Map<string, NamedValues>): NamedValues[] {
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, named]) => named);
}

/** The last value of each name (row LPV1-03); null when there are none (LPV1-02). */
function singleValues(list: readonly NamedValues[]): string {
  if (list.length === 0) return 'null';
  let text = '';
  for (const { name, values } of list) text += `,${JSON.stringify(name)}:${JSON.stringify(values.at(-1))}`;
  return `{${text.slice(1)}}`;
}

function multiValues(list: readonly NamedValues[]): string {
  if (list.length === 0) return 'null';
  let text = '';
  for (const { name, values } of list) text += `,${JSON.stringify(name)}:${JSON.stringify(values)}`;
  return `{${text.slice(1)}}`;
}
