/** Lines to a file or to standard output, for collectors that read them there. A full pipe or a slow disk makes no request wait. */
import { constants, createWriteStream, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { LineSink } from '../ports/request-logs.ts';
import type { Log } from '../ports/telemetry.ts';

export interface LineOutput extends LineSink {
  /** Lines lost since the start. */
  dropped(): number;
  /** Waits until everything is written, but not for ever: a reader may have stopped reading. */
  close(): Promise<void>;
}

export interface LineOutputOptions {
  readonly nowMs?: () => number;
  readonly closeWithinMs?: number;
}

/** Bytes that may wait to be written. */
const maxWaitingBytes = 16 * 1024 * 1024;
const tellEveryMs = 10_000;
/** A full disk has room again some day. */
const retryAfterMs = 10_000;

/** `target` is `stdout`, or the path of a file that is appended to; `what` names the lines for the operator. */
export function openLineOutput(
  target: string,
  log: Log,
  what = 'access log',
  { nowMs = () => performance.now(), closeWithinMs = 5_000 }: LineOutputOptions = {},
): LineOutput {
  let stream = open();
  let failedAtMs: number | undefined;
  let dropped = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;

  function open(): Writable {
    const opened = openTarget(target);
    opened.on('error', (error) => {
      if (stream !== opened) return;
      failedAtMs ??= nowMs();
      log.error(`Cannot write the ${what} to ${target}: ${error.message}`);
    });
    return opened;
  }

  function drop(why: string): void {
    dropped++;
    if (nowMs() - toldAtMs < tellEveryMs) return;
    toldAtMs = nowMs();
    log.warn(`Lines of the ${what} for ${target} dropped: ${why}`, { linesSinceStart: dropped });
  }

  /** One for all lines: a closure each would cost every request. */
  function written(error: Error | null | undefined): void {
    if (error) drop('it cannot be written');
  }

  return {
    write(_atMs, line) {
      if (failedAtMs !== undefined) {
        // Who has closed our standard output never opens it again.
        if (target === 'stdout' || nowMs() - failedAtMs < retryAfterMs) return drop('it cannot be written');
        failedAtMs = undefined;
        stream = open();
      }
      if (stream.writableLength > maxWaitingBytes) drop('its reader does not keep up');
      else stream.write(`${line}\n`, written);
    },
    dropped: () => dropped,
    async close() {
      if (failedAtMs !== undefined || stream.destroyed) return;
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(resolve, closeWithinMs, 'late');
      const isDone = new Promise<void>((done) => {
        stream.once('error', () => done());
        // Standard output is the process's own.
        if (stream === process.stdout) stream.write('', () => done());
        else stream.end(() => done());
      });
      if ((await Promise.race([isDone, late])) === 'late') {
        log.warn(`${target} did not take all of the ${what}`, { bytesLost: stream.writableLength });
        // Of no effect on standard output.
        stream.destroy();
      }
      clearTimeout(timer);
    },
  };
}

/**
 * Files are written by Node's thread pool. Pipes and terminals must not be: a full one answers EAGAIN there, or holds a thread for as long as nobody reads;
 * their own streams wait for it.
 */
function openTarget(target: string): Writable {
  if (target === 'stdout') {
    return kindOf(() => fstatSync(1))?.isFile() === true
      ? createWriteStream('', { fd: 1, autoClose: false })
      : process.stdout;
  }
  if (kindOf(() => statSync(target))?.isFIFO() === true) {
    // Open for reading too, so that it can be opened before anybody reads.
    return new Socket({
      fd: openSync(target, constants.O_RDWR | constants.O_NONBLOCK),
      readable: false,
      writable: true,
    });
  }
  return createWriteStream(target, { flags: 'a' });
}

function kindOf(ask: () => Stats): Stats | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
