/** Open WebSocket connections, as those who push to them see them: the @connections API and the console. */

export interface ConnectionState {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stage: string;
  /** 12 digits, whose API it is. */
  readonly account: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly connectedAtMs: number;
  /** Epoch milliseconds of the last message in either direction. */
  readonly lastActiveAtMs: number;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
}

/** `gone`: closed, or never of this API. `slow`: too much waits already for a client that does not read. */
export type PostOutcome = 'sent' | 'gone' | 'slow';

export interface Connections {
  /** Undefined when it is closed. `apiId` undefined asks among all APIs. */
  state(apiId: string | undefined, connectionId: string): Promise<ConnectionState | undefined>;
  /** Sends one text message; bytes that are no UTF-8 become U+FFFD (recorded M11). */
  post(apiId: string | undefined, connectionId: string, data: Uint8Array): Promise<PostOutcome>;
  /** Closes with 1000 `Connection Closed Normally`; false when it is closed already. */
  close(apiId: string | undefined, connectionId: string): Promise<boolean>;
}
