/** Settings of a stage's methods by patch: `/{path}/{VERB}/…` for one method, a star for both stands for all (rows PATCH-17, DEP-09, DEP-10). */
import { defaultMethodSetting } from '../../definition/defaults.ts';
import type { MethodSetting, Stage } from '../../definition/rest-api.ts';
import { invalidValue, requireOneOf } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import { isVerb } from './method-rules.ts';
import { booleanOf, integerOf, numberOf, type PatchRow, type PatchStep, withMember } from './patch.ts';

const loggingLevels = ['OFF', 'ERROR', 'INFO'];
const strategies = ['FAIL_WITH_403', 'SUCCEED_WITH_RESPONSE_HEADER', 'SUCCEED_WITHOUT_RESPONSE_HEADER'];

const member = <K extends keyof MethodSetting>(name: K, read: (value: string) => MethodSetting[K]) => ({
  name,
  read,
});

const oneOf =
  (what: string, words: readonly string[]) =>
  (value: string): string => {
    requireOneOf(what, value, words);
    return value;
  };

/** The end of the path → the member it sets and how its text is read. */
const settings = {
  'metrics/enabled': member('metricsEnabled', booleanOf),
  'logging/dataTrace': member('dataTraceEnabled', booleanOf),
  'logging/loglevel': member('loggingLevel', (value) => {
    if (!loggingLevels.includes(value)) throw badRequest(`Invalid logging level specified: ${value}`);
    return value;
  }),
  // -1 stands for no limit of one's own.
  'throttling/burstLimit': member('throttlingBurstLimit', (value) =>
    integerOf('throttling burst limit', value, -1, 2_147_483_647),
  ),
  'throttling/rateLimit': member('throttlingRateLimit', (value) => {
    const rate = numberOf('throttling rate limit', value);
    if (rate < 0 && rate !== -1) throw invalidValue('throttling rate limit', value);
    return rate;
  }),
  'caching/ttlInSeconds': member('cacheTtlInSeconds', (value) => integerOf('cache TTL', value, 0, 3600)),
  'caching/enabled': member('cachingEnabled', booleanOf),
  'caching/dataEncrypted': member('cacheDataEncrypted', booleanOf),
  'caching/requireAuthorizationForCacheControl': member('requireAuthorizationForCacheControl', booleanOf),
  'caching/unauthorizedCacheControlHeaderStrategy': member(
    'unauthorizedCacheControlHeaderStrategy',
    oneOf('unauthorized cache control header strategy', strategies),
  ),
};

/**
 * The key of a setting as GetStage shows it: path and verb as they stood in the patch (recorded U10: `~1quiet/GET`). ANY has no settings, and a
 * star stands for both path and verb or for neither.
 */
function settingKey({ names, path }: PatchStep): string {
  const [resourcePath, httpMethod] = names as [string, string];
  const isEveryMethod = resourcePath === '*' && httpMethod === '*';
  if (!isEveryMethod && (!isVerb(httpMethod) || httpMethod === 'ANY')) throw invalidSettingPath(path);
  return `${resourcePath}/${httpMethod}`;
}

/** A setting not there yet begins as the stage's own, or with the defaults. */
const settingAt = (stage: Stage, key: string): MethodSetting =>
  stage.methodSettings[key] ?? stage.methodSettings['*/*'] ?? defaultMethodSetting;

export const methodSettingPatches: readonly PatchRow<Stage>[] = [
  ...Object.entries(settings).map(
    ([end, { name, read }]): PatchRow<Stage> => ({
      path: `/{resourcePath+}/{httpMethod}/${end}`,
      replace(stage, step) {
        const key = settingKey(step);
        const setting = { ...settingAt(stage, key), [name]: read(step.value) };
        return withMember(stage, 'methodSettings', { ...stage.methodSettings, [key]: setting });
      },
    }),
  ),
  {
    path: '/{resourcePath+}/{httpMethod}',
    remove(stage, step) {
      const key = settingKey(step);
      if (stage.methodSettings[key] === undefined) {
        // The space at the end is AWS's.
        throw badRequest(`Cannot remove method setting ${key} because there is no method setting for this method `);
      }
      const methodSettings = { ...stage.methodSettings };
      delete methodSettings[key];
      return { ...stage, methodSettings };
    },
  },
];

/** Commas are missing where AWS lacks them. */
export const invalidSettingPath = (path: string | undefined): Error =>
  badRequest(
    `Invalid method setting path: ${path}. Must be one of: [/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, ` +
      '/clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, ' +
      '/{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, ' +
      '/{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit' +
      '/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, ' +
      '/{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, ' +
      '/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, ' +
      '/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, ' +
      '/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit ' +
      '/*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, ' +
      '/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, ' +
      '/variables/{variable_name}, /tracingEnabled]',
  );
