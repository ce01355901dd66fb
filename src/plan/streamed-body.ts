/**
 * The body of an answer that is handed on as it comes, with what AWS asks of such answers (row NEW-01; developer guide, "Stream the integration
 * response"): silent for so long at most, so long in all, full speed for the first megabytes and slower after them.
 */
import type { BodyStream } from '../base/body-stream.ts';
import type { Clock } from '../base/clock.ts';
import { PacedBytes } from '../base/paced-bytes.ts';

/** AWS's limits, as settings. */
export interface StreamLimits {
  /** The backend may be silent for so long. */
  readonly idleMs: number;
  /** EDGE APIs have a shorter one. */
  readonly edgeIdleMs: number;
  /** From the call of the backend to the last byte, whatever the integration's own timeout. */
  readonly maxMs: number;
  /** Bytes at full speed. */
  readonly fullSpeedBytes: number;
  /** Of what comes after them. */
  readonly bytesPerSecond: number;
}

export const awsStreamLimits: StreamLimits = {
  idleMs: 5 * 60_000,
  edgeIdleMs: 30_000,
  maxMs: 15 * 60_000,
  fullSpeedBytes: 10 * 1024 * 1024,
  bytesPerSecond: 2 * 1024 * 1024,
};

/** How a streamed body ended. */
export interface StreamEnd {
  readonly bytes: number;
  /** Why the body broke off; undefined when it is whole. */
  readonly failure: Error | undefined;
}

export interface StreamedBodyOptions {
  readonly idleMs: number;
  /** From now on. */
  readonly leftMs: number;
  readonly limits: StreamLimits;
  readonly clock: Clock;
  /** What the log calls the backend. */
  readonly label: string;
  /** The first bytes have come. */
  onFirst?(): void;
}

/** Ends exactly once, in one of three ways: read to its end, broken off, or given up by its reader. */
export class StreamedBody implements BodyStream {
  readonly #from: BodyStream;
  readonly #options: StreamedBodyOptions;
  readonly #pace: PacedBytes;
  readonly #endings: ((end: StreamEnd) => void)[] = [];
  #bytes = 0;
  #end: StreamEnd | undefined;
  #wake: (() => void) | undefined;
  #putBack: Uint8Array | undefined;
  #length: number | undefined;
  readonly #lifetime: NodeJS.Timeout;
  #expire: ((error: Error) => void) | undefined;

  constructor(from: BodyStream, options: StreamedBodyOptions) {
    this.#from = from;
    this.#length = from.length;
    this.#options = options;
    this.#pace = new PacedBytes(options.limits.fullSpeedBytes, options.limits.bytesPerSecond);
    this.#lifetime = setTimeout(() => this.#breakOff('its time is over'), Math.max(0, options.leftMs)).unref();
  }

  get length(): number | undefined {
    return this.#length;
  }

  /** Bytes handed on so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * What was read of the stream and belongs to the body: it is read again, and nothing before it counts. `length` is that of the body, where that is
   * known.
   */
  putBack(piece: Uint8Array, length: number | undefined): void {
    this.#putBack = piece.length === 0 ? undefined : piece;
    this.#bytes = 0;
    this.#length = length;
  }

  /** Called once, with how the body ended; at once when it has. */
  whenOver(then: (end: StreamEnd) => void): void {
    if (this.#end === undefined) this.#endings.push(then);
    else then(this.#end);
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#end !== undefined) return this.#afterEnd(this.#end);
    let piece: Uint8Array | undefined;
    try {
      piece = await this.#next();
    } catch (error) {
      this.#over(error as Error);
      throw error;
    }
    if (this.#end !== undefined) return this.#afterEnd(this.#end);
    if (piece === undefined) {
      this.#over(undefined);
      return undefined;
    }
    if (this.#bytes === 0) this.#options.onFirst?.();
    this.#bytes += piece.length;
    const waitMs = this.#pace.waitMsFor(piece.length, this.#options.clock.monotonicMs());
    if (waitMs > 0) await this.#pause(waitMs);
    return this.#end === undefined ? piece : this.#afterEnd(this.#end);
  }

  cancel(): void {
    this.#over(new Error('the client has left'));
    this.#from.cancel();
  }

  /** The next piece, or a rejection once the backend was silent for too long or the time is over. */
  #next(): Promise<Uint8Array | undefined> {
    const putBack = this.#putBack;
    if (putBack !== undefined) {
      this.#putBack = undefined;
      return Promise.resolve(putBack);
    }
    return new Promise((resolve, reject) => {
      const { idleMs } = this.#options;
      const idle = setTimeout(() => this.#breakOff(`nothing came for ${idleMs} ms`), idleMs).unref();
      this.#expire = reject;
      this.#from
        .read()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(idle);
          this.#expire = undefined;
        });
    });
  }

  #breakOff(why: string): void {
    const error = new Error(`the answer of ${this.#options.label} was broken off: ${why}`);
    const expire = this.#expire;
    this.#over(error);
    this.#from.cancel();
    expire?.(error);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #afterEnd({ failure }: StreamEnd): undefined {
    if (failure !== undefined) throw failure;
    return undefined;
  }

  #over(failure: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { bytes: this.#bytes, failure };
    clearTimeout(this.#lifetime);
    this.#wake?.();
    for (const then of this.#endings) then(this.#end);
  }
}
