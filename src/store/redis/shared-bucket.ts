/**
 * A token bucket that several nodes draw on. Each node takes tokens from what it believes is left and tells the others a moment later (shared-buckets.ts), so
 * a token costs what it costs in one process. While Redis is away a node has its share of rate and burst to itself.
 */
import type { Bucket } from '../../ports/rate-limits.ts';

/** What buckets share. */
export interface BucketKeeper {
  /** 1 while nodes hear of each other; else the number of nodes among which every limit is divided. */
  readonly nodesApart: number;
  /** A token was taken, the first since the bucket was last told of. */
  touched(bucket: SharedBucket): void;
  bucket(name: string, ratePerSecond: number, burst: number): SharedBucket;
}

/** What Redis is told of a bucket. */
export interface BucketReport {
  /** Tokens taken since the last report. */
  readonly taken: number;
  /** Tokens that are missing from the bucket at least, seen from a node that was apart; -1 for one that was not. */
  readonly missing: number;
}

export class SharedBucket implements Bucket {
  readonly name: string;
  readonly ratePerSecond: number;
  readonly burst: number;
  readonly #keeper: BucketKeeper;
  /** Of this node, while it is apart its share. */
  #tokensPerMs: number;
  #most: number;
  #tokens: number;
  #filledAtMs = 0;
  #nodesApart = 1;
  /** Since the last report. */
  #taken = 0;
  /** Reports went missing, or were not made: what was taken is known by what is left. */
  #wasApart = false;

  constructor(name: string, ratePerSecond: number, burst: number, keeper: BucketKeeper) {
    this.name = name;
    this.ratePerSecond = ratePerSecond;
    this.burst = burst;
    this.#keeper = keeper;
    this.#tokensPerMs = ratePerSecond / 1000;
    this.#most = burst;
    this.#tokens = ratePerSecond > 0 ? burst : 0;
  }

  take(nowMs: number): boolean {
    if (this.#keeper.nodesApart !== this.#nodesApart) this.#divide(this.#keeper.nodesApart, nowMs);
    this.#fill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    if (this.#taken++ === 0) this.#keeper.touched(this);
    return true;
  }

  limitedTo(ratePerSecond: number, burst: number): Bucket {
    if (ratePerSecond === this.ratePerSecond && burst === this.burst) return this;
    const changed = this.#keeper.bucket(this.name, ratePerSecond, burst);
    if (this.ratePerSecond > 0 && ratePerSecond > 0) {
      changed.#tokens = Math.min(burst, burst - (this.burst - this.#tokens * this.#nodesApart));
      changed.#filledAtMs = this.#filledAtMs;
    }
    return changed;
  }

  /** What is to be told, from here on forgotten. */
  report(nowMs: number): BucketReport {
    const taken = this.#taken;
    this.#taken = 0;
    if (!this.#wasApart) return { taken, missing: -1 };
    this.#fill(nowMs);
    return { taken: 0, missing: Math.max(0, this.burst - this.#tokens * this.#nodesApart) };
  }

  /** It was told, and so many tokens are missing from the bucket now, those of all nodes. */
  hears(missing: number, nowMs: number): void {
    this.#wasApart = false;
    if (this.#nodesApart !== 1) this.#divide(1, nowMs);
    this.#tokens = this.burst - missing - this.#taken;
    this.#filledAtMs = nowMs;
  }

  /** It could not be told: perhaps it was, all the same. */
  wasNotHeard(): void {
    this.#wasApart = true;
  }

  #fill(nowMs: number): void {
    const elapsedMs = nowMs - this.#filledAtMs;
    if (elapsedMs <= 0) return;
    this.#tokens = Math.min(this.#tokens + elapsedMs * this.#tokensPerMs, this.#most);
    this.#filledAtMs = nowMs;
  }

  /** What is left is divided too, so that no change of the number hands out tokens. */
  #divide(nodes: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens *= this.#nodesApart / nodes;
    this.#nodesApart = nodes;
    this.#tokensPerMs = this.ratePerSecond / 1000 / nodes;
    // A share of less than one token would never let anybody in.
    this.#most = this.burst < 1 ? this.burst : Math.max(1, this.burst / nodes);
    if (nodes > 1) this.#wasApart = true;
  }
}
