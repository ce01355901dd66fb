import { strict as assert } from 'node:assert';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { restComplaints } from '../compile-rest.ts';
import { describePlan } from '../describe.ts';
import { exchange, mock200, restSnapshot, sentHeader } from '../plan-fixture.ts';
import { type GuardedWords, guardAnswering, guardedApi, guardUri, tokenAuthorizer } from './authorizer-fixture.ts';
import { cognitoClaims } from './cognito-claims.ts';
import { type AskedIssuers, issuersOf, testIssuer } from './token-fixture.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const poolArn = 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123';
const pool = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123');
const other = await testIssuer('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other1234', 'key-2');
const otherArn = 'arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_Other1234';

const startMs = exchange().startedAtMs;
const nowSeconds = Math.floor(startMs / 1000);
const idClaims = {
  sub: 'aaaaaaaa-0000-4000-8000-000000000000',
  'cognito:username': 'ann',
  'cognito:groups': ['admins', 'riders'],
  email_verified: true,
  aud: 'client1',
  token_use: 'id',
  auth_time: nowSeconds - 10,
  iat: nowSeconds - 10,
  exp: nowSeconds + 3600,
};
const { aud: _, ...noAudience } = idClaims;
const accessClaims = { ...noAudience, token_use: 'access', client_id: 'client1', scope: 'openid rides/write' };
const idToken = await pool.sign(idClaims);
const accessToken = await pool.sign(accessClaims);

function api(words: GuardedWords & { scopes?: string[]; issuers?: AskedIssuers } = {}) {
  const { scopes, issuers = issuersOf(pool, other) } = words;
  return guardedApi(guardAnswering({}).functions, {
    ...words,
    authorizer: { type: 'COGNITO_USER_POOLS', providerARNs: [poolArn], ...words.authorizer },
    method: { ...words.method, ...(scopes && { authorizationScopes: scopes }) },
    tools: { verifiedTokens: new VerifiedTokens(issuers), ...words.tools },
  });
}

const bearing = (token: string, atMs = 0) => ({ headers: ['Authorization', token], atMs });

test('[COG-01] [COG-02] an ID token of the pool is believed, with Bearer before it and without', async () => {
  const guarded = api();
  for (const header of [idToken, `Bearer ${idToken}`, `bearer  ${idToken} `]) {
    const { status, body } = await guarded.send(bearing(header));
    assert.equal(status, 200, body);
  }
});

test('the token stands in whatever header the identity source names', async () => {
  const guarded = api({ authorizer: { identitySource: 'method.request.header.Auth' } });
  assert.equal((await guarded.send({ headers: ['auth', idToken] })).status, 200);
  assert.equal((await guarded.send(bearing(idToken))).status, 401);
});

for (const [what, scopes, token, status] of [
  ['an ID token without scopes', undefined, idToken, 200],
  ['an access token without scopes', undefined, accessToken, 401],
  ['an access token with one of the scopes', ['rides/read', 'rides/write'], accessToken, 200],
  ['an access token with none of the scopes', ['rides/read'], accessToken, 401],
  ['an ID token where scopes are asked for', ['rides/write'], idToken, 401],
  ['an ID token that claims a scope', ['rides/write'], await pool.sign({ ...idClaims, scope: 'rides/write' }), 401],
] as const) {
  test(`[COG-03] ${what}: ${status}`, async () => {
    const { reply, ...answer } = await api(scopes === undefined ? {} : { scopes: [...scopes] }).send(bearing(token));
    assert.equal(answer.status, status, reply.problem?.why ?? '');
    if (status === 401) assert.equal(answer.body, '{"message":"Unauthorized"}');
  });
}

const unsigned = `${Buffer.from('{"alg":"none","kid":"key-1"}').toString('base64url')}.${idToken.split('.')[1]}.`;
/** Signed with the public key as if it were a shared secret. */
function confused(): string {
  const head = `${Buffer.from('{"alg":"HS256","kid":"key-1"}').toString('base64url')}.${idToken.split('.')[1]}`;
  return `${head}.${createHmac('sha256', JSON.stringify(pool.keys[0]!)).update(head).digest('base64url')}`;
}
function tampered(): string {
  const [head, claims, signature] = idToken.split('.') as [string, string, string];
  const changed = Buffer.from(claims, 'base64url').toString().replace('"ann"', '"bob"');
  return `${head}.${Buffer.from(changed).toString('base64url')}.${signature}`;
}
const foreign = await testIssuer(pool.issuer);

/** The letter that differs in spare bits only. */
const nextLetter = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) + 1);

