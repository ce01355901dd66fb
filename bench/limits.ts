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
  console.log(`${what.padEnd(88)} ${nanoseconds.toFixed(0).padStart(7)} ns`);

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

/** Digits of a key's number in `text`, from here on. */
const digitsAt = 4;
/** Where a listener would have read the key: one buffer for all requests, each key's text a fresh string. */
const text = Buffer.from('key-000000-0123456789012345');

function textOf(key: number): string {
  for (let i = 5, rest = key; i >= 0; i--, rest = Math.trunc(rest / 10)) text[digitsAt + i] = 48 + (rest % 10);
  return text.toString('latin1');
}

/** What finding a key and its plan for the stage, asking its rate and taking of its quota costs among so many, for some choices of the keys that call. */
async function costAmong(keys: number, plans: number): Promise<void> {
  const store = createMemoryStore();
  const usage = createUsage(store, systemClock, silentLog);
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
      const value = textOf(i);
      tx.put(apiKeys, [...at, id], { id, value, enabled: true, stageKeys: [], createdAtMs: 0, lastUpdatedAtMs: 0 });
      tx.put(planMemberships, [...at, `plan${i % plans}`, id], { addedAtMs: 0 });
    }
  });
  usage.publish({});
  const directory = usage.keysOf({ account: at[0]!, region: at[1]! });
  await directory.find('');
  const nowMs = Date.now();
  function ask(key: number, i: number): void {
    const known = directory.find(textOf(key));
    if (known === undefined || known instanceof Promise) throw new Error('the key is not there');
    const subscription = known.subscription(stage)!;
    if (subscription.refusedByRate('/pets', 'GET', 'GET', i) !== undefined) throw new Error('refused');
    if (subscription.takeQuota(nowMs) !== true) throw new Error('used up');
  }
  // All keys have called before: who comes for the first time is another question.
  for (let i = 0; i < keys; i++) ask(i, i);
  // A multiplier without a common factor goes through all keys in an order no processor foresees.
  const inUse = Array.from({ length: 100 }, (_, i) => (i * 7919) % keys);
  const among = `among ${keys} keys and ${plans} plans`;
  print(
    `key, plan, two rates and quota, 100 keys in use ${among}`,
    nanosecondsPer(300_000, (i) => ask(inUse[i % 100]!, i)),
  );
  print(
    `the same, each of all keys in turn ${among}`,
    nanosecondsPer(300_000, (i) => ask((i * 7919) % keys, i)),
  );
  await usage.close();
}

print(
  'making the text of a key',
  nanosecondsPer(300_000, (i) => textOf(i % 1000)),
);
for (const [keys, plans] of [
  [100, 1],
  [1000, 10],
  [10_000, 100],
  [100_000, 1000],
] as const) {
  await costAmong(keys, plans);
}
