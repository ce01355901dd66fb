import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import type { Route, V2Authorizer, V2Stage } from '../../definition/v2-api.ts';
import { guardAnswering, guardArn, guardUri, policyFor } from '../authorizers/authorizer-fixture.ts';
import { issuersOf, testIssuer } from '../authorizers/token-fixture.ts';
import { VerifiedTokens } from '../authorizers/verified-tokens.ts';
import { compileHttpApi, httpComplaints } from '../compile-http.ts';
import { describePlan } from '../describe.ts';
import { exchange, planTools, type RequestInWords, sentHeader } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import type { PlanTools } from '../tools.ts';
import { httpExchange, httpSnapshot, httpStage, lambda1, lambda2 } from './http-plan-fixture.ts';

const api = 'arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5';

interface Words {
  readonly routes?: readonly string[];
  readonly route?: Partial<Route>;
  readonly format?: '1.0' | '2.0';
  readonly stage?: Partial<V2Stage>;
  readonly tools?: Partial<PlanTools>;
}

/** An HTTP API whose routes all ask the one authorizer before a function. */
function guarded(authorizer: V2Authorizer, words: Words = {}) {
  const authorizationType = authorizer.authorizerType === 'JWT' ? 'JWT' : 'CUSTOM';
  const route = {
    ...(words.format === '1.0' ? lambda1 : lambda2),
    ...words.route,
    authorizationType,
    authorizerId: authorizer.authorizerId,
  } as const;
  const routes = Object.fromEntries((words.routes ?? ['GET /']).map((key) => [key, route]));
  const clock = new ManualClock(0);
  const tools = planTools({ clock, strictPermissions: true, ...words.tools });
  const snapshot = httpSnapshot(routes, {}, [authorizer]);
  const plan = compileHttpApi(httpStage(snapshot, words.stage), tools);
  return {
    plan,
    clock,
    snapshot,
    tools,
    async send(request: RequestInWords = {}) {
      const x = httpExchange(plan, { atMs: tools.clock.monotonicMs(), ...request });
      const reply = await runPlan(plan, x);
      return { x, reply, status: reply.status, body: String(reply.body) };
    },
  };
}

const backendAnswers = (event: Record<string, unknown>, answer: unknown): unknown =>
  'type' in event ? answer : { statusCode: 200, body: JSON.stringify(event['requestContext']) };

/** Functions of both kinds: authorizer events get `answer`, the backend shows its requestContext. */
const answering = (answer: unknown, mayInvoke = true) =>
  guardAnswering(
    (event: Record<string, unknown>) =>
      backendAnswers(event, typeof answer === 'function' ? (answer as (event: unknown) => unknown)(event) : answer),
    mayInvoke,
  );

const authorizerEvents = (guard: ReturnType<typeof answering>): Record<string, unknown>[] =>
  (guard.events() as Record<string, unknown>[]).filter((event) => 'type' in event);

const simple: V2Authorizer = {
  authorizerId: 'auth01',
  name: 'guard',
  authorizerType: 'REQUEST',
  authorizerPayloadFormatVersion: '2.0',
  authorizerUri: guardUri,
  enableSimpleResponses: true,
  identitySource: ['$request.header.Authorization'],
};
const policy2: V2Authorizer = { ...simple, enableSimpleResponses: false };
const policy1: V2Authorizer = { ...policy2, authorizerPayloadFormatVersion: '1.0' };
const token = (value: string, path = '/'): RequestInWords => ({ path, headers: ['Authorization', value] });
const allowing = (more: object = {}) => ({ policyDocument: policyFor('Allow', `${api}/*`), ...more });

