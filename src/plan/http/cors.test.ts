import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { CorsConfiguration } from '../../definition/v2-api.ts';
import type { Reply } from '../exchange.ts';
import { functionsAnswering, type RequestInWords, upstreamAnswering } from '../plan-fixture.ts';
import { httpAnswer, httpPlanOf, httpProxyTo, lambda2, type RouteInWords } from './http-plan-fixture.ts';

const everything: CorsConfiguration = {
  allowOrigins: ['https://www.example.com', 'http://localhost:3000'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'x-own'],
  exposeHeaders: ['Date', 'x-api-id'],
  maxAge: 300,
  allowCredentials: true,
};

async function answered(
  corsConfiguration: CorsConfiguration | undefined,
  request: RequestInWords,
  routes: Record<string, RouteInWords> = { 'GET /pets': httpProxyTo('http://b') },
  headersOfBackend: string[] = [],
): Promise<{ reply: Reply; calls: number }> {
  const upstream = upstreamAnswering({ headers: ['content-type', 'text/plain', ...headersOfBackend], body: 'x' });
  const functions = functionsAnswering({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://own' } });
  const plan = httpPlanOf(routes, { upstream, functions }, {}, corsConfiguration && { corsConfiguration });
  const reply = await httpAnswer(plan, request);
  return { reply, calls: upstream.sent.length + functions.calls.length };
}

const from = (origin: string): string[] => ['Origin', origin];
const preflightFrom = (origin: string, path = '/pets'): RequestInWords => ({
  method: 'OPTIONS',
  path,
  headers: [...from(origin), 'Access-Control-Request-Method', 'GET'],
});
const id = ['apigw-requestid', 'JJ1CUEWfoAMFzDA='];

test('[CORS-06] a preflight is answered by the gateway: 204, without a route for OPTIONS and without the integration', async () => {
  const routes: Record<string, RouteInWords>[] = [
    { 'GET /pets': httpProxyTo('http://b') },
    { 'ANY /{proxy+}': httpProxyTo('http://b') },
    { $default: lambda2 },
    { 'OPTIONS /pets': lambda2 },
  ];
  for (const each of routes) {
    const { reply, calls } = await answered(everything, preflightFrom('https://www.example.com'), each);
    assert.deepEqual([reply.status, String(reply.body), calls], [204, '', 0]);
    assert.deepEqual(reply.headers, [
      ...['access-control-allow-origin', 'https://www.example.com', 'access-control-allow-credentials', 'true'],
      ...['access-control-allow-methods', 'GET,POST', 'access-control-allow-headers', 'authorization,x-own'],
      ...['access-control-max-age', '300', ...id],
    ]);
  }
});

test('[CORS-06] an answer to an origin gets the configured headers in place of the integration’s own', async () => {
  const own = ['Access-Control-Allow-Origin', '*', 'access-control-allow-methods', 'PUT', 'X-Own', '1'];
  const request = { path: '/pets', headers: from('https://www.example.com') };
  const { reply } = await answered(everything, request, undefined, own);
  assert.deepEqual(reply.headers, [
    ...['Content-Type', 'text/plain', 'X-Own', '1', 'Access-Control-Allow-Origin', 'https://www.example.com'],
    ...['Access-Control-Allow-Credentials', 'true', 'Access-Control-Expose-Headers', 'Date,x-api-id'],
    ...['Apigw-Requestid', 'JJ1CUEWfoAMFzDA='],
  ]);
  const lambda = await answered({ allowOrigins: ['*'] }, { headers: from('https://a') }, { 'GET /': lambda2 });
  assert.deepEqual(lambda.reply.headers.slice(2, 4), ['Access-Control-Allow-Origin', '*']);
});

test('[CORS-06] without an Origin the integration’s CORS headers go all the same; without a configuration they stay', async () => {
  const own = ['Access-Control-Allow-Origin', '*'];
  const configured = await answered(everything, { path: '/pets' }, undefined, own);
  assert.deepEqual(configured.reply.headers, ['Content-Type', 'text/plain', 'Apigw-Requestid', id[1]]);
  const open = await answered(undefined, { path: '/pets' }, undefined, own);
  assert.deepEqual(open.reply.headers.slice(2, 4), own);
});

test('[CORS-07] an origin that is not listed gets a normal answer without CORS headers', async () => {
  for (const origin of [
    'https://evil.example',
    'https://www.example.com.evil.example',
    'http://www.example.com',
    'null',
  ]) {
    const { reply, calls } = await answered(everything, { path: '/pets', headers: from(origin) });
    assert.deepEqual([reply.status, calls], [200, 1]);
    assert.ok(!reply.headers.some((text) => text.toLowerCase().startsWith('access-control-')), origin);
    const preflight = (await answered(everything, preflightFrom(origin))).reply;
    assert.deepEqual([preflight.status, preflight.headers], [204, id]);
  }
});

test('[CORS-05] origins: all, all of a scheme, or one by one', async () => {
  const allowed = async (allowOrigins: string[], origin: string) => {
    const { reply } = await answered({ allowOrigins }, { path: '/pets', headers: from(origin) });
    const at = reply.headers.indexOf('Access-Control-Allow-Origin');
    return at === -1 ? undefined : reply.headers[at + 1];
  };
  assert.equal(await allowed(['*'], 'https://a'), '*');
  assert.equal(await allowed(['https://*'], 'https://a:8443'), 'https://a:8443');
  assert.equal(await allowed(['https://*'], 'http://a'), undefined);
  assert.equal(await allowed(['http://*', 'https://b'], 'http://a'), 'http://a');
  assert.equal(await allowed(['HTTPS://B.example'], 'https://b.example'), 'https://b.example');
  assert.equal(await allowed([], 'https://a'), undefined);
});

test('[CORS-06] failures of the gateway have the headers too, so that a page can read them', async () => {
  const headers = from('https://www.example.com');
  const { reply } = await answered(everything, { path: '/nothing', headers });
  assert.equal(reply.status, 404);
  assert.deepEqual(reply.headers.slice(2), [
    ...['access-control-allow-origin', 'https://www.example.com', 'access-control-allow-credentials', 'true'],
    ...['access-control-expose-headers', 'Date,x-api-id', ...id],
  ]);
  const failing = await answered(everything, { headers }, { 'GET /': httpProxyTo('ftp://b') });
  assert.equal(failing.reply.status, 500);
  assert.ok(failing.reply.headers.includes('access-control-allow-origin'));
});

test('OPTIONS that is no preflight goes its way', async () => {
  const routes = { 'OPTIONS /pets': httpProxyTo('http://b') };
  assert.equal((await answered(everything, { method: 'OPTIONS', path: '/pets' }, routes)).calls, 1);
  const simple = { method: 'OPTIONS', path: '/pets', headers: from('https://www.example.com') };
  assert.equal((await answered(everything, simple, routes)).calls, 1);
  assert.equal((await answered(undefined, preflightFrom('https://a'), routes)).calls, 1);
});

test('[CORS-09] a guarded $default route does not swallow preflights where CORS is configured', async () => {
  const routes: Record<string, RouteInWords> = { $default: { ...lambda2, authorizationType: 'AWS_IAM' } };
  const { reply, calls } = await answered(everything, preflightFrom('https://www.example.com'), routes);
  assert.deepEqual([reply.status, calls], [204, 0]);
  const { reply: refused } = await answered(everything, { headers: from('https://www.example.com') }, routes);
  assert.ok(refused.status >= 400);
});
