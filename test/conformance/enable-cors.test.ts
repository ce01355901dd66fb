/** `gatewright cors enable` on the whole product, and what a browser's requests are answered afterwards. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { GetMethodCommand, GetResourcesCommand, UpdateMethodCommand } from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { type Backend, httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const main = join(import.meta.dirname, '../../bin/gatewright.mjs');
const run = promisify(execFile);

let gatewright: TestGatewright;
let backend: Backend;
let api: ApiUnderTest;

before(async () => {
  gatewright = await startTestGatewright();
  backend = await httpBackend((_, response) => response.end('from the backend'));
});

async function newApi(): Promise<void> {
  api = await createApi(gatewright, {
    'GET /pets': mock('[]'),
    'POST /pets': { type: 'HTTP', verb: 'POST', uri: `${backend.origin}/`, responses: [{ statusCode: '200' }] },
    'PUT /pets': { type: 'HTTP_PROXY', verb: 'PUT', uri: `${backend.origin}/` },
    'GET /pets/{id}': mock('{}'),
    'ANY /all': { type: 'HTTP_PROXY', verb: 'ANY', uri: `${backend.origin}/` },
  });
  await api.deploy('s');
}

after(async () => {
  await gatewright.close();
  await backend.close();
});

async function cors(...flags: string[]): Promise<string> {
  const args = [main, 'cors', 'enable', '--api', api.id, '--endpoint', gatewright.endpoint, ...flags];
  const env = { ...process.env, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return (await run(process.execPath, args, { env })).stdout;
}

const corsHeadersOf = (reply: Response): Record<string, string> =>
  Object.fromEntries([...reply.headers].filter(([name]) => name.startsWith('access-control-')));

const consoleHeaders = 'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token';

test('[CORS-01] a preflight is answered with the three headers, and the 200 of methods that are no proxies allows the origin', async () => {
  await newApi();
  const said = await cors('--resource', '/pets', '--stage', 's');
  assert.match(said, /\/pets: OPTIONS was added/);
  assert.match(said, /\/pets: left to you: PUT is a proxy \(HTTP_PROXY\)/);
  const preflight = await fetch(api.url('s', '/pets'), { method: 'OPTIONS', headers: { Origin: 'https://a.example' } });
  assert.equal(preflight.status, 200);
  assert.deepEqual(corsHeadersOf(preflight), {
    'access-control-allow-headers': consoleHeaders,
    'access-control-allow-methods': 'GET,POST,PUT,OPTIONS',
    'access-control-allow-origin': '*',
  });
  for (const method of ['GET', 'POST']) {
    const reply = await fetch(api.url('s', '/pets'), { method });
    assert.deepEqual([reply.status, corsHeadersOf(reply)], [200, { 'access-control-allow-origin': '*' }], method);
  }
  const proxied = await fetch(api.url('s', '/pets'), { method: 'PUT' });
  assert.deepEqual([await proxied.text(), corsHeadersOf(proxied)], ['from the backend', {}]);
});

test('[CORS-02] children are left alone, and nothing acts before a deployment', async () => {
  await newApi();
  await cors('--resource', '/pets');
  assert.equal((await fetch(api.url('s', '/pets'), { method: 'OPTIONS' })).status, 403);
  await api.deploy('s');
  assert.equal((await fetch(api.url('s', '/pets'), { method: 'OPTIONS' })).status, 200);
  const child = await fetch(api.url('s', '/pets/7'));
  assert.deepEqual([child.status, corsHeadersOf(child)], [200, {}]);
  assert.equal((await fetch(api.url('s', '/pets/7'), { method: 'OPTIONS' })).status, 403);
});

test('[CORS-02] the answers of an ANY proxy stay the backend’s, preflights are the gateway’s', async () => {
  await newApi();
  await cors('--resource', '/all', '--stage', 's');
  const preflight = await fetch(api.url('s', '/all'), { method: 'OPTIONS' });
  assert.equal(preflight.headers.get('access-control-allow-methods'), 'DELETE,GET,HEAD,PATCH,POST,PUT,OPTIONS');
  assert.deepEqual(corsHeadersOf(await fetch(api.url('s', '/all'))), {});
});

test('[CORS-04] errors the gateway makes carry the headers too, unless they are to be left alone', async () => {
  await newApi();
  await cors('--resource', '/pets', '--stage', 's', '--keep-gateway-responses');
  assert.deepEqual(corsHeadersOf(await fetch(api.url('s', '/nothing'))), {});
  await cors('--resource', '/pets', '--stage', 's');
  const refused = await fetch(api.url('s', '/nothing'));
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get('access-control-allow-origin'), '*');
  await backend.close();
  const failed = await fetch(api.url('s', '/pets'), { method: 'PUT' });
  assert.equal(failed.status, 504);
  assert.equal(failed.headers.get('access-control-allow-origin'), '*');
  backend = await httpBackend((_, response) => response.end('from the backend'));
});

test('doing it twice is doing it once, and another choice replaces the first', async () => {
  await newApi();
  const everything = async () => {
    const { items = [] } = await gatewright.apigateway.send(
      new GetResourcesCommand({ restApiId: api.id, embed: ['methods'] }),
    );
    return items;
  };
  await cors('--resource', '/pets');
  const once = await everything();
  assert.match(await cors('--resource', '/pets'), /\/pets: CORS is enabled already/);
  assert.deepEqual(await everything(), once);
  const flags = ['--origin', 'https://shop.example', '--headers', 'X-Mine', '--methods', 'get'];
  await cors('--resource', '/pets', '--stage', 's', ...flags);
  const preflight = await fetch(api.url('s', '/pets'), { method: 'OPTIONS' });
  assert.deepEqual(corsHeadersOf(preflight), {
    'access-control-allow-headers': 'X-Mine',
    'access-control-allow-methods': 'GET,OPTIONS',
    'access-control-allow-origin': 'https://shop.example',
  });
});

test('[CORS-03] an OPTIONS method that asked for authorization or a key asks no more', async () => {
  await newApi();
  await cors('--resource', '/pets');
  const options = { ...api.method('GET /pets'), httpMethod: 'OPTIONS' };
  const patchOperations = [{ op: 'replace' as const, path: '/apiKeyRequired', value: 'true' }];
  await gatewright.apigateway.send(new UpdateMethodCommand({ ...options, patchOperations }));
  assert.match(await cors('--resource', '/pets'), /asks for no authorization/);
  const { apiKeyRequired, authorizationType } = await gatewright.apigateway.send(new GetMethodCommand(options));
  assert.deepEqual([apiKeyRequired, authorizationType], [false, 'NONE']);
});

test('what cannot be done is told in one sentence', async () => {
  await newApi();
  const failing = async (...flags: string[]) => {
    const error = await cors(...flags).then(
      () => assert.fail('it did not fail'),
      (failed: { stderr: string; code: number }) => failed,
    );
    return `${error.code} ${error.stderr.split('\n')[0]}`;
  };
  assert.match(await failing('--resource', '/none'), /^1 API \w+ has no resource \/none; it has \/, \/all, \/pets/);
  assert.match(await failing('--resource', '/all', '--origin', "x'y"), /^2 .*--origin wants \* or one origin/);
  assert.match(await failing('--resource', '/pets', '--methods', 'DELETE'), /^1 \/pets has no method DELETE/);
});
