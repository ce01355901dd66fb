import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { permissionsOf } from '../../base/permissions.ts';
import { compilePolicy } from '../../base/policy.ts';
import type { V2Authorizer, V2Stage } from '../../definition/v2-api.ts';
import { type AccessKey, rootAccessKey } from '../../ports/credentials.ts';
import { guardAnswering, guardUri } from '../authorizers/authorizer-fixture.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { planTools } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import { signedExchange } from '../signed-exchange.ts';
import type { PlanTools } from '../tools.ts';
import { compileWebSocket, webSocketComplaints } from './compile-websocket.ts';
import { liveSocketStage, type RouteSketch, socketEvent, socketSnapshot } from './websocket-fixture.ts';

const arn = 'arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/dev/$connect';
const guard: V2Authorizer = {
  authorizerId: 'auth01',
  name: 'guard',
  authorizerType: 'REQUEST',
  authorizerUri: guardUri,
  identitySource: ['route.request.header.Auth', 'route.request.querystring.name'],
};
const guarded: RouteSketch = { authorizationType: 'CUSTOM', authorizerId: 'auth01', integration: mock() };

function mock() {
  return { requestTemplates: { $default: '{"statusCode": 200}' } };
}

const policy = (Effect: string, Resource = arn) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
});

function planFor(tools: Partial<PlanTools>, authorizer: Partial<V2Authorizer> = {}, stage: Partial<V2Stage> = {}) {
  const snapshot = socketSnapshot({ $connect: guarded }, { authorizers: [{ ...guard, ...authorizer }] });
  return compileWebSocket(liveSocketStage(snapshot, stage), planTools(tools));
}

function handshake(headers: string[] = ['Auth', 'secret'], query = 'name=ada&b=2&a=1'): Exchange {
  const x = socketEvent('$connect', '', { eventType: 'CONNECT', messageId: undefined });
  Object.assign(x.request, { headers, query });
  return x;
}

const connect = async (plan: ReturnType<typeof planFor>, x = handshake()): Promise<Reply> => await runPlan(plan, x);

const refusal = (message: string): string =>
  `{"message": ${JSON.stringify(message)}, "connectionId":"gbgA_A9XiQAYKEiI6A==", "requestId":"WxYz0123456789A="}`;

test('[LA-02] [LA-12] [WS-03] the authorizer’s event shows the handshake as it was recorded', async () => {
  const { functions, events } = guardAnswering({ principalId: 'ada', policyDocument: policy('Allow') });
  assert.equal((await connect(planFor({ functions }))).status, 200);
  const [event] = events() as Record<string, Record<string, string>>[];
  assert.deepEqual(Object.keys(event!), [
    'type',
    'methodArn',
    'headers',
    'multiValueHeaders',
    'queryStringParameters',
    'multiValueQueryStringParameters',
    'stageVariables',
    'requestContext',
  ]);
  assert.equal(event!['methodArn'], arn);
  assert.deepEqual(Object.keys(event!['queryStringParameters']!), ['name', 'b', 'a']);
  assert.deepEqual(event!['stageVariables'], {});
  const { Connection, Upgrade, 'content-length': length } = event!['headers']!;
  assert.deepEqual([Connection, Upgrade, length], ['upgrade', 'websocket', '0']);
  assert.equal('authorizer' in event!['requestContext']!, false);
});

test('[LA-03] a missing or empty identity source is 401, and nobody is asked', async () => {
  const { functions, asked } = guardAnswering({ principalId: 'ada', policyDocument: policy('Allow') });
  for (const x of [handshake([]), handshake(['Auth', '']), handshake(undefined, '')]) {
    const reply = await connect(planFor({ functions }), x);
    assert.deepEqual([reply.status, reply.body], [401, refusal('Unauthorized')]);
  }
  assert.equal(asked.length, 0);
});

