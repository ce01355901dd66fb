/** What nodes share beside the store: fast things that Redis holds. Without the setting `shared` each process has them to itself. */
import type { Clock } from '../../base/clock.ts';
import { type Buckets, ownBuckets } from '../../ports/rate-limits.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Settings } from '../settings.ts';

export interface SharedState {
  readonly buckets: Buckets;
  close(): Promise<void>;
}

/** Rejects with one clear sentence when Redis cannot be reached: a node that shares nothing would let through what the others refuse. */
export async function openSharedState(
  { shared }: Pick<Settings, 'shared'>,
  clock: Clock,
  log: Log,
): Promise<SharedState> {
  if (shared === undefined) return { buckets: ownBuckets, async close() {} };
  // The driver is read by those who use it.
  const { openRedisState } = await import('../../store/redis/redis-state.ts');
  return openRedisState({ url: shared, clock, log });
}
