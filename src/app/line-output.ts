/** Lines to a file or to standard output, for collectors that read them there. Written by Node's thread pool: a full pipe or a slow disk makes no request wait. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { LineSink } from '../ports/request-logs.ts';
import type { Log } from '../ports/telemetry.ts';

export interface LineOutput extends LineSink {
  /** Waits until everything is written. */
  close(): Promise<void>;
}

/** Bytes that may wait to be written. */
const maxWaitingBytes = 16 * 1024 * 1024;
const tellEveryMs = 10_000;

/** `target` is `stdout`, or the path of a file that is appended to; `what` names the lines for the operator. */
export function openLineOutput(target: string, log: Log, what = 'access log'): LineOutput {
  const stream =
    target === 'stdout'
      ? createWriteStream('', { fd: 1, autoClose: false })
      : createWriteStream(target, { flags: 'a' });
  let dropped = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let failed = false;

  function drop(why: string): void {
    dropped++;
    const nowMs = performance.now();
    if (nowMs - toldAtMs < tellEveryMs) return;
    toldAtMs = nowMs;
    log.warn(`Lines of the ${what} for ${target} dropped: ${why}`, { linesSinceStart: dropped });
  }

  stream.on('error', (error) => {
    failed = true;
    log.error(`Cannot write the ${what} to ${target}: ${error.message}`);
  });
  return {
    write(_atMs, line) {
      if (failed) drop('it cannot be written');
      else if (stream.writableLength > maxWaitingBytes) drop('its reader does not keep up');
      else stream.write(`${line}\n`);
    },
    async close() {
      if (failed || stream.destroyed) return;
      const finished = Promise.race([once(stream, 'finish'), once(stream, 'error')]).catch(() => {});
      stream.end();
      await finished;
    },
  };
}
