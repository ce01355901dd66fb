/**
 * What a client of a WebSocket API sees when something fails: the same JSON as a refused handshake's body and as an error frame on an open connection
 * (recorded F1, W4), `{"message": "Forbidden", "connectionId":"…", "requestId":"…"}`. An error leaves the connection open.
 */
import { Problem } from '../../base/problem.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { defaultGatewayResponses, type GatewayResponseType, gatewayProblem } from '../gateway-responses.ts';
import type { Failures } from '../plan.ts';

/** Messages that differ from those of REST APIs; the statuses are seen by refused handshakes only. */
const ownWords: Partial<Record<GatewayResponseType, { readonly status?: number; readonly message: string }>> = {
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, message: '' },
  AUTHORIZER_FAILURE: { status: 500, message: 'Internal server error' },
  // In no recording: the developer guide, "Request validation" of WebSocket APIs.
  BAD_REQUEST_BODY: { message: 'Bad request body' },
  INTEGRATION_FAILURE: { status: 500, message: 'Internal server error' },
  UNSUPPORTED_MEDIA_TYPE: { status: 500, message: 'Internal server error' },
};

export const socketFailures: Failures = {
  unmatched: (_plan, x) =>
    socketFailure(gatewayProblem('FORBIDDEN', 'no route takes the message, and the API has no $default route'), x),
  answer: (error, x) => socketFailure(error, x),
};

/** The failure as a reply: its status is a handshake's, its body also an error frame. */
export function socketFailure(error: unknown, x: Exchange): Reply {
  const problem =
    error instanceof Problem && Object.hasOwn(defaultGatewayResponses, error.kind)
      ? error
      : gatewayProblem('API_CONFIGURATION_ERROR', unexpected(error), { cause: error });
  const type = problem.kind as GatewayResponseType;
  const standard = defaultGatewayResponses[type];
  const own = ownWords[type];
  const given = problem.members['status'];
  const message = own?.message ?? (standard.isMessageFixed ? standard.message : problem.message);
  const id = x.extendedRequestId;
  return {
    status: typeof given === 'number' ? given : (own?.status ?? standard.status),
    headers: ['Content-Type', 'application/json; charset=UTF-8', 'x-amz-apigw-id', id],
    body: `{"message": ${JSON.stringify(message ?? '')}, "connectionId":"${x.socket?.connectionId ?? ''}", "requestId":"${id}"}`,
    problem,
  };
}

function unexpected(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`;
}
