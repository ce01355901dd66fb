/** An event on an open connection, made into the Exchange a plan works on. */
import type { Clock } from '../../base/clock.ts';
import { type HttpRequest, noBody } from '../../base/http.ts';
import { newExtendedRequestId } from '../../base/ids.ts';
import { type Exchange, nothingFoundYet, type SocketFacts } from '../../plan/exchange.ts';
import type { ConnectionFacts } from './socket-connection.ts';

type SocketEvent = Pick<SocketFacts, 'eventType' | 'messageId' | 'disconnectStatusCode' | 'disconnectReason'>;

/** `routeKey` is what the plan's router looks for; `body` the message. */
export function socketExchange(
  facts: ConnectionFacts,
  event: SocketEvent,
  routeKey: string,
  body: Buffer,
  clock: Clock,
): Exchange {
  const { connectionId, connectedAtMs, userAgent, sourceIp, domainName, secure } = facts;
  // Both ids are one and the same (recorded E7).
  const id = newExtendedRequestId();
  return {
    request: { ...emptyRequest, body, secure, sourceIp },
    method: routeKey,
    path: '',
    contextPath: '',
    domainName,
    requestId: id,
    extendedRequestId: id,
    startedAtMs: clock.now(),
    startedMonotonicMs: clock.monotonicMs(),
    ...nothingFoundYet,
    authorizer: facts.authorizer,
    caller: facts.caller,
    apiKey: facts.apiKey,
    socket: { connectionId, connectedAtMs, userAgent, ...event },
  };
}

const emptyRequest: HttpRequest = {
  method: 'POST',
  path: '',
  query: '',
  headers: [],
  body: noBody,
  protocol: 'HTTP/1.1',
  secure: false,
  sourceIp: '',
};

/** The event of a handshake. */
export const connectEvent: SocketEvent = {
  eventType: 'CONNECT',
  messageId: undefined,
  disconnectStatusCode: undefined,
  disconnectReason: undefined,
};

export const messageEvent = (messageId: string): SocketEvent => ({ ...connectEvent, eventType: 'MESSAGE', messageId });

export const disconnectEvent = (code: number, reason: string): SocketEvent => ({
  ...connectEvent,
  eventType: 'DISCONNECT',
  disconnectStatusCode: code,
  disconnectReason: reason,
});
