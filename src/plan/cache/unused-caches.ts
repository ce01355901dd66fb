/** Which caches a stage has stopped using: what is switched on again must not answer with what it knew before (row CACHE-08), nor hold memory meanwhile. */
import type { LiveStage } from '../../ports/deployments.ts';
import type { ResponseCache } from '../../ports/response-cache.ts';
import { clusterBytes } from './cache-settings.ts';

/** Called whenever a stage has changed. */
export function forgetUnusedCaches({ apiId, ...live }: LiveStage, caches: Pick<ResponseCache, 'forget'>): void {
  if (live.kind !== 'rest') return;
  const { stageName, canarySettings } = live.stage;
  if (clusterBytes(live.stage) === undefined) caches.forget(apiId, stageName);
  else if (canarySettings === undefined || canarySettings.useStageCache) caches.forget(apiId, stageName, 'canary');
}
