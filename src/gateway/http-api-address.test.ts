import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import { type HttpReply, type HttpRequest, noBody } from '../base/http.ts';
import type { Exchange } from '../plan/exchange.ts';
import { httpPlanOf, httpProxyTo } from '../plan/http/http-plan-fixture.ts';
import { silentLog } from '../ports/telemetry.ts';
import { noSockets } from './fake-gateway.ts';
import type { PlanTable } from './plan-table.ts';
import { createServe } from './serve.ts';

const planOf = (stageName: string, api = {}) =>
  httpPlanOf({ $default: httpProxyTo('http://h') }, {}, { stageName }, api);

/** The exchange a request becomes, and its answer. */
async function served(path: string, host: string, plans = [planOf('$default'), planOf('beta')]) {
  let seen: Exchange | undefined;
  const stageNamed = (name: string) => plans.find((plan) => plan.context.stage === name);
  const planTable: PlanTable = {
    find: (_, segment) => stageNamed(segment) ?? stageNamed('$default'),
    stageNames: async () => plans.map(({ context }) => context.stage),
    loadedPlan: () => undefined,
    apiKind: async () => 'http',
    loaded: () => [],
    close() {},
  };
  const handler = createServe({
    planTable,
    runPlan: (_, x) => {
      seen = x;
      return { status: 200, headers: [], body: '', problem: undefined };
    },
    sockets: noSockets,
    services: () => ({ status: 200, headers: [], body: 'service' }),
    admin: () => ({ status: 200, headers: [], body: 'admin' }),
    log: silentLog,
    clock: new ManualClock(),
    maxInvokeBodyBytes: 10,
    maxServiceBodyBytes: 100,
  });
  const headers = [
    'Host',
    host,
    'X-HTTP-Method-Override',
    'DELETE',
    'x-amzn-requestid',
    '11111111-2222-4333-8444-555555555555',
  ];
  const request: HttpRequest = {
    method: 'GET',
    path,
    query: '',
    headers,
    body: noBody,
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  };
  const reply = (await handler.handle(request)) as HttpReply;
  return { x: seen, reply };
}

const executeApi = 'abc.execute-api.us-east-1.amazonaws.com';

test('[EP-01] [EP-02] [HRT-01] a named stage’s segment is cut from the path and kept in $context.path; $default has none', async () => {
  for (const [host, path, below, contextPath] of [
    [executeApi, '/beta/pets/1', '/pets/1', '/beta/pets/1'],
    [executeApi, '/beta', '/', '/beta'],
    [executeApi, '/pets/1', '/pets/1', '/pets/1'],
    [executeApi, '/', '/', '/'],
    [executeApi, '/betas/x/', '/betas/x/', '/betas/x/'],
    [executeApi, '/$default/pets', '/$default/pets', '/$default/pets'],
    ['localhost', '/_aws/execute-api/abc/beta/pets/1', '/pets/1', '/beta/pets/1'],
    ['localhost', '/_aws/execute-api/abc/pets/1', '/pets/1', '/pets/1'],
    ['localhost', '/_aws/execute-api/abc/$default/pets/1', '/pets/1', '/pets/1'],
    ['localhost', '/_aws/execute-api/abc/%24default/pets', '/pets', '/pets'],
    ['localhost', '/_aws/execute-api/abc', '/', '/'],
    ['localhost', '/_aws/execute-api/abc/', '/', '/'],
    ['localhost', '/execute-api/abc/pets', '/pets', '/pets'],
  ] as const) {
    const { x } = await served(path, host);
    assert.deepEqual([x!.path, x!.contextPath], [below, contextPath], `${host} ${path}`);
  }
});

test('[EP-13] an HTTP API knows one id, and no X-HTTP-Method-Override', async () => {
  const { x } = await served('/beta/pets', executeApi);
  assert.equal(x!.requestId, x!.extendedRequestId);
  assert.equal(x!.method, 'GET');
});

const notFound = ({ reply }: { reply: HttpReply }) => {
  assert.deepEqual([reply.status, reply.body], [404, '{"message":"Not Found"}']);
  assert.deepEqual(reply.headers.slice(0, 3), ['Content-Type', 'application/json', 'apigw-requestid']);
};

test('[HRT-01] no stage of that name and no $default: 404 Not Found', async () => {
  notFound(await served('/pets', executeApi, [planOf('beta')]));
});

test('[EP-08] a disabled default endpoint is 404 Not Found', async () => {
  notFound(await served('/pets', executeApi, [planOf('$default', { disableExecuteApiEndpoint: true })]));
});

test('[HRT-09] what is turned away before it is whole is worded as HTTP APIs word it, where the plan is at hand', () => {
  const plan = planOf('$default');
  const planTable: PlanTable = {
    find: () => plan,
    loadedPlan: (apiId) => (apiId === 'abc' ? plan : undefined),
    stageNames: async () => ['$default'],
    apiKind: async () => 'http',
    loaded: () => [],
    close() {},
  };
  const never = () => assert.fail('called');
  const handler = createServe({
    sockets: noSockets,
    planTable,
    runPlan: never,
    services: never,
    admin: never,
    log: silentLog,
    clock: new ManualClock(),
    maxInvokeBodyBytes: 10,
    maxServiceBodyBytes: 100,
  });
  const head = (host: string) => ({ method: 'POST', path: '/pets', query: '', headers: ['Host', host] });
  for (const [status, message] of [
    [413, 'Request Entity Too Large'],
    [431, 'Request Header Fields Too Large'],
    [400, 'Bad Request'],
  ] as const) {
    const { body, headers } = handler.refuse({ status, why: 'why' }, head(executeApi));
    assert.equal(body, JSON.stringify({ message }));
    assert.equal(headers[2], 'apigw-requestid');
  }
  assert.equal(handler.refuse({ status: 413, why: 'why' }, head('xyz.execute-api.x')).headers[2], 'x-amzn-RequestId');
});

test('/restapis/… is no address of an HTTP API', async () => {
  notFound(await served('/restapis/abc/beta/_user_request_/pets', 'localhost'));
});
