import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import { type HttpRequest, noBody } from '../../base/http.ts';
import type { Plan } from '../../plan/plan.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { fakePlan, noSockets } from '../fake-gateway.ts';
import { createServe } from '../serve.ts';
import { type FakeDomains, fakeDomains, liveDomain, mappings } from './domain-fixture.ts';
import { createDomainTable } from './domain-table.ts';

const request = (host: string, path: string): HttpRequest => ({
  ...{ method: 'GET', path, query: '', headers: ['Host', host], body: noBody },
  ...{ protocol: 'HTTP/1.1', secure: false, sourceIp: '127.0.0.1' },
});

/** Answers with API, stage and path; `plans` by `api/stage`, where `api/$default` stands in for stages the API lacks, as the plan table does. */
async function served(domains: FakeDomains, plans: Readonly<Record<string, Plan>>, plainHttp?: 'forbid' | 'redirect') {
  const table = createDomainTable(domains, silentLog);
  await table.loading;
  const handler = createServe({
    domains: table,
    planTable: {
      find: (apiId, stage) => plans[`${apiId}/${stage}`] ?? plans[`${apiId}/$default`],
      stageNames: async () => [],
      loadedPlan: () => undefined,
      apiKind: async (apiId) => (apiId === 'http' ? 'http' : 'rest'),
      loaded: () => [],
      close() {},
    },
    runPlan: ({ context }, x) => ({
      ...{ status: 200, headers: [], problem: undefined },
      body: `${context.apiId} ${context.stage} ${x.path} ${x.contextPath}`,
    }),
    sockets: noSockets,
    services: () => ({ status: 200, headers: [], body: 'service' }),
    admin: () => ({ status: 200, headers: [], body: 'admin' }),
    log: silentLog,
    clock: new ManualClock(),
    maxInvokeBodyBytes: 10,
    maxServiceBodyBytes: 100,
    ...(plainHttp && { plainHttp }),
  });
  const go = async (host: string, path: string): Promise<string> => {
    const reply = await handler.handle(request(host, path));
    return 'body' in reply ? `${reply.status} ${String(reply.body)}` : String(reply.status);
  };
  return { go, handler };
}

const httpPlan = (stage: string): Plan => ({ ...fakePlan('http', stage), kind: 'http' }) as unknown as Plan;

test('a mapping to a stage that is gone does not open the API’s $default', async () => {
  const domains = fakeDomains(
    liveDomain('a.example.com', { mappings: mappings({ gone: 'http:dev', all: 'http:$default' }) }),
  );
  const { go } = await served(domains, { 'http/$default': httpPlan('$default') });
  assert.equal(await go('a.example.com', '/gone/pets'), '404 {"message":"Not Found"}');
  assert.equal(await go('a.example.com', '/all/pets'), '200 http $default /pets /pets');
});

test('[DOM-09] a segment that names no stage does not open $default either', async () => {
  const domains = fakeDomains(liveDomain('a.example.com', { mappings: mappings({ base: 'http' }) }));
  const { go } = await served(domains, { 'http/dev': httpPlan('dev'), 'http/$default': httpPlan('$default') });
  assert.equal(await go('a.example.com', '/base/dev/pets'), '200 http dev /pets /dev/pets');
  assert.equal(await go('a.example.com', '/base/pets'), '404 {"message":"Not Found"}');
  assert.equal(await go('a.example.com', '/base'), '404 {"message":"Not Found"}');
});

test('[DOM-11] a request that comes while a change is read waits and sees it', async () => {
  const domains = fakeDomains(liveDomain('a.example.com', { mappings: mappings({ '': 'rest:old' }) }));
  const { go } = await served(domains, { 'rest/old': fakePlan('rest', 'old'), 'rest/new': fakePlan('rest', 'new') });
  assert.equal(await go('a.example.com', '/x'), '200 rest old /x /x');
  domains.isHeld = true;
  domains.all[0] = liveDomain('a.example.com', { mappings: mappings({ '': 'rest:new' }) });
  domains.publish({ region: 'eu-west-1', domainId: 'a.example.com' });
  const waiting = go('a.example.com', '/x');
  domains.release();
  assert.equal(await waiting, '200 rest new /x /x');
});

test('a body for a custom domain has the limit of invocations, also where its path looks like ours', async () => {
  const { handler } = await served(fakeDomains(liveDomain('a.example.com')), {});
  const limit = (host: string) =>
    handler.maxBodyBytes({ method: 'POST', path: '/x', query: '', headers: ['Host', host] });
  assert.deepEqual([limit('A.example.com:4566'), limit('b.example.com')], [10, 100]);
});

test('[EP-10] without TLS a custom domain is forbidden or redirected as the setting says', async () => {
  const domains = () => fakeDomains(liveDomain('a.example.com', { mappings: mappings({ '': 'rest:s' }) }));
  const plans = { 'rest/s': fakePlan('rest', 's') };
  assert.equal(
    await (await served(domains(), plans, 'forbid')).go('a.example.com', '/x'),
    '403 {"message":"Forbidden"}',
  );
  assert.match(await (await served(domains(), plans, 'redirect')).go('a.example.com', '/x'), /^308/);
});
