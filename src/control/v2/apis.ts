/** Api: CreateApi, GetApi, GetApis, UpdateApi, DeleteApi, DeleteCorsConfiguration (rows V2-01, V2-02, V2-04, V2-19). */
import type { V2Api } from '../../definition/v2-api.ts';
import {
  routes,
  v2Apis,
  v2Authorizers,
  v2Deployments,
  v2Integrations,
  v2Models,
  v2Snapshots,
  v2Stages,
} from '../../ports/records.ts';
import type { Collection, ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { chosenApiId } from '../chosen-api-id.ts';
import { apiIsMapped } from '../domains/errors.ts';
import { domainsLeadingTo } from '../domains/find.ts';
import { leavePlans } from '../rest/plan-rules.ts';
import { answerApi, withoutEmptyTags } from './answers.ts';
import { checkApi, newApi, updatedApi } from './api-rules.ts';
import { autoDeploy, changing } from './auto-deploy.ts';
import { limitExceeded } from './errors.ts';
import { findApi } from './find.ts';
import { pageOf } from './paging.ts';
import type { V2Ports } from './ports.ts';
import { quickCreate, quickUpdate } from './quick-create.ts';

/** Everything whose key begins with the id of an API. */
const belowApi: readonly Collection<unknown>[] = [
  routes,
  v2Integrations,
  v2Authorizers,
  v2Models,
  v2Deployments,
  v2Snapshots,
  v2Stages,
];

export function apiHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, deployments: live, clock, limits } = ports;
  return {
    async CreateApi(input, call) {
      const { api, stages } = await store.write(async (tx) => {
        const created = newApi(input, await chosenApiId(tx, input.Tags), call, clock.now());
        await keepNewApi(tx, created, ports);
        await quickCreate(tx, created, input, ports);
        return { api: created, stages: await autoDeploy(tx, created.apiId, ports) };
      });
      for (const stageName of stages) live.publish({ apiId: api.apiId, stageName });
      return withoutEmptyTags(answerApi(api, call));
    },

    GetApi: ({ ApiId }, call) => store.read(async (tx) => answerApi(await findApi(tx, call, ApiId), call)),

    GetApis: (input, call) =>
      store.read(async (tx) => {
        const all = await apisOf(tx, call);
        return pageOf(
          all,
          ({ apiId }) => apiId,
          (api) => answerApi(api, call),
          input,
          limits,
        );
      }),

    UpdateApi: (input, call) =>
      changing(ports, call, input.ApiId, async (tx, api) => {
        const changed = updatedApi(api, input);
        checkApi(changed, limits);
        tx.put(v2Apis, [api.apiId], changed);
        await quickUpdate(tx, changed, input, ports);
        return answerApi(changed, call);
      }),

    async DeleteApi({ ApiId }, call) {
      const planIds = await store.write(async (tx) => {
        const { apiId } = await findApi(tx, call, ApiId);
        if ((await domainsLeadingTo(tx, call.region, apiId)).length > 0) throw apiIsMapped(apiId);
        tx.delete(v2Apis, [apiId]);
        for (const below of belowApi) await tx.deleteAll(below, [apiId]);
        return leavePlans(tx, call, apiId);
      });
      live.publish({ apiId: ApiId });
      ports.usage.publish({ owner: call, planIds });
    },

    DeleteCorsConfiguration: ({ ApiId }, call) =>
      changing(ports, call, ApiId, async (tx, { corsConfiguration: _, ...api }) => {
        tx.put(v2Apis, [api.apiId], api);
      }),
  };
}

/** Puts an API that is checked and within the account's quota. */
export async function keepNewApi(tx: WriteTransaction, api: V2Api, { limits }: V2Ports): Promise<void> {
  checkApi(api, limits);
  if ((await apisOf(tx, api)).length >= limits.apis) throw limitExceeded('APIs', 'account');
  tx.put(v2Apis, [api.apiId], api);
}

/** The caller's APIs, by id. */
async function apisOf(tx: ReadTransaction, owner: Pick<Call, 'account' | 'region'>): Promise<V2Api[]> {
  return (await tx.list(v2Apis, []))
    .map(({ value }) => value)
    .filter(({ account, region }) => account === owner.account && region === owner.region);
}
