import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { HeaderList } from '../base/headers.ts';
import { executeApi, guardAnswering, policyFor, tokenAuthorizer } from './authorizers/authorizer-fixture.ts';
import { issuersOf, testIssuer } from './authorizers/token-fixture.ts';
import { VerifiedTokens } from './authorizers/verified-tokens.ts';
import { compileRest, restComplaints } from './compile-rest.ts';
import type { Exchange } from './exchange.ts';
import { exchange, liveStage, mock200, planTools, restSnapshot, sentHeader } from './plan-fixture.ts';
import { runPlan } from './run.ts';

interface RequestFacts {
  readonly path?: string;
  readonly sourceIp?: string;
  readonly secure?: boolean;
  readonly headers?: HeaderList;
}

const everybody = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const denying = (Condition: object) => ({ ...everybody, Effect: 'Deny', Condition });

function exchangeOf({ path = '/pets', sourceIp = '203.0.113.7', secure = true, headers = [] }: RequestFacts): Exchange {
  const x = exchange({ path, headers });
  return { ...x, request: { ...x.request, sourceIp, secure } };
}

async function replyTo(statements: readonly unknown[], facts: RequestFacts = {}) {
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const snapshot = restSnapshot({ 'GET /pets': mock200, 'GET /pets/{id}': mock200 }, { policy });
  assert.deepEqual(restComplaints(snapshot), []);
  return await runPlan(compileRest(liveStage(snapshot), planTools()), exchangeOf(facts));
}
const allows = async (statements: readonly unknown[], facts?: RequestFacts) =>
  (await replyTo(statements, facts)).status === 200;

const arn = 'arn:aws:execute-api:us-east-1:********0000:a1b2c3d4e5/dev/GET/pets';
const anonymous = `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn}`;

test('[POL-02] a policy that is silent, and one that denies, answer 403 in AWS’s words', async () => {
  for (const [statements, reason] of [
    [[], 'because no resource-based policy allows the execute-api:Invoke action'],
    [
      [everybody, denying({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })],
      'with an explicit deny in a resource-based policy',
    ],
  ] as const) {
    const reply = await replyTo(statements);
    assert.equal(reply.status, 403);
    assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'AccessDeniedException');
    assert.equal(reply.body, JSON.stringify({ Message: `${anonymous} ${reason}` }));
  }
  assert.equal(await allows([everybody]), true);
});

test('[POL-02]an address range is allowed, or denied', async () => {
  const within = { ...everybody, Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '203.0.113.0/24'] } } };
  assert.equal(await allows([within]), true);
  assert.equal(await allows([within], { sourceIp: '198.51.100.1' }), false);
  const outside = denying({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } });
  assert.equal(await allows([everybody, outside]), true);
  assert.equal(await allows([everybody, outside], { sourceIp: '198.51.100.1' }), false);
});

test('[POL-06] a principal that is an account, user or role lets nobody in who did not sign', async () => {
  for (const AWS of ['000000000000', 'arn:aws:iam::000000000000:user/ann', 'arn:aws:iam::000000000000:root']) {
    assert.equal(await allows([{ ...everybody, Principal: { AWS } }]), false, AWS);
  }
  assert.equal(await allows([{ ...everybody, Principal: { AWS: '*' } }]), true);
});

test('[POL-07] what a request says of itself: its transport, agent, referer and time', async () => {
  const only = (Condition: object) => [{ ...everybody, Condition }];
  assert.equal(await allows(only({ Bool: { 'aws:SecureTransport': 'true' } })), true);
  assert.equal(await allows(only({ Bool: { 'aws:SecureTransport': true } }), { secure: false }), false);
  const headers = ['User-Agent', 'curl/8.7', 'Referer', 'https://example.com/page'];
  assert.equal(await allows(only({ StringLike: { 'aws:UserAgent': 'curl/*' } }), { headers }), true);
  assert.equal(await allows(only({ StringLike: { 'aws:UserAgent': 'curl/*' } })), false);
  assert.equal(await allows(only({ StringLike: { 'aws:Referer': 'https://example.com/*' } }), { headers }), true);
  assert.equal(await allows(only({ DateLessThan: { 'aws:CurrentTime': '2026-09-25T00:00:00Z' } })), true);
  assert.equal(await allows(only({ DateGreaterThan: { 'aws:CurrentTime': '2026-09-25T00:00:00Z' } })), false);
  assert.equal(await allows(only({ NumericLessThan: { 'aws:EpochTime': '1' } })), false);
  // A public API is reached through no endpoint of a network.
  assert.equal(await allows([everybody, denying({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } })]), false);
  assert.equal(await allows(only({ Null: { 'aws:PrincipalArn': 'true' } })), true);
});

