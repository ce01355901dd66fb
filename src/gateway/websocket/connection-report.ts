/** What `/_/connections` shows of each open connection. Contents of messages are kept only where the setting `inspectedFrames` asks for them. */
import type { SeenFrame, SocketConnection } from './socket-connection.ts';

export interface ConnectionReport {
  readonly connectionId: string;
  readonly api: string;
  readonly stage: string;
  /** ISO times. */
  readonly connectedAt: string;
  readonly lastActiveAt: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** Of the last message; empty before the first. */
  readonly lastRoute: string;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Waiting for the client to read. */
  readonly queuedBytes: number;
  /** The latest messages, oldest first; empty unless the setting `inspectedFrames` asks for them. */
  readonly lastFrames: readonly SeenFrame[];
}

export function connectionReports(connections: Iterable<SocketConnection>): readonly ConnectionReport[] {
  return Array.from(connections, (connection) => {
    const { facts, lastActiveAtMs, lastRouteKey, messagesIn, messagesOut, bytesIn, bytesOut, queuedBytes, lastFrames } =
      connection;
    return {
      connectionId: facts.connectionId,
      api: facts.apiId,
      stage: facts.stage,
      connectedAt: new Date(facts.connectedAtMs).toISOString(),
      lastActiveAt: new Date(lastActiveAtMs).toISOString(),
      sourceIp: facts.sourceIp,
      userAgent: facts.userAgent,
      lastRoute: lastRouteKey,
      messagesIn,
      messagesOut,
      bytesIn,
      bytesOut,
      queuedBytes,
      lastFrames,
    };
  });
}
