/**
 * A token bucket: `burst` tokens at most, `ratePerSecond` new ones each second, one taken per request (row THR-01).
 * A rate or burst of 0 never has a token (row THR-09).
 */
export class TokenBucket {
  readonly ratePerSecond: number;
  readonly burst: number;
  readonly #tokensPerMs: number;
  #tokens: number;
  #filledAtMs = 0;

  constructor(ratePerSecond: number, burst: number) {
    this.ratePerSecond = ratePerSecond;
    this.burst = burst;
    this.#tokensPerMs = ratePerSecond / 1000;
    this.#tokens = ratePerSecond > 0 ? burst : 0;
  }

  /** Takes one token if there is one. `nowMs` is monotonic time; a time before the last call's counts as the last call's. */
  take(nowMs: number): boolean {
    const elapsedMs = nowMs - this.#filledAtMs;
    if (elapsedMs > 0) {
      const filled = this.#tokens + elapsedMs * this.#tokensPerMs;
      this.#tokens = Math.min(filled, this.burst);
      this.#filledAtMs = nowMs;
    }
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /**
   * The bucket after a change of its limit: this one when nothing changed, else a new one in which as many tokens are spent as in this one. So a
   * raised burst gives what it was raised by, and no change hands out a fresh burst.
   */
  limitedTo(ratePerSecond: number, burst: number): TokenBucket {
    if (ratePerSecond === this.ratePerSecond && burst === this.burst) return this;
    const changed = new TokenBucket(ratePerSecond, burst);
    if (this.ratePerSecond > 0) {
      changed.#tokens = Math.max(0, Math.min(changed.#tokens, burst - (this.burst - this.#tokens)));
      changed.#filledAtMs = this.#filledAtMs;
    }
    return changed;
  }
}
