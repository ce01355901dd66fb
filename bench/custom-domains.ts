/**
 * `node bench/custom-domains.ts`: what a custom domain costs a request, in nanoseconds of processor time from the parsed request to the plan's answer, without sockets; and
 * what mutual TLS costs the first request of a connection. Run by hand; numbers of one machine compare only with its own.
 */
import { X509Certificate } from 'node:crypto';
import { systemClock } from '../src/base/clock.ts';
import { type HttpRequest, noBody, type TlsConnection } from '../src/base/http.ts';
import { fakeDomains, liveDomain, mappings } from '../src/gateway/domains/domain-fixture.ts';
import { createDomainTable } from '../src/gateway/domains/domain-table.ts';
import { createServe } from '../src/gateway/serve.ts';
import { mock200, planOf } from '../src/plan/plan-fixture.ts';
import { runPlan } from '../src/plan/run.ts';
import { silentLog } from '../src/ports/telemetry.ts';
import { makeCertificate } from '../test/support/certificate-chain.ts';

const plan = planOf({ 'GET /pets/{id}': mock200 });
const { apiId, stage } = plan.context;
const target = `${apiId}:${stage}`;

/** As a busy domain has it: fifty keys of up to four segments. */
const keys = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`team${i % 10}/v${i % 3}/area${i}`, target]));
const rules = Array.from({ length: 10 }, (_, i) => ({
  routingRuleId: `r${i}`,
  priority: i + 1,
  conditions: [{ matchHeaders: [{ header: 'x-version', valueGlob: `v${i}*` }] }],
  action: { apiId, stage, stripBasePath: false },
}));
const domains = createDomainTable(
  fakeDomains(
    liveDomain('api.example.com', { mappings: mappings(keys) }),
    liveDomain('*.wild.example.com', { mappings: mappings({ '': target }) }),
    liveDomain('ruled.example.com', {
      domain: { routingMode: 'ROUTING_RULE_THEN_API_MAPPING' },
      mappings: mappings({ '': target }),
      rules,
    }),
  ),
  silentLog,
);
await domains.loading;

const planTable = {
  find: () => plan,
  stageNames: async () => [],
  loadedPlan: () => plan,
  apiKind: async () => 'rest' as const,
  loaded: () => [],
  close() {},
};
const parts = {
  planTable,
  runPlan,
  services: () => ({ status: 404, headers: [], body: '' }),
  sockets: { answer: async () => undefined },
  admin: () => ({ status: 404, headers: [], body: '' }),
  log: silentLog,
  clock: systemClock,
  maxInvokeBodyBytes: 1e7,
  maxServiceBodyBytes: 1e7,
};
const withDomains = createServe({ ...parts, domains });
const without = createServe(parts);

function request(host: string, path: string): HttpRequest {
  const headers = ['Host', host, 'User-Agent', 'bench', 'Accept', '*/*'];
  return {
    method: 'GET',
    path,
    query: '',
    headers,
    body: noBody,
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  };
}

/** Medians of eleven rounds in processor time, the ways taken in turns so that all see the same machine. */
function compare(ways: Readonly<Record<string, () => unknown>>, calls = 100_000): void {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round < 12; round++) {
    for (const [name, run] of Object.entries(ways)) {
      const started = process.cpuUsage();
      for (let i = 0; i < calls; i++) run();
      const { user, system } = process.cpuUsage(started);
      if (round > 0) times.get(name)!.push(((user + system) * 1e3) / calls);
    }
  }
  for (const [name, of] of times) {
    console.log(
      `${name.padEnd(64)} ${of
        .sort((a, b) => a - b)[5]!
        .toFixed(0)
        .padStart(7)} ns`,
    );
  }
}

const byHost = request(`${apiId}.execute-api.localhost:4566`, `/${stage}/pets/7`);
const byPath = request('localhost:4566', `/_aws/execute-api/${apiId}/${stage}/pets/7`);
const mapped = request('api.example.com', '/team7/v2/area47/pets/7');
const wild = request('a.wild.example.com:4566', '/pets/7');
const ruled = request('ruled.example.com', '/pets/7');
compare({
  'default endpoint, no domains': () => without.handle(byHost),
  'default endpoint beside domains': () => withDomains.handle(byHost),
  'by path, no domains': () => without.handle(byPath),
  'by path beside domains': () => withDomains.handle(byPath),
  'domain with 50 mappings of three segments': () => withDomains.handle(mapped),
  'wildcard domain, one mapping': () => withDomains.handle(wild),
  'ten rules on a header that is not there, then a mapping': () => withDomains.handle(ruled),
});

const root = await makeCertificate({ name: 'CN=Root', isAuthority: true });
const issuing = await makeCertificate({ name: 'CN=Issuing', isAuthority: true, issuer: root });
const client = await makeCertificate({ name: 'CN=client', issuer: issuing });
const strict = createDomainTable(
  fakeDomains(
    liveDomain('m.example.com', {
      domain: { mutualTlsAuthentication: { truststoreUri: 's3://b/k' } },
      truststore: { pem: root.certificate + issuing.certificate },
      mappings: mappings({ '': target }),
    }),
  ),
  silentLog,
);
await strict.loading;
const guarded = createServe({ ...parts, domains: strict });
const { raw: certificate } = new X509Certificate(client.certificate);
const connection = (): TlsConnection => ({
  domainName: 'm.example.com',
  serverName: 'm.example.com',
  version: 'TLSv1.3',
  cipherSuite: 'TLS_AES_128_GCM_SHA256',
  client: () => ({ certificate, complaint: undefined }),
});
const kept = { ...request('m.example.com', '/pets/7'), secure: true, tls: connection() };
compare({ 'mutual TLS, further requests of a connection': () => guarded.handle(kept) });
compare({ 'mutual TLS, first request of a connection': () => guarded.handle({ ...kept, tls: connection() }) }, 300);
