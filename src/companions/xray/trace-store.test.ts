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

test('large documents and long addresses count as several segments, so that memory is bounded whatever is written', () => {
  const store = createTraceStore({ maxSegments: 100 });
  for (let i = 0; i < 50; i++) store.add(place, segment(`put${i}`, '1'), 60_000);
  assert.equal(store.all(place).length, 3);
  const request = {
    ...{
      kind: 'rest' as const,
      ...place,
      segmentId: 's',
      parentId: undefined,
      rule: 'r',
      apiId: 'a',
      apiName: 'n',
      stage: 's',
    },
    ...{ resourceArn: '', route: undefined, requestId: '', extendedRequestId: '', method: 'GET', clientIp: '' },
    ...{ url: `http://x/${'x'.repeat(10_000)}`, userAgent: 'u'.repeat(10_000) },
    ...{ startMs: 1, endMs: 2, status: 200, contentLength: 0, calls: [] },
  } as const;
  for (let i = 0; i < 50; i++) store.addRequest({ ...request, traceId: `long${i}` });
  assert.equal(store.all(place).length, 10);
});
