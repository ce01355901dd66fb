import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { exchange } from '../plan-fixture.ts';
import { callersTrace, traceparentOf, withTraceparent } from './headers.ts';

const Root = '1-5f84c7a1-0123456789abcdef01234567';
const read = (headers: string[], readsTraceparent = true) =>
  callersTrace(exchange({ path: '/', headers }), readsTraceparent);

test("[MET-09] the fields of X-Ray's header in any order; what is malformed is not taken over", () => {
  assert.deepEqual(read(['X-Amzn-Trace-Id', `Sampled=1;Root=${Root}; Parent=53995c3f42cd8ad8;Self=1-2-3`]), {
    ...{ traceId: Root, parentId: '53995c3f42cd8ad8', isSampled: true },
  });
  assert.deepEqual(read(['x-amzn-trace-id', `Root=${Root}`]), {
    ...{ traceId: Root, parentId: undefined, isSampled: undefined },
  });
  assert.deepEqual(read(['x-amzn-trace-id', 'Root=1-x;Parent=y;Sampled=?']), {
    ...{ traceId: undefined, parentId: undefined, isSampled: undefined },
  });
});

test("W3C's header names the same trace, where somebody exports it", () => {
  const header = '00-5f84c7a10123456789abcdef01234567-53995c3f42cd8ad8-00';
  assert.deepEqual(read(['traceparent', header]), { traceId: Root, parentId: '53995c3f42cd8ad8', isSampled: false });
  assert.equal(read(['traceparent', header], false), undefined);
  for (const bad of [
    'ff' + header.slice(2),
    header.replace(/5f8[^-]*/, '0'.repeat(32)),
    header.slice(0, -4),
    'x',
    `${header}-x`,
  ]) {
    assert.equal(read(['traceparent', bad]), undefined, bad);
  }
  assert.equal(read(['traceparent', `01${header.slice(2)}-more`])?.traceId, Root);
  assert.equal(traceparentOf(Root, '53995c3f42cd8ad8'), `${header.slice(0, -2)}01`);
});

test('what is called gets our traceparent in place of the client’s', () => {
  assert.deepEqual(withTraceparent(['A', '1', 'TraceParent', 'old', 'tracestate', 'v=1'], 'new'), [
    ...['A', '1', 'tracestate', 'v=1', 'traceparent', 'new'],
  ]);
});
