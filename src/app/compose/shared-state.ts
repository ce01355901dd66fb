/** What nodes share beside the store: fast things that Redis holds. Without the setting `shared` each process has them to itself. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { type ConnectionNodes, oneConnectionNode } from '../../ports/connection-nodes.ts';
import type { FellowNodes } from '../../ports/fellow-nodes.ts';
import type { RateExchange } from '../../ports/rate-exchange.ts';
import { type Buckets, ownBuckets } from '../../ports/rate-limits.ts';
import type { ResponseCache } from '../../ports/response-cache.ts';
import { collection, type Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import { createResponseCache } from '../../store/response-cache.ts';
import type { Settings } from '../settings.ts';

export interface SharedState {
  readonly buckets: Buckets;
  readonly connectionNodes: ConnectionNodes;
  readonly responseCache: ResponseCache;
  /** Undefined for one node alone. */
  readonly rates: RateExchange | undefined;
  /** The same. */
  readonly fellows: FellowNodes | undefined;
  close(): Promise<void>;
}

export interface SharedStateParts {
  readonly settings: Pick<Settings, 'shared' | 'maxCacheMegabytes'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rejects with one clear sentence when Redis cannot be reached: a node that shares nothing would let through what the others refuse. */
export async function openSharedState({ settings, store, clock, log }: SharedStateParts): Promise<SharedState> {
  const { shared, maxCacheMegabytes } = settings;
  const maxCacheBytes = maxCacheMegabytes * 1024 * 1024;
  if (shared === undefined) {
    const responseCache = createResponseCache(maxCacheBytes);
    return {
      buckets: ownBuckets,
      connectionNodes: oneConnectionNode,
      responseCache,
      rates: undefined,
      fellows: undefined,
      async close() {},
    };
  }
  // The driver is read by those who use it.
  const { openRedisState } = await import('../../store/redis/redis-state.ts');
  return openRedisState({ url: shared, secret: await secretOfAllNodes(store), maxCacheBytes, clock, log });
}

/** `['redis']`: what only nodes of this store know, base64. */
const sharedSecrets = collection<{ readonly secret: string }>('shared-secret');

async function secretOfAllNodes(store: Store): Promise<Buffer> {
  const key = ['redis'];
  const { secret } = await store.write(async (tx) => {
    const known = await tx.get(sharedSecrets, key);
    if (known !== undefined) return known;
    const made = { secret: randomBytes(32).toString('base64') };
    tx.put(sharedSecrets, key, made);
    return made;
  });
  return Buffer.from(secret, 'base64');
}
