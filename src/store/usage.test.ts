import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import type { ApiKey, UsagePlan } from '../definition/usage.ts';
import { apiKeys, planMemberships, quotaCounts, usageDays, usagePlans } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import { silentLog } from '../ports/telemetry.ts';
import type { KnownKey, Subscription, Usage } from '../ports/usage.ts';
import { createMemoryStore } from './memory.ts';
import { createUsage } from './usage.ts';

const owner = { account: '000000000000', region: 'us-east-1' };
const at = [owner.account, owner.region];
const stage = 'api1234567/dev';
const hourMs = 3_600_000;

const keyRecord = (value: string, enabled = true): ApiKey => ({
  id: `id-${value}`,
  value,
  enabled,
  stageKeys: [],
  createdAtMs: 0,
  lastUpdatedAtMs: 0,
});

const planRecord = (changes: Partial<UsagePlan> = {}): UsagePlan => ({
  id: 'plan01',
  name: 'gold',
  apiStages: [{ apiId: 'api1234567', stage: 'dev' }],
  tags: {},
  ...changes,
});

/** Key `k` in plan `plan01`. */
async function fixture(plan: Partial<UsagePlan> = {}) {
  const store = createMemoryStore();
  const clock = new ManualClock();
  await store.write(async (tx) => {
    for (const value of ['k', 'other']) {
      tx.put(apiKeys, [...at, `id-${value}`], keyRecord(value));
      tx.put(planMemberships, [...at, 'plan01', `id-${value}`], { addedAtMs: 0 });
    }
    tx.put(usagePlans, [...at, 'plan01'], planRecord(plan));
  });
  const usage = createUsage(store, clock, silentLog);
  return { store, clock, usage };
}

async function keyOf(usage: Usage, value = 'k'): Promise<KnownKey> {
  const key = await usage.keysOf(owner).find(value);
  assert.ok(key);
  return key;
}

async function subscriptionOf(usage: Usage, value = 'k', of = stage): Promise<Subscription> {
  const subscription = (await keyOf(usage, value)).subscription(of);
  assert.ok(subscription);
  return subscription;
}

async function putPlan({ store, usage }: { store: Store; usage: Usage }, plan: Partial<UsagePlan>): Promise<void> {
  await store.write(async (tx) => tx.put(usagePlans, [...at, 'plan01'], planRecord(plan)));
  usage.publish({ owner, planIds: ['plan01'] });
}

const taken = async (usage: Usage, clock: ManualClock, calls: number, value = 'k'): Promise<boolean[]> => {
  const subscription = await subscriptionOf(usage, value);
  return Array.from({ length: calls }, () => subscription.takeQuota(clock.now()) as boolean);
};

test('once keys are read, finding one costs no promise', async () => {
  const { usage } = await fixture();
  const keys = usage.keysOf(owner);
  assert.ok(keys.find('k') instanceof Promise);
  await keys.find('k');
  const key = keys.find('k') as KnownKey;
  assert.deepEqual([key.id, key.value, key.enabled], ['id-k', 'k', true]);
  assert.equal(keys.find('none'), undefined);
  assert.equal(usage.keysOf({ ...owner, region: 'eu-west-1' }).find('k'), undefined);
  assert.equal(key.subscription('api1234567/prod'), undefined);
});

test('[DEP-02] a published change acts on the next request: who asks meanwhile waits for it', async () => {
  const { store, usage } = await fixture();
  const keys = usage.keysOf(owner);
  await keys.find('k');
  await store.write(async (tx) => tx.put(apiKeys, [...at, 'id-k'], keyRecord('k', false)));
  usage.publish({ owner, keyIds: ['id-k'] });
  assert.equal((await keys.find('k'))?.enabled, false);
  await putPlan({ store, usage }, { apiStages: [] });
  assert.equal((await keys.find('k'))?.subscription(stage), undefined);
  await putPlan({ store, usage }, {});
  assert.ok((await keys.find('k'))?.subscription(stage));
  await store.write(async (tx) => tx.delete(planMemberships, [...at, 'plan01', 'id-k']));
  usage.publish({ owner, planIds: ['plan01'] });
  assert.equal((await keys.find('k'))?.subscription(stage), undefined);
  assert.ok((await keys.find('other'))?.subscription(stage));
  await store.write(async (tx) => tx.delete(apiKeys, [...at, 'id-k']));
  usage.publish({ owner, keyIds: ['id-k'] });
  assert.equal(await keys.find('k'), undefined);
  await store.clear();
  usage.publish({});
  assert.equal(await keys.find('other'), undefined);
});

