import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { BoundedMap } from './bounded-map.ts';

test('what was not asked for goes first, and the limit holds', () => {
  const map = new BoundedMap<number>(3);
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) map.set(key, value);
  assert.equal(map.get('a'), 1);
  map.set('d', 4);
  assert.equal(map.get('b'), undefined);
  assert.deepEqual([map.get('a'), map.get('c'), map.get('d'), map.size], [1, 3, 4, 3]);
});

test('when all were asked for, the oldest goes', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.get('b');
  map.set('c', 3);
  assert.deepEqual([map.get('a'), map.get('b'), map.get('c')], [undefined, 2, 3]);
});

test('a value set again takes no more room', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  assert.deepEqual([map.get('a'), map.get('b'), map.size], [3, 2, 2]);
  map.delete('a');
  assert.equal(map.get('a'), undefined);
  map.clear();
  assert.equal(map.size, 0);
});
