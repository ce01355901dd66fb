/** Counters per method of a stage, in memory: what `GET /_/metrics` shows. Recording is a few additions on numbers. */
import type { MethodMetrics, Metrics } from '../../ports/telemetry.ts';

export type MetricDimensions = Parameters<Metrics['method']>[0];

/** Sums since start; latencies in milliseconds. */
export interface MethodTotals extends MetricDimensions {
  readonly count: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly latency: LatencySummary;
  /** Of the requests that reached an integration. */
  readonly integrationLatency: LatencySummary;
}

export interface LatencySummary {
  readonly samples: number;
  readonly averageMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** 8 buckets per doubling from 1 µs up: a percentile is right within 9 %, and a sample costs one logarithm. */
const bucketsPerDoubling = 8;
const bucketCount = 28 * bucketsPerDoubling;

class Latency {
  readonly #buckets = new Uint32Array(bucketCount);
  #samples = 0;
  #sumMs = 0;
  #maxMs = 0;

  add(ms: number): void {
    this.#samples++;
    this.#sumMs += ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
    const bucket = ms <= 0.001 ? 0 : Math.floor(Math.log2(ms * 1000) * bucketsPerDoubling);
    this.#buckets[Math.min(bucket, bucketCount - 1)]!++;
  }

  summary(): LatencySummary {
    return {
      samples: this.#samples,
      averageMs: this.#samples === 0 ? 0 : this.#sumMs / this.#samples,
      p50Ms: this.#percentileMs(0.5),
      p99Ms: this.#percentileMs(0.99),
      maxMs: this.#maxMs,
    };
  }

  #percentileMs(share: number): number {
    if (this.#samples === 0) return 0;
    const wanted = Math.ceil(this.#samples * share);
    let seen = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      seen += this.#buckets[bucket]!;
      if (seen >= wanted) return Math.min(2 ** ((bucket + 1) / bucketsPerDoubling) / 1000, this.#maxMs);
    }
    return this.#maxMs;
  }
}

class MethodCounters implements MethodMetrics {
  readonly dimensions: MetricDimensions;
  #count = 0;
  #clientErrors = 0;
  #serverErrors = 0;
  readonly #latency = new Latency();
  readonly #integrationLatency = new Latency();

  constructor(dimensions: MetricDimensions) {
    this.dimensions = dimensions;
  }

  record(status: number, latencyMs: number, integrationLatencyMs: number): void {
    this.#count++;
    if (status >= 500) this.#serverErrors++;
    else if (status >= 400) this.#clientErrors++;
    this.#latency.add(latencyMs);
    if (integrationLatencyMs >= 0) this.#integrationLatency.add(integrationLatencyMs);
  }

  totals(): MethodTotals {
    return {
      ...this.dimensions,
      count: this.#count,
      clientErrors: this.#clientErrors,
      serverErrors: this.#serverErrors,
      latency: this.#latency.summary(),
      integrationLatency: this.#integrationLatency.summary(),
    };
  }
}

export interface MemoryMetrics extends Metrics {
  /** Every method that was ever compiled, in the order first seen. */
  totals(): readonly MethodTotals[];
  /** Drops the counters of a deleted stage. */
  forget(apiId: string, stage: string): void;
  clear(): void;
}

export function createMemoryMetrics(): MemoryMetrics {
  const methods = new Map<string, MethodCounters>();
  return {
    method(dimensions) {
      const key = `${dimensions.apiId}/${dimensions.stage}/${dimensions.method}${dimensions.resource}`;
      let counters = methods.get(key);
      if (counters === undefined) {
        counters = new MethodCounters(dimensions);
        methods.set(key, counters);
      }
      return counters;
    },
    totals: () => [...methods.values()].map((counters) => counters.totals()),
    forget(apiId, stage) {
      for (const key of methods.keys()) if (key.startsWith(`${apiId}/${stage}/`)) methods.delete(key);
    },
    clear: () => methods.clear(),
  };
}
