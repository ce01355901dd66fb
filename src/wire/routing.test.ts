import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileOperationRouter } from './routing.ts';
import { loadModel } from './service-model.ts';

const model = loadModel('apigateway');
const router = compileOperationRouter(model.operationNames.map((name) => model.operation(name)));
const match = (method: string, path: string, query = '') => router.match(method, path, new URLSearchParams(query));

test('a literal query tells two operations apart, other parameters do not', () => {
  assert.equal(match('POST', '/restapis')?.operation, 'CreateRestApi');
  assert.equal(match('POST', '/restapis', 'mode=import&failonwarnings=true')?.operation, 'ImportRestApi');
  assert.equal(match('POST', '/restapis', 'mode=other')?.operation, 'CreateRestApi');
  assert.deepEqual(match('POST', '/restapis', 'mode=import')?.literalQuery, ['mode']);
});

test('a literal segment wins over a label', () => {
  const small = compileOperationRouter([
    { name: 'Named', method: 'GET', requestUri: '/things/{id}' },
    { name: 'Default', method: 'GET', requestUri: '/things/default' },
    { name: 'Rest', method: 'GET', requestUri: '/things/default/{rest+}' },
    { name: 'Deep', method: 'GET', requestUri: '/things/{id}/parts' },
  ]);
  const named = (path: string) => small.match('GET', path, new URLSearchParams());
  assert.equal(named('/things/default')?.operation, 'Default');
  assert.deepEqual(named('/things/other')?.labels, { id: 'other' });
  assert.deepEqual(named('/things/default/a/b%2Fc')?.labels, { rest: 'a/b/c' });
  assert.equal(named('/things/x/parts')?.operation, 'Deep');
});

test('a label is one segment, percent-decoded once, with encoded slashes kept inside', () => {
  const { labels } = match('GET', '/restapis/a%2Fb%20c%252F/stages/%C3%BC')!;
  assert.deepEqual(labels, { restapi_id: 'a/b c%2F', stage_name: 'ü' });
});

test('an ARN may be encoded or plain', () => {
  const arn = 'arn:aws:apigateway:us-east-1::/restapis/abc/stages/dev';
  assert.deepEqual(match('GET', `/tags/${encodeURIComponent(arn)}`)?.labels, { resource_arn: arn });
  assert.deepEqual(match('GET', `/tags/${arn}`)?.labels, { resource_arn: arn });
});

test('only a label that is called an ARN takes slashes', () => {
  assert.equal(match('GET', '/restapis/arn:aws:x/nothing/here'), undefined);
});

test('one slash at the end means nothing, an empty label is no label', () => {
  assert.equal(match('GET', '/restapis/')?.operation, 'GetRestApis');
  assert.equal(match('GET', '/restapis//resources'), undefined);
  assert.equal(match('PATCH', '/restapis'), undefined);
  assert.equal(match('GET', '/'), undefined);
});

test('a label named like a property of every object is only a value', () => {
  assert.deepEqual(match('GET', '/restapis/__proto__/stages/constructor')?.labels, {
    restapi_id: '__proto__',
    stage_name: 'constructor',
  });
});

test('every operation of every model is found at its own path', () => {
  for (const name of ['apigateway', 'apigatewayv2', 'apigatewaymanagementapi', 'lambda'] as const) {
    const every = loadModel(name);
    const all = compileOperationRouter(every.operationNames.map((operation) => every.operation(operation)));
    for (const operation of every.operationNames) {
      const { method, requestUri } = every.operation(operation);
      const [path, query = ''] = requestUri.replace(/\{[^}]+\}/g, 'value').split('?');
      assert.equal(all.match(method, path!, new URLSearchParams(query))?.operation, operation);
    }
  }
});
