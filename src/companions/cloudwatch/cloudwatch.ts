/** The CloudWatch companion: the metrics of deployed APIs and those that were put, through CloudWatch's operations. */
import type { Clock } from '../../base/clock.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/cloudwatch.ts';
import type { MemoryMetrics } from '../telemetry/metrics.ts';
import { gatewaySeries } from './gateway-series.ts';
import { getMetricData } from './handlers/get-metric-data.ts';
import { getMetricStatistics } from './handlers/get-metric-statistics.ts';
import { listMetrics } from './handlers/list-metrics.ts';
import { putMetricData } from './handlers/put-metric-data.ts';
import { createPutMetrics } from './put-metrics.ts';

export interface CloudWatchCompanion {
  readonly handlers: Handlers<Operations>;
  /** Forgets what was put. */
  reset(): void;
}

export function createCloudWatch(options: {
  readonly clock: Clock;
  readonly metrics: Pick<MemoryMetrics, 'measured'>;
}): CloudWatchCompanion {
  const { clock, metrics } = options;
  const put = createPutMetrics();
  const sources = [gatewaySeries(() => metrics.measured()), put];
  return {
    handlers: {
      GetMetricStatistics: getMetricStatistics(sources),
      GetMetricData: getMetricData(sources),
      ListMetrics: listMetrics(sources, clock),
      PutMetricData: putMetricData(put, clock),
    },
    reset: put.clear,
  };
}
