import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { type RedisUnderTest, skipWithoutRedis, startRedis } from '../../../test/support/redis-under-test.ts';
import { ManualClock } from '../../base/clock.ts';
import { RequestRates, tellEveryMs } from '../../plan/web-acl/rates.ts';
import { sealingWith } from './sealing.ts';
import { createSharedRates } from './shared-rates.ts';

const window = 60_000;

describe('rates of web ACLs shared over Redis', { skip: skipWithoutRedis() }, () => {
  let redis: RedisUnderTest;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  async function nodes(count: number, clock: ManualClock, address = redis.newAddress(), server = redis) {
    const sealing = sealingWith(Buffer.alloc(32, 5));
    const opened = [];
    for (let i = 0; i < count; i++) {
      const connection = await server.connect(address);
      const exchange = createSharedRates({ redis: connection, sealing, nodes: () => count, nowMs: () => clock.now() });
      opened.push({ connection, rates: new RequestRates(clock, { exchange }) });
    }
    return opened;
  }

  test('[WAF-03] two nodes limit a caller who goes to both as one node would, but for a second and a twentieth of the limit', async () => {
    const clock = new ManualClock();
    const [one, two] = (await nodes(2, clock)).map(({ rates }) => rates);
    const limit = 100;
    let passed = 0;
    for (let ms = 0; ms < window; ms += 100) {
      for (const rates of [one!, two!]) if (rates.count('rule', 'ann', window, limit) <= limit) passed++;
      if (ms % tellEveryMs === 0) for (const rates of [one!, two!]) await rates.tell();
      clock.advance(100);
    }
    assert.ok(passed >= limit && passed <= limit + 20 + limit / 20, String(passed));
    assert.deepEqual([one!.above('rule', limit, window), two!.above('rule', limit, window)], [['ann'], ['ann']]);
    clock.advance(2 * window);
    assert.equal(one!.count('rule', 'ann', window, limit), 1, 'forgiven');
    await one!.tell();
    assert.equal(one!.count('rule', 'ann', window, limit), 2);
  });

  test('who comes seldom is told to nobody, and keys and rules are counted apart', async () => {
    const clock = new ManualClock();
    const [one, two] = (await nodes(2, clock)).map(({ rates }) => rates);
    for (let i = 0; i < 6; i++) one!.count('rule', 'often', window, 100);
    for (let i = 0; i < 4; i++) one!.count('rule', 'seldom', window, 100);
    await one!.tell();
    for (const key of ['often', 'seldom', 'new']) for (let i = 0; i < 5; i++) two!.count('rule', key, window, 100);
    await two!.tell();
    const next = (key: string, rule = 'rule'): number => two!.count(rule, key, window, 100);
    assert.deepEqual([next('often'), next('seldom'), next('new'), next('often', 'other')], [12, 6, 6, 1]);
  });

  test('a thousand keys are told at once, each its own count', async () => {
    const clock = new ManualClock();
    const [one, two] = (await nodes(2, clock)).map(({ rates }) => rates);
    for (let i = 0; i < 1_000; i++) for (let times = 0; times <= i % 3; times++) one!.count('rule', `${i}`, window, 1);
    await one!.tell();
    for (let i = 0; i < 1_000; i++) two!.count('rule', `${i}`, window, 1);
    await two!.tell();
    for (let i = 0; i < 1_000; i++) assert.equal(two!.count('rule', `${i}`, window, 1), (i % 3) + 3);
  });

  test('without Redis each node takes its own count for that of all, so that nobody gets more than before', async () => {
    const own = await startRedis();
    try {
      const clock = new ManualClock();
      const [one] = await nodes(2, clock, own.newAddress(), own);
      assert.equal(one!.rates.count('rule', 'ann', window, 10), 1);
      await own.kill();
      while (one!.connection.isReady) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(one!.rates.count('rule', 'ann', window, 10), 4);
      await one!.rates.tell();
      await own.start();
      while (!one!.connection.isReady) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(one!.rates.count('rule', 'ann', window, 10), 3);
      await one!.rates.tell();
      assert.equal(one!.rates.count('rule', 'ann', window, 10), 4);
    } finally {
      await own.stop();
    }
  });
});
