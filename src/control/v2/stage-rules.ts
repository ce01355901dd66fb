/** What a new stage holds and what one must fulfil to be kept (rows V2-15, V2-16, LOG-08, LOG-13). */
import type { RouteSettings, V2Api, V2Stage } from '../../definition/v2-api.ts';
import { clientCertificates, routes, v2Deployments } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { CreateStageRequest } from '../../wire/generated/apigatewayv2.ts';
import { checkStageVariables } from '../rest/stage-variables.ts';
import { checkTags } from '../rest/tag-rules.ts';
import { checkAccessLog } from './access-log-rules.ts';
import { deploymentOfAutoDeploy, invalidValue, notForProtocol } from './chosen-refusals.ts';
import { badRequest, noSuchRouteKey } from './errors.ts';
import { listOf } from './find.ts';
import { ourNames } from './member-names.ts';
import { withoutEmpty } from './partial-update.ts';
import type { V2Ports } from './ports.ts';
import { checkTextLengths } from './text-lengths.ts';

/** With AWS's defaults (recorded V20). Not yet checked. */
export function newStage(input: Omit<CreateStageRequest, 'ApiId'>, api: V2Api, nowMs: number): V2Stage {
  const given = ourNames(input) as Partial<V2Stage>;
  return withoutEmpty<V2Stage>(
    {
      ...given,
      ...(given.accessLogSettings && { accessLogSettings: accessLogOf(given.accessLogSettings) }),
      stageName: input.StageName,
      autoDeploy: given.autoDeploy ?? false,
      defaultRouteSettings: { ...defaultSettings(api), ...settingsOf(given.defaultRouteSettings ?? {}, api) },
      routeSettings: settingsByKey(given.routeSettings ?? {}, api),
      stageVariables: given.stageVariables ?? {},
      tags: given.tags ?? {},
      createdAtMs: nowMs,
      lastUpdatedAtMs: nowMs,
    },
    alwaysThere,
  );
}

/** As AWS keeps them: `:*` at the end of a log group's ARN, with which CloudWatch Logs answers it, is left out. */
export function accessLogOf(settings: V2Stage['accessLogSettings'] & object): V2Stage['accessLogSettings'] & object {
  const { destinationArn } = settings;
  return destinationArn === undefined ? settings : { ...settings, destinationArn: destinationArn.replace(/:\*$/, '') };
}

/** Shown by every stage, empty or not. */
export const alwaysThere = ['defaultRouteSettings', 'routeSettings', 'stageVariables', 'tags'] as const;

const defaultSettings = ({ protocolType }: V2Api): RouteSettings =>
  protocolType === 'HTTP'
    ? { detailedMetricsEnabled: false }
    : { dataTraceEnabled: false, detailedMetricsEnabled: false, loggingLevel: 'OFF' };

export const settingsByKey = (
  byKey: Readonly<Record<string, RouteSettings>>,
  api: V2Api,
): Readonly<Record<string, RouteSettings>> =>
  Object.fromEntries(Object.entries(byKey).map(([key, settings]) => [key, settingsOf(settings, api)]));

/** As AWS keeps them: an HTTP API has no execution logs (recorded), a WebSocket API takes an unknown level for OFF (recorded V15). */
export function settingsOf(settings: RouteSettings, { protocolType }: V2Api): RouteSettings {
  const { dataTraceEnabled, loggingLevel, ...rest } = settings;
  if (protocolType === 'HTTP') {
    if (loggingLevel !== undefined || dataTraceEnabled === true) {
      throw badRequest('Execution logs are not supported on protocolType HTTP');
    }
    return rest;
  }
  if (loggingLevel === undefined) return settings;
  return { ...settings, loggingLevel: ['ERROR', 'INFO'].includes(loggingLevel) ? loggingLevel : 'OFF' };
}

/** Throws unless the stage can be as it is. `before` is the stage as it was, undefined for a new one. */
export async function checkStage(
  tx: ReadTransaction,
  api: V2Api,
  stage: V2Stage,
  before: V2Stage | undefined,
  { limits }: V2Ports,
): Promise<void> {
  checkStageName(stage.stageName, api);
  checkTextLengths(stage);
  if (stage.autoDeploy && stage.deploymentId !== before?.deploymentId) throw deploymentOfAutoDeploy();
  if (stage.deploymentId !== undefined && stage.deploymentId !== before?.deploymentId) {
    const deployment = await tx.get(v2Deployments, [api.apiId, stage.deploymentId]);
    if (deployment === undefined) throw badRequest('Deployment id does not exist');
  }
  if (stage.clientCertificateId !== undefined) {
    if (api.protocolType === 'HTTP') throw notForProtocol('ClientCertificateId', api);
    const certificate = await tx.get(clientCertificates, [api.account, api.region, stage.clientCertificateId]);
    if (certificate === undefined) throw badRequest('Invalid Client Certificate identifier specified');
  }
  checkStageVariables(stage.stageVariables, limits);
  checkTags(stage.tags, limits);
  checkAccessLog(stage.accessLogSettings, api, limits);
  for (const settings of [stage.defaultRouteSettings, ...Object.values(stage.routeSettings)]) checkLimits(settings);
  await checkRouteKeys(tx, api, stage, before);
}

function checkStageName(stageName: string, { protocolType }: V2Api): void {
  if (protocolType === 'HTTP' && stageName === '$default') return;
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(stageName)) throw badRequest('Stage name only allows a-zA-Z0-9_-');
}

function checkLimits({ throttlingBurstLimit: burst, throttlingRateLimit: rate }: RouteSettings): void {
  if (burst !== undefined && burst < 0) throw invalidValue('throttling burst limit', String(burst));
  if (rate !== undefined && rate < 0) throw invalidValue('throttling rate limit', String(rate));
}

/** Settings are for routes there are; those kept from before stay when their route has gone. */
async function checkRouteKeys(
  tx: ReadTransaction,
  api: V2Api,
  stage: V2Stage,
  before: V2Stage | undefined,
): Promise<void> {
  const added = Object.keys(stage.routeSettings).filter((key) => before?.routeSettings[key] === undefined);
  if (added.length === 0) return;
  const known = new Set((await listOf(tx, routes, api.apiId)).map(({ routeKey }) => routeKey));
  const unknown = added.find((key) => !known.has(key));
  if (unknown !== undefined) throw noSuchRouteKey(unknown);
}
