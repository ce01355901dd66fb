import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createTraceStore } from './trace-store.ts';

const place = { account: '000000000000', region: 'us-east-1' };
const segment = (trace: string, id: string) => ({ trace_id: trace, id, name: 'pets/prod', start_time: 1 });

test('of too many segments the oldest traces go, whole, also after the store was emptied', () => {
  const store = createTraceStore({ maxSegments: 3 });
  for (let round = 0; round < 2; round++) {
    store.add(place, segment('a', '1'));
    store.add(place, segment('b', '2'));
    store.add(place, segment('a', '3'));
    assert.deepEqual(ids(), ['a', 'b']);
    store.add(place, segment('c', '4'));
    assert.deepEqual(ids(), ['b', 'c']);
    store.add(place, segment('d', '5'));
    store.add(place, segment('e', '6'));
    assert.deepEqual(ids(), ['c', 'd', 'e']);
    store.clear();
    assert.deepEqual(ids(), []);
  }

  function ids(): string[] {
    return store.all(place).map(({ id }) => id);
  }
});
