/** Test support: CloudWatch over a clock that is told to move, with whom alarms told. */
import { ManualClock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import type { FellowNodes } from '../../../ports/fellow-nodes.ts';
import type { FunctionInvocation } from '../../../ports/functions.ts';
import type { Store } from '../../../ports/store.ts';
import { silentLog } from '../../../ports/telemetry.ts';
import type { UpstreamRequest } from '../../../ports/upstream.ts';
import type { Call } from '../../../wire/call.ts';
import type { MetricAlarm, PutMetricAlarmInput } from '../../../wire/generated/cloudwatch.ts';
import { createCloudWatch } from '../cloudwatch.ts';

const minute = 60_000;
export const topic = 'arn:aws:sns:us-east-1:000000000000:ops';
export const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:told';
export const call = { account: '000000000000', region: 'us-east-1' } as Call;

export function cloudWatchOver(
  store: Store,
  alarmActions: Record<string, string> = { [topic]: 'http://hooks.test/ops?x=1' },
  status = 200,
  isShared = false,
  fellows: FellowNodes | undefined = undefined,
) {
  const clock = new ManualClock(Date.UTC(2026, 2, 1, 10, 0, 5));
  const posted: UpstreamRequest[] = [];
  const invoked: FunctionInvocation[] = [];
  const companion = createCloudWatch({
    ...{ clock, store, log: silentLog, strictPermissions: true, alarmActions, isShared, fellows },
    metrics: { measured: () => [] },
    upstream: {
      async send(request) {
        posted.push(request);
        return { status, headers: [], body: Buffer.alloc(0) };
      },
    },
    functions: {
      async invoke(invocation) {
        invoked.push(invocation);
        return { status: 202, payload: Buffer.alloc(0), executedVersion: '1', requestId: 'r' };
      },
      mayInvoke: ({ principal }) => principal === 'lambda.alarms.cloudwatch.amazonaws.com',
    },
  });
  const { handlers } = companion;
  const put = (value: number, more: object = {}) =>
    handlers.PutMetricData!(
      { Namespace: 'Shop', MetricData: [{ MetricName: 'Waiting', Value: value, Timestamp: clock.now(), ...more }] },
      call,
    );
  const alarm = (more: Partial<PutMetricAlarmInput> = {}) =>
    handlers.PutMetricAlarm!(
      {
        ...{ AlarmName: 'queue', Namespace: 'Shop', MetricName: 'Waiting', Statistic: 'Sum', Period: 60 },
        ...{ EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: 'GreaterThanThreshold' },
        ...more,
      } as PutMetricAlarmInput,
      call,
    );
  /** A minute later, everything that was due done. */
  async function pass(): Promise<MetricAlarm> {
    clock.advance(minute);
    await companion.evaluateAlarms();
    return (await described())[0]!;
  }
  async function described(input: object = {}): Promise<readonly MetricAlarm[]> {
    return (await handlers.DescribeAlarms!(input, call)).MetricAlarms!;
  }
  async function history(HistoryItemType?: 'Action' | 'StateUpdate' | 'ConfigurationUpdate'): Promise<string[]> {
    const input = {
      AlarmName: 'queue',
      ScanBy: 'TimestampAscending' as const,
      ...(HistoryItemType && { HistoryItemType }),
    };
    const found = await handlers.DescribeAlarmHistory!(input, call);
    return found.AlarmHistoryItems!.map(({ HistorySummary }) => HistorySummary!);
  }
  return { companion, handlers, clock, put, alarm, pass, described, history, posted, invoked };
}

export const refused = (kind: string, message?: RegExp) => (error: unknown) =>
  error instanceof Problem && error.kind === kind && (message === undefined || message.test(error.message));
