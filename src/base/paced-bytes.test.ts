import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { PacedBytes } from './paced-bytes.ts';

test('[NEW-01] the first bytes leave at once, the rest at so many a second', () => {
  const pace = new PacedBytes(10, 2_000);
  assert.equal(pace.waitMsFor(8, 0), 0);
  // Two are left at full speed, two more take a millisecond.
  assert.equal(pace.waitMsFor(4, 0), 1);
  assert.equal(pace.waitMsFor(2_000, 1), 1_000);
  assert.equal(pace.waitMsFor(2_000, 501), 1_500);
});

test('time in which nothing came is not saved up', () => {
  const pace = new PacedBytes(0, 1_000);
  assert.equal(pace.waitMsFor(1, 0), 1);
  assert.equal(pace.waitMsFor(1, 5_000), 1);
});
