import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  httpRequestMappingComplaints,
  httpResponseMappingComplaints,
  mappingValue,
  requestMappingTarget,
  responseMappingTarget,
} from './http-parameter-mapping.ts';

test('keys say what is done to which part', () => {
  assert.deepEqual(requestMappingTarget('append:header.X-Id'), { action: 'append', place: 'header', name: 'X-Id' });
  assert.deepEqual(requestMappingTarget('remove:querystring.page'), {
    action: 'remove',
    place: 'querystring',
    name: 'page',
  });
  assert.deepEqual(requestMappingTarget('overwrite:path'), { action: 'overwrite', place: 'path' });
  assert.deepEqual(responseMappingTarget('overwrite:statuscode'), { action: 'overwrite', place: 'statuscode' });
  assert.equal(requestMappingTarget('overwrite:statuscode'), undefined);
  assert.equal(responseMappingTarget('append:querystring.a'), undefined);
});

test('values are texts and what is read between them', () => {
  assert.deepEqual(mappingValue('plain', 'request'), ['plain']);
  assert.deepEqual(mappingValue('', 'request'), []);
  assert.deepEqual(mappingValue('$request.body', 'request'), [{ from: 'body', name: '' }]);
  assert.deepEqual(mappingValue('$request.body.a[0].b', 'request'), [{ from: 'body', name: '.a[0].b' }]);
  assert.deepEqual(mappingValue('/v1${request.path}?x=${request.querystring.x}', 'request'), [
    '/v1',
    { from: 'path', name: '' },
    '?x=',
    { from: 'querystring', name: 'x' },
  ]);
  assert.deepEqual(mappingValue('$request.path.id', 'request'), [{ from: 'path', name: 'id' }]);
  assert.deepEqual(mappingValue('$response.header.etag', 'response'), [{ from: 'header', name: 'etag' }]);
  assert.equal(mappingValue('$response.header.etag', 'request'), undefined);
  assert.equal(mappingValue('$request.header.a', 'response'), undefined);
  assert.equal(mappingValue('$response.path', 'response'), undefined);
});

test('a price in dollars is a text', () => {
  assert.deepEqual(mappingValue('$5', 'request'), ['$5']);
  assert.deepEqual(mappingValue('costs $request', 'request'), ['costs $request']);
});

test('whatever is written there is judged, never crashed over, and in linear time', () => {
  const pieces = [
    '$',
    '{',
    '}',
    'request',
    'response',
    '.',
    'body',
    'header',
    '..',
    '?(',
    '[',
    'a',
    'context',
    ':',
    'append',
  ];
  let seed = 3;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const text = () => Array.from({ length: random(9) }, () => pieces[random(pieces.length)]).join('');
  for (let i = 0; i < 20_000; i++) {
    const value = text();
    const parts = mappingValue(value, 'request');
    const complaints = httpRequestMappingComplaints({ 'append:header.x': value });
    assert.equal(complaints.length, parts === undefined ? 1 : 0, value);
    httpResponseMappingComplaints({ [text()]: { [text()]: value } });
  }
  for (const long of ['${'.repeat(100_000), '${a}'.repeat(50_000), `\${${'a'.repeat(200_000)}`]) {
    httpRequestMappingComplaints({ 'append:header.x': long, [long]: 'x' });
  }
});
