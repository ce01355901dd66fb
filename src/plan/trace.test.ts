import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { exchange } from './plan-fixture.ts';
import { functionTrace, traceHeader } from './trace.ts';

const root = 'Root=1-66f31d1c-0123456789abcdef01234567';
const traced = (header: string): string => traceHeader(exchange({ headers: ['X-Amzn-Trace-Id', header] }));

test('a request without the header gets a root of its own, once, dated with its arrival', () => {
  const x = exchange();
  const first = traceHeader(x);
  assert.match(first, /^Root=1-6ab5851c-[0-9a-f]{24}$/);
  assert.equal(traceHeader(x), first);
});

test('a client’s Root is kept, with Parent and Sampled; Self is not handed on', () => {
  assert.equal(traced(root), root);
  assert.equal(traced(`${root};Parent=53995c3f42cd8ad8;Sampled=1`), `${root};Parent=53995c3f42cd8ad8;Sampled=1`);
  assert.equal(traced(`Self=1-67891234-12456789abcdef012345678;${root}`), root);
});

test('a header without Root gets a new one beside the client’s fields', () => {
  assert.match(traced('Sampled=1'), /^Root=1-6ab5851c-[0-9a-f]{24};Sampled=1$/);
  assert.match(traced('garbage'), /^Root=1-6ab5851c-[0-9a-f]{24};garbage$/);
  assert.match(traced(''), /^Root=1-6ab5851c-[0-9a-f]{24}$/);
});

test('a function gets the root with a parent, a sampling decision and a lineage', () => {
  const x = exchange({ headers: ['X-Amzn-Trace-Id', `${root};Parent=53995c3f42cd8ad8`] });
  assert.match(
    functionTrace(x, 'abcd0123'),
    new RegExp(`^${root};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:abcd0123:0$`),
  );
});
