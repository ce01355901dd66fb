import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parseRequestExpression, parseResponseExpression } from './mapping-expression.ts';

test('[MAP-01] every form of the request side', () => {
  for (const location of ['path', 'querystring', 'header', 'multivaluequerystring', 'multivalueheader'] as const) {
    assert.deepEqual(parseRequestExpression(`method.request.${location}.a-b.c$d_1`), {
      kind: 'request',
      location,
      name: 'a-b.c$d_1',
    });
  }
  assert.deepEqual(parseRequestExpression('method.request.body'), { kind: 'body', path: undefined });
  assert.deepEqual(parseRequestExpression('method.request.body.a[0].b'), { kind: 'body', path: 'a[0].b' });
  assert.deepEqual(parseRequestExpression('method.request.body.$.a'), { kind: 'body', path: '$.a' });
  assert.deepEqual(parseRequestExpression('stageVariables.x'), { kind: 'stage-variable', name: 'x' });
  assert.deepEqual(parseRequestExpression('context.identity.sourceIp'), { kind: 'context', name: 'identity.sourceIp' });
});

test('[MAP-04] every form of the response side', () => {
  assert.deepEqual(parseResponseExpression('integration.response.header.x-a'), {
    kind: 'response-header',
    isMultiValue: false,
    name: 'x-a',
  });
  assert.deepEqual(parseResponseExpression('integration.response.multivalueheader.x-a'), {
    kind: 'response-header',
    isMultiValue: true,
    name: 'x-a',
  });
  assert.deepEqual(parseResponseExpression("integration.response.body['a b'].c"), { kind: 'body', path: "['a b'].c" });
});

test('[MAP-03] literals stand in single quotes and may hold anything; names have few letters', () => {
  assert.deepEqual(parseRequestExpression("'it's, a\nliteral'"), { kind: 'literal', value: "it's, a\nliteral" });
  assert.deepEqual(parseResponseExpression("''"), { kind: 'literal', value: '' });
  for (const text of [
    'method.request.header.a b',
    'method.request.header.',
    'method.request.cookie.a',
    "'open",
    'plain',
    '',
  ]) {
    assert.equal(parseRequestExpression(text), undefined, text);
  }
  assert.equal(parseRequestExpression('integration.response.body'), undefined, 'the other side');
  assert.equal(parseResponseExpression('method.request.body'), undefined, 'the other side');
});
