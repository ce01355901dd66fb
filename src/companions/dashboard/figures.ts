/** The numbers of a stage's dashboard (row MET-06): the metrics CloudWatch has of it, step by step, and what its methods add up to. */
import type { MetricDimensions, SeriesScope } from '../../ports/telemetry.ts';
import { type Counted, type GatewayMetric, metricsOf } from '../cloudwatch/gateway-series.ts';
import { statisticNamed } from '../cloudwatch/statistics.ts';
import { type Distribution, merged } from '../telemetry/distribution.ts';
import type { MeasuredMethod } from '../telemetry/metrics.ts';
import { type Minute, minuteMs } from '../telemetry/minutes.ts';
import type { Span } from './span.ts';

export interface StageName {
  readonly apiId: string;
  readonly stage: string;
}

export interface KnownStage extends StageName {
  readonly apiName: string;
  readonly kind: SeriesScope['kind'];
}

/** One line of a chart: a value for each step, null where nothing was measured. */
export interface Line {
  readonly statistic: string;
  readonly values: readonly (number | null)[];
  /** Of the whole time; null without a sample. */
  readonly overall: number | null;
}

export interface MetricFigures {
  /** CloudWatch's name. */
  readonly metric: string;
  /** The graph's, "View CloudWatch metrics with the API dashboard". */
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
}

/** Sums over the whole time of one method or route; latencies in milliseconds. */
export interface MethodFigures {
  readonly method: string;
  readonly resource: string;
  /** Of the stage's canary release. */
  readonly canary: boolean;
  readonly count: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly latency: Readonly<Record<string, number>> | null;
  readonly integrationLatency: Readonly<Record<string, number>> | null;
}

export interface StageFigures extends KnownStage {
  readonly from: string;
  readonly to: string;
  readonly stepSeconds: number;
  /** Where each step begins. */
  readonly times: readonly string[];
  readonly metrics: readonly MetricFigures[];
  /** The busiest first. */
  readonly methods: readonly MethodFigures[];
}

const titles: Readonly<Record<string, string>> = {
  Count: 'API Calls',
  '4XXError': '4xx Error',
  '5XXError': '5xx Error',
  '4xx': '4xx Error',
  '5xx': '5xx Error',
  IntegrationLatency: 'Integration Latency',
  DataProcessed: 'Data Processed',
};
const ofLatency = ['p50', 'p90', 'p99', 'Average'];
/** Shown where the stage has a cache only, as the guide says. */
const ofCache: ReadonlySet<string> = new Set(['CacheHitCount', 'CacheMissCount']);

/** `known` is what the stage is called and is; its numbers are those of `measured`. */
export function stageFigures(known: KnownStage, measured: Iterable<MeasuredMethod>, span: Span): StageFigures {
  const { fromMs, untilMs, stepMs } = span;
  const steps = Math.round((untilMs - fromMs) / stepMs);
  const times = Array.from({ length: steps }, (_, i) => new Date(fromMs + i * stepMs).toISOString());
  const methods = [...measured].filter(({ dimensions }) => isOf(dimensions, known));
  const minutes = methods.flatMap((method) => {
    const { series } = method.dimensions;
    if (series === undefined) return [];
    const counted: Counted = { ...method.dimensions, series };
    return minutesWithin(method, span).map((minute) => ({ minute, counted }));
  });

  function lineOf(statistic: string, parts: readonly (readonly Distribution[])[]): Line {
    const read = statisticNamed(statistic)!;
    const all = parts.flat();
    // Nobody called is a number of calls, too, and no latency at all.
    const without = statistic === 'Sum' ? 0 : null;
    return {
      statistic,
      values: parts.map((each) => (each.length === 0 ? without : read(merged(each)))),
      overall: all.length === 0 ? without : read(merged(all)),
    };
  }

  function figuresOf(metric: GatewayMetric): MetricFigures[] {
    const parts: Distribution[][] = Array.from({ length: steps }, () => []);
    for (const { minute, counted } of minutes) {
      const distribution = metric.of(minute, counted);
      if (distribution !== undefined)
        parts[Math.floor((minute.minute * minuteMs - fromMs) / stepMs)]!.push(distribution);
    }
    if (ofCache.has(metric.name) && parts.every((each) => each.length === 0)) return [];
    const statistics = metric.unit === 'Milliseconds' ? ofLatency : ['Sum'];
    return [
      {
        metric: metric.name,
        title: titles[metric.name] ?? metric.name,
        unit: metric.unit,
        lines: statistics.map((statistic) => lineOf(statistic, parts)),
      },
    ];
  }

  return {
    ...known,
    from: new Date(fromMs).toISOString(),
    to: new Date(untilMs).toISOString(),
    stepSeconds: stepMs / 1000,
    times,
    metrics: metricsOf[known.kind].flatMap(figuresOf),
    methods: methods
      .map((method) => methodFigures(method, span))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count),
  };
}

const isOf = ({ apiId, stage }: MetricDimensions, of: StageName): boolean => apiId === of.apiId && stage === of.stage;

const minutesWithin = (method: MeasuredMethod, { fromMs, untilMs }: Span): Minute[] =>
  [...method.minutesSoFar()].filter(({ minute }) => minute * minuteMs >= fromMs && minute * minuteMs < untilMs);

function methodFigures(measured: MeasuredMethod, span: Span): MethodFigures {
  const { method, resource, series } = measured.dimensions;
  const minutes = minutesWithin(measured, span);
  const sum = (of: (minute: Minute) => number): number => minutes.reduce((total, minute) => total + of(minute), 0);
  const latencies = (name: 'Latency' | 'IntegrationLatency'): Record<string, number> | null => {
    const metric = [...metricsOf.rest, ...metricsOf.websocket].find((each) => each.name === name)!;
    const parts = minutes.flatMap((minute) => metric.of(minute, measured.dimensions as Counted) ?? []);
    if (parts.length === 0) return null;
    const whole = merged(parts);
    return Object.fromEntries(ofLatency.map((statistic) => [statistic, statisticNamed(statistic)!(whole)]));
  };
  return {
    method,
    resource,
    canary: series?.isCanary === true,
    count: sum(({ count }) => count),
    clientErrors: sum(({ clientErrors }) => clientErrors),
    serverErrors: sum(({ serverErrors }) => serverErrors),
    latency: latencies('Latency'),
    integrationLatency: latencies('IntegrationLatency'),
  };
}

/** Every stage of which something was counted, by API name. */
export function knownStages(measured: Iterable<MeasuredMethod>): KnownStage[] {
  const found = new Map<string, KnownStage>();
  for (const { dimensions } of measured) {
    const { apiId, apiName, stage, series } = dimensions;
    if (series !== undefined) found.set(`${apiId}/${stage}`, { apiId, apiName, stage, kind: series.kind });
  }
  return [...found.values()].sort((a, b) =>
    `${a.apiName} ${a.apiId} ${a.stage}` < `${b.apiName} ${b.apiId} ${b.stage}` ? -1 : 1,
  );
}
