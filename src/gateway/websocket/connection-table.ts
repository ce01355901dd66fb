/** The connections open on this node: found by id, swept for deadlines, closed with the gateway. Adapter of ports/connections. */
import type { ConnectionState, Connections } from '../../ports/connections.ts';
import type { SocketConnection } from './socket-connection.ts';

export interface ConnectionTable extends Connections {
  add(connection: SocketConnection): void;
  remove(connection: SocketConnection): void;
  find(connectionId: string): SocketConnection | undefined;
  /** All of them, in the order they were opened. */
  all(): Iterable<SocketConnection>;
  readonly size: number;
}

export function createConnectionTable(nowMs: () => number): ConnectionTable {
  const byId = new Map<string, SocketConnection>();

  function find(apiId: string | undefined, connectionId: string): SocketConnection | undefined {
    const found = byId.get(connectionId);
    return found === undefined || (apiId !== undefined && found.facts.apiId !== apiId) ? undefined : found;
  }

  return {
    add: (connection) => void byId.set(connection.facts.connectionId, connection),
    remove: (connection) => void byId.delete(connection.facts.connectionId),
    find: (connectionId) => byId.get(connectionId),
    all: () => byId.values(),
    get size() {
      return byId.size;
    },
    async state(apiId, connectionId) {
      const found = find(apiId, connectionId);
      return found && stateOf(found);
    },
    async post(apiId, connectionId, data) {
      const found = find(apiId, connectionId);
      const fault = found === undefined ? 'closed' : found.push(Buffer.from(data).toString());
      if (fault === 'closed') return 'gone';
      if (fault === 'slow') return 'slow';
      found!.lastActiveAtMs = nowMs();
      return 'sent';
    },
    async close(apiId, connectionId) {
      const found = find(apiId, connectionId);
      found?.close(1000, 'Connection Closed Normally');
      return found !== undefined;
    },
  };
}

export function stateOf({ facts, lastActiveAtMs }: SocketConnection): ConnectionState {
  const { connectionId, apiId, stage, account, region, connectedAtMs, sourceIp, userAgent } = facts;
  return { connectionId, apiId, stage, account, region, connectedAtMs, lastActiveAtMs, sourceIp, userAgent };
}
