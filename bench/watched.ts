/**
 * `node bench/watched.ts`: what an access log, detailed metrics and tracing add to a request, in processor time and without sockets: a plan with HTTP_PROXY whose backend answers at once. Readable on a
 * machine with other work, where bench/stages.ts is not: of many short rounds the least counts. Lines go to a file, through the thread that holds it, whose own time is told apart.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { newExtendedRequestId, newRequestId } from '../src/base/ids.ts';
import { createLogs } from '../src/companions/logs/logs.ts';
import { createMemoryMetrics } from '../src/companions/telemetry/metrics.ts';
import { createXRay } from '../src/companions/xray/xray.ts';
import type { Stage } from '../src/definition/rest-api.ts';
import { compileRest } from '../src/plan/compile-rest.ts';
import type { Plan } from '../src/plan/plan.ts';
import {
  exchange,
  limitedTo,
  liveStage,
  planTools,
  restSnapshot,
  upstreamAnswering,
} from '../src/plan/plan-fixture.ts';
import { runPlan } from '../src/plan/run.ts';
import { createTracer } from '../src/plan/tracing/tracer.ts';
import { silentLog } from '../src/ports/telemetry.ts';
import { createMemoryStore } from '../src/store/memory.ts';

const requestsOfRound = 10_000;
const rounds = 25;
const callers = 32;

const folder = mkdtempSync(join(tmpdir(), 'gatewright-bench-'));
const answer = {
  status: 200,
  headers: ['Server', 'nginx', 'Date', 'now', 'Content-Type', 'application/json', 'Content-Length', '36'],
  body: Buffer.from('{"message":"hello from the backend"}'),
};
const upstream = {
  ...upstreamAnswering(),
  send: () => new Promise<typeof answer>((resolve) => setImmediate(resolve, answer)),
};
const logs = createLogs({ clock: systemClock, log: silentLog, dataDirectory: folder });
const requestLogs = logs.requestLogs({ awsServices: planTools().awsServices, upstream, everyRequest: undefined });
const xray = createXRay({ store: createMemoryStore(), clock: systemClock });
const metrics = createMemoryMetrics(systemClock);
const tracer = createTracer({ sample: xray.sample, tracesAll: false, keep: (request) => xray.keep(request) });
const tools = tracer.tools(
  planTools({ clock: systemClock, upstream, metrics, requestLogs, executionLogs: requestLogs }),
);
const run = tracer.run(runPlan);

const logged: Partial<Stage> = {
  accessLogSettings: {
    destinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:bench',
    format:
      '{"id":"$context.requestId","ip":"$context.identity.sourceIp","path":"$context.path","status":"$context.status"}',
  },
};
const detailed: Partial<Stage> = { methodSettings: { '*/*': { ...limitedTo(-1, -1), metricsEnabled: true } } };
const traced: Partial<Stage> = { tracingEnabled: true };
const stages: Readonly<Record<string, Partial<Stage>>> = {
  'nothing watched': {},
  'access log': logged,
  'detailed metrics': detailed,
  'tracing, 5 %': traced,
  'all three': { ...logged, ...detailed, ...traced },
};

const snapshot = restSnapshot({
  'GET /': { integration: { type: 'HTTP_PROXY', httpMethod: 'GET', uri: 'http://backend/' } },
});
const model = exchange({ path: '/', headers: ['Host', 'a1b2c3d4e5.execute-api.localhost:4566'] });

async function round(plan: Plan): Promise<void> {
  let left = requestsOfRound;
  async function call(): Promise<void> {
    while (left-- > 0) {
      const ids = { requestId: newRequestId(), extendedRequestId: newExtendedRequestId() };
      await run(plan, { ...model, ...ids, startedAtMs: Date.now(), startedMonotonicMs: performance.now() });
    }
  }
  await Promise.all(Array.from({ length: callers }, call));
}

/** Nanoseconds of a thread so far; 0 where there is none of that name. */
function threadTime(name: string): number {
  for (const thread of readdirSync('/proc/self/task')) {
    const at = `/proc/self/task/${thread}`;
    if (readFileSync(`${at}/comm`, 'utf8').trim() !== name) continue;
    return Number(readFileSync(`${at}/schedstat`, 'utf8').split(' ')[0]);
  }
  return 0;
}

const ownTime = (): number => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]);
/** Until what waits for the log thread is written. */
const logsWritten = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

const plans = Object.entries(stages).map(([name, stage]) => ({
  name,
  plan: compileRest(liveStage(snapshot, stage), tools),
  ownNs: Number.POSITIVE_INFINITY,
  threadNs: Number.POSITIVE_INFINITY,
}));
for (const { plan } of plans) await round(plan);
await logsWritten();
for (let i = 0; i < rounds; i++) {
  for (const each of plans) {
    const [own, thread] = [ownTime(), threadTime('log-database')];
    await round(each.plan);
    const spent = ownTime() - own;
    await logsWritten();
    each.ownNs = Math.min(each.ownNs, spent / requestsOfRound);
    each.threadNs = Math.min(each.threadNs, (threadTime('log-database') - thread) / requestsOfRound);
  }
}
console.log('| HTTP_PROXY without sockets | ns of the main thread | ns of the log thread |\n|---|---|---|');
for (const { name, ownNs, threadNs } of plans) {
  console.log(`| ${name} | ${ownNs.toFixed(0)} | ${threadNs.toFixed(0)} |`);
}
await logs.close();
rmSync(folder, { recursive: true });
