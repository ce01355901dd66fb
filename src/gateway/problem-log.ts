/** Writes down why the gateway refused a request, at most so many lines a second: a flood of bad requests must not become a flood of log. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../ports/telemetry.ts';

export interface ProblemFields {
  readonly requestId: string;
  readonly api?: string;
  /** Custom domain, as the client named it, where no API was found. */
  readonly domain?: string;
  readonly stage?: string;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly status: number;
  /** Gateway response type, or FORBIDDEN, MALFORMED_REQUEST, GATEWAY_FAULT. */
  readonly kind: string;
  readonly why: string;
}

export interface ProblemLog {
  report(fields: ProblemFields): void;
}

/** What a client sent is cut to this many characters. */
const maxShownChars = 500;

export function createProblemLog(log: Log, clock: Clock, maxLinesPerSecond = 50): ProblemLog {
  let secondBeganMs = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let leftOut = 0;
  return {
    report(fields) {
      const nowMs = clock.monotonicMs();
      if (nowMs - secondBeganMs >= 1_000) {
        if (leftOut > 0) log.warn('More requests were refused than are shown', { leftOut });
        secondBeganMs = nowMs;
        lines = 0;
        leftOut = 0;
      }
      if (lines === maxLinesPerSecond) {
        leftOut++;
        return;
      }
      lines++;
      const { method = '-', path = '-', status, why } = fields;
      const shown = { ...fields, path: path.slice(0, maxShownChars) };
      if (status >= 500) log.error(`${method} ${shown.path} answered ${status}: ${why}`, shown);
      else log.info(`${method} ${shown.path} answered ${status}: ${why}`, shown);
    },
  };
}
