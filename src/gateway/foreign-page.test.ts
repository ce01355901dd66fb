import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type HttpRequest, noBody } from '../base/http.ts';
import { foreignPage } from './foreign-page.ts';

const request = (...headers: string[]): HttpRequest => ({
  method: 'POST',
  path: '/2015-03-31/functions',
  query: '',
  headers,
  body: noBody,
  protocol: 'HTTP/1.1',
  secure: false,
  sourceIp: '127.0.0.1',
});

test('clients that are no browsers come from no page', () => {
  assert.equal(foreignPage(request('Host', 'localhost:4566')), undefined);
  assert.equal(foreignPage(request()), undefined);
});

test('pages of this machine and of this server itself are our own', () => {
  for (const origin of [
    'http://localhost:3000',
    'http://app.localhost',
    'https://127.0.0.1:8080',
    'http://[::1]:5173',
  ]) {
    assert.equal(foreignPage(request('Host', 'localhost:4566', 'Origin', origin)), undefined, origin);
  }
  assert.equal(foreignPage(request('Host', 'gatewright:4566', 'Origin', 'http://gatewright:4566')), undefined);
  assert.equal(foreignPage(request('Host', '10.0.0.7:4566', 'Origin', 'http://10.0.0.7:4566')), undefined);
  assert.equal(foreignPage(request('Host', 'localhost', 'Sec-Fetch-Site', 'same-origin')), undefined);
});

test('a page of another site is foreign, also when its name was made to lead here, also when it hides its name', () => {
  for (const origin of [
    'https://evil.example',
    'null',
    'file://',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
  ]) {
    assert.equal(foreignPage(request('Host', 'localhost:4566', 'Origin', origin)), origin);
  }
  assert.equal(
    foreignPage(request('Host', 'evil.example:4566', 'Origin', 'http://evil.example:4566')),
    'http://evil.example:4566',
  );
  assert.equal(foreignPage(request('Host', 'localhost:4566', 'Sec-Fetch-Site', 'cross-site')), 'another site');
});

test('a private network’s name is our own; where calls are signed, every name is by which this server was called', () => {
  const called = (name: string) => request('Host', name, 'Origin', `https://${name}`);
  assert.equal(foreignPage(called('gateway.internal:4566')), undefined);
  assert.equal(foreignPage(called('gateway.example')), 'https://gateway.example');
  assert.equal(foreignPage(called('gateway.example'), { isAnyNameOurs: true }), undefined);
  const lured = request('Host', 'gateway.example', 'Origin', 'https://evil.example');
  assert.equal(foreignPage(lured, { isAnyNameOurs: true }), 'https://evil.example');
});
