/** The metrics of deployed APIs, as API Gateway reports them to CloudWatch: names, dimensions and units of each type of API (rows MET-01 to MET-05, WS-28). */
import type { MetricDimensions, SeriesScope } from '../../ports/telemetry.ts';
import { type Distribution, ones, zerosAndOnes } from '../telemetry/distribution.ts';
import { distributionOf } from '../telemetry/latency.ts';
import type { MeasuredMethod } from '../telemetry/metrics.ts';
import { type Minute, minuteMs } from '../telemetry/minutes.ts';
import { type Dimension, dimensionsKey, type MetricSeries, type Point, type SeriesSource } from './series.ts';

/** A method whose minutes are series. */
export type Counted = MetricDimensions & { readonly series: SeriesScope };

export interface GatewayMetric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'Bytes' | 'None';
  /** What a minute of a method says; undefined when it says nothing. */
  of(minute: Minute, method: Counted): Distribution | undefined;
}

const latency: GatewayMetric = {
  name: 'Latency',
  unit: 'Milliseconds',
  of: (minute) => distributionOf(minute.latency),
};
const integrationLatency: GatewayMetric = {
  name: 'IntegrationLatency',
  unit: 'Milliseconds',
  of: (minute) => distributionOf(minute.integrationLatency),
};
const errors = (
  name: string,
  unit: 'Count' | 'None',
  of: (minute: Minute, series: SeriesScope) => number,
): GatewayMetric => ({
  name,
  unit,
  of: (minute, { series }) => zerosAndOnes(minute.count, of(minute, series)),
});

/** Where answers are kept; its samples are all requests, so that the average is the rate of hits (guide, API Gateway metrics). */
const cached = (name: string, of: (minute: Minute) => number): GatewayMetric => ({
  name,
  unit: 'Count',
  of: (minute) => (minute.cacheHits + minute.cacheMisses === 0 ? undefined : zerosAndOnes(minute.count, of(minute))),
});

/** The metrics of each type of API. */
export const metricsOf: Readonly<Record<SeriesScope['kind'], readonly GatewayMetric[]>> = {
  rest: [
    { name: 'Count', unit: 'Count', of: ({ count }) => ones(count) },
    errors('4XXError', 'Count', ({ clientErrors }) => clientErrors),
    errors('5XXError', 'Count', ({ serverErrors }) => serverErrors),
    cached('CacheHitCount', ({ cacheHits }) => cacheHits),
    cached('CacheMissCount', ({ cacheMisses }) => cacheMisses),
    latency,
    integrationLatency,
  ],
  http: [
    { name: 'Count', unit: 'None', of: ({ count }) => ones(count) },
    errors('4xx', 'None', ({ clientErrors }) => clientErrors),
    errors('5xx', 'None', ({ serverErrors }) => serverErrors),
    latency,
    integrationLatency,
    { name: 'DataProcessed', unit: 'Bytes', of: dataProcessed },
  ],
  websocket: [
    // A message route has no points of ConnectCount, the handshake counts as a message too (recorded).
    {
      name: 'ConnectCount',
      unit: 'None',
      of: ({ count }, { series }) => (series.route === '$connect' ? ones(count) : undefined),
    },
    {
      name: 'MessageCount',
      unit: 'None',
      of: ({ count }, { series }) =>
        series.route === undefined || series.route === '$disconnect'
          ? undefined
          : ones(series.isTwoWay ? 2 * count : count),
    },
    // Zeros are published for what went well (recorded).
    errors('ClientError', 'None', ({ refusals }) => refusals),
    errors('IntegrationError', 'None', ({ integrationErrors }, { isFunction }) => (isFunction ? 0 : integrationErrors)),
    errors(
      'ExecutionError',
      'None',
      ({ executionErrors, integrationErrors }, { isFunction }) =>
        executionErrors + (isFunction ? integrationErrors : 0),
    ),
    integrationLatency,
  ],
};

/** Sums, least and most are those of requests; a minute's percentiles are of its average, for sizes are not kept one by one. */
function dataProcessed({ count, bytes, leastBytes, mostBytes }: Minute): Distribution {
  return { samples: count, sum: bytes, min: leastBytes, max: mostBytes, values: [[bytes / count, count]] };
}

