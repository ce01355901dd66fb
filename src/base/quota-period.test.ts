import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { dayOf, daysBetween, periodAt, startOfDay } from './quota-period.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const days = (period: 'DAY' | 'WEEK' | 'MONTH', offset: number, moment: string): string[] => {
  const { startMs, endMs } = periodAt(period, offset, at(moment));
  return [dayOf(startMs), dayOf(endMs)];
};

test('[UP-07] periods begin at midnight UTC: of the day, of Sunday, of the first of the month', () => {
  assert.deepEqual(days('DAY', 0, '2026-11-26T23:59:59.999'), ['2026-11-26', '2026-11-27']);
  assert.deepEqual(days('WEEK', 0, '2026-11-26T12:00:00'), ['2026-11-22', '2026-11-29']);
  assert.deepEqual(days('WEEK', 0, '2026-11-22T00:00:00'), ['2026-11-22', '2026-11-29']);
  assert.deepEqual(days('WEEK', 0, '2026-11-28T23:59:59.999'), ['2026-11-22', '2026-11-29']);
  assert.deepEqual(days('MONTH', 0, '2026-12-31T12:00:00'), ['2026-12-01', '2027-01-01']);
});

test('an offset moves the first day of a week or month', () => {
  assert.deepEqual(days('WEEK', 1, '2026-11-22T12:00:00'), ['2026-11-16', '2026-11-23']);
  assert.deepEqual(days('WEEK', 6, '2026-11-28T00:00:00'), ['2026-11-28', '2026-12-05']);
  assert.deepEqual(days('MONTH', 27, '2027-03-01T00:00:00'), ['2027-02-28', '2027-03-28']);
  assert.deepEqual(days('MONTH', 2, '2027-01-02T00:00:00'), ['2026-12-03', '2027-01-03']);
});

test('days are read only where there is such a day', () => {
  assert.equal(startOfDay('2028-02-29'), Date.UTC(2028, 1, 29));
  for (const wrong of ['2027-02-29', '2026-13-01', '2026-1-1', '', '2026-11-26T00:00:00Z']) {
    assert.equal(startOfDay(wrong), undefined);
  }
  assert.deepEqual(daysBetween(at('2026-11-30T00:00:00'), at('2026-12-01T00:00:00')), ['2026-11-30', '2026-12-01']);
});
