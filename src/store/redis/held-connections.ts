/**
 * The WebSocket connections that nodes hold, written where the others find them when a node dies. Whoever finds a dead node takes its connections one after
 * the other, each once, and tells their ends. A node that was taken for dead and was not hears which of its connections were taken.
 */
import type { HeldConnection } from '../../ports/connection-nodes.ts';
import { type Argument, type Redis, script } from './connection.ts';
import { deadAfterMs } from './nodes.ts';
import type { Sealing } from './sealing.ts';

export interface HeldConnections {
  /** This node lives: nobody may take its connections. */
  live(): Promise<void>;
  hold(connections: readonly HeldConnection[]): Promise<void>;
  /** Resolves to whether its end is still to be told. */
  release(connectionId: string): Promise<boolean>;
  /** What is written of this node. */
  written(): Promise<{ readonly held: ReadonlySet<string>; readonly taken: ReadonlySet<string> }>;
  /** Takes some of a dead node's; none when there are no more, or when it lives after all. */
  take(node: number, most: number): Promise<HeldConnection[]>;
}

export interface HeldConnectionsOptions {
  readonly redis: Redis;
  readonly node: number;
  /** They hold what authorizers said of callers, and keys. */
  readonly sealing: Sealing;
  readonly nowMs: (() => number) | undefined;
}

/** Longer than any connection lives. */
const keptSeconds = 86_400;

const now = `
local now = tonumber(ARGV[1])
if not now then local t = redis.call('TIME'); now = t[1] * 1000 + t[2] / 1000 end
`;
const live = script(`${now} redis.call('SET', KEYS[1], string.format('%.0f', now + ARGV[2]), 'EX', ARGV[3])`);
const hold = script(
  `
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])`,
  { isOrdered: true },
);
const release = script(
  `
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('SISMEMBER', KEYS[2], ARGV[1])`,
  { isOrdered: true },
);
const written = script(`return { redis.call('HKEYS', KEYS[1]), redis.call('SMEMBERS', KEYS[2]) }`);
/** KEYS: until when it lives, its connections, those taken. ARGV: time, how many, seconds for which is known what was taken. */
const take = script(`${now}
local until_ = redis.call('GET', KEYS[1])
if until_ and tonumber(until_) >= now then return {} end
local found = {}
local _, entries = unpack(redis.call('HSCAN', KEYS[2], 0, 'COUNT', ARGV[2]))
for i = 1, #entries, 2 do
  redis.call('HDEL', KEYS[2], entries[i])
  redis.call('SADD', KEYS[3], entries[i])
  found[#found + 1] = entries[i + 1]
end
if #entries > 0 then redis.call('EXPIRE', KEYS[3], ARGV[3]) end
if #entries == 0 and redis.call('HLEN', KEYS[2]) > 0 then
  local left = redis.call('HGETALL', KEYS[2])
  for i = 1, #left, 2 do
    redis.call('SADD', KEYS[3], left[i])
    found[#found + 1] = left[i + 1]
  end
  redis.call('DEL', KEYS[2])
  redis.call('EXPIRE', KEYS[3], ARGV[3])
end
return found`);

export function heldConnections({ redis, node, sealing, nowMs }: HeldConnectionsOptions): HeldConnections {
  const key = (of: number, what: string): string => `${redis.prefix}:{n${of}}:${what}`;
  const time = (): Argument => nowMs?.() ?? '';
  const [lives, held, taken] = [key(node, 'lives'), key(node, 'held'), key(node, 'taken')];
  return {
    live: async () => void (await redis.run(live, [lives], [time(), deadAfterMs, keptSeconds])),
    async hold(connections) {
      const args = connections.flatMap((each) => [each.connectionId, sealing.seal(Buffer.from(JSON.stringify(each)))]);
      await redis.run(hold, [held], [keptSeconds, ...args]);
    },
    release: async (connectionId) => (await redis.run(release, [held, taken], [connectionId])) !== 1,
    async written() {
      const [ids, gone] = (await redis.run(written, [held, taken], [])) as [Buffer[], Buffer[]];
      return { held: new Set(ids.map(String)), taken: new Set(gone.map(String)) };
    },
    async take(of, most) {
      const found = (await redis.run(
        take,
        [key(of, 'lives'), key(of, 'held'), key(of, 'taken')],
        [time(), most, keptSeconds],
      )) as Buffer[];
      return found.flatMap((sealed) => {
        const text = sealing.open(sealed);
        return text === undefined ? [] : [JSON.parse(text.toString()) as HeldConnection];
      });
    },
  };
}
