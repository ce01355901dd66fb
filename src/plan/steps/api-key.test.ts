import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { KnownKey, Subscription } from '../../ports/usage.ts';
import { compileRest } from '../compile-rest.ts';
import { describePlan } from '../describe.ts';
import type { Reply } from '../exchange.ts';
import type { Plan } from '../plan.ts';
import {
  type ApiInWords,
  exchange,
  functionsAnswering,
  limitedTo,
  liveStage,
  type MethodInWords,
  mock200,
  planTools,
  restSnapshot,
} from '../plan-fixture.ts';
import { runPlan } from '../run.ts';

interface KeyInWords {
  readonly enabled?: boolean;
  /** Undefined: in no plan of the stage. */
  readonly plan?: Partial<Subscription> | undefined;
}

const keyed: MethodInWords = { ...mock200, apiKeyRequired: true };
const open: Partial<Subscription> = {};

function known(value: string, { enabled = true, ...words }: KeyInWords): KnownKey {
  const subscription: Subscription | undefined =
    'plan' in words && words.plan === undefined
      ? undefined
      : { planId: 'plan01', refusedByRate: () => undefined, takeQuota: () => true, ...words.plan };
  return {
    id: `id-${value}`,
    value,
    enabled,
    subscription: (stage) => (stage === 'a1b2c3d4e5/dev' ? subscription : undefined),
  };
}

function planWith(
  keys: Readonly<Record<string, KeyInWords>>,
  methods: ApiInWords,
  { api = {}, stage = {}, tools = {} }: { api?: object; stage?: object; tools?: object } = {},
): Plan {
  const directory = new Map(Object.entries(keys).map(([value, words]) => [value, known(value, words)]));
  const usage = { keysOf: () => ({ find: (value: string) => directory.get(value) }) };
  return compileRest(liveStage(restSnapshot(methods, api), stage), planTools({ usage, ...tools }));
}

const call = async (plan: Plan, key?: string, path = '/'): Promise<Reply> =>
  await runPlan(plan, exchange({ path, headers: key === undefined ? [] : ['X-API-Key', key] }));

test('[UP-01] a missing, unknown, disabled or foreign key answers 403 Forbidden; the log says which', async () => {
  const plan = planWith({ good: {}, off: { enabled: false }, foreign: { plan: undefined } }, { 'GET /': keyed });
  assert.equal((await call(plan, 'good')).status, 200);
  const cases: [string | undefined, string][] = [
    [undefined, 'no API key: x-api-key is missing'],
    ['none', 'the API key of x-api-key does not exist'],
    ['off', 'the API key is disabled'],
    ['foreign', 'the API key is in no usage plan of stage a1b2c3d4e5/dev'],
  ];
  for (const [key, why] of cases) {
    const reply = await call(plan, key);
    assert.deepEqual([reply.status, reply.body], [403, '{"message":"Forbidden"}']);
    assert.equal(reply.headers[reply.headers.indexOf('x-amzn-ErrorType') + 1], 'ForbiddenException');
    assert.deepEqual([reply.problem?.kind, reply.problem?.why], ['INVALID_API_KEY', why]);
  }
  assert.equal(describePlan(plan), 'GET /: api-key x-api-key · quota · mock 200\n');
});

test('[UP-02] with the source AUTHORIZER only usageIdentifierKey counts, whatever the header says', async () => {
  const plan = planWith({ good: {} }, { 'GET /': keyed }, { api: { apiKeySource: 'AUTHORIZER' } });
  const asked = async (usageIdentifierKey: string | undefined, header: string): Promise<number> => {
    const x = exchange({ headers: ['x-api-key', header] });
    x.authorizer = {
      principalId: 'me',
      context: {},
      claims: null,
      scopes: null,
      usageIdentifierKey,
      latencyMs: -1,
    };
    return (await runPlan(plan, x)).status;
  };
  assert.equal(await asked('good', 'bad'), 200);
  assert.equal(await asked('bad', 'good'), 403);
  assert.equal(await asked(undefined, 'good'), 403);
  // Without an authorizer there is nobody to name a key.
  assert.equal((await call(plan, 'good')).status, 403);
});

test('[UP-03] a method that asks for no key takes any, but a key with a plan is limited there too, even a disabled one (recorded)', async () => {
  const usedUp = { takeQuota: () => false };
  const plan = planWith(
    { spent: { plan: usedUp }, off: { enabled: false, plan: usedUp }, foreign: { plan: undefined } },
    { 'GET /': mock200 },
  );
  assert.equal((await call(plan)).status, 200);
  assert.equal((await call(plan, 'none')).status, 200);
  assert.equal((await call(plan, 'foreign')).status, 200);
  assert.equal((await call(plan, 'spent')).status, 429);
  assert.equal((await call(plan, 'off')).status, 429);
  assert.equal(describePlan(plan), 'GET /: mock 200\n');
});

