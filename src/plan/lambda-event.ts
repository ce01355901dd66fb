/**
 * The event of a Lambda proxy integration, payload format 1.0 (rows LPV1-01 to LPV1-10). It is written as JSON text, not built as objects: the parts
 * that are the same for every request are text already, member order is the recorded one, and no header called `__proto__` means anything.
 */
import type { HeaderList } from '../base/headers.ts';
import { headerValue } from '../base/headers.ts';
import type { VpcEndpoint } from '../base/vpc-endpoint.ts';
import { compileBinaryTypes } from './binary-types.ts';
import { clientCertJson } from './client-certificate.ts';
import { domainPrefix } from './context-variables.ts';
import type { ApiKeyUse, AuthorizerResult, Exchange, IamCaller } from './exchange.ts';
import { forwardedFor, forwardedPort, forwardedProto } from './forwarded.ts';
import { notForProxyEvents } from './header-rules.ts';
import type { MethodScope } from './method-scope.ts';
import type { StageContext } from './plan.ts';
import { parseQuery } from './query.ts';
import { requestTime } from './request-time.ts';
import { traceHeader } from './trace.ts';

/** Compiles the writer of a method's events. */
export function compileLambdaEvent(scope: MethodScope): (x: Exchange) => string {
  const { stage, resourcePath } = scope;
  const binaryTypes = compileBinaryTypes(scope.api.binaryMediaTypes);
  const json = JSON.stringify;
  const resource = `{"resource":${json(resourcePath)},"path":`;
  const variables = `,"stageVariables":${json(stage.stageVariables)},"requestContext":`;
  const writeContext = compileRequestContext(scope);

  return function writeLambdaEvent(x) {
    const { request } = x;
    const headers = eventHeaders(x);
    const query = eventQuery(request.query);
    const isBinary = request.body.length > 0 && binaryTypes.isSent(x);
    const body = request.body.length === 0 ? 'null' : json(request.body.toString(isBinary ? 'base64' : 'utf8'));
    return (
      `${resource}${json(eventPath(clientPath(x)))},"httpMethod":${json(x.method)}` +
      `,"headers":${singleValues(headers)},"multiValueHeaders":${multiValues(headers)}` +
      `,"queryStringParameters":${singleValues(query)},"multiValueQueryStringParameters":${multiValues(query)}` +
      `,"pathParameters":${json(x.pathParameters)}${variables}${writeContext(x)}` +
      `,"body":${body},"isBase64Encoded":${isBinary}}`
    );
  };
}

/** What `requestContext` says of a method, beside the request. */
export interface RequestContextScope {
  readonly stage: StageContext;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly method: { readonly operationName?: string | undefined };
}

/** Compiles the writer of `requestContext`, in the events of functions and of authorizers alike. */
export function compileRequestContext({ stage, resourceId, resourcePath, method }: RequestContextScope) {
  const json = JSON.stringify;
  const operation = method.operationName === undefined ? '' : `,"operationName":${json(method.operationName)}`;
  const start = `{"resourceId":${json(resourceId)}`;
  const resource = `,"resourcePath":${json(resourcePath)}${operation},"httpMethod":`;
  const account = `,"accountId":${json(stage.account)},"protocol":`;
  const name = `,"stage":${json(stage.stage)},"domainPrefix":`;
  // A test runs what is not deployed.
  const deployment = stage.deploymentId === '' ? '' : `,"deploymentId":${json(stage.deploymentId)}`;
  const end = `${deployment},"apiId":${json(stage.apiId)}}`;

  return function writeRequestContext(x: Exchange): string {
    return (
      `${start}${x.authorizer === null ? '' : `,"authorizer":${authorizerContext(x.authorizer)}`}` +
      `${resource}${json(x.method)},"extendedRequestId":${json(x.extendedRequestId)}` +
      `,"requestTime":"${requestTime(x.startedAtMs)}","path":${json(x.contextPath)}${account}${json(x.request.protocol)}` +
      `${name}${json(domainPrefix(x.domainName))},"requestTimeEpoch":${x.startedAtMs}` +
      `,"requestId":${json(x.requestId)},"identity":${identity(x)},"domainName":${json(x.domainName)}${end}`
    );
  };
}

