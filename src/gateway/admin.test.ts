import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { HeaderList } from '../base/headers.ts';
import { type HttpReply, type HttpRequest, noBody } from '../base/http.ts';
import type { MethodPlan } from '../plan/plan.ts';
import { type AdminOptions, admin } from './admin.ts';
import { fakePlan } from './fake-gateway.ts';

const method: MethodPlan = {
  label: 'GET /pets',
  httpMethod: 'GET',
  resourceId: 'r1',
  resourcePath: '/pets',
  operationName: undefined,
  inbound: [{ name: 'throttle 1/s burst 2', run: () => undefined }],
  integration: { name: 'mock 200', run: () => ({ status: 200, headers: [], body: '', problem: undefined }) },
  finish: [],
  metrics: { record() {} },
};
const plan = { ...fakePlan('abc', 'prod'), methods: [method] };

const options: AdminOptions = {
  mode: 'dev',
  health: () => ({ apigateway: 'running', lambda: 'running' }),
  authorityPem: () => Promise.resolve('-----BEGIN CERTIFICATE-----'),
  version: '0.1.0',
  connections: () => [],
  planTable: {
    find: (apiId, stage) => (apiId === 'abc' && stage === 'prod' ? plan : undefined),
    stageNames: async (apiId) => (apiId === 'abc' ? ['beta', 'prod'] : []),
    loadedPlan: () => undefined,
    apiKind: async (apiId) => (apiId === 'abc' ? 'rest' : undefined),
    loaded: () => [{ apiId: 'abc', stage: 'prod', plan, canary: undefined }],
    close() {},
  },
  metrics: () => ({ requests: 3 }),
  dashboard: ({ path }) => ({ status: 200, headers: [], body: path }),
  console: ({ path }) => ({ status: 200, headers: [], body: `console ${path}` }),
  prometheus: () => ({ contentType: 'text/plain; version=0.0.4', text: 'requests_total 3\n' }),
};

async function ask(
  verb: string,
  path: string,
  headers: HeaderList = [],
  more: Partial<AdminOptions> = {},
  sourceIp = '127.0.0.1',
): Promise<HttpReply> {
  const request: HttpRequest = {
    method: verb,
    path,
    query: '',
    headers: headers.includes('Host') ? headers : ['Host', 'localhost:4566', ...headers],
    body: noBody,
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp,
  };
  return admin({ ...options, ...more })(request);
}

const jsonOf = (reply: HttpReply): unknown => JSON.parse(String(reply.body));

test('health names the services and the version, under both paths', async () => {
  for (const path of ['/_/health', '/_localstack/health']) {
    const reply = await ask('GET', path);
    assert.equal(reply.status, 200);
    assert.deepEqual(jsonOf(reply), {
      services: { apigateway: 'running', lambda: 'running' },
      edition: 'gatewright',
      version: '0.1.0',
    });
  }
});

test('metrics for Prometheus are at the path it asks for', async () => {
  const reply = await ask('GET', '/metrics');
  assert.equal(reply.body, 'requests_total 3\n');
  assert.equal((await ask('POST', '/metrics')).status, 405);
  assert.equal((await ask('GET', '/metrics', ['Host', 'gateway.example.com'])).status, 403);
});

test('metrics are JSON', async () => {
  assert.deepEqual(jsonOf(await ask('GET', '/_/metrics')), { requests: 3 });
});

test('a plan is printed as text, also before its first request; the list names what is loaded', async () => {
  const reply = await ask('GET', '/_/plans/abc/prod');
  assert.equal(reply.status, 200);
  assert.equal(reply.body, 'GET /pets: throttle 1/s burst 2 · mock 200\n');
  const list = [{ api: 'abc', name: 'fake', stage: 'prod', deployment: 'dep123', methods: 1 }];
  assert.deepEqual(jsonOf(await ask('GET', '/_/plans')), { plans: list });
});

test('a plan that is not there is 404 and the stages there are', async () => {
  const wrongStage = await ask('GET', '/_/plans/abc/prdo');
  assert.equal(wrongStage.status, 404);
  assert.deepEqual(jsonOf(wrongStage), { message: "No stage 'prdo' in API abc; stages: beta, prod" });
  assert.deepEqual(jsonOf(await ask('GET', '/_/plans/x/prod')), { message: 'No API x, or it has no stage yet' });
  for (const path of ['/_/plans/abc', '/_/plans/abc/', '/_/plans/abc/prod/more']) {
    assert.equal((await ask('GET', path)).status, 404, path);
  }
});

