/**
 * The three operations of the management API for callers that address no API: the endpoint alone, as `--endpoint-url http://localhost:4566` gives it. A
 * connection's id is unique, so it is found all the same. Calls at an API's own address are answered in gateway/websocket/management.ts, to the letter.
 */
import { isConnectionId } from '../../base/connection-ids.ts';
import { Problem } from '../../base/problem.ts';
import type { Connections } from '../../ports/connections.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewaymanagementapi.ts';

/** AWS quota: 128 KB a message. */
const maxDataBytes = 128 * 1024;

export function connectionHandlers(connections: Connections): Handlers<Operations> {
  return {
    async GetConnection({ ConnectionId }) {
      checkId(ConnectionId);
      const state = await connections.state(undefined, ConnectionId);
      if (state === undefined) throw gone();
      const { connectedAtMs, lastActiveAtMs, sourceIp, userAgent } = state;
      return {
        ConnectedAt: connectedAtMs,
        Identity: { SourceIp: sourceIp, ...(userAgent !== undefined && { UserAgent: userAgent }) },
        LastActiveAt: lastActiveAtMs,
      };
    },
    async PostToConnection({ ConnectionId, Data }) {
      checkId(ConnectionId);
      if (Data.length > maxDataBytes) throw new Problem('PayloadTooLargeException', 'Payload is larger than 128 KB');
      const outcome = await connections.post(undefined, ConnectionId, Data);
      if (outcome === 'gone') throw gone();
      if (outcome === 'slow') throw new Problem('LimitExceededException', 'Too Many Requests');
    },
    async DeleteConnection({ ConnectionId }) {
      checkId(ConnectionId);
      if (!(await connections.close(undefined, ConnectionId))) throw gone();
    },
  };
}

function checkId(connectionId: string): void {
  if (!isConnectionId(connectionId)) {
    throw new Problem('BadRequestException', `Invalid connectionId: ${connectionId}`);
  }
}

/** Without a message (recorded: the body is empty). */
const gone = (): Problem => new Problem('GoneException', '', { why: 'the connection is closed' });