/** Claims, or the function's context as strings with its principal; a result from the cache took 0 ms (recorded; row LPV1-08). */
function authorizerContext({ claims, context, principalId, latencyMs }: AuthorizerResult): string {
  if (claims !== null) return `{"claims":${JSON.stringify(claims)}}`;
  let text = '{';
  for (const name in context) text += `${JSON.stringify(name)}:${JSON.stringify(String(context[name]))},`;
  return `${text}"principalId":${JSON.stringify(principalId)},"integrationLatency":${Math.max(0, latencyMs)}}`;
}

/** Through a custom domain with what its mapping strips (row DOM-08), else below the stage. */
export const clientPath = (x: Exchange): string => (x.customDomain === null ? x.path : x.contextPath);

/** Recorded: leading slashes are collapsed here, unlike in `requestContext.path`; a trailing one and the encoding are kept. */
export function eventPath(path: string): string {
  return path.startsWith('//') ? path.replace(/^\/+/, '/') : path;
}

function identity(x: Exchange): string {
  const text = identityOfCaller(x);
  if (x.clientCertificate === null) return text;
  return `${text.slice(0, -1)},"clientCert":${clientCertJson(x.clientCertificate)}}`;
}

/** Every member is there, null when unknown (row LPV1-07). */
function identityOfCaller(x: Exchange): string {
  if (x.request.vpcEndpoint !== undefined) return identityInVpc(x, x.request.vpcEndpoint);
  if (x.apiKey !== null) return identityWithKey(x, x.apiKey);
  const userAgent = JSON.stringify(headerValue(x.request.headers, 'user-agent') ?? null);
  const sourceIp = JSON.stringify(x.request.sourceIp);
  if (x.caller !== null) return callerIdentity(x.caller, sourceIp, userAgent);
  return (
    '{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null' +
    `,"sourceIp":${sourceIp},"principalOrgId":null,"accessKey":null` +
    ',"cognitoAuthenticationType":null,"cognitoAuthenticationProvider":null,"userArn":null' +
    `,"userAgent":${userAgent},"user":null}`
  );
}

/** Of a signed request, in the same order (recorded; row IAM-06). */
function callerIdentity(caller: IamCaller, sourceIp: string, userAgent: string): string {
  const json = (member: string | undefined): string => JSON.stringify(member ?? null);
  const { cognito } = caller;
  return (
    `{"cognitoIdentityPoolId":${json(cognito?.identityPoolId)},"accountId":${json(caller.accountId)}` +
    `,"cognitoIdentityId":${json(cognito?.identityId)},"caller":${json(caller.caller)},"sourceIp":${sourceIp}` +
    `,"principalOrgId":${json(caller.principalOrgId)},"accessKey":${json(caller.accessKey)}` +
    `,"cognitoAuthenticationType":${json(cognito?.authenticationType)}` +
    `,"cognitoAuthenticationProvider":${json(cognito?.authenticationProvider)},"userArn":${json(caller.userArn)}` +
    `,"userAgent":${userAgent},"user":${json(caller.user)}}`
  );
}

/** Of a private API: with the endpoint and its VPC, and in an order of its own (events in public bug reports; row PRV-01). */
function identityInVpc({ request, caller, apiKey }: Exchange, { id: vpceId, vpcId }: VpcEndpoint): string {
  const json = (member: string | undefined): string => JSON.stringify(member ?? null);
  const { cognito } = caller ?? {};
  return (
    `{"cognitoIdentityPoolId":${json(cognito?.identityPoolId)},"cognitoIdentityId":${json(cognito?.identityId)}` +
    `,"vpceId":${json(vpceId)}${apiKey === null ? '' : `,"apiKey":${json(apiKey.value)}`}` +
    `,"principalOrgId":${json(caller?.principalOrgId)},"cognitoAuthenticationType":${json(cognito?.authenticationType)}` +
    `,"userArn":${json(caller?.userArn)}${apiKey?.id === undefined ? '' : `,"apiKeyId":${json(apiKey.id)}`}` +
    `,"userAgent":${json(headerValue(request.headers, 'user-agent'))},"accountId":${json(caller?.accountId)}` +
    `,"caller":${json(caller?.caller)},"sourceIp":${json(request.sourceIp)},"accessKey":${json(caller?.accessKey)}` +
    `,"vpcId":${json(vpcId)},"cognitoAuthenticationProvider":${json(cognito?.authenticationProvider)}` +
    `,"user":${json(caller?.user)}}`
  );
}

