import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { typicalMs } from './typical-duration.ts';

const after = (durations: readonly number[]): number => durations.reduce<number | undefined>(typicalMs, undefined)!;

test('a few long waits for a processor do not make a quick function slow; a function that is slow shows within some calls', () => {
  assert.ok(after([1, ...Array.from({ length: 500 }, (_, i) => (i % 10 === 0 ? 80 : 1))]) < 1.5);
  assert.ok(after([1, ...Array.from({ length: 30 }, () => 50)]) > 5);
  // The first call of an environment compiles its code.
  assert.ok(after([40, ...Array.from({ length: 30 }, () => 1)]) < 5);
  assert.equal(after([7]), 7);
});
