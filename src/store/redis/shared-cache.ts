/**
 * ports/response-cache over Redis: what one node has asked a backend for, all nodes answer with. Nothing of it is kept in the nodes, so a flush holds for all
 * of them at once. An answer is kept under the generation its asker knew: what was asked before a flush is not kept after it, whichever node asked.
 *
 * While Redis is away nothing is kept and nothing found; a flush that could not be made is made before anything is answered from the cache again.
 */
import { BoundedMap } from '../../base/bounded-map.ts';
import type { Clock } from '../../base/clock.ts';
import type { CachedReply, CachePlace, CacheTerms, ResponseCache, StageCache } from '../../ports/response-cache.ts';
import type { Log } from '../../ports/telemetry.ts';
import { type Redis, reasonOf, script } from './connection.ts';
import { bytesOfReply, replyOfBytes } from './reply-bytes.ts';
import type { Sealing } from './sealing.ts';

export interface SharedCacheOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  readonly sealing: Sealing;
  /** What one stage may hold at most, whatever its cluster is called. */
  readonly maxBytesOfStage: number;
}

/** Beyond that, one that was forgotten may be emptied again. */
const maxForgotten = 10_000;
/** Nothing lives longer than the longest time to live of an answer, an hour. */
const keptSeconds = 4_000;
/** What an entry costs Redis beside its bytes: a field in each of three structures. */
const entryOverheadBytes = 300;

/** KEYS of a cache: its generation, entries, sizes, when each ends, when each was used, bytes in all. */
const parts = ['generation', 'entries', 'sizes', 'ends', 'used', 'bytes'] as const;

const generation = `
local function generation()
  local known = redis.call('GET', KEYS[1])
  if known then return known end
  local t = redis.call('TIME')
  known = t[1] .. string.format('%06d', t[2])
  redis.call('SET', KEYS[1], known, 'EX', ${keptSeconds})
  return known
end
`;
const drop = `
local function drop(name)
  local size = redis.call('HGET', KEYS[3], name)
  redis.call('HDEL', KEYS[2], name)
  redis.call('HDEL', KEYS[3], name)
  redis.call('ZREM', KEYS[4], name)
  redis.call('ZREM', KEYS[5], name)
  if size then redis.call('DECRBY', KEYS[6], size) end
end
`;
/** ARGV: name, time. Answers the generation and the entry, if there is one. */
const find = script(`${generation}${drop}
local known = generation()
local ends = redis.call('ZSCORE', KEYS[4], ARGV[1])
if not ends then return { known } end
if tonumber(ends) <= tonumber(ARGV[2]) then drop(ARGV[1]); return { known } end
redis.call('ZADD', KEYS[5], 'XX', ARGV[2], ARGV[1])
local entry = redis.call('HGET', KEYS[2], ARGV[1])
if not entry then return { known } end
return { known, entry }`);
/** ARGV: name, time, generation the asker knew, when it ends, size, most bytes, entry. Answers the generation. */
const keep = script(
  `${generation}${drop}
local known = generation()
if known ~= ARGV[3] then return known end
-- What Redis gave up to make room is counted no more.
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('DEL', KEYS[3], KEYS[4], KEYS[5], KEYS[6]) end
drop(ARGV[1])
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', ARGV[2], 'LIMIT', 0, 100)) do drop(name) end
local size, most = tonumber(ARGV[5]), tonumber(ARGV[6])
if size > most then return known end
while tonumber(redis.call('GET', KEYS[6]) or '0') + size > most do
  local oldest = redis.call('ZRANGE', KEYS[5], 0, 0)[1]
  if not oldest then redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]); break end
  drop(oldest)
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[7])
redis.call('HSET', KEYS[3], ARGV[1], size)
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[5], ARGV[2], ARGV[1])
redis.call('INCRBY', KEYS[6], size)
for i = 1, 6 do redis.call('EXPIRE', KEYS[i], ${keptSeconds}) end
return known`,
  { isOrdered: true },
);
/** A generation later than any before; none is written where nobody knows one. Answers it. */
const empty = script(
  `
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
local t = redis.call('TIME')
local now = t[1] .. string.format('%06d', t[2])
local known = redis.call('GET', KEYS[1])
if not known then return now end
if tonumber(known) >= tonumber(now) then now = string.format('%.0f', tonumber(known) + 1) end
redis.call('SET', KEYS[1], now, 'EX', ${keptSeconds})
return now`,
  { isOrdered: true },
);

