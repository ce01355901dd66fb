/** How the nodes of a gateway reach each other's WebSocket connections, and what becomes of those of a node that died. One node alone has no others. */
import { newConnectionId } from '../base/connection-ids.ts';
import type { Connections } from './connections.ts';

/** All that another node needs to tell the end of a connection: plain data, kept where the others find it. */
export interface HeldConnection {
  readonly connectionId: string;
}

/** The connections of one node, as the others see them. */
export interface OwnConnections {
  readonly connections: Connections;
  /** Those open now. */
  held(): Iterable<HeldConnection>;
  /** The node that held this one died: its end is to be told. Must not reject. */
  orphaned(held: HeldConnection): Promise<void>;
  /** This node was taken for dead, and another has told the end of this connection of its: it is to be closed. */
  disowned(connectionId: string): void;
}

/** Connections of all nodes. What another node holds is reached there; an answer that cannot be had rejects, for `gone` is said of what is gone only. */
export interface JoinedConnections extends Connections {
  newConnectionId(nowMs: number): string;
  /** A connection of this node is open. */
  opened(held: HeldConnection): void;
  /** It has ended. Resolves to whether this node is to tell so; never rejects. */
  ended(connectionId: string): Promise<boolean>;
}

export interface ConnectionNodes {
  join(own: OwnConnections): JoinedConnections;
}

/** There is but one node. */
export const oneConnectionNode: ConnectionNodes = {
  join: ({ connections }) => ({
    newConnectionId: (nowMs) => newConnectionId(nowMs),
    opened() {},
    ended: async () => true,
    state: (apiId, connectionId) => connections.state(apiId, connectionId),
    post: (apiId, connectionId, data) => connections.post(apiId, connectionId, data),
    close: (apiId, connectionId) => connections.close(apiId, connectionId),
  }),
};
