/**
 * The event of payload format 2.0 (rows LPV2-01 to LPV2-07). Written as JSON text: what is the same for every request is text already, and member
 * order is the recorded one. What a request does not have is left out, never null.
 */
import { headerValue, headerValues } from '../../base/headers.ts';
import { clientCertJson } from '../client-certificate.ts';
import { domainPrefix } from '../context-variables.ts';
import type { Exchange } from '../exchange.ts';
import { requestTime } from '../request-time.ts';
import { authorizerOfEvent2 } from './event-authorizer.ts';
import { eventHeaders, eventQuery, isBinaryBody, jsonOfTexts, sortedByName } from './event-parts.ts';
import { rawPath } from './raw-path.ts';
import type { RouteScope } from './route-scope.ts';

/** Compiles the writer of a route's events. */
export function compileEvent2(scope: RouteScope): (x: Exchange) => string {
  const writeRequest = compileRequest2(scope);
  const json = JSON.stringify;
  const start = `{"version":"2.0","routeKey":${json(scope.label)},"rawPath":`;
  const { stageVariables } = scope.stage;
  const variables = stageVariables === null ? '' : `,"stageVariables":${json(stageVariables)}`;

  return function writeEvent2(x) {
    return (
      `${start}${writeRequest(x, false)}${body(x)}` +
      `${x.pathParameters === null ? '' : `,"pathParameters":${json(x.pathParameters)}`}${variables}` +
      `,"isBase64Encoded":${isSentAsBase64(x)}}`
    );
  };
}

/**
 * Compiles the writer of what the events of functions and of authorizers share, from the value of `rawPath` to the end of `requestContext`. Authorizers see
 * cookies among the headers too (recorded).
 */
export function compileRequest2({ stage, label }: RouteScope): (x: Exchange, hasCookieHeader: boolean) => string {
  const json = JSON.stringify;
  const owner = `"requestContext":{"accountId":${json(stage.account)},"apiId":${json(stage.apiId)}`;
  const stageAndTime = `,"routeKey":${json(label)},"stage":${json(stage.stage)},"time":"`;

  return function writeRequest2(x, hasCookieHeader) {
    const { request } = x;
    const path = json(rawPath(x.contextPath));
    const query = eventQuery(request.query);
    const authorizer = authorizerOfEvent2(x);
    const userAgent = headerValue(request.headers, 'user-agent');
    return (
      `${path},"rawQueryString":${json(request.query)}${cookies(x)},"headers":${headers(x, hasCookieHeader)}` +
      (query.length === 0 ? '' : `,"queryStringParameters":${jsonOfTexts(query.map(joined))}`) +
      `,${owner}${authentication(x)}${authorizer === undefined ? '' : `,"authorizer":${authorizer}`}` +
      `,"domainName":${json(x.domainName)},"domainPrefix":${json(domainPrefix(x.domainName))}` +
      `,"http":{"method":${json(x.method)},"path":${path},"protocol":${json(request.protocol)}` +
      `,"sourceIp":${json(request.sourceIp)}${userAgent === undefined ? '' : `,"userAgent":${json(userAgent)}`}}` +
      `,"requestId":${json(x.requestId)}${stageAndTime}${requestTime(x.startedAtMs)}","timeEpoch":${x.startedAtMs}}`
    );
  };
}

/** Of mutual TLS; left out like everything else a request does not have. */
function authentication({ clientCertificate }: Exchange): string {
  return clientCertificate === null ? '' : `,"authentication":{"clientCert":${clientCertJson(clientCertificate)}}`;
}

/** Each `name=value` apart (row LPV2-04). */
function cookies(x: Exchange): string {
  const lines = headerValues(x.request.headers, 'cookie');
  if (lines.length === 0) return '';
  const all = lines.flatMap((line) => line.split(';')).map((cookie) => cookie.trim());
  return `,"cookies":${JSON.stringify(all.filter((cookie) => cookie !== ''))}`;
}

function headers(x: Exchange, hasCookieHeader: boolean): string {
  const byName = eventHeaders(x);
  if (!hasCookieHeader) byName.delete('cookie');
  return jsonOfTexts(sortedByName(byName).map(joined));
}

/** Recorded: values of one name are joined by a comma. */
const joined = ([name, values]: readonly [string, readonly string[]]): [string, string] => [name, values.join(',')];

function isSentAsBase64(x: Exchange): boolean {
  return x.request.body.length > 0 && isBinaryBody(x);
}

function body(x: Exchange): string {
  const { body: bytes } = x.request;
  return bytes.length === 0 ? '' : `,"body":${JSON.stringify(bytes.toString(isBinaryBody(x) ? 'base64' : 'utf8'))}`;
}
