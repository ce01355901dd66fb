/** What an operator may set about functions, with the numbers AWS uses as defaults where AWS has one. */
export interface FunctionSettings {
  /** Execution environments (child processes) alive at once, over all functions. Further invokes wait for a free one. */
  readonly maxEnvironments: number;
  /** An environment unused for so long is stopped. */
  readonly idleMs: number;
  /** Concurrent executions of one account in one region; AWS's default quota is 1,000. */
  readonly accountConcurrency: number;
  /** How long the code outside the handler may run before it is started again within the invoke. AWS: 10 s. */
  readonly initTimeoutMs: number;
  /** How long an invoke waits for an environment when `maxEnvironments` are busy, before it is refused as throttled. */
  readonly queueTimeoutMs: number;
  /**
   * A second environment of the same version is started only when an invoke waited so long for a warm one: a function that answers
   * in a millisecond then serves dozens of callers from a few processes instead of one process each.
   */
  readonly growthDelayMs: number;
  /** Asynchronous (Event) invocations waiting or being retried, over all functions; further ones are refused as throttled. */
  readonly maxQueuedEvents: number;
  /** Waits before an Event invocation that failed is tried again; AWS: one minute, then two. */
  readonly eventRetryDelaysMs: readonly number[];
  /** Memory of one function's log, in characters. */
  readonly maxLogCharacters: number;
  /** Bytes of output an environment may print per 50 ms; more makes its next print wait, so a flood slows only the flooder. */
  readonly maxOutputBytesPerTick: number;
  /** Account and region of function names that carry neither. */
  readonly account: string;
  readonly region: string;
  /** Program for nodejs runtimes. */
  readonly node: string;
  /** Program for python runtimes, looked up in PATH when not a path. */
  readonly python: string;
}

export const defaultFunctionSettings: FunctionSettings = {
  maxEnvironments: 32,
  idleMs: 10 * 60_000,
  accountConcurrency: 1000,
  initTimeoutMs: 10_000,
  queueTimeoutMs: 10_000,
  growthDelayMs: 20,
  maxQueuedEvents: 10_000,
  eventRetryDelaysMs: [60_000, 120_000],
  maxLogCharacters: 512 * 1024,
  maxOutputBytesPerTick: 1024 * 1024,
  account: '000000000000',
  region: 'us-east-1',
  node: process.execPath,
  python: 'python3',
};
