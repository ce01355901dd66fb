/**
 * `node bench/shared-limits.ts`: what sharing rate limits over Redis costs a request, in processor time of the node: a MOCK method with a limit of its own and
 * the account's, as fast as one core goes, with buckets of its own and with shared ones that are told every 25 ms. Needs redis-server; by hand, for a change to
 * store/redis/shared-bucket.ts; numbers of one machine compare only with its own.
 */
import { systemClock } from '../src/base/clock.ts';
import { compileRest } from '../src/plan/compile-rest.ts';
import { exchange, limitedTo, liveStage, mock200, planTools, restSnapshot } from '../src/plan/plan-fixture.ts';
import { runPlan } from '../src/plan/run.ts';
import { ThrottleBuckets } from '../src/plan/steps/throttle.ts';
import { type Bucket, type Buckets, ownBuckets } from '../src/ports/rate-limits.ts';
import { silentLog } from '../src/ports/telemetry.ts';
import { createSharedBuckets, syncEveryMs } from '../src/store/redis/shared-buckets.ts';
import { startRedis } from '../test/support/redis-under-test.ts';

const roundMs = 400;
const batch = 500;

/** Median of seven rounds after one to warm up; between batches the event loop has its turn, as between requests. */
async function nanosecondsPer(work: (nowMs: number) => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 8; round++) {
    const before = process.cpuUsage();
    const endMs = performance.now() + roundMs;
    let calls = 0;
    for (let nowMs = performance.now(); nowMs < endMs; nowMs = performance.now()) {
      for (let i = 0; i < batch; i++) work(nowMs);
      calls += batch;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { user, system } = process.cpuUsage(before);
    times.push(((user + system) * 1_000) / calls);
  }
  return times.slice(1).sort((a, b) => a - b)[3]!;
}

const print = (what: string, nanoseconds: number): void =>
  console.log(`${what.padEnd(64)} ${nanoseconds.toFixed(0).padStart(6)} ns`);

async function measure(whose: string, buckets: Buckets): Promise<void> {
  const one: Bucket = buckets.bucket('bench', 1e9, 1e9);
  print(`a token, ${whose}`, await nanosecondsPer((nowMs) => one.take(nowMs)));
  const throttles = new ThrottleBuckets({ ratePerSecond: 1e9, burst: 1e9 }, buckets);
  const stage = { methodSettings: { '*/*': limitedTo(1e9, 1e9) } };
  const plan = compileRest(
    liveStage(restSnapshot({ 'GET /': mock200 }), stage),
    planTools({ throttles, clock: systemClock }),
  );
  const x = exchange({ path: '/' });
  const request = (nowMs: number): unknown => runPlan(plan, { ...x, startedMonotonicMs: nowMs });
  print(`a MOCK request with two limits, ${whose}`, await nanosecondsPer(request));
  const strict = { methodSettings: { '*/*': limitedTo(100, 20) } };
  const refusing = compileRest(
    liveStage(restSnapshot({ 'GET /': mock200 }, {}), { ...strict, stageName: 'refusing' }),
    planTools({ throttles, clock: systemClock }),
  );
  const refused = (nowMs: number): unknown => runPlan(refusing, { ...x, startedMonotonicMs: nowMs });
  print(`the same, nearly all refused, ${whose}`, await nanosecondsPer(refused));
}

await measure('limits of its own', ownBuckets);
const redis = await startRedis();
const connection = await redis.connect(redis.newAddress());
const buckets = createSharedBuckets({
  ...{ redis: connection, clock: systemClock, log: silentLog, nodes: () => 2, everyMs: syncEveryMs },
});
await measure('limits shared over Redis', buckets);
await buckets.close();
await redis.stop();
