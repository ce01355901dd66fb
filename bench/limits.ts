/**
 * `node bench/limits.ts`: what a signature costs to verify, and what keys and usage plans cost a request as there are more of them. By hand, before and after
 * a change to base/sigv4-verify.ts or store/usage.ts; numbers of one machine compare only with its own.
 */
import { systemClock } from '../src/base/clock.ts';
import { verifySignature } from '../src/base/sigv4-verify.ts';
import { signedExchange } from '../src/plan/signed-exchange.ts';
import { apiKeys, planMemberships, usagePlans } from '../src/ports/records.ts';
import { silentLog } from '../src/ports/telemetry.ts';
import { createMemoryStore } from '../src/store/memory.ts';
import { createUsage } from '../src/store/usage.ts';

/** The median of seven rounds after one to warm up, in nanoseconds of processor time per call. */
function nanosecondsPer(calls: number, call: (i: number) => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < 8; round++) {
    const started = process.cpuUsage();
    for (let i = 0; i < calls; i++) call(i);
    const { user, system } = process.cpuUsage(started);
    times.push(((user + system) * 1000) / calls);
  }
  return times.slice(1).sort((a, b) => a - b)[3]!;
}

const print = (what: string, nanoseconds: number): void =>
  console.log(`${what.padEnd(64)} ${nanoseconds.toFixed(0).padStart(7)} ns`);

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };
const rules = { service: 'execute-api', region: 'us-east-1', allowsUnsignedPayload: true };
for (const [what, words] of [
  ['SigV4 in the header, no body', {}],
  ['SigV4 in the header, 1 KB of body', { method: 'POST', body: 'x'.repeat(1024) }],
  ['SigV4 in the query', { presigned: true }],
] as const) {
  const { request, startedAtMs } = await signedExchange(key, { path: '/pets/7', query: { limit: '10' }, ...words });
  const verify = () => verifySignature(request, rules, () => key, startedAtMs);
  verify();
  print(what, nanosecondsPer(20_000, verify));
}

const at = ['000000000000', 'us-east-1'];
const stage = 'a1b2c3d4e5/dev';

/** Finding a key and its plan for the stage, asking its rate and taking of its quota; each call another of the keys, its text fresh as a listener's. */
async function costAmong(keys: number, plans: number): Promise<number> {
  const store = createMemoryStore();
  const usage = createUsage(store, systemClock, silentLog);
  const valueAt = (i: number): string => `key-${i}-0123456789012345`;
  await store.write(async (tx) => {
    for (let i = 0; i < plans; i++) {
      tx.put(usagePlans, [...at, `plan${i}`], {
        id: `plan${i}`,
        name: `plan ${i}`,
        apiStages: [
          { apiId: 'a1b2c3d4e5', stage: 'dev', throttle: { '/pets/GET': { rateLimit: 1e9, burstLimit: 1e9 } } },
        ],
        throttle: { rateLimit: 1e9, burstLimit: 1e9 },
        quota: { limit: 2e9, period: 'DAY' },
        tags: {},
      });
    }
    for (let i = 0; i < keys; i++) {
      const id = `key${i}`;
      const value = valueAt(i);
      tx.put(apiKeys, [...at, id], { id, value, enabled: true, stageKeys: [], createdAtMs: 0, lastUpdatedAtMs: 0 });
      tx.put(planMemberships, [...at, `plan${i % plans}`, id], { addedAtMs: 0 });
    }
  });
  usage.publish({});
  const directory = usage.keysOf({ account: at[0]!, region: at[1]! });
  await directory.find('');
  const nowMs = Date.now();
  const texts = Array.from({ length: 1000 }, (_, i) => Buffer.from(valueAt((i * 7919) % keys)));
  const cost = nanosecondsPer(200_000, (i) => {
    const known = directory.find(texts[i % 1000]!.toString('latin1'));
    if (known === undefined || known instanceof Promise) throw new Error('the key is not there');
    const subscription = known.subscription(stage)!;
    if (subscription.refusedByRate('/pets', 'GET', 'GET', i) !== undefined) throw new Error('refused');
    if (subscription.takeQuota(nowMs) !== true) throw new Error('used up');
  });
  await usage.close();
  return cost;
}

for (const [keys, plans] of [
  [100, 1],
  [1000, 10],
  [10_000, 100],
  [100_000, 1000],
] as const) {
  print(`key, plan, two rates and quota among ${keys} keys and ${plans} plans`, await costAmong(keys, plans));
}
