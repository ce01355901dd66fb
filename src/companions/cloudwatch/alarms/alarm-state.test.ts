import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { judge, type Rules } from './alarm-state.ts';

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** `0 - X - X`, the newest last; a state for each treatment, and how many were filled in. */
function judged(written: string, datapointsToAlarm: number): string[] {
  const points = written.split(' ').map((sign) => (sign === '-' ? undefined : sign === 'X' ? 1 : 0));
  return treatments.map((treatMissingData) => {
    const rules: Rules = {
      evaluationPeriods: 3,
      datapointsToAlarm,
      treatMissingData,
      isBreaching: (value) => value > 0,
    };
    return judge(points, rules).state ?? 'retain';
  });
}

test('three out of three: the guide’s table of missing data', () => {
  const rows = {
    '0 - X - X': ['OK', 'OK', 'OK', 'OK'],
    '0 - - - -': ['OK', 'OK', 'OK', 'OK'],
    '- - - - -': ['INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
    '0 X X - X': ['ALARM', 'ALARM', 'ALARM', 'ALARM'],
    '- - X - -': ['ALARM', 'retain', 'ALARM', 'OK'],
  };
  for (const [points, states] of Object.entries(rows)) assert.deepEqual(judged(points, 3), states, points);
});

test('two out of three: the guide’s second table', () => {
  const rows = {
    '0 - X - X': ['ALARM', 'ALARM', 'ALARM', 'ALARM'],
    '0 0 X 0 X': ['ALARM', 'ALARM', 'ALARM', 'ALARM'],
    '0 - X - -': ['OK', 'OK', 'ALARM', 'OK'],
    '- - - - 0': ['OK', 'OK', 'ALARM', 'OK'],
    '- - - X -': ['ALARM', 'retain', 'ALARM', 'OK'],
  };
  for (const [points, states] of Object.entries(rows)) assert.deepEqual(judged(points, 2), states, points);
});

test('a first breach does not go into alarm before there was time for others', () => {
  assert.deepEqual(judged('- - - - X', 3)[0], 'INSUFFICIENT_DATA');
  assert.deepEqual(judged('- - - X -', 3)[0], 'INSUFFICIENT_DATA');
});

test('what was decided by: the newest points there are, and how many are missing', () => {
  const rules: Rules = {
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    treatMissingData: 'missing',
    isBreaching: (n) => n > 0,
  };
  assert.deepEqual(judge([9, undefined, 5, 7, undefined], rules), { state: 'ALARM', evaluated: [2, 3], filled: 0 });
  assert.deepEqual(judge([undefined, undefined, undefined, 0], rules), { state: 'OK', evaluated: [3], filled: 1 });
});
