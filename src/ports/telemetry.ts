/** What the request line reports: a log for people, counters for machines. */

/** A structured log; `fields` are JSON values, `message` a sentence. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Counters of one method of one stage; made once at compile time, so recording is a few additions. */
export interface MethodMetrics {
  record(status: number, latencyMs: number, integrationLatencyMs: number): void;
}

export interface Metrics {
  /** The same dimensions give the same counters, so they survive a new deployment. */
  method(dimensions: {
    apiId: string;
    apiName: string;
    stage: string;
    resource: string;
    method: string;
  }): MethodMetrics;
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
