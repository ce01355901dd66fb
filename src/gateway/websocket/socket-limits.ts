/** The quotas of WebSocket connections (rows WS-24, WS-25, LIM-*), AWS's unless set otherwise. */
import { awsFrameLimits, type FrameLimits } from './frame-reader.ts';

export interface SocketLimits extends FrameLimits {
  /** A connection without a frame in either direction is closed after so long: 10 minutes. */
  readonly idleMs: number;
  /** No connection lives longer: 2 hours. */
  readonly lifeMs: number;
  /** New connections per second for each account and region, and how many may come at once. */
  readonly newConnectionsPerSecond: number;
  /** Messages of one connection that may be answered at the same time; reading pauses beyond. Ours: AWS does not say. */
  readonly maxMessagesUnderWay: number;
  /** Bytes that may wait for a client that is slow to read; beyond, posts to it are refused and nothing more is read from it. Ours. */
  readonly maxQueuedBytes: number;
  /** Latest messages of each connection that `/_/connections` shows; 0 keeps none. Ours. */
  readonly inspectedFrames: number;
}

export const awsSocketLimits: SocketLimits = {
  ...awsFrameLimits,
  idleMs: 10 * 60_000,
  lifeMs: 2 * 60 * 60_000,
  newConnectionsPerSecond: 500,
  maxMessagesUnderWay: 64,
  maxQueuedBytes: 1024 * 1024,
  inspectedFrames: 0,
};