test('[HLA-01] format 2.0 tells the function all of the request, cookies also as a header', async () => {
  const guard = answering({ isAuthorized: true });
  const { send } = guarded(
    { ...simple, identitySource: ['$request.header.Authorization', '$request.querystring.q'] },
    {
      routes: ['GET /v1/item/{item}'],
      stage: { stageName: 'probe', stageVariables: { color: 'red' } },
      tools: { functions: guard.functions },
    },
  );
  await send({
    path: '/v1/item/value%20space?q=1&q=2&empty=',
    headers: ['Authorization', 't', 'Cookie', 'a=1; b=2', 'X-Own', '1'],
  });
  const [event] = authorizerEvents(guard) as [Record<string, Record<string, unknown>>];
  assert.deepEqual(Object.keys(event), [
    ...['version', 'type', 'routeArn', 'identitySource', 'routeKey', 'rawPath', 'rawQueryString', 'cookies'],
    ...['headers', 'queryStringParameters', 'requestContext', 'pathParameters', 'stageVariables'],
  ]);
  assert.equal(event['version'], '2.0');
  assert.equal(event['routeArn'], `${api}/probe/GET/v1/item/value space`);
  assert.deepEqual(event['identitySource'], ['t', '1,2']);
  assert.equal(event['routeKey'], 'GET /v1/item/{item}');
  assert.equal(event['rawPath'], '/probe/v1/item/value space');
  assert.equal(event['rawQueryString'], 'q=1&q=2&empty=');
  assert.deepEqual(event['cookies'], ['a=1', 'b=2']);
  assert.equal(event['headers']!['cookie'], 'a=1; b=2');
  assert.deepEqual(event['queryStringParameters'], { empty: '', q: '1,2' });
  assert.deepEqual(event['pathParameters'], { item: 'value space' });
  assert.deepEqual(event['stageVariables'], { color: 'red' });
  assert.equal('authorizer' in event['requestContext']!, false);
});

test('[HLA-01] what a request does not have is left out, and without sources identitySource is null', async () => {
  const guard = answering({ isAuthorized: true });
  await guarded({ ...simple, identitySource: [] }, { tools: { functions: guard.functions } }).send();
  const [event] = authorizerEvents(guard);
  assert.deepEqual(Object.keys(event!), [
    ...['version', 'type', 'routeArn', 'identitySource', 'routeKey', 'rawPath', 'rawQueryString', 'headers'],
    'requestContext',
  ]);
  assert.equal(event!['identitySource'], null);
});

test('[HLA-02] format 1.0 has methodArn, one text for the identity, an empty resource and no maps of several values', async () => {
  const guard = answering(allowing());
  const { send } = guarded(
    { ...policy1, identitySource: ['$request.header.Authorization', '$request.querystring.q'] },
    { routes: ['GET /v1/item/{item}'], tools: { functions: guard.functions } },
  );
  await send({ path: '/v1/item/a%20b?q=1&q=2', headers: ['Authorization', 't', 'Host', 'x.example'] });
  const [event] = authorizerEvents(guard) as [Record<string, Record<string, unknown>>];
  assert.deepEqual(Object.keys(event), [
    ...['version', 'type', 'methodArn', 'identitySource', 'authorizationToken', 'resource', 'path', 'httpMethod'],
    ...['headers', 'queryStringParameters', 'requestContext', 'pathParameters', 'stageVariables'],
  ]);
  assert.equal(event['methodArn'], `${api}/$default/GET/v1/item/a b`);
  assert.equal(event['identitySource'], 't,2');
  assert.equal(event['authorizationToken'], 't,2');
  assert.equal(event['resource'], '');
  assert.deepEqual(event['queryStringParameters'], { q: '2' });
  assert.deepEqual(event['pathParameters'], { item: 'a b' });
  assert.deepEqual(event['stageVariables'], {});
  assert.equal(event['headers']!['Host'], 'x.example');
  assert.equal(event['headers']!['authorization'], 't');
  const context = event['requestContext']!;
  assert.deepEqual(Object.keys(context), [
    ...['accountId', 'apiId', 'domainName', 'domainPrefix', 'extendedRequestId', 'httpMethod', 'identity', 'path'],
    ...['protocol', 'requestId', 'requestTime', 'requestTimeEpoch', 'resourceId', 'resourcePath', 'stage'],
  ]);
  assert.equal(context['resourceId'], 'GET /v1/item/{item}');
});

