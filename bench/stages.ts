/**
 * `node bench/stages.ts`: what a stage costs that is watched (access log as JSON, detailed metrics, 5 % of requests traced) beside one that is not, the three
 * alone, and a hit of the response cache beside nginx' proxy_cache. Each server on one core (its log thread too), the client and the backend on the other; turns
 * alternate, medians count. Requests per second are what is promised; processor time per request stays readable on a machine with other work: the least of
 * all turns is shown, for others only add. Turns in which the gateway did not have its core for itself (its threads together used less than 95 % of it) are left out where there are others.
 *
 * `--turns 5` and `--seconds 3` (of each turn, whole ones); `--memory` keeps the logs in memory, which is in the main thread, in place of a file; `--only log,plain` leaves out the other loads;
 * `--quiet` waits, up to two minutes each, for a moment in which the machine has nothing else to do.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAwsClient } from '../test/support/aws-over-http.ts';
import { startGatewright } from '../test/support/gatewright-process.ts';
import { skipWithout } from '../test/support/programs.ts';
import { clientCore, load, processorTime, serverCore, startNginx } from './programs-under-load.ts';

const missing = skipWithout('nginx', 'wrk', 'taskset');
if (missing !== false) {
  console.log(`bench skipped: ${missing}`);
  process.exit(0);
}

const { values: options } = parseArgs({
  options: {
    turns: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    memory: { type: 'boolean', default: false },
    only: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
});
const turns = Number(options.turns);
const seconds = Number(options.seconds);
const directory = mkdtempSync(join(tmpdir(), 'gatewright-bench-'));
// nginx' worker is nobody and keeps its cache in here.
chmodSync(directory, 0o777);
const config = join(directory, 'settings.json');
writeFileSync(config, JSON.stringify({ accountThrottle: { ratePerSecond: 1e9, burst: 1e9 }, requestStories: false }));
const body = '{"message":"hello from the backend"}';
const format =
  '{"id":"$context.requestId","ip":"$context.identity.sourceIp","path":"$context.path","status":"$context.status"}';

const replace = (path: string, value: string) => ({ op: 'replace', path, value });
const log = [
  replace('/accessLogSettings/destinationArn', 'arn:aws:logs:us-east-1:000000000000:log-group:bench'),
  replace('/accessLogSettings/format', format),
];
const metrics = [replace('/*/*/metrics/enabled', 'true')];
const traces = [replace('/tracingEnabled', 'true')];
const cached = [replace('/cacheClusterEnabled', 'true'), replace('/*/*/caching/enabled', 'true')];
const unlimited = [
  replace('/*/*/throttling/rateLimit', '100000000'),
  replace('/*/*/throttling/burstLimit', '100000000'),
];

const stages = { plain: [], log, metrics, traces, watched: [...log, ...metrics, ...traces], cached };
type Load = keyof typeof stages | 'nginx';
const names: Readonly<Record<Load, string>> = {
  nginx: 'nginx proxy_cache hit',
  cached: 'response cache hit',
  plain: 'HTTP_PROXY, nothing watched',
  log: 'with access log alone',
  metrics: 'with detailed metrics alone',
  traces: 'with tracing alone',
  watched: 'with access log, metrics, traces',
};

async function createStages(endpoint: string, backend: string): Promise<(stage: string) => string> {
  const aws = createAwsClient(endpoint);
  const role = { op: 'replace', path: '/cloudwatchRoleArn', value: 'arn:aws:iam::000000000000:role/logs' };
  await aws('PATCH', '/account', { patchOperations: [role] });
  const api = await aws('POST', '/restapis', { name: 'bench' });
  const method = `/restapis/${api['id']}/resources/${api['rootResourceId']}/methods/GET`;
  await aws('PUT', method, { authorizationType: 'NONE' });
  await aws('PUT', `${method}/integration`, { type: 'HTTP_PROXY', httpMethod: 'GET', uri: `${backend}/` });
  for (const [stage, settings] of Object.entries(stages)) {
    await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: stage });
    await aws('PATCH', `/restapis/${api['id']}/stages/${stage}`, { patchOperations: [...unlimited, ...settings] });
  }
  return (stage) => `${endpoint}/_aws/execute-api/${api['id']}/${stage}/`;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Of one turn; processor time in microseconds a request, of the gateway alone. */
interface Turn {
  readonly perSecond: number;
  /** Part of one core that the gateway used. */
  readonly share: number;
  readonly main: number;
  readonly logThread: number;
  readonly others: number;
}

const inAll = ({ main, logThread, others }: Pick<Turn, 'main' | 'logThread' | 'others'>): number =>
  main + logThread + others;

const idleAndAll = (): [number, number] => {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.idle + times.user + times.sys + times.nice + times.irq;
  }
  return [idle, all];
};

