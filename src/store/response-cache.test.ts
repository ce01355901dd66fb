import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { CachedReply } from '../ports/response-cache.ts';
import { createResponseCache } from './response-cache.ts';
import { responseCacheContract } from './response-cache-contract.ts';

const place = { apiId: 'api', stage: 'prod', isCanarys: false };
const reply = (body: string | Uint8Array = 'x'): CachedReply => ({ status: 200, headers: ['A', 'b'], body });
const megabyte = 1024 * 1024;
const until = (expiresAtMs: number, isEncrypted: boolean) => ({ nowMs: 0, expiresAtMs, isEncrypted, flushes: 0 });

test('the entry not used for longest goes first, and no more bytes are held than allowed', () => {
  const all = createResponseCache(megabyte);
  const cache = all.of(place, 6_000);
  for (const key of ['a', 'b', 'c', 'd']) cache.put(key, reply('x'.repeat(1_000)), until(1_000, false));
  cache.get('a', 0);
  cache.put('e', reply('x'.repeat(1_000)), until(1_000, false));
  assert.notEqual(cache.get('a', 0), undefined);
  assert.equal(cache.get('b', 0), undefined);
  assert.ok(all.bytes <= 6_000);
  cache.put('large', reply('x'.repeat(20_000)), until(1_000, false));
  assert.equal(cache.get('large', 0), undefined);
  assert.notEqual(cache.get('e', 0), undefined);
});

test('a replaced entry is weighed once', () => {
  const all = createResponseCache(megabyte);
  const cache = all.of(place, megabyte);
  cache.put('k', reply('x'.repeat(100)), until(1_000, false));
  const before = all.bytes;
  cache.put('k', reply('y'.repeat(100)), until(1_000, false));
  assert.equal(all.bytes, before);
});

test('a text weighs what the engine needs for it: two bytes a character where one is above U+00FF', () => {
  const weight = (text: string): number => {
    const all = createResponseCache(megabyte);
    all.of(place, megabyte).put('k', reply(text), until(1_000, false));
    return all.bytes;
  };
  assert.equal(weight('é'.repeat(100)), weight('e'.repeat(100)));
  assert.equal(weight('€'.repeat(100)) - weight('e'.repeat(100)), 100);
});

test('all caches together stay below what the process may hold', () => {
  const all = createResponseCache(5_000);
  for (const stage of ['one', 'two', 'three']) {
    const cache = all.of({ ...place, stage }, megabyte);
    for (let i = 0; i < 10; i++) cache.put(`k${i}`, reply('x'.repeat(500)), until(1_000, false));
  }
  assert.ok(all.bytes <= 5_000, String(all.bytes));
  assert.notEqual(all.of({ ...place, stage: 'three' }, megabyte).get('k9', 0), undefined);
});

test('[CACHE-09] an entry that is to be encrypted is held sealed: it weighs its bytes, where a text weighs its characters', () => {
  const weight = (isEncrypted: boolean): number => {
    const all = createResponseCache(megabyte);
    all.of(place, megabyte).put('k', reply('€'.repeat(1_000)), until(1_000, isEncrypted));
    return all.bytes;
  };
  assert.ok(weight(true) - weight(false) > 900);
});

test('[CACHE-08] what is no longer cached begins empty when it is again, a canary’s cache by itself', () => {
  const all = createResponseCache(megabyte);
  const canary = { ...place, isCanarys: true };
  const held = () => [place, canary].map((each) => all.of(each, megabyte).get('k', 0) !== undefined);
  const fill = () => [place, canary].map((each) => all.of(each, megabyte).put('k', reply(), until(1_000, false)));
  fill();
  all.forget('api', 'prod', 'canary');
  assert.deepEqual(held(), [true, false]);
  fill();
  all.forget('api', 'prod');
  assert.equal(all.bytes, 0);
  assert.deepEqual(held(), [false, false]);
});

responseCacheContract('response cache of one process', () => createResponseCache(megabyte));
