/** Latencies as a histogram: adding one costs a logarithm, a percentile is right within 5 %. */
import type { Distribution } from './distribution.ts';

/** 8 buckets per doubling from 1 µs up. */
const bucketsPerDoubling = 8;
const bucketCount = 28 * bucketsPerDoubling;

/** In milliseconds. */
export interface LatencySummary {
  readonly samples: number;
  readonly averageMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A histogram that gets no more samples: only the buckets that have any. */
export interface PackedLatency {
  readonly samples: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly buckets: Uint8Array;
  readonly counts: Uint32Array;
}

export class Latency {
  /** Made with the first sample: most methods of large APIs are never called. */
  #counts: Uint32Array | undefined;
  #samples = 0;
  #sumMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;

  add(ms: number): void {
    this.#samples++;
    this.#sumMs += ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
    if (ms < this.#minMs) this.#minMs = ms;
    const bucket = ms <= 0.001 ? 0 : Math.floor(Math.log2(ms * 1000) * bucketsPerDoubling);
    this.#counts ??= new Uint32Array(bucketCount);
    this.#counts[Math.min(bucket, bucketCount - 1)]!++;
  }

  addPacked(packed: PackedLatency): void {
    this.#samples += packed.samples;
    this.#sumMs += packed.sumMs;
    this.#minMs = Math.min(this.#minMs, packed.minMs);
    this.#maxMs = Math.max(this.#maxMs, packed.maxMs);
    if (packed.samples === 0) return;
    this.#counts ??= new Uint32Array(bucketCount);
    for (let i = 0; i < packed.buckets.length; i++) this.#counts[packed.buckets[i]!]! += packed.counts[i]!;
  }

  packed(): PackedLatency {
    const used: number[] = [];
    const all = this.#counts;
    if (all !== undefined && this.#samples > 0) for (let i = 0; i < bucketCount; i++) if (all[i]! > 0) used.push(i);
    return {
      samples: this.#samples,
      sumMs: this.#sumMs,
      minMs: this.#minMs,
      maxMs: this.#maxMs,
      buckets: Uint8Array.from(used),
      counts: Uint32Array.from(used, (bucket) => all![bucket]!),
    };
  }

  /** Begins anew without giving the memory back. */
  clear(): void {
    if (this.#samples > 0) this.#counts?.fill(0);
    this.#samples = 0;
    this.#sumMs = 0;
    this.#minMs = Number.POSITIVE_INFINITY;
    this.#maxMs = 0;
  }
}

/** Upper end of a bucket, in milliseconds. */
const bucketEndMs = (bucket: number): number => 2 ** ((bucket + 1) / bucketsPerDoubling) / 1000;

export function summaryOf(packed: PackedLatency): LatencySummary {
  const { samples, sumMs, maxMs } = packed;
  return {
    samples,
    averageMs: samples === 0 ? 0 : sumMs / samples,
    p50Ms: percentileMs(packed, 0.5),
    p99Ms: percentileMs(packed, 0.99),
    maxMs,
  };
}

function percentileMs({ samples, maxMs, buckets, counts }: PackedLatency, share: number): number {
  const wanted = Math.ceil(samples * share);
  let seen = 0;
  for (let i = 0; i < buckets.length; i++) {
    seen += counts[i]!;
    if (seen >= wanted) return Math.min(bucketEndMs(buckets[i]!), maxMs);
  }
  return maxMs;
}

/** Undefined without samples. Each bucket stands for the middle of its span. */
export function distributionOf(packed: PackedLatency): Distribution | undefined {
  const { samples, sumMs, minMs, maxMs, buckets, counts } = packed;
  if (samples === 0) return undefined;
  const middle = (bucket: number): number => bucketEndMs(bucket - 0.5);
  const values = Array.from(
    buckets,
    (bucket, i) => [Math.min(maxMs, Math.max(minMs, middle(bucket))), counts[i]!] as const,
  );
  return { samples, sum: sumMs, min: minMs, max: maxMs, values };
}

/** Samples at or below each bound, which ascend, in milliseconds; as Prometheus' histograms count. */
export function countsUpTo({ buckets, counts }: PackedLatency, boundsMs: readonly number[]): number[] {
  let i = 0;
  let seen = 0;
  return boundsMs.map((boundMs) => {
    while (i < buckets.length && bucketEndMs(buckets[i]!) <= boundMs * (1 + Number.EPSILON * 8)) seen += counts[i++]!;
    return seen;
  });
}
