import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { V2Stage } from '../../definition/v2-api.ts';
import type { Exchange } from '../exchange.ts';
import { functionsAnswering, type RequestInWords } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import { httpExchange, httpPlanOf, lambda1, lambda2, type RouteInWords } from './http-plan-fixture.ts';

/** An event of test/golden/events as one line; member order is kept. */
const golden = (name: string): string =>
  JSON.stringify(JSON.parse(readFileSync(join(import.meta.dirname, '../../../test/golden/events', name), 'utf8')));

/** The event a request becomes, as text. */
async function eventOf(
  routeKey: string,
  route: RouteInWords,
  request: RequestInWords,
  stage: Partial<V2Stage> = {},
  found: Partial<Exchange> = {},
): Promise<string> {
  const functions = functionsAnswering({ statusCode: 200 });
  const plan = httpPlanOf({ [routeKey]: route }, { functions }, stage);
  await runPlan(plan, Object.assign(httpExchange(plan, request), found));
  return String(functions.calls[0]!.payload);
}

const traced = ['X-Amzn-Trace-Id', 'Root=1-66f31d1c-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1'];
const host = ['Host', 'a1b2c3d4e5.execute-api.localhost'];
const curl = [...host, 'User-Agent', 'curl/8.5.0', 'Accept', '*/*', ...traced];
const probe: Partial<V2Stage> = { stageName: 'probe', stageVariables: { color: 'blue' } };

test('[LPV2-01] [LPV2-05] [HRT-07] the event of a bare GET has the recorded members in the recorded order, and leaves out what it does not have', async () => {
  assert.equal(await eventOf('GET /echo', lambda2, { path: '/echo', headers: curl }), golden('http2-get-bare.json'));
});

test('[LPV2-01] [LPV2-02] [LPV2-03] [LPV2-04] the event of a POST in a named stage, with everything', async () => {
  const request: RequestInWords = {
    method: 'POST',
    path: '/v1/item/value%20space/a/b?dup=one&dup=two&empty=&encoded=a%2Bb&sp=x+y&noequals&semi=a;b',
    headers: [
      ...curl,
      ...['content-type', 'application/json; charset=utf-8', 'x-list', 'a', 'X-List', 'b'],
      ...['Cookie', 'a=1; b=2', 'cookie', 'c=3', 'X-Forwarded-For', '203.0.113.7', 'Connection', 'keep-alive'],
      ...['Transfer-Encoding', 'chunked', 'Content-Length', '99'],
    ],
    body: '{"é":1}\n',
  };
  const event = await eventOf('POST /v1/item/{item}/{rest+}', lambda2, request, probe);
  assert.equal(event, golden('http2-post-everything.json'));
});

test('[LPV2-01] the event of a POST of JSON, one of cookies, one of a name that comes twice: each as a file', async () => {
  const json = {
    method: 'POST',
    path: '/pets',
    headers: [...curl, 'Content-Type', 'application/json'],
    body: '{"id":1}',
  };
  assert.equal(await eventOf('POST /pets', lambda2, json), golden('http2-post-json.json'));
  const cookies = { path: '/echo', headers: [...curl, 'Cookie', 'session=abc; theme=dark'] };
  assert.equal(await eventOf('GET /echo', lambda2, cookies), golden('http2-cookies.json'));
  const twice = { path: '/echo?tag=red&tag=blue&page=2', headers: curl };
  assert.equal(await eventOf('GET /echo', lambda2, twice), golden('http2-multi-value-query.json'));
});

test('[LPV2-07] bytes arrive as base64, on the $default route as well', async () => {
  const headers = [...host, ...traced, 'Content-Type', 'application/octet-stream'];
  const request = { method: 'POST', path: '/upload', headers, body: Buffer.from([0, 1, 254, 255]) };
  assert.equal(await eventOf('$default', lambda2, request), golden('http2-post-binary.json'));
});

test('[LPV2-07] text, JSON, XML and forms are text without any configuration, other types are not', async () => {
  const isBase64 = async (contentType: string | undefined) => {
    const headers = contentType === undefined ? [] : ['Content-Type', contentType];
    const event = await eventOf('POST /', lambda2, { method: 'POST', headers, body: 'x' });
    return (JSON.parse(event) as { isBase64Encoded: boolean }).isBase64Encoded;
  };
  for (const type of [
    undefined,
    '',
    'text/csv',
    'application/json',
    'application/problem+json; a=b',
    'application/xml',
    'image/svg+xml',
    'application/x-www-form-urlencoded',
    'Application/JSON',
  ]) {
    assert.equal(await isBase64(type), false, String(type));
  }
  for (const type of ['image/png', 'application/octet-stream', 'multipart/form-data; boundary=x', 'application/pdf']) {
    assert.equal(await isBase64(type), true, type);
  }
});

