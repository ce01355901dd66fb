import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import type { HeaderList } from '../base/headers.ts';
import { type HttpRequest, noBody } from '../base/http.ts';
import { addressOf, type InvokeAddress } from './addresses.ts';
import { newExchange } from './exchange.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function exchangeOf(headers: HeaderList) {
  const request: HttpRequest = {
    method: 'POST',
    path: '/prod/pets',
    query: 'a=b',
    headers: ['Host', 'abc.execute-api.localhost', ...headers],
    body: noBody,
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  };
  return newExchange(request, addressOf(request) as InvokeAddress, new ManualClock(1_234));
}

test('an exchange carries what was sent, where it is addressed, its ids and its time of arrival', () => {
  const x = exchangeOf([]);
  assert.equal(x.method, 'POST');
  assert.equal(x.path, '/pets');
  assert.equal(x.contextPath, '/prod/pets');
  assert.equal(x.domainName, 'abc.execute-api.localhost');
  assert.equal(x.startedAtMs, 1_234);
  assert.match(x.requestId, uuid);
  assert.match(x.extendedRequestId, /^[A-Za-z0-9+/]{15}=$/);
  assert.notEqual(exchangeOf([]).requestId, x.requestId);
});

test('[EP-14] a client’s x-amzn-RequestId is adopted when it is a UUID and said to be replaced when not', () => {
  const sent = '8f7a1c3e-0b1d-11ee-be56-0242AC120002';
  assert.equal(exchangeOf(['X-Amzn-RequestId', sent]).requestId, sent);
  for (const wrong of ['', 'abc', `${sent}0`, sent.replaceAll('-', ''), `x${sent.slice(1)}`]) {
    const [id, ...words] = exchangeOf(['x-amzn-requestid', wrong]).requestId.split('_');
    assert.match(id!, uuid);
    assert.equal(words.join('_'), 'REPLACED_INVALID_REQUEST_ID');
  }
});

test('[EP-15] X-HTTP-Method-Override is the verb that is routed; the request keeps its own', () => {
  const x = exchangeOf(['x-http-method-override', 'PUT']);
  assert.equal(x.method, 'PUT');
  assert.equal(x.request.method, 'POST');
});
