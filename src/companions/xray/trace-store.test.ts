import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { TracedRequest } from '../../ports/tracing.ts';
import { createTraceStore } from './trace-store.ts';

const place = { account: '000000000000', region: 'us-east-1' };
const segment = (trace: string, id: string) => ({ trace_id: trace, id, name: 'pets/prod', start_time: 1 });

const request: TracedRequest = {
  ...{ kind: 'rest', ...place, traceId: 't', segmentId: 's', parentId: undefined, rule: 'r' },
  ...{ apiId: 'a', apiName: 'n', stage: 's', resourceArn: '', route: undefined, url: 'http://x/', userAgent: 'é' },
  ...{ requestId: '', extendedRequestId: '', method: 'GET', clientIp: '' },
  ...{ startMs: 1, endMs: 2, status: 200, contentLength: 0, calls: [] },
};

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
  const long = { ...request, url: `http://x/${'x'.repeat(10_000)}`, userAgent: 'u'.repeat(10_000) };
  for (let i = 0; i < 50; i++) store.addRequest({ ...long, traceId: `long${i}` });
  assert.equal(store.all(place).length, 10);
});

test('requests nobody asked for are in the order they came with segments that were put, and go first when they are the oldest', () => {
  const store = createTraceStore({ maxSegments: 4 });
  const ids = (): string[] => store.all(place).map(({ id }) => id);
  store.addRequest({ ...request, traceId: 'a' });
  store.add(place, segment('b', '2'));
  store.addRequest({ ...request, traceId: 'c' });
  store.addRequest({ ...request, traceId: 'd' });
  assert.deepEqual(ids(), ['a', 'b', 'c', 'd']);
  for (const traceId of ['e', 'f', 'g', 'h', 'i', 'j']) store.addRequest({ ...request, traceId });
  assert.deepEqual(ids(), ['g', 'h', 'i', 'j']);
  store.addRequest({ ...request, traceId: 'k' });
  store.clear();
  assert.deepEqual(ids(), []);
  store.addRequest({ ...request, traceId: 'l' });
  assert.equal(store.find(place, 'l')?.segments.get('s')?.http?.request?.['user_agent'], 'é');
});

test('a request that somebody asked for before it is traced again is one trace with both', () => {
  const store = createTraceStore();
  store.addRequest(request);
  assert.deepEqual([...store.find(place, 't')!.segments.keys()], ['s']);
  store.addRequest({ ...request, segmentId: 's2' });
  store.add(place, segment('t', 's3'));
  assert.deepEqual([...store.find(place, 't')!.segments.keys()], ['s', 's2', 's3']);
});