/** Recorded: with a key the members stand in another order; an unknown key has no id (recorded U2). */
function identityWithKey({ request, caller }: Exchange, { id, value }: ApiKeyUse): string {
  const json = (member: string | undefined): string => JSON.stringify(member ?? null);
  const { cognito } = caller ?? {};
  return (
    `{"cognitoIdentityPoolId":${json(cognito?.identityPoolId)},"cognitoIdentityId":${json(cognito?.identityId)}` +
    `,"apiKey":${json(value)},"principalOrgId":${json(caller?.principalOrgId)}` +
    `,"cognitoAuthenticationType":${json(cognito?.authenticationType)},"userArn":${json(caller?.userArn)}` +
    `${id === undefined ? '' : `,"apiKeyId":${json(id)}`},"userAgent":${json(headerValue(request.headers, 'user-agent'))}` +
    `,"accountId":${json(caller?.accountId)},"caller":${json(caller?.caller)},"sourceIp":${json(request.sourceIp)}` +
    `,"accessKey":${json(caller?.accessKey)}` +
    `,"cognitoAuthenticationProvider":${json(cognito?.authenticationProvider)},"user":${json(caller?.user)}}`
  );
}

/** One name with its values in the order they came. */
export interface NamedValues {
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
export function eventHeaders(x: Exchange): NamedValues[] {
  const { headers } = x.request;
  const byLowerName = new Map<string, NamedValues>();
  for (let i = 0; i < headers.length; i += 2) {
    const lowerName = headers[i]!.toLowerCase();
    if (notForProxyEvents.has(lowerName)) continue;
    const known = byLowerName.get(lowerName);
    if (known !== undefined) known.values.push(headers[i + 1]!);
    else byLowerName.set(lowerName, { name: recased.get(lowerName) ?? headers[i]!, values: [headers[i + 1]!] });
  }
  if (x.isTest) return sorted(byLowerName);
  byLowerName.set('x-amzn-trace-id', { name: 'X-Amzn-Trace-Id', values: [traceHeader(x)] });
  byLowerName.set('x-forwarded-for', { name: 'X-Forwarded-For', values: [forwardedFor(x)] });
  byLowerName.set('x-forwarded-port', { name: 'X-Forwarded-Port', values: [forwardedPort(x)] });
  byLowerName.set('x-forwarded-proto', { name: 'X-Forwarded-Proto', values: [forwardedProto(x)] });
  return sorted(byLowerName);
}

/** Sorted by name (recorded). */
export function eventQuery(query: string): NamedValues[] {
  return query === '' ? [] : sorted(namedQuery(query));
}

/** In the order of the URL, as authorizers have them (recorded). */
export const queryInOrder = (query: string): NamedValues[] => [...namedQuery(query).values()];

function namedQuery(query: string): Map<string, NamedValues> {
  const list: HeaderList = parseQuery(query);
  const byName = new Map<string, NamedValues>();
  for (let i = 0; i < list.length; i += 2) {
    const known = byName.get(list[i]!);
    if (known !== undefined) known.values.push(list[i + 1]!);
    else byName.set(list[i]!, { name: list[i]!, values: [list[i + 1]!] });
  }
  return byName;
}

function sorted(byKey: Map<string, NamedValues>): NamedValues[] {
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, named]) => named);
}

/** The last value of each name (row LPV1-03); null when there are none (LPV1-02). */
export function singleValues(list: readonly NamedValues[]): string {
  if (list.length === 0) return 'null';
  let text = '';
  for (const { name, values } of list) text += `,${JSON.stringify(name)}:${JSON.stringify(values.at(-1))}`;
  return `{${text.slice(1)}}`;
}

export function multiValues(list: readonly NamedValues[]): string {
  if (list.length === 0) return 'null';
  let text = '';
  for (const { name, values } of list) text += `,${JSON.stringify(name)}:${JSON.stringify(values)}`;
  return `{${text.slice(1)}}`;
}
