import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { UpstreamRequest } from '../../../ports/upstream.ts';
import { createMemoryStore } from '../../../store/memory.ts';
import type { PutMetricAlarmInput } from '../../../wire/generated/cloudwatch.ts';
import { call, cloudWatchOver, functionArn, refused, topic } from './alarm-fixture.ts';

const cloudWatch = (alarmActions?: Record<string, string>, status?: number, isShared?: boolean) =>
  cloudWatchOver(createMemoryStore(), alarmActions, status, isShared);

test('an alarm begins without data, goes into alarm with a minute beyond its threshold, and comes back', async () => {
  const { companion, put, alarm, pass, described, history } = cloudWatch();
  await alarm({ AlarmActions: [topic] });
  const [begun] = await described();
  assert.equal(begun!.StateValue, 'INSUFFICIENT_DATA');
  assert.equal(begun!.StateReason, 'Unchecked: Initial alarm creation');
  assert.equal(begun!.ActionsEnabled, true);
  await put(4);
  await put(2);
  const risen = await pass();
  assert.equal(risen.StateValue, 'ALARM');
  assert.equal(
    risen.StateReason,
    'Threshold Crossed: 1 out of the last 1 datapoints [6.0 (01/03/26 10:00:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).',
  );
  const data = JSON.parse(risen.StateReasonData!) as Record<string, unknown>;
  assert.deepEqual([data['statistic'], data['recentDatapoints'], data['threshold']], ['Sum', [6], 5]);
  await put(1);
  const fallen = await pass();
  assert.equal(fallen.StateValue, 'OK');
  assert.match(fallen.StateReason!, /\[1\.0 \(01\/03\/26 10:01:00\)\] was not greater than the threshold \(5\.0\)/);
  assert.deepEqual(await history('StateUpdate'), [
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
    'Alarm updated from ALARM to OK',
  ]);
  companion.close();
});

test('a topic is told as SNS tells its subscribers, a function with the event of an alarm', async () => {
  const { companion, put, alarm, pass, history, posted, invoked } = cloudWatch();
  await alarm({ AlarmActions: [topic, functionArn], AlarmDescription: 'too many wait' });
  await put(6);
  await pass();
  const [{ origin, target, headers, body }] = posted as [UpstreamRequest];
  assert.equal(origin + target, 'http://hooks.test/ops?x=1');
  assert.ok(headers.includes('x-amz-sns-message-type'));
  const notification = JSON.parse(String(body)) as Record<string, string>;
  assert.equal(notification['Subject'], 'ALARM: "queue" in US East (N. Virginia)');
  assert.equal(notification['TopicArn'], topic);
  const message = JSON.parse(notification['Message']!) as Record<string, unknown>;
  assert.equal(message['NewStateValue'], 'ALARM');
  assert.equal(message['OldStateValue'], 'INSUFFICIENT_DATA');
  assert.equal(message['AlarmDescription'], 'too many wait');
  assert.equal((message['Trigger'] as Record<string, unknown>)['Statistic'], 'SUM');
  const event = JSON.parse(String(invoked[0]!.payload)) as { source: string; alarmData: { state: { value: string } } };
  assert.equal(invoked[0]!.type, 'Event');
  assert.equal(event.source, 'aws.cloudwatch');
  assert.equal(event.alarmData.state.value, 'ALARM');
  assert.deepEqual(await history('Action'), [
    `Successfully executed action ${topic}`,
    `Successfully executed action ${functionArn}`,
  ]);
  companion.close();
});

