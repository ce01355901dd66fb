import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { type RedisUnderTest, skipWithoutRedis, startRedis } from '../../../test/support/redis-under-test.ts';
import { systemClock } from '../../base/clock.ts';
import type { CachedReply, ResponseCache } from '../../ports/response-cache.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { responseCacheContract } from '../response-cache-contract.ts';
import { type Redis, script } from './connection.ts';
import { sealingWith } from './sealing.ts';
import { createSharedCache } from './shared-cache.ts';

const place = { apiId: 'api', stage: 'prod', isCanarys: false };
const megabyte = 1024 * 1024;
const reply: CachedReply = { status: 200, headers: ['X-Secret', 'header secret'], body: 'body secret' };
const secret = Buffer.alloc(32, 3);

describe('response cache shared over Redis', { skip: skipWithoutRedis() }, () => {
  let redis: RedisUnderTest;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  const cacheOver = (connection: Redis, maxBytesOfStage = megabyte): ResponseCache =>
    createSharedCache({
      redis: connection,
      clock: systemClock,
      log: silentLog,
      sealing: sealingWith(secret),
      maxBytesOfStage,
    });

  const open = async (address: string, server = redis): Promise<ResponseCache> =>
    cacheOver(await server.connect(address));

  async function keep(all: ResponseCache, key: string, kept = reply, isEncrypted = false): Promise<void> {
    const cache = all.of(place, megabyte);
    await cache.get(key, 0);
    cache.put(key, kept, { nowMs: 0, expiresAtMs: 1_000, isEncrypted, flushes: cache.flushes });
  }

  responseCacheContract('shared response cache', () => open(redis.newAddress()));

  test('[CACHE-10] what one node keeps all nodes find, and a flush of one holds for all', async () => {
    const address = redis.newAddress();
    const [one, two] = [await open(address), await open(address)];
    await keep(one, 'k');
    await one.of(place, megabyte).get('k', 0);
    assert.deepEqual(await two.of(place, megabyte).get('k', 0), reply);
    const asker = two.of(place, megabyte);
    const { flushes } = asker;
    one.flush('api', 'prod');
    await one.of(place, megabyte).get('k', 0);
    assert.equal(await two.of(place, megabyte).get('k', 0), undefined);
    // The other asked its backend before the flush, and has heard of none when the answer comes.
    asker.put('k', reply, { nowMs: 0, expiresAtMs: 1_000, isEncrypted: false, flushes });
    assert.equal(await asker.get('k', 0), undefined);
  });

  test('[CACHE-09] neither keys nor encrypted answers can be read in Redis, and who lacks the secret finds nothing', async () => {
    const address = redis.newAddress();
    const connection = await redis.connect(address);
    const all = cacheOver(connection);
    await keep(all, 'Bearer secret', reply, true);
    assert.deepEqual(await all.of(place, megabyte).get('Bearer secret', 0), reply);
    const dump = script(`return redis.call('HGETALL', KEYS[1])`);
    const stored = (await connection.run(dump, [`${connection.prefix}:{cache-api/prod}:entries`], [])) as Buffer[];
    assert.equal(stored.length, 2);
    assert.doesNotMatch(Buffer.concat(stored).toString('latin1'), /secret|Bearer/);
    const sealing = sealingWith(Buffer.alloc(32, 4));
    const stranger = createSharedCache({
      redis: connection,
      clock: systemClock,
      log: silentLog,
      sealing,
      maxBytesOfStage: megabyte,
    });
    assert.equal(await stranger.of(place, megabyte).get('Bearer secret', 0), undefined);
  });

  test('[CACHE-08] a stage holds no more than is allowed, however large its cluster is called', async () => {
    const connection = await redis.connect(redis.newAddress());
    const all = cacheOver(connection, 10_000);
    const cache = all.of(place, 500 * megabyte);
    for (let i = 0; i < 50; i++) {
      await cache.get(`k${i}`, i);
      const terms = { nowMs: i, expiresAtMs: 1_000, isEncrypted: false, flushes: cache.flushes };
      cache.put(`k${i}`, { ...reply, body: 'x'.repeat(1_000) }, terms);
    }
    assert.equal(await cache.get('k0', 60), undefined);
    assert.notEqual(await cache.get('k49', 60), undefined);
    const count = script(`return { redis.call('GET', KEYS[2]), redis.call('HLEN', KEYS[1]) }`);
    const keys = ['entries', 'bytes'].map((part) => `${connection.prefix}:{cache-api/prod}:${part}`);
    const [bytes, entries] = (await connection.run(count, keys, [])) as [Buffer, number];
    assert.ok(Number(bytes) <= 10_000 && entries < 10 && entries > 5, `${bytes} ${entries}`);
  });

  test('without Redis nothing is found and nothing fails; a flush made meanwhile holds when Redis is back with what it knew', async () => {
    const own = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
    try {
      const address = own.newAddress();
      const connection = await own.connect(address);
      const all = cacheOver(connection);
      await keep(all, 'k');
      assert.deepEqual(await all.of(place, megabyte).get('k', 0), reply);
      await own.kill();
      while (connection.isReady) await new Promise((resolve) => setImmediate(resolve));
      await keep(all, 'other');
      assert.equal(await all.of(place, megabyte).get('k', 0), undefined);
      all.flush('api', 'prod');
      await own.start();
      const fresh = await open(address, own);
      while (!connection.isReady) await new Promise((resolve) => setTimeout(resolve, 5));
      // Never the old answer here; and nowhere, once it could be told.
      while ((await fresh.of(place, megabyte).get('k', 0)) !== undefined) {
        assert.equal(await all.of(place, megabyte).get('k', 0), undefined);
      }
      await keep(all, 'k', { ...reply, body: 'new' });
      while ((await all.of(place, megabyte).get('k', 0)) === undefined) await keep(all, 'k', { ...reply, body: 'new' });
      assert.equal((await all.of(place, megabyte).get('k', 0))?.body, 'new');
    } finally {
      await own.stop();
    }
  });
});