test('[LPV1-01] [LPV1-02] [LPV1-11] format 1.0: version first, null where there is nothing, header names in a mix of cases', async () => {
  assert.equal(await eventOf('GET /echo', lambda1, { path: '/echo', headers: curl }), golden('http1-get-bare.json'));
});

test('[LPV1-01] [LPV1-03] format 1.0: the last value in the single maps, all in the others; the path has the named stage', async () => {
  const request: RequestInWords = {
    method: 'POST',
    path: '/v1/item/value%20space?dup=one&empty=&dup=two',
    headers: [...curl, 'content-type', 'text/plain', 'x-list', 'a', 'X-List', 'b', 'cookie', 'a=1; b=2'],
    body: 'some tea',
  };
  assert.equal(await eventOf('POST /v1/item/{item}', lambda1, request, probe), golden('http1-post-everything.json'));
});

test('a path with an encoded question mark is cut there, a malformed one stays as it was sent', async () => {
  const pathOf = async (path: string) =>
    (JSON.parse(await eventOf('$default', lambda2, { path })) as { rawPath: string }).rawPath;
  assert.equal(await pathOf('/a%3Fb/c'), '/a');
  assert.equal(await pathOf('/a%zz%20b'), '/a%zz%20b');
  assert.equal(await pathOf('/caf%C3%A9'), '/café');
});

const contextOf = async (route: RouteInWords, found: Partial<Exchange>) =>
  (JSON.parse(await eventOf('GET /', route, {}, {}, found)) as { requestContext: Record<string, unknown> })
    .requestContext;

const result = {
  principalId: undefined,
  context: {},
  claims: null,
  scopes: null,
  usageIdentifierKey: undefined,
  latencyMs: -1,
};

test('[LPV2-06] a token’s claims come sorted as texts, its scopes only where the route asks for some', async () => {
  const claims = { sub: 'ann', aud: 'client', exp: '1790284571' };
  const open = await contextOf(lambda2, { authorizer: { ...result, claims } });
  assert.equal(
    JSON.stringify(open['authorizer']),
    '{"jwt":{"claims":{"aud":"client","exp":"1790284571","sub":"ann"},"scopes":null}}',
  );
  const scoped = await contextOf(lambda2, { authorizer: { ...result, claims, scopes: ['a', 'b'] } });
  assert.deepEqual((scoped['authorizer'] as { jwt: { scopes: string[] } }).jwt.scopes, ['a', 'b']);
});

test('[LPV1-08] format 1.0 has claims and scopes without jwt around them', async () => {
  const context = await contextOf(lambda1, { authorizer: { ...result, claims: { sub: 'ann' }, scopes: ['a'] } });
  assert.equal(JSON.stringify(context['authorizer']), '{"claims":{"sub":"ann"},"scopes":["a"]}');
});

test('[LPV2-06] a function’s context keeps its types and comes sorted, without principalId and without a member called claims', async () => {
  const context = { number: 7, bool: true, a: 'x', claims: 'dropped' };
  const found = await contextOf(lambda2, { authorizer: { ...result, principalId: 'ann', context } });
  assert.equal(JSON.stringify(found['authorizer']), '{"lambda":{"a":"x","bool":true,"number":7}}');
  const older = await contextOf(lambda1, {
    authorizer: { ...result, principalId: 'ann', context: { number: 7, a: 'x', nested: { b: [1] } } },
  });
  assert.equal(
    JSON.stringify(older['authorizer']),
    '{"principalId":"ann","a":"x","nested":"{\\"b\\":[1]}","number":"7"}',
  );
});

test('[LPV2-06] a signed caller: principalOrgId is the recorded literal', async () => {
  const caller = {
    accessKey: 'AKIDEXAMPLE',
    accountId: '123456789012',
    caller: 'AIDA1',
    user: 'AIDA1',
    userArn: 'arn:aws:iam::123456789012:user/ann',
    principalOrgId: 'o-1',
    cognito: null,
  };
  assert.equal(
    JSON.stringify((await contextOf(lambda2, { caller }))['authorizer']),
    '{"iam":{"accessKey":"AKIDEXAMPLE","accountId":"123456789012","callerId":"AIDA1","cognitoIdentity":null,' +
      '"principalOrgId":"aws:PrincipalOrgID","userArn":"arn:aws:iam::123456789012:user/ann","userId":"AIDA1"}}',
  );
  const { identity } = (await contextOf(lambda1, { caller })) as { identity: Record<string, unknown> };
  assert.deepEqual([identity['accessKey'], identity['user']], ['AKIDEXAMPLE', 'AIDA1']);
});
