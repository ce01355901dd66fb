/** All that nodes share over Redis, over one connection. */
import type { Clock } from '../../base/clock.ts';
import type { ConnectionNodes } from '../../ports/connection-nodes.ts';
import type { FellowNodes } from '../../ports/fellow-nodes.ts';
import type { RateExchange } from '../../ports/rate-exchange.ts';
import type { Buckets } from '../../ports/rate-limits.ts';
import type { ResponseCache } from '../../ports/response-cache.ts';
import type { Log } from '../../ports/telemetry.ts';
import { connectRedis } from './connection.ts';
import { openNodeMail } from './node-mail.ts';
import { beatEveryMs, joinNodes } from './nodes.ts';
import { readRedisAddress } from './redis-address.ts';
import { fellowNodes } from './redis-fellows.ts';
import { sealingWith } from './sealing.ts';
import { createSharedBuckets, syncEveryMs } from './shared-buckets.ts';
import { createSharedCache } from './shared-cache.ts';
import { openSharedConnections } from './shared-connections.ts';
import { createSharedRates } from './shared-rates.ts';

export interface RedisState {
  readonly buckets: Buckets;
  readonly connectionNodes: ConnectionNodes;
  readonly responseCache: ResponseCache;
  readonly rates: RateExchange;
  readonly fellows: FellowNodes;
  close(): Promise<void>;
}

export interface RedisStateOptions {
  /** As readRedisAddress takes it. */
  readonly url: string;
  /** 32 bytes that the nodes know and Redis does not. */
  readonly secret: Buffer;
  /** What the cached answers of one stage may take of Redis at most. */
  readonly maxCacheBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rejects with one clear sentence, without the password, when Redis cannot be used. */
export async function openRedisState({
  url,
  secret,
  maxCacheBytes,
  clock,
  log,
}: RedisStateOptions): Promise<RedisState> {
  const address = readRedisAddress(url);
  if ('expected' in address) throw new Error(`Cannot use Redis: expected ${address.expected}`);
  const redis = await connectRedis(address);
  try {
    const nodes = await joinNodes({ redis, clock, log, everyMs: beatEveryMs });
    const buckets = createSharedBuckets({ redis, clock, log, everyMs: syncEveryMs, nodes: () => nodes.count });
    const sealing = sealingWith(secret);
    const mail = await openNodeMail({ redis, node: nodes.number, log });
    const connections = await openSharedConnections({ redis, mail, nodes, clock, log, sealing });
    redis.onReady((isReady) => {
      if (isReady) log.info('Redis is back');
      else log.warn('Redis is away; this node goes on alone until it is back');
    });
    return {
      buckets,
      connectionNodes: connections,
      responseCache: createSharedCache({ redis, clock, log, sealing, maxBytesOfStage: maxCacheBytes }),
      fellows: fellowNodes({ redis, mail, nodes }),
      rates: createSharedRates({ redis, sealing, nodes: () => nodes.count }),
      async close() {
        await buckets.close();
        mail.close();
        await nodes.close();
        await redis.close();
      },
    };
  } catch (error) {
    await redis.close();
    throw error;
  }
}
