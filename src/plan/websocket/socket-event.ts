/**
 * Events for functions behind WebSocket routes (rows WS-04 to WS-07), written as JSON text in the recorded order of members (recorded E1 to E20).
 * A message brings no headers and no query, the end of a connection four headers that the gateway makes up.
 */

import type { AuthorizerResult, Exchange, SocketFacts } from '../exchange.ts';
import { eventHeaders, eventQuery, multiValues, type NamedValues, singleValues } from '../lambda-event.ts';
import type { StageContext } from '../plan.ts';
import { requestTime } from '../request-time.ts';

const json = JSON.stringify;

/** Not handed on to the `$connect` integration (recorded E10); authorizers see them. */
const handshakeOnly: ReadonlySet<string> = new Set([
  'connection',
  'upgrade',
  'sec-websocket-extensions',
  'content-length',
]);

/** Compiles the writer of the events of a stage. */
export function compileSocketEvent(stage: StageContext): (x: Exchange) => string {
  const variables = stage.stageVariables === null ? '' : `"stageVariables":${json(stage.stageVariables)},`;
  return function writeSocketEvent(x) {
    const context = requestContext(x, stage);
    switch (x.socket!.eventType) {
      case 'CONNECT': {
        const headers = eventHeaders(x).filter(({ name }) => !handshakeOnly.has(name.toLowerCase()));
        return (
          `{"headers":${singleValues(headers)},"multiValueHeaders":${multiValues(headers)},${queryMembers(x)}` +
          `${variables}"requestContext":${context},"isBase64Encoded":false}`
        );
      }
      case 'MESSAGE':
        return `{${variables}"requestContext":${context},"body":${json(x.request.body.toString())},"isBase64Encoded":false}`;
      case 'DISCONNECT': {
        const headers = disconnectHeaders(x);
        return (
          `{"headers":${singleValues(headers)},"multiValueHeaders":${multiValues(headers)},` +
          `${variables}"requestContext":${context},"isBase64Encoded":false}`
        );
      }
    }
  };
}

function queryMembers(x: Exchange): string {
  const query = eventQuery(x.request.query);
  if (query.length === 0) return '';
  return `"queryStringParameters":${singleValues(query)},"multiValueQueryStringParameters":${multiValues(query)},`;
}

/** Three of the four are empty (recorded E4). */
const disconnectHeaders = (x: Exchange): NamedValues[] => [
  { name: 'Host', values: [x.domainName.replace(/\/.*/, '')] },
  { name: 'x-api-key', values: [''] },
  { name: 'X-Forwarded-For', values: [''] },
  { name: 'x-restapi', values: [''] },
];

/** `requestContext` of an event; authorizers see it too, without `authorizer`. */
export function requestContext(x: Exchange, stage: StageContext): string {
  const socket = x.socket!;
  const id = json(x.extendedRequestId);
  return (
    `{"routeKey":${json(x.method)}${authorizerMember(x.authorizer, socket)}${ownMembers(socket)}` +
    `"eventType":"${socket.eventType}","extendedRequestId":${id},"requestTime":"${requestTime(x.startedAtMs)}",` +
    `"messageDirection":"IN",${disconnectReason(socket)}"stage":${json(stage.stage)},"connectedAt":${socket.connectedAtMs},` +
    `"requestTimeEpoch":${x.startedAtMs},"identity":${identity(x, socket)},"requestId":${id},` +
    `"domainName":${json(x.domainName)},"connectionId":${json(socket.connectionId)},"apiId":${json(stage.apiId)}}`
  );
}

function ownMembers(socket: SocketFacts): string {
  if (socket.eventType === 'MESSAGE') return `,"messageId":${json(socket.messageId)},`;
  return socket.eventType === 'DISCONNECT' ? `,"disconnectStatusCode":${socket.disconnectStatusCode},` : ',';
}

function disconnectReason(socket: SocketFacts): string {
  return socket.eventType === 'DISCONNECT' ? `"disconnectReason":${json(socket.disconnectReason ?? '')},` : '';
}

/** Exactly these two; no nulls as in REST APIs. A client without User-Agent leaves that one out. */
function identity(x: Exchange, { userAgent }: SocketFacts): string {
  const agent = userAgent === undefined ? '' : `"userAgent":${json(userAgent)},`;
  return `{${agent}"sourceIp":${json(x.request.sourceIp)}}`;
}

/** Every value as text; `integrationLatency`, a number, in the CONNECT event only (recorded E15 to E17). */
function authorizerMember(result: AuthorizerResult | null, { eventType }: SocketFacts): string {
  if (result === null) return '';
  let members = result.principalId === undefined ? '' : `"principalId":${json(result.principalId)},`;
  if (eventType === 'CONNECT' && result.latencyMs >= 0)
    members += `"integrationLatency":${Math.round(result.latencyMs)},`;
  for (const [name, value] of Object.entries(result.context)) members += `${json(name)}:${json(String(value))},`;
  return `,"authorizer":{${members.slice(0, -1)}}`;
}