const disbelieved: [what: string, token: string, why: RegExp][] = [
  ['no token at all', 'let me in', /invalid number of segments/],
  ['two segments', idToken.split('.').slice(0, 2).join('.'), /invalid number of segments/],
  ['segments that are no JSON', 'YQ.YQ.YQ', /no JSON objects/],
  ['segments that are no base64', 'a.b.c', /part 1 of the token is no base64url/],
  [
    'a signature spelled otherwise',
    `${idToken.slice(0, -1)}${nextLetter(idToken.at(-1)!)}`,
    /part 3 of the token is no/,
  ],
  ['no signature (alg none)', unsigned, /signing method none is invalid/],
  ['the public key as a secret (HS256)', confused(), /signing method HS256 is invalid/],
  ['changed claims', tampered(), /JWSSignatureVerificationFailed/],
  ['a signature of somebody else under the same key id', await foreign.sign(idClaims), /VerificationFailed/],
  ['another pool', await other.sign(idClaims), /the token is of https:.*Other1234, not https:.*AbCdEf123/],
  ['another pool that calls itself ours', await other.sign({ ...idClaims, iss: pool.issuer }), /has no key key-2/],
  [
    'the same pool id at another address, signed there',
    await foreign.sign({ ...idClaims, iss: 'https://evil.example/us-east-1_AbCdEf123' }),
    /VerificationFailed/,
  ],
  ['no issuer', await pool.sign({ ...idClaims, iss: undefined }), /the token is of undefined/],
  ['no key id', await pool.sign(idClaims, { kid: undefined }), /names no key/],
  ['a time that has not come', await pool.sign({ ...idClaims, nbf: nowSeconds + 60 }), /not valid yet/],
  ['a crit header', await pool.sign(idClaims, { 'x-own': 1, crit: ['x-own'] }), /not recognized/],
  ['more than 8 KB', await pool.sign({ ...idClaims, padding: 'x'.repeat(8192) }), /has \d+ bytes/],
];
for (const [what, token, why] of disbelieved) {
  test(`[COG-04] [COG-06] a token with ${what} is 401 Unauthorized`, async () => {
    const { reply, status, body } = await api().send(bearing(token));
    assert.equal(status, 401);
    assert.equal(body, '{"message":"Unauthorized"}');
    assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'UnauthorizedException');
    assert.equal(sentHeader(reply, 'WWW-Authenticate'), undefined);
    assert.match(reply.problem!.why, why);
  });
}

test('[COG-06] [E2E-03] a missing token is 401, an expired one is told so, fresh and remembered alike', async () => {
  const guarded = api();
  for (const headers of [[], ['Authorization', ''], ['Authorization', 'Bearer ']]) {
    const { status, body } = await guarded.send({ headers });
    assert.deepEqual([status, body], [401, '{"message":"Unauthorized"}']);
  }
  const expired = { status: 401, body: '{"message":"The incoming token has expired"}' };
  const token = await pool.sign({ ...idClaims, exp: nowSeconds + 60 });
  assert.equal((await guarded.send(bearing(token))).status, 200);
  const atEnd = (nowSeconds + 60) * 1000 - startMs;
  assert.equal((await guarded.send(bearing(token, atEnd - 1))).status, 200);
  for (const sent of [token, await pool.sign({ ...idClaims, exp: nowSeconds + 1 })]) {
    const { status, body } = await guarded.send(bearing(sent, atEnd));
    assert.deepEqual({ status, body }, expired);
  }
  const { status } = await guarded.send(bearing(await pool.sign({ ...idClaims, exp: undefined })));
  assert.equal(status, 401);
});

test('[COG-05] the validation expression is matched against the audience, which access tokens lack', async () => {
  const authorizer = { identityValidationExpression: 'client[12]' };
  assert.equal((await api({ authorizer }).send(bearing(idToken))).status, 200);
  const third = await pool.sign({ ...idClaims, aud: 'client3' });
  assert.equal((await api({ authorizer }).send(bearing(third))).status, 401);
  assert.equal((await api({ authorizer, scopes: ['openid'] }).send(bearing(accessToken))).status, 401);
});

test('[COG-07] [LPV1-08] [LPV1-09] claims reach a proxied function as texts, dates as Cognito authorizers write them', async () => {
  const functions = guardAnswering({ statusCode: 200 });
  const integration = { type: 'AWS_PROXY', httpMethod: 'POST', uri: guardUri } as const;
  const guarded = api({ method: { integration }, tools: { functions: functions.functions } });
  await guarded.send(bearing(idToken));
  const [event] = functions.events() as [{ requestContext: { authorizer: unknown } }];
  assert.deepEqual(event.requestContext.authorizer, {
    claims: {
      iss: pool.issuer,
      sub: idClaims.sub,
      'cognito:username': 'ann',
      'cognito:groups': 'admins,riders',
      email_verified: 'true',
      aud: 'client1',
      token_use: 'id',
      auth_time: String(idClaims.auth_time),
      iat: 'Thu Sep 24 20:16:18 UTC 2026',
      exp: 'Thu Sep 24 21:16:28 UTC 2026',
    },
  });
});

test('[COG-07] [MAP-15] templates and mappings read claims by name; claims alone are nothing', async () => {
  const template =
    "$context.authorizer.claims.sub|$context.authorizer.claims['cognito:username']|$context.authorizer.claims|$context.authorizer.claims.nope|" +
    "$context.authorizer.claims.containsKey('sub')";
  const guarded = api({
    method: {
      integration: {
        ...mock200.integration!,
        integrationResponses: {
          '200': {
            statusCode: '200',
            responseParameters: { 'method.response.header.who': 'context.authorizer.claims.token_use' },
            responseTemplates: { 'application/json': template },
          },
        },
      },
      methodResponses: { '200': { statusCode: '200', responseParameters: { 'method.response.header.who': true } } },
    },
  });
  const { reply, body } = await guarded.send(bearing(idToken));
  assert.equal(body, `${idClaims.sub}|ann|||true`);
  assert.equal(sentHeader(reply, 'who'), 'id');
});

