/** What every adapter of ports/response-cache must do; run by the test file of each adapter. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { CachedReply, CachePlace, ResponseCache, StageCache } from '../ports/response-cache.ts';

const place: CachePlace = { apiId: 'api', stage: 'prod', isCanarys: false };
const canary: CachePlace = { ...place, isCanarys: true };
const beta: CachePlace = { ...place, stage: 'beta' };
const size = 1024 * 1024;
const reply = (body: string | Uint8Array = 'x'): CachedReply => ({ status: 200, headers: ['A', 'b', 'Ü', 'ö'], body });

/** Registers the tests under `adapter: …`; `open` gives a cache that holds nothing. */
export function responseCacheContract(adapter: string, open: () => ResponseCache | Promise<ResponseCache>): void {
  const fact = (name: string, body: (all: ResponseCache) => Promise<void>): void => {
    test(`${adapter}: ${name}`, async () => body(await open()));
  };

  /** As the request line does: looks, asks, keeps. */
  async function fill(cache: StageCache, key: string, kept = reply(), more: object = {}): Promise<void> {
    await cache.get(key, 0);
    cache.put(key, kept, { nowMs: 0, expiresAtMs: 1_000, isEncrypted: false, flushes: cache.flushes, ...more });
  }

  const has = async (cache: StageCache, key = 'k', nowMs = 0): Promise<boolean> =>
    (await cache.get(key, nowMs)) !== undefined;

  fact('what was put is there until its time is over', async (all) => {
    const cache = all.of(place, size);
    assert.equal(await cache.get('k', 0), undefined);
    await fill(cache, 'k', reply(), { expiresAtMs: 100 });
    assert.deepEqual(await cache.get('k', 99), reply());
    assert.equal(await cache.get('k', 100), undefined);
    assert.equal(await cache.get('k', 0), undefined);
    assert.deepEqual(await cache.get('other', 0), undefined);
  });

  fact('texts and bytes come back as they were, encrypted or not', async (all) => {
    const cache = all.of(place, size);
    for (const isEncrypted of [false, true]) {
      for (const body of ['', 'héllo\n{"a":1}', Buffer.from([0, 255, 7, 10]), 'x'.repeat(100_000)]) {
        await fill(cache, 'k', reply(body), { isEncrypted });
        assert.deepEqual(await cache.get('k', 0), reply(body));
      }
    }
  });

  fact('[CACHE-09] a key that must not be read is called something that says nothing of it', async (all) => {
    const cache = all.of(place, size);
    const named = cache.hidden('Bearer one');
    assert.equal(cache.hidden('Bearer one'), named);
    assert.notEqual(cache.hidden('Bearer two'), named);
  });

  fact('the entry not used for longest goes first, and what is larger than all is not kept', async (all) => {
    const cache = all.of(place, 6_000);
    for (const key of ['a', 'b', 'c', 'd']) await fill(cache, key, reply('x'.repeat(1_000)));
    for (const key of ['a', 'c', 'd']) assert.ok(await has(cache, key, 1));
    await fill(cache, 'e', reply('x'.repeat(1_000)), { nowMs: 2 });
    assert.deepEqual(
      [await has(cache, 'a', 3), await has(cache, 'b', 3), await has(cache, 'e', 3)],
      [true, false, true],
    );
    await fill(cache, 'large', reply('x'.repeat(20_000)), { nowMs: 4 });
    assert.equal(await has(cache, 'large', 5), false);
    assert.equal(await has(cache, 'e', 5), true);
  });

  fact('a replaced entry is weighed once', async (all) => {
    const cache = all.of(place, 6_000);
    await fill(cache, 'other');
    for (let i = 0; i < 20; i++) await fill(cache, 'k', reply(`${i}`.padEnd(1_000)));
    assert.ok(await has(cache, 'other'));
    assert.deepEqual(await cache.get('k', 0), reply('19'.padEnd(1_000)));
  });

  fact('[CACHE-10] a flush empties a stage and its canary, no other stage', async (all) => {
    const caches = [place, canary, beta].map((each) => all.of(each, size));
    for (const cache of caches) await fill(cache, 'k');
    all.flush('api', 'prod');
    assert.deepEqual(await Promise.all(caches.map((cache) => has(cache))), [false, false, true]);
    await fill(caches[0]!, 'k');
    assert.equal(await has(caches[0]!), true);
  });

  fact('[CACHE-10] what was asked for before a flush is not kept after it', async (all) => {
    const cache = all.of(place, size);
    await cache.get('k', 0);
    const { flushes } = cache;
    all.flush('api', 'prod');
    cache.put('k', reply('old'), { nowMs: 0, expiresAtMs: 1_000, isEncrypted: false, flushes });
    assert.equal(await has(cache), false);
  });

  fact('[CACHE-08] another size begins empty; the same size keeps what there is', async (all) => {
    await fill(all.of(place, 50_000), 'k');
    assert.equal(await has(all.of(place, 50_000)), true);
    assert.equal(await has(all.of(place, 60_000)), false);
  });

  fact('[CACHE-08] what is no longer cached begins empty when it is again, a canary’s cache by itself', async (all) => {
    const held = async (): Promise<boolean[]> => [await has(all.of(place, size)), await has(all.of(canary, size))];
    const fillBoth = async (): Promise<void> => {
      for (const each of [place, canary]) await fill(all.of(each, size), 'k');
    };
    await fillBoth();
    all.forget('api', 'prod', 'canary');
    assert.deepEqual(await held(), [true, false]);
    await fillBoth();
    all.forget('api', 'prod');
    assert.deepEqual(await held(), [false, false]);
  });
}