export function createSharedCache(options: SharedCacheOptions): ResponseCache {
  const { redis, maxBytesOfStage } = options;
  const caches = new Map<string, SharedStageCache>();
  /** Emptied by this node and not used since. */
  const forgotten = new BoundedMap<true>(maxForgotten);

  /** The cache of that name; of another size it is another cache. */
  function cacheOf({ apiId, stage, isCanarys }: CachePlace, maxBytes?: number): SharedStageCache {
    const name = `${apiId}/${stage}${isCanarys ? '/canary' : ''}`;
    const known = caches.get(name);
    if (known !== undefined && (maxBytes ?? known.maxBytes) === known.maxBytes) return known;
    const cache = new SharedStageCache(name, maxBytes ?? maxBytesOfStage, options, dropForgotten);
    caches.set(name, cache);
    if (known !== undefined && forgotten.get(name) === undefined) cache.flush();
    return cache;
  }

  redis.onReady((isReady) => {
    if (isReady) for (const cache of caches.values()) cache.flushIfDue();
  });

  /** Nothing is left of a cache that was emptied and is not used. */
  function dropForgotten(cache: SharedStageCache): void {
    if (forgotten.get(cache.name) === true && caches.get(cache.name) === cache) caches.delete(cache.name);
  }

  return {
    of(place, maxBytes) {
      const cache = cacheOf(place, maxBytes);
      forgotten.delete(cache.name);
      return cache;
    },
    flush(apiId, stage) {
      for (const isCanarys of [false, true]) cacheOf({ apiId, stage, isCanarys }).flush();
    },
    forget(apiId, stage, whose) {
      for (const isCanarys of whose === undefined ? [false, true] : [true]) {
        const cache = cacheOf({ apiId, stage, isCanarys });
        if (forgotten.get(cache.name) === true) continue;
        forgotten.set(cache.name, true);
        cache.flush();
      }
    },
  };
}

class SharedStageCache implements StageCache {
  readonly name: string;
  readonly maxBytes: number;
  flushes = 0;
  /** A flush is not made yet: nothing is answered until it is. */
  isFlushDue = false;
  /** Monotonic: a Redis that did not answer is not waited for by every request. */
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #flushing: Promise<void> | undefined;
  readonly #flushed: (cache: SharedStageCache) => void;
  readonly #limit: number;
  readonly #keys: readonly string[];
  readonly #options: SharedCacheOptions;

  constructor(name: string, maxBytes: number, options: SharedCacheOptions, flushed: (cache: SharedStageCache) => void) {
    this.#flushed = flushed;
    this.name = name;
    this.maxBytes = maxBytes;
    this.#limit = Math.min(maxBytes, options.maxBytesOfStage);
    this.#options = options;
    this.#keys = parts.map((part) => `${options.redis.prefix}:{cache-${name}}:${part}`);
  }

  /** Names in Redis say nothing in any case. */
  hidden(key: string): string {
    return key;
  }

  async get(key: string, nowMs: number): Promise<CachedReply | undefined> {
    const { redis, sealing, clock, log } = this.#options;
    if (clock.monotonicMs() < this.#restsUntilMs) return undefined;
    if (this.isFlushDue) await this.#flushing;
    if (this.isFlushDue || !redis.isReady) return undefined;
    try {
      const answer = await redis.run(find, this.#keys, [sealing.nameOf(key), nowMs]);
      const [known, entry] = answer as [Buffer, Buffer | undefined];
      this.flushes = Number(known);
      if (entry === undefined || this.isFlushDue) return undefined;
      const bytes = entry[0] === sealedEntry ? sealing.open(entry.subarray(1)) : entry.subarray(1);
      return bytes && replyOfBytes(bytes);
    } catch (error) {
      this.#restsUntilMs = clock.monotonicMs() + restMs;
      log.debug('Cannot look into the shared cache', { why: reasonOf(error) });
      return undefined;
    }
  }

  put(key: string, reply: CachedReply, { nowMs, expiresAtMs, isEncrypted, flushes }: CacheTerms): void {
    const { redis, sealing, log } = this.#options;
    if (this.isFlushDue || !redis.isReady) return;
    const plain = bytesOfReply(reply);
    const entry = Buffer.concat(
      isEncrypted ? [Buffer.of(sealedEntry), sealing.seal(plain)] : [Buffer.of(plainEntry), plain],
    );
    const size = entry.length + entryOverheadBytes;
    const args = [sealing.nameOf(key), nowMs, flushes, expiresAtMs, size, this.#limit, entry];
    redis.run(keep, this.#keys, args).then(
      (known) => {
        this.flushes = Number(known as Buffer);
      },
      (error: unknown) => log.debug('Cannot keep an answer in the shared cache', { why: reasonOf(error) }),
    );
  }

  flush(): void {
    this.flushes++;
    this.isFlushDue = true;
    this.flushIfDue();
  }

  flushIfDue(): void {
    const { redis, log } = this.#options;
    if (!this.isFlushDue || !redis.isReady) return;
    this.#flushing = redis.run(empty, this.#keys, []).then(
      (known) => {
        this.flushes = Number(known as Buffer);
        this.isFlushDue = false;
        this.#flushed(this);
      },
      (error: unknown) => {
        log.warn('Cannot flush the shared cache; it answers nothing until it can', { why: reasonOf(error) });
        setTimeout(() => this.flushIfDue(), flushAgainMs).unref();
      },
    );
  }
}

const flushAgainMs = 1_000;
const restMs = 1_000;
const plainEntry = 0;
const sealedEntry = 1;