test('reset empties everything, under both paths, by POST only', async () => {
  let resets = 0;
  const reset = async () => void resets++;
  for (const path of ['/_/reset', '/_localstack/state/reset']) {
    assert.equal((await ask('POST', path, [], { reset })).status, 200);
    const refused = await ask('GET', path, [], { reset });
    assert.equal(refused.status, 405);
    assert.deepEqual(refused.headers.slice(-2), ['Allow', 'POST']);
  }
  assert.equal(resets, 2);
});

test('reset is refused in secure mode', async () => {
  assert.equal((await ask('POST', '/_/reset')).status, 403);
});

test('reset is refused to pages of other sites and to names that only lead here', async () => {
  const reset = async () => assert.fail('was reset');
  const foreign: HeaderList[] = [
    ['Origin', 'https://evil.example'],
    ['Origin', 'null'],
    ['Sec-Fetch-Site', 'cross-site'],
    ['Host', 'evil.example:4566'],
    ['Host', '127.0.0.1.evil.example'],
    ['Host', 'evil.example', 'Origin', 'http://evil.example'],
  ];
  for (const headers of foreign) {
    assert.equal((await ask('POST', '/_/reset', headers, { reset })).status, 403, headers.join(' '));
  }
});

test('reset is allowed to the gateway’s own pages and to every local name', async () => {
  let resets = 0;
  const reset = async () => void resets++;
  const own: HeaderList[] = [
    ['Origin', 'http://localhost:4566'],
    ['Origin', 'http://localhost:3000'],
    ['Host', '127.0.0.1:4566'],
    ['Host', '[::1]:4566'],
    ['Host', 'gatewright'],
    ['Host', 'gatewright.tools.svc.cluster.local:4566'],
    ['Host', 'host.docker.internal:4566'],
    ['Host', 'gw.localhost:4566'],
    ['Host', 'localhost.localstack.cloud:4566'],
    ['Sec-Fetch-Site', 'none'],
  ];
  for (const headers of own)
    assert.equal((await ask('POST', '/_/reset', headers, { reset })).status, 200, headers.join(' '));
  assert.equal(resets, own.length);
});

test('an unknown page says which there are', async () => {
  const reply = await ask('GET', '/_/helth');
  assert.equal(reply.status, 404);
  assert.match(String(reply.body), /\/_\/health/);
});

test('health is told under any name', async () => {
  assert.equal((await ask('GET', '/_/health', ['Host', 'gateway.example.com'])).status, 200);
  assert.equal((await ask('GET', '/_/metrics', ['Host', 'gateway.example.com'])).status, 403);
});

test('in secure mode plans and metrics are for callers on this machine', async () => {
  const from = async (path: string, sourceIp: string): Promise<number> =>
    (await ask('GET', path, [], { mode: 'secure' }, sourceIp)).status;
  for (const path of ['/_/plans', '/_/plans/abc/prod', '/_/metrics']) {
    assert.equal(await from(path, '10.0.0.7'), 403);
    assert.equal(await from(path, '127.0.0.1'), 200);
    assert.equal(await from(path, '::1'), 200);
  }
  assert.equal(await from('/_/health', '10.0.0.7'), 200);
  // An API deployed here whose backend is this very gateway.
  for (const name of ['X-Forwarded-For', 'X-Amzn-Apigateway-Api-Id', 'Forwarded', 'Via']) {
    assert.equal((await ask('GET', '/_/plans', [name, 'x'], { mode: 'secure' })).status, 403);
  }
});

test('the console is for this machine’s names in dev mode, and for everyone in secure mode, where its calls are signed', async () => {
  const far = ['Host', 'gateway.example'];
  assert.equal((await ask('GET', '/_/console/rest/abc')).body, 'console /_/console/rest/abc');
  assert.equal((await ask('GET', '/_/console/', far)).status, 403);
  const secure = await ask('GET', '/_/console/', far, { mode: 'secure' }, '203.0.113.9');
  assert.equal(secure.body, 'console /_/console/');
});

test('who opens the server’s address in a browser is shown to the console', async () => {
  const reply = await ask('GET', '/');
  assert.equal(reply.status, 302);
  assert.equal(reply.headers[reply.headers.indexOf('Location') + 1], '/_/console/');
  assert.equal((await ask('POST', '/')).status, 405);
});
