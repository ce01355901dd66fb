/** The CloudWatch companion: the metrics of deployed APIs and those that were put, alarms on both, and dashboards, through CloudWatch's operations. */
import type { Clock } from '../../base/clock.ts';
import type { FellowNodes } from '../../ports/fellow-nodes.ts';
import type { Functions } from '../../ports/functions.ts';
import type { Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Upstream } from '../../ports/upstream.ts';
import type { Handlers, Operation } from '../../wire/call.ts';
import type { MetricDataQuery, Operations } from '../../wire/generated/cloudwatch.ts';
import type { MetricValue } from '../logs/filters/metric-filter.ts';
import type { MemoryMetrics } from '../telemetry/metrics.ts';
import { minuteMs } from '../telemetry/minutes.ts';
import { createActions } from './alarms/actions.ts';
import { createAlarmWatcher } from './alarms/watcher.ts';
import { gatewaySeries } from './gateway-series.ts';
import { alarmHandlers } from './handlers/alarms.ts';
import { dashboardHandlers } from './handlers/dashboards.ts';
import { getMetricData } from './handlers/get-metric-data.ts';
import { getMetricStatistics } from './handlers/get-metric-statistics.ts';
import { listMetrics } from './handlers/list-metrics.ts';
import { putMetricData } from './handlers/put-metric-data.ts';
import { tagHandlers } from './handlers/tags.ts';
import { createPutMetrics } from './put-metrics.ts';
import type { SeriesSource } from './series.ts';
import { type SeriesRequest, seriesElsewhere } from './series-elsewhere.ts';

export interface CloudWatchOptions {
  readonly clock: Clock;
  readonly metrics: Pick<MemoryMetrics, 'measured'>;
  /** Whoever else counts something. */
  readonly others?: readonly SeriesSource[];
  readonly store: Store;
  readonly log: Log;
  readonly upstream: Pick<Upstream, 'send'>;
  /** Those of alarms' actions. */
  readonly functions: Functions;
  readonly strictPermissions: boolean;
  /** Where notifications for topics go, by the topic's ARN. */
  readonly alarmActions: Readonly<Record<string, string>>;
  /** Other nodes share the store, and with it the alarms. */
  readonly isShared?: boolean;
  /** Other nodes that can be asked what they have measured. */
  readonly fellows?: FellowNodes | undefined;
}

export interface CloudWatchCompanion {
  readonly handlers: Handlers<Operations>;
  /** Holds every alarm whose time has come against its metrics; runs by itself. */
  evaluateAlarms(): Promise<void>;
  /** One value of a metric of somebody else's: metric filters of logs. */
  put(value: MetricValue): void;
  /** Forgets what was put. */
  reset(): void;
  close(): void;
}

export function createCloudWatch(options: CloudWatchOptions): CloudWatchCompanion {
  const { clock, metrics, store, log, fellows } = options;
  const put = createPutMetrics();
  const sources = [gatewaySeries(() => metrics.measured()), ...(options.others ?? []), put];
  const act = createActions({ ...options, endpoints: options.alarmActions });
  const series = fellows && seriesElsewhere(fellows, sources);
  const elsewhere = fellows && series && { fellows, series };
  const watcher = createAlarmWatcher({
    store,
    clock,
    sources,
    log,
    act,
    isShared: options.isShared === true,
    elsewhere,
  });

  /** An operation over this node's sources and those of the others, as far as they answer. */
  function ofAllNodes<Input, Output>(
    over: (sources: readonly SeriesSource[]) => Operation<Input, Output>,
    requestOf: (input: Input) => Pick<SeriesRequest, 'metrics' | 'fromMs' | 'untilMs'>,
  ): Operation<Input, Output> {
    if (series === undefined) return over(sources);
    return async (input, call) => {
      const { account, region } = call;
      const asked = fellows?.canBeAsked === true ? [{ account, region, ...requestOf(input) }] : [];
      const [others = []] = await series(asked).catch((error: unknown) => {
        log.warn('Metrics are told without those of a node that does not answer', { why: String(error) });
        return [];
      });
      return over([...sources, ...others])(input, call);
    };
  }

  return {
    handlers: {
      GetMetricStatistics: ofAllNodes(getMetricStatistics, (input) => ({
        ...{ metrics: [input], fromMs: input.StartTime - minuteMs, untilMs: input.EndTime },
      })),
      GetMetricData: ofAllNodes(getMetricData, ({ MetricDataQueries, StartTime, EndTime }) => ({
        metrics: MetricDataQueries.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
        fromMs: StartTime - longestPeriodMs(MetricDataQueries),
        untilMs: EndTime,
      })),
      ListMetrics: ofAllNodes(
        (all) => listMetrics(all, clock),
        () => ({ metrics: undefined, fromMs: 0, untilMs: 0 }),
      ),
      PutMetricData: putMetricData(put, clock),
      ...alarmHandlers({ store, clock, watcher }),
      ...dashboardHandlers({ store, clock }),
      ...tagHandlers({ store }),
    },
    put({ account, region, namespace, name, dimensions, unit, atMs, value }) {
      const distribution = { samples: 1, sum: value, min: value, max: value, values: [[value, 1]] as const };
      put.add(account, region, { namespace, name, dimensions, unit, atMs, resolutionSeconds: 60, distribution });
    },
    evaluateAlarms: watcher.evaluateDue,
    reset: put.clear,
    close: watcher.close,
  };
}

/** Points begin a period before the time asked for at most. */
const longestPeriodMs = (queries: readonly MetricDataQuery[]): number =>
  Math.max(60, ...queries.map(({ MetricStat }) => MetricStat?.Period ?? 60)) * 1_000;
