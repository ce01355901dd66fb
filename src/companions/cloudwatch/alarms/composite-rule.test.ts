import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createMemoryStore } from '../../../store/memory.ts';
import { call, cloudWatchOver, refused, topic } from './alarm-fixture.ts';
import type { StateValue } from './alarm-record.ts';
import { compileRule } from './composite-rule.ts';

const cloudWatch = (alarmActions?: Record<string, string>, status?: number, isShared?: boolean) =>
  cloudWatchOver(createMemoryStore(), alarmActions, status, isShared);

const states: Record<string, StateValue> = {
  hot: 'ALARM',
  cold: 'OK',
  'with space': 'ALARM',
  new: 'INSUFFICIENT_DATA',
};
const holds = (rule: string): boolean => compileRule(rule).holds((name) => states[name]);

test('functions, names in their forms, and what joins them', () => {
  for (const rule of [
    ...['ALARM(hot)', 'ALARM("with space")', 'OK("arn:aws:cloudwatch:us-east-1:000000000000:alarm:cold")', 'TRUE'],
    ...['INSUFFICIENT_DATA(new)', 'INSUFFICIENT_DATA(nowhere)', 'NOT ALARM(cold)', 'not not alarm(hot)'],
    ...['ALARM(cold) OR ALARM(hot) AND OK(cold)', '(ALARM(cold) OR ALARM(hot)) AND NOT (FALSE)'],
  ]) {
    assert.ok(holds(rule), rule);
  }
  for (const rule of ['FALSE', 'OK(hot)', 'ALARM(hot) AND ALARM(cold)', '(ALARM(hot) OR TRUE) AND OK(nowhere)']) {
    assert.ok(!holds(rule), rule);
  }
});

test('a rule knows whom it asks, once each', () => {
  assert.deepEqual(compileRule('ALARM(a) AND (OK("b c") OR NOT ALARM(a))').children, ['a', 'b c']);
});

test('what is no rule is refused', () => {
  for (const rule of [
    '',
    'ALARM',
    'ALARM()',
    'ALARM(a',
    'ALARM(a) ALARM(b)',
    'HOT(a)',
    'AND',
    `${'('.repeat(200)}TRUE`,
  ]) {
    assert.throws(() => compileRule(rule), { kind: 'ValidationException' }, rule);
  }
});

test('a composite alarm follows the alarms its rule asks, and tells whom it concerns', async () => {
  const { companion, handlers, put, alarm, pass, posted } = cloudWatch();
  const composite = async (): Promise<[string?, string?]> => {
    const { CompositeAlarms } = await handlers.DescribeAlarms!({ AlarmTypes: ['CompositeAlarm'] }, call);
    return [CompositeAlarms![0]?.StateValue, CompositeAlarms![0]?.StateReason];
  };
  const settled = async (value: string): Promise<string> => {
    for (let turn = 0; turn < 1_000; turn++) {
      const [state, reason] = await composite();
      if (state === value) return reason!;
      await new Promise(setImmediate);
    }
    throw new Error(`never ${value}`);
  };
  await alarm();
  await alarm({ AlarmName: 'other', MetricName: 'Others' });
  const AlarmRule = 'ALARM(queue) AND NOT ALARM(other)';
  await handlers.PutCompositeAlarm!({ AlarmName: 'both', AlarmRule, AlarmActions: [topic] }, call);
  assert.match(await settled('OK'), /alarm:both was created and its alarm rule evaluates to OK$/);
  await put(9);
  await pass();
  const reason = await settled('ALARM');
  assert.match(reason, /alarm:queue transitioned to ALARM at Sunday 1 March, 2026 10:01:05 UTC$/);
  const message = JSON.parse((JSON.parse(String(posted[0]!.body)) as { Message: string }).Message) as Record<
    string,
    unknown
  >;
  assert.deepEqual([message['AlarmName'], message['AlarmRule'], message['Trigger']], ['both', AlarmRule, undefined]);
  await put(9, { MetricName: 'Others' });
  await put(9);
  await pass();
  await settled('OK');

  const names = async (input: object): Promise<(string | undefined)[]> => {
    const { MetricAlarms, CompositeAlarms } = await handlers.DescribeAlarms!(input, call);
    return [...MetricAlarms!, ...CompositeAlarms!].map(({ AlarmName }) => AlarmName);
  };
  assert.deepEqual(await names({ ChildrenOfAlarmName: 'both' }), ['other', 'queue']);
  assert.deepEqual(await names({ ParentsOfAlarmName: 'queue' }), ['both']);
  assert.deepEqual(await names({}), ['other', 'queue']);
  await assert.rejects(
    async () => handlers.PutCompositeAlarm!({ AlarmName: 'c', AlarmRule: 'ALARM(none)' }, call),
    refused('ValidationException', /alarms \[none\] in the alarm rule do not exist/),
  );
  await assert.rejects(async () => alarm({ AlarmName: 'both' }), refused('ValidationException'));
  companion.close();
});

test('composites that ask each other in a circle come to rest', async () => {
  const { companion, handlers, alarm } = cloudWatch();
  await alarm();
  const put = async (AlarmName: string, AlarmRule: string): Promise<void> => {
    await handlers.PutCompositeAlarm!({ AlarmName, AlarmRule }, call);
  };
  await put('a', 'ALARM(queue)');
  await put('b', 'NOT ALARM(a)');
  await put('a', 'ALARM(b)');
  await handlers.SetAlarmState!({ AlarmName: 'queue', StateValue: 'ALARM', StateReason: '' }, call);
  await handlers.SetAlarmState!({ AlarmName: 'b', StateValue: 'INSUFFICIENT_DATA', StateReason: '' }, call);
  companion.close();
});
