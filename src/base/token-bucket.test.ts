import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { TokenBucket } from './token-bucket.ts';

test('[THR-01] the third request of a second finds a bucket of two empty; a second later one token is back', () => {
  const bucket = new TokenBucket(1, 2);
  assert.deepEqual([bucket.take(0), bucket.take(10), bucket.take(999)], [true, true, false]);
  assert.equal(bucket.take(1_010), true);
  assert.equal(bucket.take(1_020), false);
});

test('a long rest fills the bucket to its burst and no further', () => {
  const bucket = new TokenBucket(100, 3);
  for (let i = 0; i < 3; i++) bucket.take(0);
  const taken = Array.from({ length: 5 }, () => bucket.take(1_000_000)).filter(Boolean).length;
  assert.equal(taken, 3);
});

test('over time a bucket lets through its rate', () => {
  const bucket = new TokenBucket(50, 10);
  let taken = 0;
  for (let ms = 0; ms < 10_000; ms++) if (bucket.take(ms)) taken++;
  assert.ok(taken >= 508 && taken <= 510, String(taken));
});

test('[THR-09] a rate or a burst of 0 lets nothing through', () => {
  assert.equal(new TokenBucket(0, 5).take(1_000), false);
  const noBurst = new TokenBucket(5, 0);
  assert.equal(noBurst.take(0) || noBurst.take(60_000), false);
});

test('time that runs backwards fills nothing', () => {
  const bucket = new TokenBucket(1, 1);
  assert.equal(bucket.take(5_000), true);
  assert.equal(bucket.take(0), false);
  assert.equal(bucket.take(5_500), false);
});

test('a changed limit keeps what was spent: no change hands out a fresh burst', () => {
  const bucket = new TokenBucket(1, 2);
  assert.equal(bucket.limitedTo(1, 2), bucket);
  assert.equal(bucket.take(0) && bucket.take(0), true);
  const raised = bucket.limitedTo(1, 3);
  assert.deepEqual([raised.take(0), raised.take(0)], [true, false]);
  const lowered = new TokenBucket(1, 5).limitedTo(1, 2);
  assert.deepEqual([lowered.take(0), lowered.take(0), lowered.take(0)], [true, true, false]);
  const opened = new TokenBucket(0, 0).limitedTo(1, 1);
  assert.deepEqual([opened.take(0), opened.take(0)], [true, false]);
});
