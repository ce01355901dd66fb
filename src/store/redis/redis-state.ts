/** All that nodes share over Redis, over one connection. */
import type { Clock } from '../../base/clock.ts';
import type { Buckets } from '../../ports/rate-limits.ts';
import type { Log } from '../../ports/telemetry.ts';
import { connectRedis } from './connection.ts';
import { beatEveryMs, joinNodes } from './nodes.ts';
import { readRedisAddress } from './redis-address.ts';
import { createSharedBuckets, syncEveryMs } from './shared-buckets.ts';

export interface RedisState {
  readonly buckets: Buckets;
  close(): Promise<void>;
}

export interface RedisStateOptions {
  /** As readRedisAddress takes it. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rejects with one clear sentence, without the password, when Redis cannot be used. */
export async function openRedisState({ url, clock, log }: RedisStateOptions): Promise<RedisState> {
  const address = readRedisAddress(url);
  if ('expected' in address) throw new Error(`Cannot use Redis: expected ${address.expected}`);
  const redis = await connectRedis(address);
  try {
    const nodes = await joinNodes({ redis, clock, log, everyMs: beatEveryMs });
    const buckets = createSharedBuckets({ redis, clock, log, everyMs: syncEveryMs, nodes: () => nodes.count });
    redis.onReady((isReady) => {
      if (isReady) log.info('Redis is back');
      else log.warn('Redis is away; this node goes on alone until it is back');
    });
    return {
      buckets,
      async close() {
        await buckets.close();
        await nodes.close();
        await redis.close();
      },
    };
  } catch (error) {
    await redis.close();
    throw error;
  }
}