const kept = { list: [1, 'a'], map: { a: null }, n: 7, yes: true, nothing: null, s: 'x' };
for (const [what, authorizer, answer] of [
  ['a simple answer', simple, { isAuthorized: true, context: { ...kept, claims: { a: 1 } } }],
  ['a policy of format 2.0', policy2, allowing({ principalId: 'ann', context: { ...kept, claims: 1 } })],
] as const) {
  test(`[HLA-03] ${what} lets the request by, its context with types kept`, async () => {
    const guard = answering(answer);
    const { status, body } = await guarded(authorizer, { tools: { functions: guard.functions } }).send(token('t'));
    assert.equal(status, 200);
    assert.deepEqual((JSON.parse(body) as Record<string, unknown>)['authorizer'], { lambda: kept });
  });
}

test('[HLA-03] a policy of format 1.0 hands on texts, and a nested context is 500', async () => {
  const open = answering(allowing({ principalId: 'ann', context: { n: 7, yes: true } }));
  const { body } = await guarded(policy1, { format: '1.0', tools: { functions: open.functions } }).send(token('t'));
  assert.deepEqual((JSON.parse(body) as Record<string, unknown>)['authorizer'], {
    principalId: 'ann',
    n: '7',
    yes: 'true',
  });
  const nested = answering(allowing({ context: { a: [1] } }));
  const { status } = await guarded(policy1, { tools: { functions: nested.functions } }).send(token('t'));
  assert.equal(status, 500);
});

const internal = { status: 500, body: '{"message":"Internal Server Error"}' };
const forbidden = { status: 403, body: '{"message":"Forbidden"}' };
const unauthorized = { status: 401, body: '{"message":"Unauthorized"}' };
for (const [what, authorizer, answer, expected] of [
  ['isAuthorized false', simple, { isAuthorized: false }, forbidden],
  ['a denying policy', policy2, { policyDocument: policyFor('Deny', `${api}/*`) }, forbidden],
  ['a policy about another route', policy1, { policyDocument: policyFor('Allow', `${api}/*/POST/*`) }, forbidden],
  ['isAuthorized as a text', simple, { isAuthorized: 'true' }, internal],
  ['a policy where yes or no is asked for', simple, allowing(), internal],
  ['yes where a policy is asked for', policy2, { isAuthorized: true }, internal],
  ['no object', simple, [true], internal],
  ['a context that is a text', simple, { isAuthorized: true, context: 'a' }, internal],
  ['a failure', simple, new Error('a secret'), internal],
  ['the failure Unauthorized', simple, new Error('Unauthorized'), unauthorized],
  ['the answer Unauthorized', simple, '"Unauthorized"', unauthorized],
] as const) {
  test(`[HLA-04] ${what}: ${expected.status}, and nobody behind is called`, async () => {
    const guard = answering(answer);
    const { reply, status, body } = await guarded(authorizer, { tools: { functions: guard.functions } }).send(
      token('t'),
    );
    assert.deepEqual({ status, body }, expected);
    assert.equal(guard.asked.length, 1);
    assert.deepEqual(
      reply.headers.filter((_, i) => i % 2 === 0),
      ['Content-Type', 'apigw-requestid'],
    );
  });
}

test('[HLA-04] a missing source is 401 without a call, an empty one is asked about', async () => {
  const guard = answering({ isAuthorized: true });
  const identitySource = [
    '$request.header.Authorization',
    '$request.querystring.Q',
    '$stageVariables.s',
    '$context.routeKey',
  ];
  const { send } = guarded(
    { ...simple, identitySource },
    { stage: { stageVariables: { s: '1' } }, tools: { functions: guard.functions } },
  );
  for (const request of [token('t'), { path: '/?Q=1' }, token('t', '/?q=1')]) {
    const { status, body } = await send(request);
    assert.deepEqual({ status, body }, unauthorized);
  }
  assert.equal(guard.asked.length, 0);
  assert.equal((await send({ path: '/?Q=', headers: ['AUTHORIZATION', ''] })).status, 200);
  assert.deepEqual(authorizerEvents(guard)[0]!['identitySource'], ['', '', '1', 'GET /']);
});