test('[LA-08] [WS-03] a stage variable that the stage lacks is a missing identity', async () => {
  const { functions } = guardAnswering({ principalId: 'ada', policyDocument: policy('Allow') });
  const bySource = { identitySource: ['stageVariables.key'] };
  assert.equal((await connect(planFor({ functions }, bySource))).status, 401);
  assert.equal((await connect(planFor({ functions }, bySource, { stageVariables: { key: 'x' } }))).status, 200);
});

test('every handshake asks anew, also with the same identity', async () => {
  const { functions, asked } = guardAnswering({ principalId: 'ada', policyDocument: policy('Allow') });
  const plan = planFor({ functions });
  await connect(plan);
  await connect(plan);
  assert.equal(asked.length, 2);
});

test('[LA-05] [LA-07] [LA-12] denials and failures of the authorizer refuse the handshake in AWS’s words', async () => {
  const cases: [unknown, number, string][] = [
    [
      { principalId: 'a', policyDocument: policy('Deny') },
      403,
      'User is not authorized to access this resource with an explicit deny in an identity-based policy',
    ],
    [
      { principalId: 'a', policyDocument: policy('Allow', `${arn}x`) },
      403,
      'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
    ],
    [new Error('Unauthorized'), 401, 'Unauthorized'],
    [new Error('boom'), 500, 'Internal server error'],
    [{ principalId: 'a' }, 500, ''],
    ['nonsense', 500, ''],
    [{ principalId: 'a', policyDocument: policy('Allow'), context: { deep: {} } }, 500, ''],
  ];
  for (const [answer, status, message] of cases) {
    const { functions } = guardAnswering(answer);
    const reply = await connect(planFor({ functions }));
    assert.deepEqual([reply.status, reply.body], [status, refusal(message)]);
  }
});

test('[LIM-05] an authorizer’s answer of more than 8 KB refuses the handshake', async () => {
  const answer = (bytes: number) => ({ policyDocument: policy('Allow'), context: { a: 'x'.repeat(bytes) } });
  const statusOf = async (bytes: number) =>
    (await connect(planFor({ functions: guardAnswering(answer(bytes)).functions }))).status;
  assert.equal(await statusOf(7_900), 200);
  assert.equal(await statusOf(8_192), 500);
});

test('[LA-14] a function that does not permit the API is 500 where permissions are strict', async () => {
  const { functions, asked, permissions } = guardAnswering({ policyDocument: policy('Allow') }, false);
  const reply = await connect(planFor({ functions, strictPermissions: true }));
  assert.deepEqual([reply.status, reply.body], [500, refusal('Internal server error')]);
  assert.equal(asked.length, 0);
  assert.equal(permissions[0]!.sourceArn, 'arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/authorizers/auth01');
});

test('[WS-07] principal, context and latency are kept for the connection’s events; a missing principal is left out', async () => {
  const { functions } = guardAnswering({ policyDocument: policy('Allow'), context: { level: 7, none: null } });
  const x = handshake();
  await connect(planFor({ functions }), x);
  assert.equal(x.authorizer?.principalId, undefined);
  assert.deepEqual(x.authorizer?.context, { level: 7 });
  assert.ok(x.authorizer!.latencyMs >= 0);
});

test('[UP-01] a $connect that asks for a key refuses a handshake without a good one; other routes take the connection’s', async () => {
  const subscription = { planId: 'p', refusedByRate: () => undefined, takeQuota: () => true };
  const known = { id: 'k', value: 'good', enabled: true, subscription: () => subscription };
  const usage = { keysOf: () => ({ find: (value: string) => (value === 'good' ? known : undefined) }) };
  const sketches = { $connect: { apiKeyRequired: true }, say: { apiKeyRequired: true, integration: mock() } };
  const tools = { usage } as unknown as Partial<PlanTools>;
  const plan = compileWebSocket(liveSocketStage(socketSnapshot(sketches)), planTools(tools));
  const none = await connect(plan, handshake([]));
  assert.deepEqual([none.status, none.body], [403, refusal('Forbidden')]);
  assert.equal((await connect(plan, handshake(['x-api-key', 'bad']))).status, 403);
  const x = handshake(['x-api-key', 'good']);
  assert.equal((await connect(plan, x)).status, 200);
  const message = socketEvent('say', '{}');
  assert.equal((await connect(plan, message)).body, refusal('Forbidden'));
  message.apiKey = x.apiKey;
  assert.equal((await connect(plan, message)).problem, undefined);
});

