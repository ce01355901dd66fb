import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import { type HttpReply, type HttpRequest, noBody } from '../base/http.ts';
import { Problem } from '../base/problem.ts';
import type { Exchange, Reply } from '../plan/exchange.ts';
import type { Plan } from '../plan/plan.ts';
import type { Log } from '../ports/telemetry.ts';
import { fakePlan, noSockets } from './fake-gateway.ts';
import type { HttpHandler, RequestReply } from './http-handler.ts';
import { createServe, type ServeOptions } from './serve.ts';

interface Line {
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

function served(options: Partial<ServeOptions> & { plan?: Plan } = {}) {
  const lines: Line[] = [];
  const keep = (message: string, fields: Record<string, unknown> = {}) => void lines.push({ message, fields });
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
  const clock = new ManualClock();
  const plan = options.plan ?? fakePlan('abc', 'prod');
  const handler: HttpHandler = createServe({
    planTable: {
      find: (apiId, stage) => (apiId === 'abc' && stage === 'prod' ? plan : undefined),
      stageNames: async (apiId) => (apiId === 'abc' ? ['beta', 'prod'] : []),
      loadedPlan: () => undefined,
      apiKind: async (apiId) => (apiId === 'abc' ? 'rest' : undefined),
      loaded: () => [],
      close() {},
    },
    runPlan: okReply,
    sockets: noSockets,
    services: () => ({ status: 200, headers: [], body: 'service' }),
    admin: () => ({ status: 200, headers: [], body: 'admin' }),
    log,
    clock,
    maxInvokeBodyBytes: 10,
    maxServiceBodyBytes: 100,
    ...options,
  });
  return { handler, lines, clock };
}

const okReply = (): Reply => ({ status: 200, headers: [], body: 'ok', problem: undefined });

const request = (path: string): HttpRequest => ({
  method: 'GET',
  path,
  query: '',
  headers: ['Host', 'localhost'],
  body: noBody,
  protocol: 'HTTP/1.1',
  secure: false,
  sourceIp: '127.0.0.1',
});

const invoke = (stage: string, api = 'abc') => request(`/execute-api/${api}/${stage}/pets`);

function header(reply: HttpReply, name: string): string | undefined {
  return reply.headers[reply.headers.indexOf(name) + 1];
}

test('[EP-09] an unknown API, an unknown stage and no stage at all are 403 Forbidden, and the log says what there is', async () => {
  for (const [path, why] of [
    ['/execute-api/abc/prdo/pets', "no stage 'prdo' in API abc; stages: beta, prod"],
    ['/execute-api/xyz/prod/pets', 'no API xyz, or it has no stage yet'],
    ['/execute-api/abc', 'the request to API abc names no stage; stages: beta, prod'],
  ] as const) {
    const { handler, lines } = served();
    const reply = await handler.handle(request(path));
    assert.equal(reply.status, 403);
    assert.equal(reply.body, '{"message":"Forbidden"}');
    assert.equal(header(reply, 'x-amzn-ErrorType'), 'ForbiddenException');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(lines.length, 1);
    assert.equal(lines[0]!.fields['why'], why);
    assert.equal(lines[0]!.fields['requestId'], header(reply, 'x-amzn-RequestId'));
  }
});

test('[EP-08] an API whose default endpoint is disabled answers 403 Forbidden', async () => {
  const { handler, lines } = served({ plan: { ...fakePlan('abc', 'prod'), executeApiDisabled: true } });
  const reply = await handler.handle(invoke('prod'));
  assert.equal(reply.status, 403);
  assert.equal(reply.body, '{"message":"Forbidden"}');
  assert.match(lines[0]!.message, /default endpoint of the API is disabled/);
});

test('an answer the gateway made because something failed is one line of log with its reason', async () => {
  const problem = new Problem('INTEGRATION_TIMEOUT', 'Endpoint request timed out', { why: 'the backend slept' });
  const reply: Reply = { status: 504, headers: [], body: '', problem };
  for (const runPlan of [() => reply, async () => reply]) {
    const { handler, lines } = served({ runPlan });
    assert.equal((await handler.handle(invoke('prod'))).status, 504);
    const { requestId, ...fields } = lines[0]!.fields;
    assert.equal(typeof requestId, 'string');
    assert.deepEqual(fields, {
      api: 'abc',
      stage: 'prod',
      method: 'GET',
      path: '/pets',
      status: 504,
      kind: 'INTEGRATION_TIMEOUT',
      why: 'the backend slept',
    });
    assert.equal(lines.length, 1);
  }
});

test('a 404 of a backend is no line of log', async () => {
  const { handler, lines } = served({ runPlan: () => ({ ...okReply(), status: 404 }) });
  assert.equal((await handler.handle(invoke('prod'))).status, 404);
  assert.deepEqual(lines, []);
});

test('a plan that is ready and answers at once is answered without a promise', () => {
  assert.ok(!(served().handler.handle(invoke('prod')) instanceof Promise));
});

test('a fault anywhere behind the listener is 500 with the stack in the log, never a rejection', async () => {
  function fail(): never {
    throw new TypeError('a bug');
  }
  const find = {
    stageNames: async () => [],
    loadedPlan: () => undefined,
    apiKind: async () => undefined,
    loaded: () => [],
    close() {},
  };
  const broken: [Partial<ServeOptions>, string][] = [
    [{ runPlan: fail }, '/execute-api/abc/prod/pets'],
    [{ runPlan: async () => fail() }, '/execute-api/abc/prod/pets'],
    [{ planTable: { ...find, find: fail } }, '/execute-api/abc/prod/pets'],
    [{ planTable: { ...find, find: async () => fail() } }, '/execute-api/abc/prod/pets'],
    [{ services: fail }, '/restapis'],
    [{ services: async () => fail() }, '/restapis'],
    [{ admin: async () => fail() }, '/_/health'],
  ];
  for (const [options, path] of broken) {
    const { handler, lines } = served(options);
    const reply = await handler.handle(request(path));
    assert.equal(reply.status, 500);
    assert.equal(reply.body, '{"message": "Internal server error"}');
    assert.match(String(lines[0]!.fields['why']), /TypeError: a bug\n +at .*fail/);
  }
});

test('a stage that is being loaded is waited for', async () => {
  const plan = fakePlan('abc', 'prod');
  const planTable = {
    find: async () => plan,
    stageNames: async () => [],
    loadedPlan: () => undefined,
    apiKind: async () => undefined,
    loaded: () => [],
    close() {},
  };
  let seen: Exchange | undefined;
  const { handler } = served({
    planTable,
    runPlan(_, x) {
      seen = x;
      return okReply();
    },
  });
  assert.equal((await handler.handle(invoke('prod'))).status, 200);
  assert.equal(seen?.path, '/pets');
});

test('admin pages and AWS calls go their own ways', async () => {
  const { handler } = served();
  assert.equal(((await handler.handle(request('/_/health'))) as HttpReply).body, 'admin');
  assert.equal(((await handler.handle(request('/restapis'))) as HttpReply).body, 'service');
});

test('invoke requests and AWS calls have limits of their own for the body', () => {
  const { handler } = served();
  assert.equal(handler.maxBodyBytes(invoke('prod')), 10);
  assert.equal(handler.maxBodyBytes(request('/2015-03-31/functions')), 100);
});

test('what never became a request is answered in AWS’s form and logged', () => {
  const { handler, lines } = served();
  const reply = handler.refuse(
    { status: 413, why: 'body of 11 bytes, 10 are allowed' },
    request('/execute-api/abc/prod'),
  );
  assert.equal(reply.status, 413);
  assert.equal(reply.body, '{"message":"Request Too Long"}');
  assert.equal(header(reply, 'x-amzn-ErrorType'), 'RequestTooLargeException');
  assert.equal(lines[0]!.fields['why'], 'body of 11 bytes, 10 are allowed');
  for (const status of [400, 408, 414, 431, 500, 501, 505] as const) {
    const refusal = handler.refuse({ status, why: 'x' }, undefined);
    assert.equal(refusal.status, status);
    assert.match(String(refusal.body), /^\{"message": ?"[A-Z][^"]+"\}$/);
  }
});

test('a flood of refusals is fifty lines a second and a count of the rest', () => {
  const { handler, lines, clock } = served();
  for (let i = 0; i < 1_000; i++) handler.refuse({ status: 400, why: `bad ${i}` }, undefined);
  assert.equal(lines.length, 50);
  clock.advance(1_000);
  handler.refuse({ status: 400, why: 'next second' }, undefined);
  assert.equal(lines.length, 52);
  assert.deepEqual(lines[50]!.fields, { leftOut: 950 });
  assert.match(lines[51]!.message, /next second/);
});

test('a long path is cut in the log', () => {
  const { handler, lines } = served();
  handler.refuse({ status: 400, why: 'x' }, request(`/${'a'.repeat(5_000)}`));
  assert.equal(String(lines[0]!.fields['path']).length, 500);
});

test('what a throttle or a quota refused is marked for the connection; a backend’s own 429 and other refusals are not', async () => {
  for (const [problem, isOverLimit] of [
    [new Problem('THROTTLED', 'Too Many Requests'), true],
    [new Problem('QUOTA_EXCEEDED', 'Limit Exceeded'), true],
    [new Problem('ACCESS_DENIED', 'no'), undefined],
    [undefined, undefined],
  ] as const) {
    for (const isLate of [false, true]) {
      const answer: Reply = { status: 429, headers: [], body: '', problem };
      const { handler } = served({ runPlan: () => (isLate ? Promise.resolve(answer) : answer) });
      const reply = (await handler.handle(invoke('prod'))) as RequestReply;
      assert.equal(reply.isOverLimit, isOverLimit);
    }
  }
});
