/** `cloneFrom`: a new API with the resources, methods, integrations, models, validators, authorizers and gateway responses of another one (row V1-05). */
import { newChildId } from '../../base/ids.ts';
import type { Method, RestApi } from '../../definition/rest-api.ts';
import { authorizers, gatewayResponses, methods, models, requestValidators, resources } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import { movedModel } from './model-rules.ts';

/** Copies everything below `source` to `target`, resources under new ids. The target's root is the one it was created with. */
export async function copyContents(tx: WriteTransaction, source: RestApi, target: RestApi): Promise<void> {
  const copiedResources = (await tx.list(resources, [source.id])).map(({ value }) => value);
  const idOf = new Map(copiedResources.map(({ id }) => [id, newChildId()]));
  idOf.set(source.rootResourceId, target.rootResourceId);

  for (const resource of copiedResources) {
    const id = idOf.get(resource.id)!;
    const parentId = resource.parentId === undefined ? undefined : idOf.get(resource.parentId)!;
    tx.put(resources, [target.id, id], { ...resource, id, ...(parentId !== undefined && { parentId }) });
  }
  for (const { key, value } of await tx.list(methods, [source.id])) {
    const resourceId = key[1]!;
    const copiedId = idOf.get(resourceId)!;
    tx.put(methods, [target.id, copiedId, value.httpMethod], withCacheNamespace(value, resourceId, copiedId));
  }
  for (const { value } of await tx.list(models, [source.id])) {
    tx.put(models, [target.id, value.name], { ...movedModel(value, source.id, target.id), id: newChildId() });
  }
  // Methods name their validator and authorizer by ids that need be unique only within the API, so copies keep them.
  for (const { value } of await tx.list(requestValidators, [source.id])) {
    tx.put(requestValidators, [target.id, value.id], value);
  }
  for (const { value } of await tx.list(authorizers, [source.id])) {
    tx.put(authorizers, [target.id, value.id], value);
  }
  for (const { value } of await tx.list(gatewayResponses, [source.id])) {
    tx.put(gatewayResponses, [target.id, value.responseType], value);
  }
}

/** The default cache namespace is the resource's own id, so a copy's must become the copy's id; a chosen one stays. */
function withCacheNamespace(method: Method, oldId: string, newId: string): Method {
  if (method.integration?.cacheNamespace !== oldId) return method;
  return { ...method, integration: { ...method.integration, cacheNamespace: newId } };
}