test('[THR-06] a route’s own limit, and the stage’s for those without, end in Too Many Requests', async () => {
  const stage = {
    routeSettings: { say: { throttlingBurstLimit: 1, throttlingRateLimit: 1 } },
    defaultRouteSettings: { throttlingBurstLimit: 2, throttlingRateLimit: 1 },
  };
  const snapshot = socketSnapshot({ say: { integration: mock() }, other: { integration: mock() } });
  const plan = compileWebSocket(liveSocketStage(snapshot, stage), planTools());
  const send = async (key: string): Promise<unknown> => (await connect(plan, socketEvent(key, '{}'))).body;
  assert.equal(await send('say'), '');
  assert.equal(await send('say'), refusal('Too Many Requests'));
  assert.equal(await send('other'), '');
  assert.equal(await send('other'), '');
  assert.equal(await send('other'), refusal('Too Many Requests'));
});

test('[IAM-03] [IAM-11] [WS-03] a handshake of an AWS_IAM $connect has to be signed by a caller who may invoke it', async () => {
  const callerWith = (Resource: string): AccessKey => ({
    ...rootAccessKey({ accessKeyId: 'AKIAANN', secretAccessKey: 'secret', account: '123456789012' }),
    permissions: permissionsOf({ identity: [compilePolicy(policy('Allow', Resource), 'identity')] }),
  });
  const signed = async (key: AccessKey): Promise<Exchange> => {
    const words = { path: '', region: 'eu-west-1' };
    const { request, startedAtMs } = await signedExchange(key, words);
    const x = handshake();
    x.startedAtMs = startedAtMs;
    Object.assign(x.request, { ...request, method: 'GET' });
    return x;
  };
  const planWith = (key: AccessKey) => {
    const snapshot = socketSnapshot({ $connect: { authorizationType: 'AWS_IAM', integration: mock() } });
    const credentials = { accessKey: () => key };
    return compileWebSocket(liveSocketStage(snapshot), planTools({ credentials }));
  };
  const allowed = callerWith(arn);
  const x = await signed(allowed);
  assert.equal((await connect(planWith(allowed), x)).status, 200);
  assert.equal(x.caller?.accessKey, 'AKIAANN');
  const other = callerWith(`${arn}x`);
  const refused = await connect(planWith(other), await signed(other));
  assert.equal(refused.status, 403);
  assert.match(
    String(refused.body),
    /is not authorized to perform: execute-api:Invoke on resource: .*\/dev\/\$connect because/,
  );
  const unsigned = await connect(planWith(allowed), handshake([]));
  assert.deepEqual([unsigned.status, unsigned.body], [403, refusal('Missing Authentication Token')]);
});

test('[WS-03] guards that cannot be enforced are complaints', () => {
  const of = (sketches: Readonly<Record<string, RouteSketch>>, more: Parameters<typeof socketSnapshot>[1] = {}) =>
    webSocketComplaints(socketSnapshot(sketches, more)).join('\n');
  assert.match(of({ $connect: { ...guarded, authorizerId: 'none' } }), /there is no authorizer none/);
  assert.match(of({ say: guarded }, { authorizers: [guard] }), /restricted to the \$connect route only/);
  const wrong = { ...guard, identitySource: ['nonsense'] };
  assert.match(of({ $connect: guarded }, { authorizers: [wrong] }), /no identity source in nonsense/);
  const keyed = { $connect: { apiKeyRequired: true } };
  assert.match(of(keyed, { api: { apiKeySelectionExpression: '$request.body.x' } }), /apiKeySelectionExpression/);
});