test('[HLA-04] a function that does not permit the authorizer is 500 and not called', async () => {
  const guard = answering({ isAuthorized: true }, false);
  const { status, body } = await guarded(simple, { tools: { functions: guard.functions } }).send(token('t'));
  assert.deepEqual({ status, body }, internal);
  assert.equal(guard.asked.length, 0);
  assert.equal(guard.permissions[0]!.sourceArn, `${api}/authorizers/auth01`);
});

test('[HLA-05] answers are kept only with a TTL and a source, for all routes of the authorizer, refusals too', async () => {
  const asked = (guard: ReturnType<typeof answering>) => authorizerEvents(guard).length;
  const routes = ['GET /a', 'GET /b'];
  for (const [changes, calls] of [
    [{}, 4],
    [{ authorizerResultTtlInSeconds: 60 }, 2],
    [{ authorizerResultTtlInSeconds: 60, identitySource: [] }, 4],
    [{ authorizerResultTtlInSeconds: 60, identitySource: ['$request.header.Authorization', '$context.routeKey'] }, 3],
  ] as const) {
    const guard = answering({ isAuthorized: false });
    const { send } = guarded({ ...simple, ...changes }, { routes, tools: { functions: guard.functions } });
    for (const request of [token('t', '/a'), token('t', '/b'), token('t', '/a'), token('u', '/a')]) {
      assert.equal((await send(request)).status, 403);
    }
    assert.equal(asked(guard), calls, JSON.stringify(changes));
  }

  const guard = answering({ isAuthorized: true });
  const timed = guarded({ ...simple, authorizerResultTtlInSeconds: 60 }, { tools: { functions: guard.functions } });
  await timed.send(token('t'));
  timed.clock.advance(59_999);
  await timed.send(token('t'));
  assert.equal(asked(guard), 1);
  timed.clock.advance(1);
  await timed.send(token('t'));
  assert.equal(asked(guard), 2);
});

test('[HLA-05] a kept policy refuses routes it does not name; Unauthorized and malformed answers are not kept', async () => {
  const narrow = answering((event: Record<string, unknown>) => ({
    policyDocument: policyFor('Allow', event['routeArn']),
  }));
  const authorizer = { ...policy2, authorizerResultTtlInSeconds: 60 };
  const { send } = guarded(authorizer, { routes: ['GET /a', 'GET /b'], tools: { functions: narrow.functions } });
  assert.equal((await send(token('t', '/a'))).status, 200);
  assert.equal((await send(token('t', '/b'))).status, 403);
  assert.equal(authorizerEvents(narrow).length, 1);
  for (const answer of [new Error('Unauthorized'), { nonsense: true }]) {
    const guard = answering(answer);
    const again = guarded(authorizer, { tools: { functions: guard.functions } });
    await again.send(token('t'));
    await again.send(token('t'));
    assert.equal(guard.asked.length, 2);
  }
});

test('an authorizer that cannot be enforced refuses the deployment and closes the route', async () => {
  for (const [authorizer, complaint] of [
    [{ ...simple, authorizerUri: 'x' }, 'the authorizer guard needs the URI of a Lambda invocation, not x'],
    [{ ...simple, identitySource: ['nonsense'] }, 'the authorizer guard: nonsense is no identity source'],
    [{ ...simple, authorizerPayloadFormatVersion: '3.0' }, 'the authorizer guard has the payload format version 3.0'],
    [{ ...simple, authorizerType: 'JWT', identitySource: ['$request.header.a'] }, 'the authorizer guard has no issuer'],
  ] as const) {
    const { snapshot, send } = guarded(authorizer as V2Authorizer);
    assert.equal(httpComplaints(snapshot)[0], `GET /: ${complaint}`);
    assert.equal((await send(token('t'))).status, 500);
  }
  const { snapshot } = guarded(simple);
  assert.deepEqual(httpComplaints({ ...snapshot, authorizers: [] }), ['GET /: there is no authorizer auth01']);
});

