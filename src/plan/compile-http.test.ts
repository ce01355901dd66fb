import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { V2Integration } from '../definition/v2-api.ts';
import { httpComplaints } from './compile-http.ts';
import { httpAnswer, httpPlanOf, httpProxyTo, httpSnapshot, type RouteInWords } from './http/http-plan-fixture.ts';
import { upstreamAnswering } from './plan-fixture.ts';
import { ThrottleBuckets } from './steps/throttle.ts';

const complaintsAbout = (route: RouteInWords) => httpComplaints(httpSnapshot({ 'GET /': route }));

test('[VS-03] an HTTP API is proxy-only: integrations of any other type are refused at deployment and never run', async () => {
  for (const integrationType of ['AWS', 'HTTP', 'MOCK'] as const satisfies V2Integration['integrationType'][]) {
    const route = { integration: { integrationType, integrationUri: 'http://b' } };
    assert.deepEqual(complaintsAbout(route), [`GET /: an HTTP API has no integrations of type ${integrationType}`]);
    const reply = await httpAnswer(httpPlanOf({ 'GET /': route }));
    assert.deepEqual([reply.status, reply.body], [500, '{"message":"Internal Server Error"}']);
  }
});

test('[VS-01] a route that wants an API key is closed, never open', async () => {
  const guarded: [RouteInWords, string][] = [
    [{ ...httpProxyTo('http://b'), apiKeyRequired: true }, 'GET /: an HTTP API has no API keys'],
  ];
  for (const [route, complaint] of guarded) {
    const upstream = upstreamAnswering();
    assert.deepEqual(complaintsAbout(route), [complaint]);
    assert.equal((await httpAnswer(httpPlanOf({ 'GET /': route }, { upstream }))).status, 500);
    assert.equal(upstream.sent.length, 0);
  }
});

test('a route without a target can be deployed and answers 404; one whose target is not there is refused', async () => {
  const bare: RouteInWords = { target: '' };
  assert.deepEqual(complaintsAbout(bare), []);
  const reply = await httpAnswer(httpPlanOf({ 'GET /': bare }));
  assert.deepEqual([reply.status, reply.body], [404, '{"message":"Not Found"}']);
  assert.equal(reply.problem!.why, 'GET /: no integration is attached to the route');
  const target = 'integrations/none';
  assert.deepEqual(complaintsAbout({ ...httpProxyTo('http://b'), target }), ['GET /: there is no integration none']);
});

test('[THR-06] [THR-09] a route’s settings stand over the stage’s, member by member; 0 lets nobody in', async () => {
  const plan = httpPlanOf(
    { 'GET /a': httpProxyTo('http://b'), 'GET /b': httpProxyTo('http://b'), 'GET /c': httpProxyTo('http://b') },
    { upstream: upstreamAnswering() },
    {
      defaultRouteSettings: { throttlingRateLimit: 1, throttlingBurstLimit: 2 },
      routeSettings: { 'GET /b': { throttlingBurstLimit: 1 }, 'GET /c': { throttlingRateLimit: 0 } },
    },
  );
  const statuses = async (path: string) => {
    const replies = [];
    for (let i = 0; i < 3; i++) replies.push(await httpAnswer(plan, { path }));
    return replies.map(({ status }) => status);
  };
  assert.deepEqual(await statuses('/a'), [200, 200, 429]);
  assert.deepEqual(await statuses('/b'), [200, 429, 429]);
  assert.deepEqual(await statuses('/c'), [429, 429, 429]);
});

test('[THR-02] [THR-07] HTTP APIs draw on the account’s bucket, each with its own routes', async () => {
  const throttles = new ThrottleBuckets({ ratePerSecond: 1, burst: 2 });
  const tools = { upstream: upstreamAnswering(), throttles };
  const one = httpPlanOf({ 'GET /': httpProxyTo('http://b') }, tools);
  const two = httpPlanOf({ 'GET /': httpProxyTo('http://b') }, tools, {}, { apiId: 'another123' });
  assert.equal((await httpAnswer(one)).status, 200);
  assert.equal((await httpAnswer(two)).status, 200);
  const refused = await httpAnswer(one);
  assert.deepEqual([refused.status, refused.body], [429, '{"message":"Too Many Requests"}']);
});

test('requests and their latencies are counted by route', async () => {
  const counted: string[] = [];
  const metrics = {
    method: ({ apiId, stage, resource, method }: Record<'apiId' | 'stage' | 'resource' | 'method', string>) => ({
      record: (_: unknown, { status }: { status: number }) =>
        void counted.push(`${apiId} ${stage} ${method} ${resource} ${status}`),
    }),
  };
  const plan = httpPlanOf(
    { 'GET /pets/{id}': httpProxyTo('http://b'), $default: httpProxyTo('http://b') },
    {
      metrics,
      upstream: upstreamAnswering(),
    },
  );
  await httpAnswer(plan, { path: '/pets/7' });
  await httpAnswer(plan, { path: '/else' });
  assert.deepEqual(counted, ['a1b2c3d4e5 $default GET /pets/{id} 200', 'a1b2c3d4e5 $default ANY $default 200']);
});