/** Characters beyond ASCII are left out of ApiName; where none is left the API's id stands there (row MET-04). */
function apiNameDimension({ apiName, apiId }: MetricDimensions): string {
  return apiName.replace(/[^\x20-\x7e]/g, '').trim() || apiId;
}

interface DimensionSet {
  readonly dimensions: readonly Dimension[];
  /** Of the method or route itself: only for minutes in which it had series of its own. */
  readonly isDetailed: boolean;
}

/** The dimensions a method counts in, the widest first (rows MET-02, MET-05). */
function dimensionSets(method: Counted): DimensionSet[] {
  const { apiId, stage, resource, series } = method;
  const at = (Name: string, Value: string): Dimension => ({ Name, Value });
  const wide = (...dimensions: Dimension[]): DimensionSet => ({ dimensions, isDetailed: false });
  const detailed = (...dimensions: Dimension[]): DimensionSet[] =>
    resource === '' ? [] : [{ dimensions, isDetailed: true }];
  if (series.kind !== 'rest') {
    const ofStage = [at('ApiId', apiId), at('Stage', stage)];
    const route = at('Route', series.route ?? '');
    return [wide(ofStage[0]!), wide(...ofStage), ...detailed(ofStage[0]!, route, ofStage[1]!)];
  }
  const apiName = at('ApiName', apiNameDimension(method));
  const stages = [at('Stage', stage), ...(series.isCanary ? [at('Stage', `${stage}/Canary`)] : [])];
  return [
    wide(apiName),
    ...stages.flatMap((each) => [
      wide(apiName, each),
      ...detailed(apiName, at('Method', method.method), at('Resource', resource), each),
    ]),
  ];
}

interface Part {
  readonly method: MeasuredMethod;
  readonly counted: Counted;
  readonly isDetailed: boolean;
}

interface Group {
  readonly kind: SeriesScope['kind'];
  readonly dimensions: readonly Dimension[];
  readonly parts: Part[];
}

/** Series are put together when asked for: what is counted per request is the method alone. */
export function gatewaySeries(measured: () => Iterable<MeasuredMethod>): SeriesSource {
  return {
    *series(account, region, isWanted) {
      const groups = new Map<string, Group>();
      for (const method of measured()) {
        const { series } = method.dimensions;
        if (series === undefined || series.account !== account || series.region !== region) continue;
        const counted: Counted = { ...method.dimensions, series };
        for (const { dimensions, isDetailed } of dimensionSets(counted)) {
          const key = dimensionsKey(dimensions);
          const group = groups.get(key) ?? { kind: series.kind, dimensions, parts: [] };
          groups.set(key, group);
          group.parts.push({ method, counted, isDetailed });
        }
      }
      for (const [key, { kind, dimensions, parts }] of groups) {
        for (const metric of metricsOf[kind]) {
          if (isWanted?.(metric.name, key) === false) continue;
          const series = seriesOf(metric, dimensions, parts);
          if (series !== undefined) yield series;
        }
      }
    },
  };
}

function seriesOf(
  metric: GatewayMetric,
  dimensions: readonly Dimension[],
  parts: readonly Part[],
): MetricSeries | undefined {
  function* points(fromMs: number, untilMs: number): Iterable<Point> {
    for (const { method, counted, isDetailed } of parts) {
      for (const minute of method.minutesSoFar()) {
        const atMs = minute.minute * minuteMs;
        if (atMs < fromMs || atMs >= untilMs || (isDetailed && !minute.isDetailed)) continue;
        const distribution = metric.of(minute, counted);
        if (distribution !== undefined) yield { atMs, distribution };
      }
    }
  }
  function lastAtMs(): number {
    let last = Number.NEGATIVE_INFINITY;
    for (const { atMs } of points(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) last = Math.max(last, atMs);
    return last;
  }
  // A metric that never had a point is not there.
  for (const _ of points(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
    return { namespace: 'AWS/ApiGateway', name: metric.name, dimensions, unit: metric.unit, lastAtMs, points };
  }
  return undefined;
}
