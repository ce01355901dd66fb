import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { StateValue } from './alarm-record.ts';
import { compileRule } from './composite-rule.ts';

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
