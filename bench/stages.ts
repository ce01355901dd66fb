/**
 * `node bench/stages.ts`: what a stage costs that is watched (access log as JSON, detailed metrics, 5 % of requests traced) beside one that is not, and a
 * hit of the response cache beside nginx' proxy_cache. Each server on one core, the client and the backend on the other; turns alternate, medians count.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAwsClient } from '../test/support/aws-over-http.ts';
import { startGatewright } from '../test/support/gatewright-process.ts';
import { skipWithout } from '../test/support/programs.ts';
import { clientCore, load, serverCore, startNginx } from './programs-under-load.ts';

const missing = skipWithout('nginx', 'wrk', 'taskset');
if (missing !== false) {
  console.log(`bench skipped: ${missing}`);
  process.exit(0);
}

const turns = 5;
const seconds = 3;
const directory = mkdtempSync(join(tmpdir(), 'gatewright-bench-'));
// nginx' worker is nobody and keeps its cache in here.
chmodSync(directory, 0o777);
const config = join(directory, 'settings.json');
writeFileSync(config, JSON.stringify({ accountThrottle: { ratePerSecond: 1e9, burst: 1e9 }, requestStories: false }));
const body = '{"message":"hello from the backend"}';
const format =
  '{"id":"$context.requestId","ip":"$context.identity.sourceIp","path":"$context.path","status":"$context.status"}';

const watched = [
  {
    op: 'replace',
    path: '/accessLogSettings/destinationArn',
    value: 'arn:aws:logs:us-east-1:000000000000:log-group:bench',
  },
  { op: 'replace', path: '/accessLogSettings/format', value: format },
  { op: 'replace', path: '/*/*/metrics/enabled', value: 'true' },
  { op: 'replace', path: '/tracingEnabled', value: 'true' },
];
const cached = [
  { op: 'replace', path: '/cacheClusterEnabled', value: 'true' },
  { op: 'replace', path: '/*/*/caching/enabled', value: 'true' },
];
const unlimited = [
  { op: 'replace', path: '/*/*/throttling/rateLimit', value: '100000000' },
  { op: 'replace', path: '/*/*/throttling/burstLimit', value: '100000000' },
];

async function createStages(endpoint: string, backend: string): Promise<(stage: string) => string> {
  const aws = createAwsClient(endpoint);
  const role = { op: 'replace', path: '/cloudwatchRoleArn', value: 'arn:aws:iam::000000000000:role/logs' };
  await aws('PATCH', '/account', { patchOperations: [role] });
  const api = await aws('POST', '/restapis', { name: 'bench' });
  const method = `/restapis/${api['id']}/resources/${api['rootResourceId']}/methods/GET`;
  await aws('PUT', method, { authorizationType: 'NONE' });
  await aws('PUT', `${method}/integration`, { type: 'HTTP_PROXY', httpMethod: 'GET', uri: `${backend}/` });
  for (const [stage, settings] of Object.entries({ plain: [], watched, cached })) {
    await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: stage });
    await aws('PATCH', `/restapis/${api['id']}/stages/${stage}`, { patchOperations: [...unlimited, ...settings] });
  }
  return (stage) => `${endpoint}/_aws/execute-api/${api['id']}/${stage}/`;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

try {
  const backend = await startNginx(directory, `location / { return 200 '${body}'; }`, clientCore);
  const store = join(directory, 'nginx-cache');
  const nginx = await startNginx(
    directory,
    `location / { proxy_pass ${backend.endpoint}; proxy_cache bench; proxy_cache_valid 200 5m; }`,
    serverCore,
    `proxy_cache_path ${store} keys_zone=bench:10m;`,
  );
  const gateway = await startGatewright(['--memory', '--config', config, '--log-level', 'error'], serverCore);
  const urlOf = await createStages(gateway.endpoint, backend.endpoint);
  const urls = {
    'nginx proxy_cache hit': nginx.endpoint,
    'response cache hit': urlOf('cached'),
    'HTTP_PROXY, nothing watched': urlOf('plain'),
    'HTTP_PROXY, access log, metrics, traces': urlOf('watched'),
  };
  const results = new Map(Object.keys(urls).map((name) => [name, [] as number[]]));
  for (const url of Object.values(urls)) load(url, { seconds: 1, core: clientCore });
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, url] of Object.entries(urls)) {
      const { perSecond, errors } = load(url, { seconds, core: clientCore });
      if (errors > 0) console.log(`${name}: ${errors} errors spoil this turn`);
      results.get(name)!.push(perSecond);
    }
  }
  for (const [name, turnsOf] of results) console.log(`${name}: ${Math.round(median(turnsOf)).toLocaleString('en')}/s`);
  const ratio = (a: keyof typeof urls, b: keyof typeof urls): string =>
    (median(results.get(a)!) / median(results.get(b)!)).toFixed(2);
  console.log(`cache hit against nginx: ${ratio('response cache hit', 'nginx proxy_cache hit')} (target 0.6)`);
  console.log(
    `watched against not: ${ratio('HTTP_PROXY, access log, metrics, traces', 'HTTP_PROXY, nothing watched')} (target 0.85)`,
  );
  await gateway.stop();
  await nginx.stop();
  await backend.stop();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
