/** Bytes at full speed up to a number, then so many a second: a token bucket that begins full and is never refilled beyond what one second gives. */
export class PacedBytes {
  readonly #bytesPerMs: number;
  #full: number;
  /** Monotonic time at which everything taken so far may have left. */
  #freeAtMs = Number.NEGATIVE_INFINITY;

  constructor(fullSpeedBytes: number, bytesPerSecond: number) {
    this.#full = fullSpeedBytes;
    this.#bytesPerMs = bytesPerSecond / 1_000;
  }

  /** Milliseconds that so many more bytes have to wait before they may leave. Time that nobody used is not saved up. */
  waitMsFor(bytes: number, nowMs: number): number {
    const free = Math.min(bytes, this.#full);
    this.#full -= free;
    const paced = bytes - free;
    if (paced === 0) return 0;
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + paced / this.#bytesPerMs;
    return this.#freeAtMs - nowMs;
  }
}