test('[COG-09] several pools, of other accounts and regions too: the token says which, and each only for itself', async () => {
  const issuers = issuersOf(pool, other);
  const guarded = api({ authorizer: { providerARNs: [poolArn, otherArn] }, issuers });
  const otherToken = await other.sign(idClaims);
  for (const token of [idToken, otherToken, idToken, otherToken]) {
    assert.equal((await guarded.send(bearing(token))).status, 200);
  }
  assert.deepEqual(issuers.asked, [pool.issuer, other.issuer]);
  assert.equal((await guarded.send(bearing(await other.sign({ ...idClaims, iss: pool.issuer })))).status, 401);
});

test('a pool that names this server as its address is believed by its own keys', async () => {
  const token = await pool.sign({ ...idClaims, iss: 'http://localhost:4566/us-east-1_AbCdEf123' });
  const issuers = issuersOf(pool);
  assert.equal((await api({ issuers }).send(bearing(token))).status, 200);
  assert.deepEqual(issuers.asked, [pool.issuer]);
});

test('a known token asks for no keys again until five minutes have gone, an unknown key asks once more', async () => {
  const issuers = issuersOf(pool);
  const guarded = api({ issuers });
  await guarded.send(bearing(idToken));
  await guarded.send(bearing(idToken, 299_999));
  assert.deepEqual(issuers.asked, [pool.issuer]);
  await guarded.send(bearing(idToken, 300_000));
  assert.deepEqual(issuers.asked, [pool.issuer, pool.issuer]);
  const unknown = await pool.sign(idClaims, { kid: 'rotated' });
  assert.equal((await guarded.send(bearing(unknown))).status, 401);
  assert.deepEqual(issuers.asked.slice(2), [pool.issuer, `${pool.issuer}!`]);
  pool.keys.push({ ...pool.keys[0]!, kid: 'rotated' });
  assert.equal((await guarded.send(bearing(unknown))).status, 200);
  pool.keys.pop();
});

test('a pool whose keys cannot be had is 500 with a null message, not an open door', async () => {
  const { status, body } = await api({ issuers: issuersOf() }).send(bearing(idToken));
  assert.equal(status, 500);
  assert.equal(body, '{"message":null}');
});

test('[SV-07] a stage variable may name the pool; one that names none believes nobody', async () => {
  const authorizer = { providerARNs: ['${stageVariables.pool}'] };
  const on = (variables?: Record<string, string>) => api({ authorizer, ...(variables && { stage: { variables } }) });
  assert.equal((await on({ pool: poolArn }).send(bearing(idToken))).status, 200);
  assert.equal((await on({ pool: 'nonsense' }).send(bearing(idToken))).status, 401);
  assert.equal((await on().send(bearing(idToken))).status, 401);
});

test('a plan tells which pools and scopes', () => {
  const printed = describePlan(api({ scopes: ['rides/write'] }).plan);
  assert.match(printed, /GET \/: authorizer guard \(us-east-1_AbCdEf123, scope rides\/write\) · mock 200/);
});

test('a user-pool authorizer that cannot be enforced refuses the deployment', () => {
  const method = { ...mock200, authorizationType: 'COGNITO_USER_POOLS', authorizerId: 'auth01' };
  const snapshot = restSnapshot({ 'GET /': method });
  for (const [authorizer, complaint] of [
    [{ providerARNs: ['us-east-1_AbCdEf123'] }, 'the authorizer guard: us-east-1_AbCdEf123 is no user pool'],
    [{ identitySource: '' }, 'the authorizer guard has no identity source in '],
    [{ identityValidationExpression: '(' }, /the authorizer guard: the pattern \( is no regular expression/],
    [{ type: 'TOKEN' }, "the authorizer guard is of type TOKEN, the method's is COGNITO_USER_POOLS"],
  ] as const) {
    const changes = { type: 'COGNITO_USER_POOLS', providerARNs: [poolArn], ...authorizer } as const;
    const [found] = restComplaints({ ...snapshot, authorizers: [{ ...tokenAuthorizer, ...changes }] });
    if (typeof complaint === 'string') assert.equal(found, `GET /: ${complaint}`);
    else assert.match(found!, complaint);
  }
});

test('claims that are no plain texts are written out', () => {
  const claims = { list: [1, { a: 2 }, 'x'], object: { a: [1] }, nothing: null, number: 1.5, nbf: 0 };
  assert.deepEqual(cognitoClaims(claims), {
    list: '1,{"a":2},x',
    object: '{"a":[1]}',
    nothing: 'null',
    number: '1.5',
    nbf: 'Thu Jan 01 00:00:00 UTC 1970',
  });
});
