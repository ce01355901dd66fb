/**
 * Counters per method of a stage, in memory: what `GET /_/metrics` and `/metrics` show since the start, and minute by minute what CloudWatch's operations
 * are asked for. Recording is a few additions on numbers (bench/plan.ts).
 */
import type { Clock } from '../../base/clock.ts';
import type {
  MeasuredReply,
  MeasuredRequest,
  MethodMetrics,
  MetricDimensions,
  Metrics,
} from '../../ports/telemetry.ts';
import { Latency, type LatencySummary, type PackedLatency, summaryOf } from './latency.ts';
import { ClosedMinutes, type Minute, minuteMs, OpenMinute } from './minutes.ts';

/** Sums since start; latencies in milliseconds. */
export interface MethodTotals extends Omit<MetricDimensions, 'series'> {
  /** Of the stage's canary release; absent otherwise. */
  readonly canary?: true;
  readonly count: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly latency: LatencySummary;
  /** Of the requests that reached an integration. */
  readonly integrationLatency: LatencySummary;
}

/** The same with whole histograms. */
export interface MethodHistograms extends Omit<MethodTotals, 'latency' | 'integrationLatency'> {
  readonly latency: PackedLatency;
  readonly integrationLatency: PackedLatency;
}

/** What CloudWatch's series are made of. */
export interface MeasuredMethod {
  readonly dimensions: MetricDimensions;
  /** Minutes in order of time, the last one possibly not over. */
  minutesSoFar(): Iterable<Minute>;
}

const sums = ['count', 'clientErrors', 'serverErrors', 'cacheHits', 'cacheMisses'] as const;
type Sums = Record<(typeof sums)[number], number>;

class MethodCounters implements MethodMetrics, MeasuredMethod {
  dimensions: MetricDimensions;
  readonly minutes: Minute[] = [];
  readonly #closed: ClosedMinutes;
  readonly #open: OpenMinute;
  /** Of the minutes that are over. */
  readonly #sums: Sums = { count: 0, clientErrors: 0, serverErrors: 0, cacheHits: 0, cacheMisses: 0 };
  readonly #latency = new Latency();
  readonly #integrationLatency = new Latency();

  constructor(dimensions: MetricDimensions, minute: number, closed: ClosedMinutes) {
    this.dimensions = dimensions;
    this.#closed = closed;
    this.#open = new OpenMinute(minute, isDetailed(dimensions), dimensions.series?.kind === 'http');
  }

  /** The same method of a new deployment, whose settings may differ. */
  continueAs(dimensions: MetricDimensions): void {
    const wasDetailed = isDetailed(this.dimensions);
    this.dimensions = dimensions;
    if (isDetailed(dimensions) !== wasDetailed) this.#begin(this.#open.minute);
  }

  /** The minute that is open closes: the stage is gone. */
  retire(): void {
    this.#begin(this.#open.minute);
  }

  record(request: MeasuredRequest, reply: MeasuredReply, latencyMs: number): void {
    const minute = Math.floor((request.startedAtMs + latencyMs) / minuteMs);
    if (minute > this.#open.minute) this.#begin(minute);
    this.#open.add(request, reply, latencyMs);
  }

  #begin(minute: number): void {
    const over = this.#open.soFar();
    if (over !== undefined) {
      for (const name of sums) this.#sums[name] += over[name];
      this.#latency.addPacked(over.latency);
      this.#integrationLatency.addPacked(over.integrationLatency);
      this.#closed.add(this, over, minute);
    }
    this.#open.begin(minute, isDetailed(this.dimensions));
  }

  *minutesSoFar(): Iterable<Minute> {
    yield* this.minutes;
    const open = this.#open.soFar();
    if (open !== undefined) yield open;
  }

  histograms(): MethodHistograms {
    const open = this.#open.soFar();
    const total = { ...this.#sums };
    const latency = new Latency();
    const integrationLatency = new Latency();
    latency.addPacked(this.#latency.packed());
    integrationLatency.addPacked(this.#integrationLatency.packed());
    if (open !== undefined) {
      for (const name of sums) total[name] += open[name];
      latency.addPacked(open.latency);
      integrationLatency.addPacked(open.integrationLatency);
    }
    const { series, ...dimensions } = this.dimensions;
    return {
      ...dimensions,
      ...(series?.isCanary === true && { canary: true }),
      ...total,
      latency: latency.packed(),
      integrationLatency: integrationLatency.packed(),
    };
  }
}

const isDetailed = ({ series }: MetricDimensions): boolean => series?.isDetailed === true;

export interface MemoryMetrics extends Metrics {
  /** Every method that was ever compiled and whose stage is still there, in the order first seen. */
  totals(): readonly MethodTotals[];
  histograms(): readonly MethodHistograms[];
  /** Those of deleted stages included, as long as minutes of them are kept. */
  measured(): Iterable<MeasuredMethod>;
  /** A stage was deleted: its counters go, its minutes stay as long as any. */
  forget(apiId: string, stage: string): void;
  clear(): void;
}

export interface MetricsBounds {
  /** Of all methods together; a minute in which a method was not called costs nothing. */
  readonly maxMinutes: number;
  readonly maxAgeMinutes: number;
}

/** Some 300 bytes a minute and method: 60 MB at most. */
export const defaultMetricsBounds: MetricsBounds = { maxMinutes: 200_000, maxAgeMinutes: 15 * 24 * 60 };

export function createMemoryMetrics(clock: Clock, bounds: MetricsBounds = defaultMetricsBounds): MemoryMetrics {
  const methods = new Map<string, MethodCounters>();
  const closed = new ClosedMinutes(bounds);
  let retired: MethodCounters[] = [];

  const keyOf = ({ apiId, stage, method, resource, series }: MetricDimensions): string =>
    `${apiId}/${stage}/${series?.isCanary === true ? 'canary' : ''}/${method}${resource}`;

  function histograms(): MethodHistograms[] {
    // Requests no method took have no line of their own until there is one.
    return [...methods.values()]
      .map((each) => each.histograms())
      .filter((each) => each.resource !== '' || each.count > 0);
  }

  return {
    method(dimensions) {
      const key = keyOf(dimensions);
      let counters = methods.get(key);
      if (counters === undefined) {
        counters = new MethodCounters(dimensions, Math.floor(clock.now() / minuteMs), closed);
        methods.set(key, counters);
      } else counters.continueAs(dimensions);
      return counters;
    },
    totals: () =>
      histograms().map((each) => ({
        ...each,
        latency: summaryOf(each.latency),
        integrationLatency: summaryOf(each.integrationLatency),
      })),
    histograms,
    *measured() {
      yield* retired;
      yield* methods.values();
    },
    forget(apiId, stage) {
      retired = retired.filter(({ minutes }) => minutes.length > 0);
      for (const [key, counters] of methods) {
        if (!key.startsWith(`${apiId}/${stage}/`)) continue;
        methods.delete(key);
        counters.retire();
        if (counters.minutes.length > 0) retired.push(counters);
      }
    },
    clear() {
      methods.clear();
      retired = [];
      closed.clear();
    },
  };
}
