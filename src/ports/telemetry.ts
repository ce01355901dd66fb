/** What the request line reports: a log for people, counters for machines. */

/** A structured log; `fields` are JSON values, `message` a sentence. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What a request's counters read of it; an Exchange is one. */
export interface MeasuredRequest {
  readonly request: {
    readonly path: string;
    readonly query: string;
    readonly headers: readonly string[];
    readonly body: Uint8Array;
  };
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  /** -1 when no integration was called. */
  readonly integrationLatencyMs: number;
  /** Null where answers are not kept. */
  readonly cacheOutcome: 'hit' | 'miss' | null;
}

export interface MeasuredReply {
  readonly status: number;
  readonly body: string | Uint8Array;
  /** Set when the gateway made the answer itself. */
  readonly problem: object | undefined;
}

/** Counters of one method of one stage; made once at compile time, so recording is a few additions. */
export interface MethodMetrics {
  /** One request that was answered `latencyMs` after it came. */
  record(request: MeasuredRequest, reply: MeasuredReply, latencyMs: number): void;
}

/** Whose requests are counted. */
export interface MetricDimensions {
  readonly apiId: string;
  readonly apiName: string;
  readonly stage: string;
  /** Path template of a method; '' for requests that no method took. */
  readonly resource: string;
  readonly method: string;
  /** As which of CloudWatch's series; without it they are shown on our own pages only. */
  readonly series?: SeriesScope;
}

export interface SeriesScope {
  readonly kind: 'rest' | 'http' | 'websocket';
  readonly account: string;
  readonly region: string;
  /** Key of a route; REST APIs have none. */
  readonly route?: string;
  /** A series for the method or route itself, beside those of its stage and API (row MET-02). */
  readonly isDetailed: boolean;
  /** Of the canary release of the stage (row CAN-08). */
  readonly isCanary?: boolean;
  /** The route answers its messages, and the answer counts as a message (recorded). */
  readonly isTwoWay?: boolean;
  /** A function answers: a status of its own that says it failed counts as an execution that failed (recorded I5). */
  readonly isFunction?: boolean;
}

export interface Metrics {
  /** The same dimensions give the same counters, so they survive a new deployment. */
  method(dimensions: MetricDimensions): MethodMetrics;
}

/** One line of an execution log, without the request's id and whole however long. */
export interface ExecutionLogLine {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly text: string;
}

/** The execution log of one finished request (rows LOG-01 to LOG-07). */
export interface ExecutionLogRecord {
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  /** The API's type, where it is none of REST; its group has another name. */
  readonly kind?: 'websocket';
  readonly requestId: string;
  /** Lines of a canary go to `{group}/Canary` as well (row CAN-07). */
  readonly isCanary?: boolean;
  /** In order; already without what the method's level leaves out. */
  readonly lines: readonly ExecutionLogLine[];
}

/**
 * Where execution logs go: the group `API-Gateway-Execution-Logs_{apiId}/{stage}`, each line behind `({requestId}) ` and cut there. Called once per request,
 * on its way out: must not throw and must not wait.
 */
export interface ExecutionLogs {
  write(record: ExecutionLogRecord): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