test('what cannot be told is in the history as failed; disabled actions are not carried out', async () => {
  const { companion, handlers, put, alarm, pass, history, posted } = cloudWatch({});
  await alarm({ AlarmActions: [topic, 'arn:aws:automate:us-east-1:ec2:stop'] });
  await put(6);
  await pass();
  const failed = await history('Action');
  assert.match(failed[0]!, /^Failed to execute action arn:aws:sns:.*"no endpoint is set for the topic/);
  assert.match(failed[1]!, /^Failed to execute action arn:aws:automate:.*"only topics of SNS and functions/);
  await handlers.DisableAlarmActions!({ AlarmNames: ['queue'] }, call);
  await pass();
  await put(6);
  await pass();
  assert.equal((await history('Action')).length, 2);
  assert.equal(posted.length, 0);
  companion.close();
});

test('an expression over two metrics is watched, and one that cannot be computed says so', async () => {
  const { companion, put, alarm, pass, described } = cloudWatch();
  const of = (Id: string, MetricName: string) => ({
    ...{ Id, ReturnData: false },
    MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period: 60, Stat: 'Sum' },
  });
  const ofMetric = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
  const Metrics = [of('failed', 'Failed'), of('all', 'Waiting'), { Id: 'rate', Expression: '100 * failed / all' }];
  await alarm({ ...ofMetric, Threshold: 10, Metrics } as never);
  await put(200);
  await put(30, { MetricName: 'Failed' });
  const risen = await pass();
  assert.equal(risen.StateValue, 'ALARM');
  assert.match(risen.StateReason!, /\[15\.0 /);
  const list = [...Metrics.slice(0, 2), { Id: 'rate', Expression: 'METRICS()' }];
  await alarm({ ...ofMetric, AlarmName: 'broken', Metrics: list } as never);
  await pass();
  const [broken] = await described({ AlarmNames: ['broken'] });
  assert.equal(broken!.StateValue, 'INSUFFICIENT_DATA');
  assert.match(broken!.StateReason!, /must return a single time series/);
  companion.close();
});

test('percentiles of few samples are left alone where the alarm says so', async () => {
  const { companion, put, alarm, pass } = cloudWatch();
  await alarm({ Statistic: undefined, ExtendedStatistic: 'p90', EvaluateLowSampleCountPercentile: 'ignore' } as never);
  await put(9, { Value: undefined, Values: [9], Counts: [99] });
  assert.equal((await pass()).StateValue, 'INSUFFICIENT_DATA');
  await put(9, { Value: undefined, Values: [9], Counts: [101] });
  // The minute before has too few, and is no longer looked at.
  assert.equal((await pass()).StateValue, 'ALARM');
  companion.close();
});

test('missing minutes are treated as the alarm says', async () => {
  const { companion, alarm, pass } = cloudWatch();
  await alarm({ EvaluationPeriods: 2, TreatMissingData: 'notBreaching' });
  const quiet = await pass();
  assert.equal(quiet.StateValue, 'OK');
  assert.equal(
    quiet.StateReason,
    'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [NonBreaching].',
  );
  await alarm({ EvaluationPeriods: 2, TreatMissingData: 'missing' });
  const gone = await pass();
  assert.equal(gone.StateValue, 'INSUFFICIENT_DATA');
  assert.equal(gone.StateReason, 'Insufficient Data: 2 datapoints were unknown.');
  companion.close();
});

test('a state that was set lasts until the alarm is looked at, and tells whom it concerns', async () => {
  const { companion, handlers, put, alarm, pass, posted, history } = cloudWatch();
  await alarm({ OKActions: [topic] });
  await handlers.SetAlarmState!({ AlarmName: 'queue', StateValue: 'OK', StateReason: 'a drill' }, call);
  assert.equal(posted.length, 1);
  await put(9);
  assert.equal((await pass()).StateValue, 'ALARM');
  assert.equal((await history())[0], 'Alarm "queue" created');
  const unknown = { AlarmName: 'none', StateValue: 'OK' as const, StateReason: '' };
  await assert.rejects(async () => handlers.SetAlarmState!(unknown, call), refused('ResourceNotFound'));
  await assert.rejects(
    async () => handlers.SetAlarmState!({ ...unknown, AlarmName: 'queue', StateReasonData: '{' }, call),
    refused('InvalidFormatFault'),
  );
  companion.close();
});

test('what no alarm can be is refused', async () => {
  const { companion, alarm } = cloudWatch();
  const wrong: [Partial<Record<keyof PutMetricAlarmInput, unknown>>, string, RegExp?][] = [
    [{ Statistic: undefined }, 'ValidationException'],
    [{ ExtendedStatistic: 'p90' }, 'InvalidParameterCombinationException'],
    [{ Statistic: undefined, ExtendedStatistic: 'q90' }, 'InvalidParameterValueException'],
    [{ Threshold: undefined }, 'MissingRequiredParameterException'],
    [{ Period: 61 }, 'InvalidParameterValueException'],
    [{ EvaluationPeriods: 2, DatapointsToAlarm: 3 }, 'ValidationException', /DatapointsToAlarm must be less/],
    [{ EvaluationPeriods: 1441 }, 'ValidationException', /more than a day/],
    [{ TreatMissingData: 'sometimes' }, 'InvalidParameterValueException'],
    [{ ComparisonOperator: 'LessThanLowerThreshold' }, 'NotImplementedException'],
    [{ Metrics: [{ Id: 'a', Expression: '1' }] }, 'InvalidParameterCombinationException'],
  ];
  for (const [more, kind, message] of wrong) {
    await assert.rejects(async () => alarm(more as never), refused(kind, message), JSON.stringify(more));
  }
  companion.close();
});

test('where nodes share alarms, one that never had the metric leaves the alarm alone', async () => {
  const { companion, put, alarm, pass } = cloudWatch({}, 200, true);
  await alarm({ TreatMissingData: 'breaching' });
  assert.equal((await pass()).StateValue, 'INSUFFICIENT_DATA');
  await put(1);
  assert.equal((await pass()).StateValue, 'OK');
  companion.close();
});
