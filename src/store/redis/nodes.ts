/**
 * Which nodes there are: each says every second that it lives, and is taken for dead when it has been silent for five. Nodes have numbers, which stand in the
 * ids of their WebSocket connections.
 */
import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../ports/telemetry.ts';
import { type Argument, type Redis, reasonOf, script } from './connection.ts';

/** What a node hears when it says that it lives. */
export interface Heartbeat {
  /** How Redis knew it until then: `silent` for longer than the dead are, `unknown` after Redis lost what it knew, or others have buried it. */
  readonly was: 'alive' | 'silent' | 'unknown';
  /** Taken for dead, and not yet buried. */
  readonly dead: readonly number[];
}

export interface Nodes {
  /** Of this node, from 0 to 65,535. */
  readonly number: number;
  /** That live, this one among them, as last heard. */
  readonly count: number;
  /** Those of them that are not this one. */
  others(): readonly number[];
  /**
   * Whether a node lives. `unknown` for one that is silent as long as this node has not been in touch with Redis for five seconds without a break: perhaps the
   * other only had no chance to speak.
   */
  fate(node: number): 'alive' | 'dead' | 'unknown';
  /** Asks who lives now: what was last heard may be a second old, and a node that is unknown may just have come. */
  lookAgain(): Promise<void>;
  /** A dead one is buried: nothing is left of it. */
  bury(node: number): Promise<void>;
  onHeartbeat(listener: (heartbeat: Heartbeat) => void): void;
  /** Says that this node lives. Runs by itself; tests call it. Never rejects. */
  beat(): Promise<void>;
  /** Says good-bye: this node is no more. */
  close(): Promise<void>;
}

export interface NodesOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined for tests that call `beat` themselves. */
  readonly everyMs: number | undefined;
  /** The time by which silence is measured; undefined for Redis' own. */
  readonly nowMs?: () => number;
}

export const beatEveryMs = 1_000;
export const deadAfterMs = 5_000;
const numbers = 65_536;

const now = `
local now = tonumber(ARGV[1])
if not now then local t = redis.call('TIME'); now = t[1] * 1000 + t[2] / 1000 end
`;
/** A node's score is the time at which it is dead unless it says something. ARGV: time, its life, numbers it would take. Answers the one it got, or -1. */
const join = script(`${now}
for i = 3, #ARGV do
  if redis.call('ZADD', KEYS[1], 'NX', now + ARGV[2], ARGV[i]) == 1 then return tonumber(ARGV[i]) end
end
return -1`);
/** ARGV: time, life, number. Answers what was known, the living, the dead. */
const live = script(`${now}
local until_ = redis.call('ZSCORE', KEYS[1], ARGV[3])
local was = 'unknown'
if until_ then was = tonumber(until_) >= now and 'alive' or 'silent' end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
return { was, redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf'), redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. now) }`);
/** ARGV: time, number, 1 for one that says so itself. */
const leave = script(`${now}
local until_ = redis.call('ZSCORE', KEYS[1], ARGV[2])
if until_ and (ARGV[3] == '1' or tonumber(until_) < now) then redis.call('ZREM', KEYS[1], ARGV[2]) end`);

/** Takes a number. Rejects when Redis does not take it, so that a node that could share nothing does not start. */
export async function joinNodes(options: NodesOptions): Promise<Nodes> {
  const { redis, clock, log, everyMs } = options;
  const keys = [`${redis.prefix}:{nodes}:alive`];
  const listeners: ((heartbeat: Heartbeat) => void)[] = [];
  let living: ReadonlySet<number> = new Set();
  /** Since when this node has been in touch with Redis without a break, monotonic; undefined when it is not. */
  let inTouchSinceMs: number | undefined;
  let isClosed = false;
  let beating: Promise<void> | undefined;
  const time = (): Argument => options.nowMs?.() ?? '';

  const candidates = Array.from({ length: 16 }, () => randomInt(numbers));
  const number = Number(await redis.run(join, keys, [time(), deadAfterMs, ...candidates]));
  if (number < 0) throw new Error('Cannot join the other nodes: all numbers that were tried are taken');
  await beatOnce();

  async function beatOnce(): Promise<void> {
    const [was, alive, dead] = (await redis.run(live, keys, [time(), deadAfterMs, number])) as [
      Buffer,
      Buffer[],
      Buffer[],
    ];
    living = new Set(alive.map(Number));
    inTouchSinceMs ??= clock.monotonicMs();
    const heartbeat = { was: String(was) as Heartbeat['was'], dead: dead.map(Number) };
    for (const listener of listeners) listener(heartbeat);
  }

  function beat(): Promise<void> {
    beating ??= (isClosed ? Promise.resolve() : beatOnce())
      .catch((error: unknown) => {
        inTouchSinceMs = undefined;
        log.debug('Cannot tell other nodes that this one lives', { why: reasonOf(error) });
      })
      .finally(() => {
        beating = undefined;
      });
    return beating;
  }

  redis.onReady((isReady) => {
    if (isReady) void beat();
    else inTouchSinceMs = undefined;
  });
  const timer = everyMs === undefined ? undefined : setInterval(beat, everyMs);
  timer?.unref();

  return {
    number,
    get count() {
      return Math.max(1, living.size);
    },
    others: () => [...living].filter((each) => each !== number),
    fate(node) {
      if (living.has(node)) return 'alive';
      return inTouchSinceMs !== undefined && clock.monotonicMs() - inTouchSinceMs >= deadAfterMs ? 'dead' : 'unknown';
    },
    async lookAgain() {
      // One under way may have been answered before that.
      await beating;
      await beat();
    },
    bury: async (node) => void (await redis.run(leave, keys, [time(), node, 0])),
    onHeartbeat: (listener) => void listeners.push(listener),
    beat,
    async close() {
      clearInterval(timer);
      isClosed = true;
      await beating;
      // Silence says it too, a little later.
      if (redis.isReady) await redis.run(leave, keys, [time(), number, 1]).catch(() => {});
    },
  };
}