test('keys that cannot be read refuse everyone until they can', async () => {
  const { store, usage, clock } = await fixture();
  await usage.keysOf(owner).find('k');
  let broken = true;
  const failing: Store = { ...store, read: (work) => (broken ? Promise.reject(new Error('gone')) : store.read(work)) };
  const unlucky = createUsage(failing, clock, silentLog);
  await assert.rejects(Promise.resolve(unlucky.keysOf(owner).find('k')));
  await assert.rejects(Promise.resolve(unlucky.keysOf(owner).find('k')));
  broken = false;
  assert.equal((await unlucky.keysOf(owner).find('k'))?.id, 'id-k');
});

test('[UP-05] a plan’s rate holds for each key over all its stages, a method’s beside it', async () => {
  const { usage } = await fixture({
    throttle: { rateLimit: 1, burstLimit: 3 },
    apiStages: [
      {
        apiId: 'api1234567',
        stage: 'dev',
        throttle: { '/pets/GET': { rateLimit: 1, burstLimit: 1 }, '//GET': { rateLimit: 9 } },
      },
      { apiId: 'api1234567', stage: 'prod' },
    ],
  });
  const dev = await subscriptionOf(usage);
  const prod = await subscriptionOf(usage, 'k', 'api1234567/prod');
  const passes = (from: Subscription, path: string, verb = 'GET', nowMs = 0): boolean =>
    from.refusedByRate(path, verb, verb, nowMs) === undefined;
  assert.equal(passes(dev, '/pets'), true);
  assert.equal(dev.refusedByRate('/pets', 'GET', 'GET', 0), 'usage plan gold limits GET /pets');
  assert.equal(passes(dev, '/pets', 'POST'), true);
  assert.equal(passes(prod, '/pets'), true);
  // The looser limit of the root does not lift the plan's.
  assert.equal(dev.refusedByRate('/', 'GET', 'GET', 0), 'usage plan gold limits the key');
  assert.equal(passes(await subscriptionOf(usage, 'other'), '/pets'), true);
  assert.equal(passes(prod, '/pets', 'GET', 1000), true);
});

test('[THR-09] a limit of 0 lets nobody in; a burst or rate alone is a limit', async () => {
  const limited = async (throttle: object): Promise<number> => {
    const { usage } = await fixture({ throttle });
    const subscription = await subscriptionOf(usage);
    let passed = 0;
    while (passed < 50 && subscription.refusedByRate('/', 'GET', 'GET', 0) === undefined) passed++;
    return passed;
  };
  assert.equal(await limited({ rateLimit: 0, burstLimit: 5 }), 0);
  assert.equal(await limited({ rateLimit: 5, burstLimit: 0 }), 0);
  assert.equal(await limited({ rateLimit: 2.5 }), 3);
  assert.equal(await limited({ burstLimit: 4 }), 4);
});

test('a change of a plan keeps what was spent of its rate', async () => {
  const { store, usage } = await fixture({ throttle: { rateLimit: 1, burstLimit: 2 } });
  const spend = async (): Promise<boolean> =>
    (await subscriptionOf(usage)).refusedByRate('/', 'GET', 'GET', 0) === undefined;
  assert.deepEqual([await spend(), await spend(), await spend()], [true, true, false]);
  await putPlan({ store, usage }, { throttle: { rateLimit: 1, burstLimit: 3 }, name: 'renamed' });
  assert.deepEqual([await spend(), await spend()], [true, false]);
});