/** Resolves when the processors were idle nine tenths of a quarter of a second. */
async function quietMoment(): Promise<void> {
  for (let attempt = 0; attempt < 480; attempt++) {
    const [idle, all] = idleAndAll();
    await new Promise((resolve) => setTimeout(resolve, 250));
    const [idleNow, allNow] = idleAndAll();
    if (idleNow - idle >= (allNow - all) * 0.9) return;
  }
}

/** Lets what waits for the log thread be written, so that it counts for the load that made it. */
const logsWritten = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

try {
  const backend = await startNginx(directory, `location / { return 200 '${body}'; }`, clientCore);
  const store = join(directory, 'nginx-cache');
  const nginx = await startNginx(
    directory,
    `location / { proxy_pass ${backend.endpoint}; proxy_cache bench; proxy_cache_valid 200 5m; }`,
    serverCore,
    `proxy_cache_path ${store} keys_zone=bench:10m;`,
  );
  const place = options.memory ? ['--memory'] : ['--data', join(directory, 'data')];
  const gateway = await startGatewright([...place, '--config', config], serverCore);
  const urlOf = await createStages(gateway.endpoint, backend.endpoint);
  const loads = (Object.keys(names) as Load[]).filter((each) => options.only?.split(',').includes(each) ?? true);
  const urls = new Map(loads.map((each) => [each, each === 'nginx' ? nginx.endpoint : urlOf(each)]));
  const results = new Map(loads.map((each) => [each, [] as Turn[]]));

  for (const url of urls.values()) load(url, { seconds: 2, core: clientCore });
  for (let turn = 0; turn < turns; turn++) {
    for (const [each, url] of urls) {
      await logsWritten();
      if (options.quiet) await quietMoment();
      const before = processorTime(gateway.pid);
      const { perSecond, requests, errors } = load(url, { seconds, core: clientCore });
      const atEnd = processorTime(gateway.pid);
      await logsWritten();
      const after = processorTime(gateway.pid);
      if (errors > 0) console.log(`${names[each]}: ${errors} errors spoil this turn`);
      const spent = (what: keyof typeof before): number => (after[what] - before[what]) / requests / 1000;
      const share = (inAll(atEnd) - inAll(before)) / (seconds * 1e9);
      results.get(each)!.push({
        ...{ perSecond, share, main: spent('main'), logThread: spent('logThread'), others: spent('others') },
      });
    }
  }

  const undisturbed = (each: Load): Turn[] =>
    results.get(each)!.filter(({ share }) => each === 'nginx' || share >= 0.95);
  function counted(each: Load): readonly Turn[] {
    const some = undisturbed(each);
    return some.length === 0 ? results.get(each)! : some;
  }
  const perSecondOf = (each: Load): number => median(counted(each).map(({ perSecond }) => perSecond));
  const bestOf = (each: Load): number => Math.max(...results.get(each)!.map(({ perSecond }) => perSecond));
  /** The turn with the least processor time. */
  const leastOf = (each: Load): Turn => results.get(each)!.toSorted((a, b) => inAll(a) - inAll(b))[0]!;
  console.log(
    '| load | requests/s | turns that count | best turn | µs main thread | µs log thread | µs other threads | µs all |\n|---|---|---|---|---|---|---|---|',
  );
  for (const each of loads) {
    const least = leastOf(each);
    const times = each === 'nginx' ? [] : [least.main, least.logThread, least.others, inAll(least)];
    const [perSecond, best] = [perSecondOf(each), bestOf(each)].map((rate) => Math.round(rate).toLocaleString('en'));
    const cells = [perSecond, `${undisturbed(each).length} of ${turns}`, best];
    cells.push(...times.map((us) => us.toFixed(1)));
    console.log(`| ${names[each]} | ${cells.join(' | ')} |`);
  }
  const has = (...wanted: Load[]): boolean => wanted.every((each) => loads.includes(each));
  if (has('cached', 'nginx')) {
    const ratio = perSecondOf('cached') / perSecondOf('nginx');
    console.log(`cache hit against nginx: ${ratio.toFixed(2)} (target 0.6)`);
  }
  for (const each of ['log', 'metrics', 'traces', 'watched'] as const) {
    if (!has(each, 'plain')) continue;
    const ratio = perSecondOf(each) / perSecondOf('plain');
    const best = bestOf(each) / bestOf('plain');
    const inTime = inAll(leastOf('plain')) / inAll(leastOf(each));
    const target = each === 'watched' ? ' (target 0.85)' : '';
    console.log(
      `${names[each]}, against nothing watched: ${ratio.toFixed(2)} of the requests/s${target}, ${best.toFixed(2)} of those of the best turns, ${inTime.toFixed(2)} by processor time`,
    );
  }
  await gateway.stop();
  await nginx.stop();
  await backend.stop();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
