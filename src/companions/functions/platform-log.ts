/** The lines the Lambda service itself writes into a function's log, as text or, with `LogFormat: JSON`, as JSON. */
import type { InvocationOutcome } from './function-failures.ts';

export type LogFormat = 'Text' | 'JSON';

export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  /** Only for the invoke that started the environment. */
  readonly initMs: number | undefined;
  readonly memoryMb: number;
  readonly maxMemoryUsedMb: number;
  readonly outcome: InvocationOutcome;
}

const two = (ms: number): string => ms.toFixed(2);

export function initStartLine(format: LogFormat, time: string, runtimeVersion: string): string {
  if (format === 'Text') return `INIT_START Runtime Version: ${runtimeVersion}`;
  return JSON.stringify({
    time,
    type: 'platform.initStart',
    record: { initializationType: 'on-demand', phase: 'init', runtimeVersion },
  });
}

export function startLine(format: LogFormat, time: string, requestId: string, version: string): string {
  if (format === 'Text') return `START RequestId: ${requestId} Version: ${version}`;
  return JSON.stringify({ time, type: 'platform.start', record: { requestId, version } });
}

/** END and REPORT of one invocation; JSON has one line for both. */
export function reportLines(format: LogFormat, time: string, report: InvocationReport): string[] {
  const { requestId, durationMs, initMs, memoryMb, maxMemoryUsedMb, outcome } = report;
  const billedMs = Math.ceil(durationMs + (initMs ?? 0));
  if (format === 'JSON') {
    const metrics = {
      durationMs: Number(two(durationMs)),
      billedDurationMs: billedMs,
      memorySizeMB: memoryMb,
      maxMemoryUsedMB: maxMemoryUsedMb,
      ...(initMs === undefined ? {} : { initDurationMs: Number(two(initMs)) }),
    };
    const error = outcome.status === 'error' && outcome.errorType !== undefined ? { errorType: outcome.errorType } : {};
    return [
      JSON.stringify({
        time,
        type: 'platform.report',
        record: { requestId, metrics, status: outcome.status, ...error },
      }),
    ];
  }
  let line = `REPORT RequestId: ${requestId}\tDuration: ${two(durationMs)} ms\tBilled Duration: ${billedMs} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${maxMemoryUsedMb} MB\t`;
  if (initMs !== undefined) line += `Init Duration: ${two(initMs)} ms\t`;
  if (outcome.status === 'timeout') line += 'Status: timeout';
  else if (outcome.status === 'error' && outcome.errorType?.startsWith('Runtime.') === true) {
    line += `Status: error\tError Type: ${outcome.errorType}`;
  }
  return [`END RequestId: ${requestId}`, line];
}