test('the resource is a method of a stage, whatever way its path is written', async () => {
  const one = [{ ...everybody, Resource: 'execute-api:/dev/GET/pets/7' }];
  assert.equal(await allows(one, { path: '/pets/7' }), true);
  assert.equal(await allows(one, { path: '/pets/8' }), false);
  assert.equal(await allows(one), false);
  const hidden = [everybody, { ...everybody, Effect: 'Deny', Resource: 'execute-api:/*/GET/pets/7' }];
  assert.equal(await allows(hidden, { path: '/pets/8' }), true);
  for (const path of ['/pets/7', '/pets/7/', '//pets/7', '/pets/%37'])
    assert.equal(await allows(hidden, { path }), false, path);
});

test('a stored policy that is none lets nobody in', async () => {
  for (const policy of ['{', '7', 'null', '[]', '{"Statement":"x"}']) {
    const snapshot = restSnapshot({ 'GET /pets': mock200 }, { policy });
    const reply = await runPlan(compileRest(liveStage(snapshot), planTools()), exchangeOf({}));
    assert.equal(reply.status, 403, policy);
  }
});

/** The function's policy, the API's, and what comes of both, as far as the function is asked at all. */
const withAuthorizer = [
  ['Allow', [everybody], 200, 1],
  ['Allow', [], 200, 1],
  ['Allow', [{ ...everybody, Effect: 'Deny' }], 403, 0],
  ['silent', [everybody], 200, 1],
  ['silent', [], 403, 1],
  ['silent', [{ ...everybody, Effect: 'Deny' }], 403, 0],
  ['Deny', [everybody], 403, 1],
  ['Deny', [], 403, 1],
  ['Deny', [{ ...everybody, Effect: 'Deny' }], 403, 0],
] as const;

for (const [own, statements, status, calls] of withAuthorizer) {
  const ofApi = statements.map(({ Effect }) => Effect).join() || 'nothing';
  test(`[POL-03] a Lambda authorizer that says ${own} and a policy that says ${ofApi}: ${status}`, async () => {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const method = { ...mock200, authorizationType: 'CUSTOM', authorizerId: tokenAuthorizer.id };
    const snapshot = { ...restSnapshot({ 'GET /pets': method }, { policy }), authorizers: [tokenAuthorizer] };
    const said = own === 'silent' ? policyFor('Allow', `${executeApi}/GET/else`) : policyFor(own, `${executeApi}/*`);
    const guard = guardAnswering({ principalId: 'ann', policyDocument: said });
    const plan = compileRest(liveStage(snapshot), planTools({ functions: guard.functions }));
    const reply = await runPlan(plan, exchangeOf({ headers: ['Authorization', 'token'] }));
    assert.equal(reply.status, status, reply.problem?.why ?? 'let in');
    assert.equal(guard.asked.length, calls);
  });
}

const poolArn = 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123';
const pool = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123');

for (const [what, statements, status] of [
  ['allows', [everybody], 200],
  ['is silent', [], 403],
  ['denies', [everybody, { ...everybody, Effect: 'Deny' }], 403],
] as const) {
  test(`[POL-04] a token of the user pool and a policy that ${what}: ${status}; without a token 401`, async () => {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const authorizer = {
      id: 'auth01',
      name: 'pool',
      type: 'COGNITO_USER_POOLS',
      providerARNs: [poolArn],
      identitySource: 'method.request.header.Authorization',
    } as const;
    const method = { ...mock200, authorizationType: 'COGNITO_USER_POOLS', authorizerId: 'auth01' };
    const snapshot = { ...restSnapshot({ 'GET /pets': method }, { policy }), authorizers: [authorizer] };
    const plan = compileRest(liveStage(snapshot), planTools({ verifiedTokens: new VerifiedTokens(issuersOf(pool)) }));
    const seconds = Math.floor(exchange().startedAtMs / 1000);
    const token = await pool.sign({ sub: 's', aud: 'client', token_use: 'id', iat: seconds, exp: seconds + 60 });
    assert.equal((await runPlan(plan, exchangeOf({ headers: ['Authorization', token] }))).status, status);
    assert.equal((await runPlan(plan, exchangeOf({}))).status, 401);
  });
}