test('[UP-06] a quota is each key’s own and begins anew with the next period', async () => {
  const { usage, clock } = await fixture({ quota: { limit: 2, period: 'DAY' } });
  assert.deepEqual(await taken(usage, clock, 3), [true, true, false]);
  assert.deepEqual(await taken(usage, clock, 1, 'other'), [true]);
  clock.advance(24 * hourMs - 1);
  assert.deepEqual(await taken(usage, clock, 1), [false]);
  clock.advance(1);
  assert.deepEqual(await taken(usage, clock, 3), [true, true, false]);
});

test('[UP-06] a raised limit lets more in, a quota taken away and set again begins anew', async () => {
  const { store, usage, clock } = await fixture({ quota: { limit: 1, period: 'MONTH' } });
  assert.deepEqual(await taken(usage, clock, 2), [true, false]);
  await putPlan({ store, usage }, { quota: { limit: 2, period: 'MONTH' } });
  assert.deepEqual(await taken(usage, clock, 2), [true, false]);
  await putPlan({ store, usage }, {});
  assert.deepEqual(await taken(usage, clock, 5), [true, true, true, true, true]);
  await putPlan({ store, usage }, { quota: { limit: 1, period: 'MONTH' } });
  assert.deepEqual(await taken(usage, clock, 2), [true, false]);
});

test('[UP-06] counts survive a restart: what was written is the count, so writing it twice counts it once', async () => {
  const { store, usage, clock } = await fixture({ quota: { limit: 4, period: 'WEEK', offset: 1 } });
  assert.deepEqual(await taken(usage, clock, 2), [true, true]);
  await usage.flush();
  await usage.flush();
  // Counted and not written: lost with the process, as a killed one loses the last second.
  await taken(usage, clock, 1);
  const restarted = createUsage(store, clock, silentLog);
  assert.deepEqual(await taken(restarted, clock, 3), [true, true, false]);
  await restarted.close();
  assert.deepEqual(await store.read((tx) => tx.get(quotaCounts, [...at, 'plan01', 'id-k'])), {
    periodStart: '2025-12-29',
    period: 'WEEK',
    used: 4,
    extra: 0,
  });
  const again = createUsage(store, clock, silentLog);
  assert.deepEqual(await taken(again, clock, 1), [false]);
  clock.advance(7 * 24 * hourMs);
  assert.deepEqual(await taken(again, clock, 1), [true]);
});

test('[UP-09] each day keeps what was used and what it left; what remains can be set for the period', async () => {
  const { store, usage, clock } = await fixture({ quota: { limit: 5, period: 'MONTH' } });
  const quota = { limit: 5, period: 'MONTH' } as const;
  const of = { planId: 'plan01', keyId: 'id-k' };
  await taken(usage, clock, 2);
  clock.advance(24 * hourMs);
  await taken(usage, clock, 1);
  assert.deepEqual(await usage.today(owner, of, quota), { used: 1, remaining: 2 });
  assert.deepEqual(await usage.setRemaining(owner, of, quota, 1), { used: 1, remaining: 1 });
  await usage.flush();
  const days = (await store.read((tx) => tx.list(usageDays, [...at, 'plan01', 'id-k']))).map(({ key, value }) => [
    key.at(-1),
    value.used,
    value.remaining,
  ]);
  assert.deepEqual(days, [
    ['2026-01-01', 2, 3],
    ['2026-01-02', 1, 1],
  ]);
  assert.deepEqual(await taken(usage, clock, 2), [true, false]);
  clock.advance(31 * 24 * hourMs);
  assert.deepEqual(await usage.today(owner, of, quota), { used: 0, remaining: 5 });
});

test('counts that cannot be written are written with the next flush', async () => {
  const { store, clock } = await fixture({ quota: { limit: 5, period: 'DAY' } });
  let broken = true;
  const failing: Store = {
    ...store,
    write: (work) => (broken ? Promise.reject(new Error('disk full')) : store.write(work)),
  };
  const usage = createUsage(failing, clock, silentLog);
  await taken(usage, clock, 2);
  await assert.rejects(usage.flush(), /disk full/);
  broken = false;
  await usage.close();
  assert.equal((await store.read((tx) => tx.get(quotaCounts, [...at, 'plan01', 'id-k'])))?.used, 2);
});
