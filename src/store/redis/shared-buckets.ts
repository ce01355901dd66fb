/**
 * ports/rate-limits over Redis. What nodes take from buckets they tell in batches, 25 ms after the first token, and hear what all others have taken. No request
 * waits for that, so within 25 ms and a round trip each node may spend what it believes is left: N nodes let through at most
 *
 *     burst + rate × time + (N − 1) × (burst + rate × 25 ms)
 *
 * in any stretch of time. The last part is a debt: it is paid before anybody gets another token, so it comes once and not with every second. One node that
 * is busy alone gets the whole limit.
 *
 * When Redis is away, or silent for a quarter of a second, every node limits to its share, rate and burst divided by the nodes last known, until Redis is back.
 */
import type { Clock } from '../../base/clock.ts';
import type { Buckets } from '../../ports/rate-limits.ts';
import type { Log } from '../../ports/telemetry.ts';
import { type Argument, type Redis, reasonOf, script } from './connection.ts';
import { type BucketKeeper, SharedBucket } from './shared-bucket.ts';

export interface SharedBuckets extends Buckets {
  /** Tells Redis what was taken and hears the rest. Runs by itself; tests call it. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface SharedBucketsOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  /** Nodes there are, this one among them. */
  nodes(): number;
  /** Undefined for tests that call `sync` themselves. */
  readonly everyMs: number | undefined;
  /** The time by which buckets fill; undefined for Redis' own, which is the same for all nodes. */
  readonly nowMs?: () => number;
}

export const syncEveryMs = 25;
/** Longer than any answer of a Redis that is well. */
const silentAfterMs = 250;
/** Parts into which buckets fall: those of one part are told in one call, and have the same place in a cluster. */
const parts = 16;
const maxPerCall = 500;

/**
 * KEYS are buckets. ARGV: the time in milliseconds or '', then for each rate, tokens taken, tokens missing at least or -1. A bucket is stored as the
 * tokens that are missing, so that none is stored for a full one, and a changed limit changes no tokens. Answers thousandths of tokens missing.
 */
const tell = script(`
local now = tonumber(ARGV[1])
if not now then local t = redis.call('TIME'); now = t[1] * 1000 + t[2] / 1000 end
local answers = {}
for i = 1, #KEYS do
  local at = (i - 1) * 3 + 1
  local rate, taken, least = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local missing, since = 0, now
  local kept = redis.call('GET', KEYS[i])
  if kept then
    local m, s = string.match(kept, '^(%S+) (%S+)$')
    missing, since = tonumber(m), tonumber(s)
    if now > since then missing = math.max(0, missing - (now - since) * rate / 1000) end
  end
  missing = math.max(missing, least) + taken
  local ttl = math.min(math.ceil(missing / rate * 1000) + 1000, 3e11)
  redis.call('SET', KEYS[i], string.format('%.3f %.3f', missing, math.max(now, since)), 'PX', string.format('%.0f', ttl))
  answers[i] = math.floor(missing * 1000 + 0.5)
end
return answers`);

export function createSharedBuckets(options: SharedBucketsOptions): SharedBuckets {
  const { redis, clock, log, nodes, everyMs } = options;
  let dirty = new Set<SharedBucket>();
  let nodesApart = 1;
  let timer: NodeJS.Timeout | undefined;
  let syncing: Promise<void> | undefined;
  let isApart = false;
  let isClosed = false;

  const keeper: BucketKeeper = {
    get nodesApart() {
      return nodesApart;
    },
    touched(bucket) {
      dirty.add(bucket);
      schedule();
    },
    bucket: (name, ratePerSecond, burst) => new SharedBucket(name, ratePerSecond, burst, keeper),
  };

  function schedule(): void {
    if (timer !== undefined || everyMs === undefined || isClosed) return;
    timer = setTimeout(tick, everyMs);
    timer.unref();
  }

  function tick(): void {
    timer = undefined;
    void sync();
  }

  function sync(): Promise<void> {
    // What is taken meanwhile is told next.
    syncing ??= syncDirty().finally(() => {
      syncing = undefined;
      if (dirty.size > 0) schedule();
    });
    return syncing;
  }

  async function syncDirty(): Promise<void> {
    if (!redis.isReady) {
      for (const bucket of dirty) bucket.wasNotHeard();
      apart('it cannot be reached');
      return;
    }
    const batch = dirty;
    dirty = new Set();
    let isAnswered = false;
    // What waits to be read is read first: a node that is late itself does not take Redis for silent.
    const silent = (): unknown => setImmediate(() => isAnswered || apart('it does not answer'));
    const silence = everyMs === undefined ? undefined : setTimeout(silent, silentAfterMs);
    const told = await Promise.all(callsOf(batch).map(call));
    isAnswered = true;
    clearTimeout(silence);
    if (told.every(Boolean)) together();
  }

  async function call(buckets: readonly SharedBucket[]): Promise<boolean> {
    const args: Argument[] = [options.nowMs?.() ?? ''];
    for (const bucket of buckets) {
      const { taken, missing } = bucket.report(clock.monotonicMs());
      args.push(bucket.ratePerSecond, taken, missing);
    }
    const keys = buckets.map(({ name }) => `${redis.prefix}:{b${partOf(name)}}:${name}`);
    try {
      const answers = (await redis.run(tell, keys, args)) as number[];
      const nowMs = clock.monotonicMs();
      buckets.forEach((bucket, i) => void bucket.hears(answers[i]! / 1000, nowMs));
      return true;
    } catch (error) {
      for (const bucket of buckets) {
        bucket.wasNotHeard();
        dirty.add(bucket);
      }
      apart(reasonOf(error));
      return false;
    }
  }

  function apart(why: string): void {
    if (isApart || isClosed) return;
    isApart = true;
    nodesApart = Math.max(1, nodes());
    const share = nodesApart === 1 ? 'the limits alone' : `its share, 1/${nodesApart} of every limit,`;
    log.warn(`Rate limits are not shared now: until Redis is back, this node enforces ${share}`, { why });
  }

  function together(): void {
    if (!isApart) return;
    nodesApart = 1;
    isApart = false;
    log.info('Rate limits are shared by all nodes again');
  }

  redis.onReady((isReady) => {
    if (isReady) void sync();
    else apart('the connection broke');
  });

  return {
    bucket: keeper.bucket,
    sync,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await syncing;
      // The last tokens count too.
      if (dirty.size > 0) await syncDirty();
    },
  };
}

/** Buckets by what one call can tell. */
function callsOf(buckets: Iterable<SharedBucket>): SharedBucket[][] {
  const byPart = new Map<number, SharedBucket[]>();
  const full: SharedBucket[][] = [];
  for (const bucket of buckets) {
    const part = partOf(bucket.name);
    const others = byPart.get(part) ?? [];
    if (others.length === 0) byPart.set(part, others);
    others.push(bucket);
    if (others.length < maxPerCall) continue;
    full.push(others);
    byPart.delete(part);
  }
  return [...full, ...byPart.values()];
}

function partOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) >>> 0;
  return hash % parts;
}
