/** Token buckets, whoever keeps them: one process, or several nodes together (rows THR-*). Asked on the hot path, so no answer is ever waited for. */
import { TokenBucket } from '../base/token-bucket.ts';

export interface Bucket {
  /** Tokens a second. */
  readonly ratePerSecond: number;
  /** Tokens at most. */
  readonly burst: number;
  /** Takes one token if there is one. `nowMs` is monotonic time; a time before the last call's counts as the last call's. */
  take(nowMs: number): boolean;
  /** The bucket after a change of its limit: as many tokens are spent in it as in this one, so that no change hands out a fresh burst. */
  limitedTo(ratePerSecond: number, burst: number): Bucket;
}

export interface Buckets {
  /** A bucket, full when nobody has drawn on one of that name. Names are unique over everything that is limited: `account/000000000000/us-east-1`. */
  bucket(name: string, ratePerSecond: number, burst: number): Bucket;
}

/** Each process limits for itself. */
export const ownBuckets: Buckets = { bucket: (_name, ratePerSecond, burst) => new TokenBucket(ratePerSecond, burst) };
