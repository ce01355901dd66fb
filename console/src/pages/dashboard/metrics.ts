/** The metrics of a stage, as CloudWatch tells them. */
import { call } from '../../client/call.ts';
import type { ApiKind } from '../../shell/navigation.tsx';

export interface ShownMetric {
  readonly name: string;
  readonly title: string;
  readonly isTime: boolean;
}

const latency: ShownMetric = { name: 'Latency', title: 'Latency (ms)', isTime: true };
const integration: ShownMetric = { name: 'IntegrationLatency', title: 'Integration latency (ms)', isTime: true };
const counted = (name: string, title: string): ShownMetric => ({ name, title, isTime: false });

/** What the dashboard of each kind of API shows (row MET-06). */
export const shownMetrics: Readonly<Record<ApiKind, readonly ShownMetric[]>> = {
  rest: [
    ...[counted('Count', 'API calls'), latency, integration],
    ...[counted('4XXError', '4xx errors'), counted('5XXError', '5xx errors')],
    ...[counted('CacheHitCount', 'Cache hits'), counted('CacheMissCount', 'Cache misses')],
  ],
  http: [
    ...[counted('Count', 'API calls'), latency, integration],
    ...[counted('4xx', '4xx errors'), counted('5xx', '5xx errors'), counted('DataProcessed', 'Data processed (bytes)')],
  ],
  websocket: [
    ...[counted('ConnectCount', 'Connections'), counted('MessageCount', 'Messages'), integration],
    ...[
      counted('ClientError', 'Client errors'),
      counted('ExecutionError', 'Execution errors'),
      counted('IntegrationError', 'Integration errors'),
    ],
  ],
};

export const spans = {
  '1h': { title: '1 hour', seconds: 3600, period: 60 },
  '3h': { title: '3 hours', seconds: 3 * 3600, period: 300 },
  '1d': { title: '1 day', seconds: 86_400, period: 900 },
  '1w': { title: '1 week', seconds: 7 * 86_400, period: 3600 },
} as const;
export type SpanName = keyof typeof spans;

export interface Line {
  readonly title: string;
  readonly points: readonly { readonly x: Date; readonly y: number }[];
}

export interface MetricLines {
  readonly metric: ShownMetric;
  readonly lines: readonly Line[];
  /** Over the whole span; undefined for times. */
  readonly sum: number | undefined;
  readonly from: Date;
  readonly to: Date;
}

export interface Measured {
  readonly kind: ApiKind;
  readonly apiId: string;
  readonly apiName: string;
  /** All stages together when empty. */
  readonly stage: string;
}

/** Every metric of a stage over a span that ends at `endMs`: counts by their sum, times by percentiles. */
export async function readMetrics(
  { kind, apiId, apiName, stage }: Measured,
  spanName: SpanName,
  endMs: number,
): Promise<MetricLines[]> {
  const { seconds, period } = spans[spanName];
  const end = Math.ceil(endMs / 1000 / period) * period;
  const start = end - seconds;
  const dimensions = [
    kind === 'rest' ? { Name: 'ApiName', Value: apiName } : { Name: 'ApiId', Value: apiId },
    ...(stage === '' ? [] : [{ Name: 'Stage', Value: stage }]),
  ];
  const wanted = shownMetrics[kind].flatMap((metric, i) =>
    (metric.isTime ? ['p50', 'p99'] : ['Sum']).map((statistic) => ({
      metric,
      statistic,
      Id: `m${i}${statistic.toLowerCase()}`,
    })),
  );
  const { MetricDataResults = [] } = await call('cloudwatch', 'GetMetricData', {
    ...{ StartTime: start * 1000, EndTime: end * 1000, ScanBy: 'TimestampAscending' as const },
    MetricDataQueries: wanted.map(({ metric, statistic, Id }) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: 'AWS/ApiGateway', MetricName: metric.name, Dimensions: dimensions },
        ...{ Period: period, Stat: statistic },
      },
    })),
  });
  return shownMetrics[kind].map((metric): MetricLines => {
    const lines = wanted
      .filter((each) => each.metric === metric)
      .map(({ Id, statistic }): Line => {
        const { Timestamps = [], Values = [] } = MetricDataResults.find((result) => result.Id === Id) ?? {};
        const known = new Map(Timestamps.map((time, i) => [time, Values[i]!]));
        const points: { x: Date; y: number }[] = [];
        // Nothing counted is a count of nothing; nothing timed is no time at all.
        for (let time = start; time < end; time += period) {
          const value = known.get(time * 1000) ?? (metric.isTime ? undefined : 0);
          if (value !== undefined) points.push({ x: new Date(time * 1000), y: value });
        }
        // A line needs two ends.
        if (points.length === 1) points.push({ x: new Date(points[0]!.x.getTime() + period * 1000), y: points[0]!.y });
        return { title: statistic, points };
      });
    const sum = metric.isTime ? undefined : lines[0]!.points.reduce((total, { y }) => total + y, 0);
    return { metric, lines, sum, from: new Date(start * 1000), to: new Date(end * 1000) };
  });
}
