/** Whether and how the answers of a method are kept (rows CACHE-01 to CACHE-04): the stage's cluster, its setting for all methods, the method's own. */
import type { MethodSetting, Stage } from '../../definition/rest-api.ts';
import { ownSetting } from '../steps/throttle.ts';

export interface CacheSettings {
  readonly ttlMs: number;
  readonly isEncrypted: boolean;
  /** A client that says `Cache-Control: max-age=0` needs execute-api:InvalidateCache. */
  readonly needsPermission: boolean;
  readonly withoutPermission: 'FAIL_WITH_403' | 'SUCCEED_WITH_RESPONSE_HEADER' | 'SUCCEED_WITHOUT_RESPONSE_HEADER';
}

const bytesPerGigabyte = 1024 ** 3;

/** `cacheClusterSize` in bytes; undefined when the stage has no cache. */
export function clusterBytes({ cacheClusterEnabled, cacheClusterSize }: Stage): number | undefined {
  return cacheClusterEnabled ? Number(cacheClusterSize ?? '0.5') * bytesPerGigabyte : undefined;
}

/**
 * The settings for a verb of a resource; undefined when its answers are not kept. The setting for all methods is about GET alone, so that nothing that changes
 * something is answered from memory unless somebody asked for just that (row CACHE-03).
 */
export function cacheSettings(stage: Stage, resourcePath: string, verb: string): CacheSettings | undefined {
  if (clusterBytes(stage) === undefined) return undefined;
  const own = ownSetting(stage, resourcePath, verb);
  const setting: MethodSetting | undefined = own ?? (verb === 'GET' ? stage.methodSettings['*/*'] : undefined);
  if (setting === undefined || !setting.cachingEnabled || setting.cacheTtlInSeconds === 0) return undefined;
  return {
    ttlMs: setting.cacheTtlInSeconds * 1000,
    isEncrypted: setting.cacheDataEncrypted,
    needsPermission: setting.requireAuthorizationForCacheControl,
    withoutPermission: setting.unauthorizedCacheControlHeaderStrategy as CacheSettings['withoutPermission'],
  };
}

/** `cached 300 s`, with the verbs where a method of ANY keeps the answers of some: `cached GET 300 s, HEAD 60 s`. */
export function describeCaching(settings: ReadonlyMap<string, CacheSettings | undefined>): string {
  const kept = [...settings].flatMap(([verb, each]) =>
    each === undefined
      ? []
      : [`${settings.size > 1 ? `${verb} ` : ''}${each.ttlMs / 1000} s${each.isEncrypted ? ' encrypted' : ''}`],
  );
  return `cached ${kept.join(', ')}`;
}
