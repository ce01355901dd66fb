/** Stage: CreateStage, GetStage, GetStages, UpdateStage, DeleteStage, DeleteRouteSettings, DeleteAccessLogSettings, ResetAuthorizersCache. */
import { defined } from '../../base/defined.ts';
import type { V2Api, V2Stage } from '../../definition/v2-api.ts';
import { v2Stages } from '../../ports/records.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations, UpdateStageRequest } from '../../wire/generated/apigatewayv2.ts';
import { stageIsMapped } from '../domains/chosen-refusals.ts';
import { domainsLeadingTo } from '../domains/find.ts';
import { leavePlans } from '../rest/plan-rules.ts';
import { answerStage } from './answers.ts';
import { autoDeploy } from './auto-deploy.ts';
import { deploymentOfAutoDeploy, managed } from './chosen-refusals.ts';
import { conflict, limitExceeded, noSuchRouteKey } from './errors.ts';
import { findApi, findStage, listOf } from './find.ts';
import { lookForDestination } from './log-destination.ts';
import { ourNames } from './member-names.ts';
import { pageOf } from './paging.ts';
import { updated } from './partial-update.ts';
import type { V2Ports } from './ports.ts';
import { accessLogOf, alwaysThere, checkStage, newStage, settingsByKey, settingsOf } from './stage-rules.ts';

export function stageHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, deployments: live, usage, clock, limits, logDelivery } = ports;

  /**
   * The stage changed by `change`, checked, deployed when AutoDeploy came on, and told to the gateway. Answered is the stage before its automatic
   * deployment, which AWS makes after its answer (Terraform's provider: "the stage's DeploymentId attribute will be set asynchronously").
   */
  async function changingStage(
    call: Call,
    apiId: string,
    stageName: string,
    change: (stage: V2Stage, api: V2Api) => V2Stage,
    lastCheck?: (api: V2Api) => void,
  ): Promise<V2Stage> {
    const changed = await store.write(async (tx) => {
      const { api, record } = await findStage(tx, call, apiId, stageName);
      const next = { ...change(record, api), lastUpdatedAtMs: clock.now() };
      await checkStage(tx, api, next, record, ports);
      lastCheck?.(api);
      tx.put(v2Stages, [apiId, stageName], next);
      if (next.autoDeploy && !record.autoDeploy) await autoDeploy(tx, apiId, ports);
      return next;
    });
    live.publish({ apiId, stageName });
    return changed;
  }

  return {
    async CreateStage({ ApiId: apiId, ...input }, call) {
      const destination = await lookForDestination(input.AccessLogSettings, logDelivery);
      const stage = await store.write(async (tx) => {
        const api = await findApi(tx, call, apiId);
        const stages = await listOf(tx, v2Stages, apiId);
        if (stages.some(({ stageName }) => stageName === input.StageName)) throw conflict('Stage already exists');
        const created = newStage(input, api, clock.now());
        await checkStage(tx, api, created, undefined, ports);
        destination.check(api);
        if (stages.length >= limits.stagesPerApi) throw limitExceeded('Stages', 'API');
        tx.put(v2Stages, [apiId, created.stageName], created);
        if (created.autoDeploy) await autoDeploy(tx, apiId, ports);
        return created;
      });
      await destination.begin();
      live.publish({ apiId, stageName: stage.stageName });
      return answerStage(stage);
    },

    GetStage: ({ ApiId, StageName }, call) =>
      store.read(async (tx) => answerStage((await findStage(tx, call, ApiId, StageName)).record)),

    GetStages: (input, call) =>
      store.read(async (tx) => {
        const { apiId } = await findApi(tx, call, input.ApiId);
        return pageOf(await listOf(tx, v2Stages, apiId), ({ stageName }) => stageName, answerStage, input, limits);
      }),

    async UpdateStage(input, call) {
      const destination = await lookForDestination(input.AccessLogSettings, logDelivery);
      const changed = await changingStage(
        call,
        input.ApiId,
        input.StageName,
        (stage, api) => updatedStage(stage, input, api),
        destination.check,
      );
      await destination.begin();
      return answerStage(changed);
    },

    async DeleteStage({ ApiId, StageName }, call) {
      const planIds = await store.write(async (tx) => {
        const { record } = await findStage(tx, call, ApiId, StageName);
        if (record.apiGatewayManaged) throw managed('stage', 'deleted');
        const mapping = await domainsLeadingTo(tx, call.region, ApiId, StageName);
        if (mapping.length > 0) throw stageIsMapped(ApiId, StageName, mapping);
        tx.delete(v2Stages, [ApiId, StageName]);
        return leavePlans(tx, call, ApiId, StageName);
      });
      live.publish({ apiId: ApiId, stageName: StageName });
      usage.publish({ owner: call, planIds });
    },

    async DeleteRouteSettings({ ApiId, StageName, RouteKey }, call) {
      await changingStage(call, ApiId, StageName, (stage) => {
        const { [RouteKey]: deleted, ...routeSettings } = stage.routeSettings;
        if (deleted === undefined) throw noSuchRouteKey(RouteKey);
        return { ...stage, routeSettings };
      });
    },

    async DeleteAccessLogSettings({ ApiId, StageName }, call) {
      await changingStage(call, ApiId, StageName, ({ accessLogSettings: _, ...stage }) => stage);
    },

    async ResetAuthorizersCache({ ApiId, StageName }, call) {
      await store.read(async (tx) => void (await findStage(tx, call, ApiId, StageName)));
      live.publish({ apiId: ApiId, stageName: StageName, flushes: 'authorizers' });
    },
  };
}

/** Variables merge, an empty map does nothing (recorded V13); access log settings merge member by member (recorded V16). */
function updatedStage(stage: V2Stage, input: UpdateStageRequest, api: V2Api): V2Stage {
  const {
    ApiId: _,
    StageName: _name,
    StageVariables,
    RouteSettings,
    DefaultRouteSettings,
    AccessLogSettings,
    ...rest
  } = input;
  // Even its own: tools that send back what they read are refused by AWS.
  if (input.DeploymentId && (input.AutoDeploy ?? stage.autoDeploy)) throw deploymentOfAutoDeploy();
  const maps = ourNames(
    defined({ StageVariables, RouteSettings, DefaultRouteSettings, AccessLogSettings }),
  ) as Partial<V2Stage>;
  const variables = Object.entries({ ...stage.stageVariables, ...maps.stageVariables });
  return {
    ...updated(stage, ourNames(rest) as Partial<V2Stage>, alwaysThere),
    stageVariables: Object.fromEntries(variables.filter(([, value]) => value !== '')),
    routeSettings: { ...stage.routeSettings, ...settingsByKey(maps.routeSettings ?? {}, api) },
    defaultRouteSettings: { ...stage.defaultRouteSettings, ...settingsOf(maps.defaultRouteSettings ?? {}, api) },
    // Empty ones keep what there is; where there is nothing they lack both members (recorded).
    ...(maps.accessLogSettings !== undefined && {
      accessLogSettings: { ...stage.accessLogSettings, ...accessLogOf(maps.accessLogSettings) },
    }),
  };
}
