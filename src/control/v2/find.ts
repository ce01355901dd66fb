/** Finds what an operation names, or says as AWS does what was not there. The API is looked for first. */
import type {
  Route,
  V2Api,
  V2Authorizer,
  V2Deployment,
  V2Integration,
  V2Model,
  V2Stage,
} from '../../definition/v2-api.ts';
import {
  routes,
  v2Apis,
  v2Authorizers,
  v2Deployments,
  v2Integrations,
  v2Models,
  v2Stages,
} from '../../ports/records.ts';
import type { Collection, ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import {
  noSuchApi,
  noSuchAuthorizer,
  noSuchDeployment,
  noSuchIntegration,
  noSuchModel,
  noSuchRoute,
  noSuchStage,
} from './errors.ts';

/** An API belongs to one account in one region; for anyone else it does not exist. */
export async function findApi(tx: ReadTransaction, call: Call, apiId: string): Promise<V2Api> {
  const api = await tx.get(v2Apis, [apiId]);
  if (api?.account !== call.account || api.region !== call.region) throw noSuchApi(call, apiId);
  return api;
}

/** Something below an API by its id, and the API. */
export interface Found<T> {
  readonly api: V2Api;
  readonly record: T;
}

const below =
  <T>(from: Collection<T>, missing: () => Error) =>
  async (tx: ReadTransaction, call: Call, apiId: string, id: string): Promise<Found<T>> => {
    const api = await findApi(tx, call, apiId);
    const record = await tx.get(from, [apiId, id]);
    if (record === undefined) throw missing();
    return { api, record };
  };

export const findRoute = below<Route>(routes, noSuchRoute);
export const findIntegration = below<V2Integration>(v2Integrations, noSuchIntegration);
export const findAuthorizer = below<V2Authorizer>(v2Authorizers, noSuchAuthorizer);
export const findModel = below<V2Model>(v2Models, noSuchModel);
export const findDeployment = below<V2Deployment>(v2Deployments, noSuchDeployment);
export const findStage = below<V2Stage>(v2Stages, noSuchStage);

/** Everything of one kind below an API, by id (recorded V14: lists are sorted by id). */
export async function listOf<T>(tx: ReadTransaction, from: Collection<T>, apiId: string): Promise<T[]> {
  return (await tx.list(from, [apiId])).map(({ value }) => value);
}