test('[UP-06] [THR-03] a used-up quota answers Limit Exceeded, a used-up rate Too Many Requests', async () => {
  const plan = planWith(
    { poor: { plan: { takeQuota: () => false } }, fast: { plan: { refusedByRate: () => 'too fast' } } },
    { 'GET /': keyed },
  );
  const poor = await call(plan, 'poor');
  assert.deepEqual(
    [poor.status, poor.body, poor.problem?.kind],
    [429, '{"message":"Limit Exceeded"}', 'QUOTA_EXCEEDED'],
  );
  assert.equal(poor.headers[poor.headers.indexOf('x-amzn-ErrorType') + 1], 'LimitExceededException');
  const fast = await call(plan, 'fast');
  assert.deepEqual([fast.status, fast.body, fast.problem?.kind], [429, '{"message":"Too Many Requests"}', 'THROTTLED']);
  assert.equal(fast.problem?.why, 'too fast');
});

test('[THR-04] [UP-08] the plan’s rate comes before the stage’s; what a limit refuses counts against no quota', async () => {
  const asked: string[] = [];
  let rate: string | undefined;
  const subscription: Partial<Subscription> = {
    refusedByRate(resourcePath, verb, configuredVerb) {
      asked.push(`rate ${verb} ${configuredVerb} ${resourcePath}`);
      return rate;
    },
    takeQuota() {
      asked.push('quota');
      return true;
    },
  };
  const stage = { methodSettings: { '*/*': limitedTo(1, 1) } };
  const plan = planWith({ good: { plan: subscription } }, { 'ANY /pets/{id}': keyed }, { stage });
  assert.equal((await call(plan, 'good', '/pets/1')).status, 200);
  assert.equal((await call(plan, 'good', '/pets/1')).problem?.why, 'the method limit of 1/s burst 1 is used up');
  rate = 'no more';
  assert.equal((await call(plan, 'good', '/pets/1')).problem?.why, 'no more');
  const rateAsked = 'rate GET ANY /pets/{id}';
  assert.deepEqual(asked, [rateAsked, 'quota', rateAsked, rateAsked]);
});

test('[UP-11] the key and its id are in the event, in the recorded order, and in $context', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const uri =
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations';
  const plan = planWith(
    { good: { plan: open } },
    {
      'GET /f': { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri } },
      'GET /t': {
        methodResponses: { '200': { statusCode: '200' } },
        integration: {
          type: 'MOCK',
          requestTemplates: { 'application/json': '{"statusCode": 200}' },
          integrationResponses: {
            '200': {
              statusCode: '200',
              responseTemplates: {
                'application/json': '$context.identity.apiKey $context.identity.apiKeyId',
              },
            },
          },
        },
      },
    },
    { tools: { functions } },
  );
  const identityOf = async (key?: string): Promise<Record<string, unknown>> => {
    await call(plan, key, '/f');
    return JSON.parse(String(functions.calls.at(-1)?.payload)).requestContext.identity;
  };
  const identity = await identityOf('good');
  assert.deepEqual(
    [Object.keys(identity).join(), identity['apiKey'], identity['apiKeyId']],
    [
      'cognitoIdentityPoolId,cognitoIdentityId,apiKey,principalOrgId,cognitoAuthenticationType,userArn,apiKeyId,userAgent,accountId,caller,sourceIp,accessKey,cognitoAuthenticationProvider,user',
      'good',
      'id-good',
    ],
  );
  const unknown = await identityOf('other');
  assert.deepEqual([unknown['apiKey'], 'apiKeyId' in unknown], ['other', false]);
  assert.equal('apiKey' in (await identityOf()), false);
  assert.equal((await call(plan, 'good', '/t')).body, 'good id-good');
});

test('while keys are being read a request waits, and when they cannot be read it is refused', async () => {
  const loaded = Promise.withResolvers<KnownKey | undefined>();
  const usage = { keysOf: () => ({ find: () => loaded.promise }) };
  const plan = compileRest(liveStage(restSnapshot({ 'GET /': keyed })), planTools({ usage }));
  const waiting = call(plan, 'good');
  loaded.resolve(known('good', {}));
  assert.equal((await waiting).status, 200);
  const broken = { keysOf: () => ({ find: () => Promise.reject(new Error('the disk is gone')) }) };
  const refusing = compileRest(liveStage(restSnapshot({ 'GET /': mock200 })), planTools({ usage: broken }));
  assert.equal((await call(refusing, 'good')).status, 500);
});

test('when keys cannot be looked up or counted, the request is refused with 500 and its reason logged: what is guarded stays shut, other than in AWS', async () => {
  const lost = new Error('the disk is gone');
  for (const find of [
    () => Promise.reject(lost),
    () => {
      throw lost;
    },
  ]) {
    const plan = planWith({}, { 'GET /': keyed }, { tools: { usage: { keysOf: () => ({ find }) } } });
    const reply = await call(plan, 'good');
    assert.deepEqual([reply.status, reply.body], [500, '{"message": "Internal server error"}']);
    assert.match(reply.problem!.why, /the disk is gone/);
  }
  for (const takeQuota of [
    () => Promise.reject(lost),
    () => {
      throw lost;
    },
  ]) {
    const reply = await call(planWith({ good: { plan: { takeQuota } } }, { 'GET /': keyed }), 'good');
    assert.equal(reply.status, 500);
    assert.match(reply.problem!.why, /the disk is gone/);
  }
});
