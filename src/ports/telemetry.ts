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

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
