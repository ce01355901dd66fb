/**
 * The event of payload format 1.0 as HTTP APIs write it (rows LPV1-01 to LPV1-03, LPV1-11): version first, null where a request has nothing, the
 * path with a named stage, and header names in a mix of cases.
 */
import { headerValue } from '../../base/headers.ts';
import { clientCertJson } from '../client-certificate.ts';
import { domainPrefix } from '../context-variables.ts';
import type { Exchange } from '../exchange.ts';
import { requestTime } from '../request-time.ts';
import { authorizerOfEvent1 } from './event-authorizer.ts';
import { eventHeaders, eventQuery, isBinaryBody, jsonOfTexts, sortedByName } from './event-parts.ts';
import { rawPath } from './raw-path.ts';
import { capitalised } from './reply.ts';
import type { RouteScope } from './route-scope.ts';

/** Recorded and in captures of users: these are capitalised, all others in lower case. */
const capitalisedHere = new Set([
  'content-length',
  'content-type',
  'cookie',
  'host',
  'user-agent',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** Compiles the writer of a route's events. */
export function compileEvent1(scope: RouteScope): (x: Exchange) => string {
  const { stage, path: template } = scope;
  const json = JSON.stringify;
  const start = `{"version":"1.0","resource":${json(template)},"path":`;
  const variables = `,"stageVariables":${json(stage.stageVariables)}`;
  const writeContext = compileRequestContext1(scope);

  return function writeEvent1(x) {
    const { request } = x;
    const headers = spelledHeaders(x);
    const query = eventQuery(request.query);
    const isBinary = request.body.length > 0 && isBinaryBody(x);
    const body = request.body.length === 0 ? 'null' : json(request.body.toString(isBinary ? 'base64' : 'utf8'));
    return (
      `${start}${json(rawPath(clientPath(x)))},"httpMethod":${json(x.method)}` +
      `,"headers":${singleValues(headers)},"multiValueHeaders":${multiValues(headers)}` +
      `,"queryStringParameters":${singleValues(query)},"multiValueQueryStringParameters":${multiValues(query)}` +
      `,"requestContext":${writeContext(x)}` +
      `,"pathParameters":${json(x.pathParameters)}${variables},"body":${body},"isBase64Encoded":${isBinary}}`
    );
  };
}

/** Compiles the writer of `requestContext`, in the events of functions and of authorizers alike. */
export function compileRequestContext1({ stage, label, path: template }: RouteScope): (x: Exchange) => string {
  const json = JSON.stringify;
  const owner = `{"accountId":${json(stage.account)},"apiId":${json(stage.apiId)}`;
  const resource = `,"resourceId":${json(label)},"resourcePath":${json(template)},"stage":${json(stage.stage)}}`;
  return function writeRequestContext1(x) {
    const authorizer = authorizerOfEvent1(x);
    return (
      `${owner}${authorizer === undefined ? '' : `,"authorizer":${authorizer}`}` +
      `,"domainName":${json(x.domainName)},"domainPrefix":${json(domainPrefix(x.domainName))}` +
      `,"extendedRequestId":${json(x.extendedRequestId)},"httpMethod":${json(x.method)},"identity":${identity(x)}` +
      `,"path":${json(rawPath(clientPath(x)))},"protocol":${json(x.request.protocol)},"requestId":${json(x.requestId)}` +
      `,"requestTime":"${requestTime(x.startedAtMs)}","requestTimeEpoch":${x.startedAtMs}${resource}`
    );
  };
}

/** Through a custom domain with what its mapping strips, which format 2.0 does not tell (guide). */
export const clientPath = (x: Exchange): string => (x.customDomain === null ? x.contextPath : x.request.path);

/** In the recorded mix of cases, sorted. */
export function spelledHeaders(x: Exchange): [string, string[]][] {
  return sortedByName(new Map([...eventHeaders(x)].map(([name, values]) => [spelled(name), values])));
}

function spelled(lowerName: string): string {
  return capitalisedHere.has(lowerName) ? capitalised(lowerName) : lowerName;
}

/** Every member, null when unknown, in the recorded order. */
function identity(x: Exchange): string {
  const { caller } = x;
  const cognito = caller?.cognito;
  const text = JSON.stringify({
    accessKey: caller?.accessKey ?? null,
    accountId: caller?.accountId ?? null,
    caller: caller?.caller ?? null,
    cognitoAmr: null,
    cognitoAuthenticationProvider: cognito?.authenticationProvider ?? null,
    cognitoAuthenticationType: cognito?.authenticationType ?? null,
    cognitoIdentityId: cognito?.identityId ?? null,
    cognitoIdentityPoolId: cognito?.identityPoolId ?? null,
    principalOrgId: caller?.principalOrgId ?? null,
    sourceIp: x.request.sourceIp,
    user: caller?.user ?? null,
    userAgent: headerValue(x.request.headers, 'user-agent') ?? null,
    userArn: caller?.userArn ?? null,
  });
  if (x.clientCertificate === null) return text;
  return `${text.slice(0, -1)},"clientCert":${clientCertJson(x.clientCertificate)}}`;
}

/** The last value of each name; null when there are none. */
export function singleValues(list: readonly [string, string[]][]): string {
  return list.length === 0 ? 'null' : jsonOfTexts(list.map(([name, values]) => [name, values.at(-1)!]));
}

function multiValues(list: readonly [string, string[]][]): string {
  if (list.length === 0) return 'null';
  return `{${list.map(([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(values)}`).join(',')}}`;
}