test('[HLA-06] a function that has not answered after ten seconds is 500', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const functions = { mayInvoke: () => true, invoke: () => new Promise<never>(() => {}) };
  const { send } = guarded(simple, { tools: { functions } });
  let answered = false;
  const pending = send(token('t')).finally(() => {
    answered = true;
  });
  await turns();
  t.mock.timers.tick(9_999);
  await turns();
  assert.equal(answered, false);
  t.mock.timers.tick(1);
  const { status, body } = await pending;
  assert.deepEqual({ status, body }, internal);
});

/** Lets promises that are settled already go on. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

const issuer = await testIssuer('https://issuer.example/realm');
const foreign = await testIssuer('https://issuer.example/realm');
const jwt: V2Authorizer = {
  authorizerId: 'auth01',
  name: 'jwt',
  authorizerType: 'JWT',
  identitySource: ['$request.header.Authorization'],
  jwtConfiguration: { issuer: issuer.issuer, audience: ['client1', 'client2'] },
};
const nowSeconds = Math.floor(exchange().startedAtMs / 1000);
const claims = { sub: 'ann', aud: 'client1', iat: nowSeconds, exp: nowSeconds + 3600 };

function jwtApi(words: Words & { authorizer?: Partial<V2Authorizer>; scopes?: string[] } = {}) {
  const { authorizer, scopes, ...rest } = words;
  const verifiedTokens = new VerifiedTokens(issuersOf(issuer));
  const { functions } = answering({});
  return guarded(
    { ...jwt, ...authorizer },
    { ...rest, route: { ...(scopes && { authorizationScopes: scopes }) }, tools: { functions, verifiedTokens } },
  );
}

test('[HLA-07] the token stands in a header, with Bearer or without, or in the query', async () => {
  const signed = await issuer.sign(claims);
  const { send } = jwtApi();
  assert.equal((await send(token(signed))).status, 200);
  assert.equal((await send(token(`Bearer ${signed}`))).status, 200);
  const byQuery = jwtApi({ authorizer: { identitySource: ['$request.querystring.token'] } });
  assert.equal((await byQuery.send({ path: `/?token=${signed}` })).status, 200);
  assert.equal((await byQuery.send(token(signed))).status, 401);
});

test('[HLA-09] a missing token is challenged with Bearer and no more', async () => {
  const { send } = jwtApi();
  for (const headers of [[], ['Authorization', 'Bearer ']]) {
    const { reply, status, body } = await send({ headers });
    assert.deepEqual({ status, body }, unauthorized);
    assert.deepEqual(reply.headers.slice(0, 4), ['Content-Type', 'application/json', 'www-authenticate', 'Bearer']);
  }
});

const invalid: [what: string, token: string, description: string][] = [
  ['text that is no token', 'nonsense', 'token contains an invalid number of segments'],
  ['another issuer', await issuer.sign({ ...claims, iss: 'https://other' }), 'the token does not have a valid issuer'],
  ['another audience', await issuer.sign({ ...claims, aud: 'other' }), 'the token does not have a valid audience'],
  ['no audience at all', await issuer.sign({ ...claims, aud: undefined }), 'the token does not have a valid audience'],
  [
    'another audience, though the client is known',
    await issuer.sign({ ...claims, aud: 'other', client_id: 'client1' }),
    'the token does not have a valid audience',
  ],
  ['no time left', await issuer.sign({ ...claims, exp: nowSeconds }), 'the token has expired'],
  ['no end', await issuer.sign({ ...claims, exp: undefined }), 'the token has expired'],
  ['a beginning still to come', await issuer.sign({ ...claims, nbf: nowSeconds + 1 }), 'the token is not valid yet'],
  [
    'an issue still to come',
    await issuer.sign({ ...claims, iat: nowSeconds + 1 }),
    'the token was issued in the future',
  ],
  ['a foreign signature', await foreign.sign(claims), 'crypto/rsa: verification error'],
  ['an unknown key', await issuer.sign(claims, { kid: 'other' }), 'unable to find the key'],
];
for (const [what, sent, description] of invalid) {
  test(`[HLA-08] [HLA-09] a token with ${what} is 401 and told why`, async () => {
    const { reply, status, body } = await jwtApi().send(token(sent));
    assert.deepEqual({ status, body }, unauthorized);
    assert.equal(
      sentHeader(reply, 'www-authenticate'),
      `Bearer scope="" error="invalid_token" error_description="${description}"`,
    );
  });
}

test('[HLA-08] audiences: one of a list, or the client where there is no audience', async () => {
  const { send } = jwtApi();
  for (const changes of [{ aud: ['x', 'client2'] }, { aud: undefined, client_id: 'client2' }]) {
    assert.equal((await send(token(await issuer.sign({ ...claims, ...changes })))).status, 200);
  }
});

test('[HLA-08] [HLA-09] a route with scopes asks for one of them in scope or scp; else 403 says which', async () => {
  const { send } = jwtApi({ scopes: ['a/read', 'a/write'] });
  for (const scopes of [{ scope: 'openid a/write' }, { scp: ['a/read'] }, { scp: 'x a/read' }]) {
    assert.equal((await send(token(await issuer.sign({ ...claims, ...scopes })))).status, 200);
  }
  const { reply, status, body } = await send(token(await issuer.sign({ ...claims, scope: 'a' })));
  assert.deepEqual({ status, body }, forbidden);
  assert.equal(
    sentHeader(reply, 'www-authenticate'),
    'Bearer scope="a/read a/write" error="insufficient_scope" error_description="expected scopes within the token"',
  );
});

test('[HLA-10] claims reach the function as texts in order of their names; scopes only where the route asks for some', async () => {
  const more = { email_verified: true, 'cognito:groups': ['b', 'a'], address: { city: 'x', a: null }, scope: 'a b' };
  const signed = await issuer.sign({ ...claims, ...more });
  const expected = {
    address: 'map[a:<nil> city:x]',
    aud: 'client1',
    'cognito:groups': '[b a]',
    email_verified: 'true',
    exp: String(claims.exp),
    iat: String(claims.iat),
    iss: issuer.issuer,
    scope: 'a b',
    sub: 'ann',
  };
  for (const [scopes, shown] of [
    [undefined, null],
    [['a'], ['a', 'b']],
  ] as const) {
    const { body } = await jwtApi(scopes ? { scopes: [...scopes] } : {}).send(token(signed));
    const { authorizer } = JSON.parse(body) as { authorizer: { jwt: { claims: object } } };
    assert.deepEqual(authorizer, { jwt: { claims: expected, scopes: shown } });
    assert.deepEqual(Object.keys(authorizer.jwt.claims), Object.keys(expected));
  }
});

test('a known token is believed at once until its time is over', async () => {
  const api = jwtApi();
  const signed = await issuer.sign({ ...claims, exp: nowSeconds + 60 });
  await api.send(token(signed));
  const x = httpExchange(api.plan, token(signed));
  assert.equal(api.plan.methods[0]!.inbound[0]!.run(x), undefined);
  assert.equal((await api.send({ ...token(signed), atMs: 61_000 })).status, 401);
});

test('plans of HTTP APIs tell whom they ask', () => {
  assert.match(
    describePlan(jwtApi({ scopes: ['a'] }).plan),
    /authorizer jwt \(JWT https:\/\/issuer\.example\/realm, scope a\)/,
  );
  const { plan } = guarded({ ...simple, authorizerResultTtlInSeconds: 5 });
  assert.ok(describePlan(plan).includes(`authorizer guard (REQUEST 2.0 simple ${guardArn} kept 5 s)`));
});
