/** Freezing an API: the definition as it stands, and whether it can be deployed (rows V1-33, DEP-03). */
import type { Method, RestApi } from '../../definition/rest-api.ts';
import type { RestSnapshot, SnapshotResource } from '../../definition/snapshot.ts';
import { authorizers, gatewayResponses, methods, models, requestValidators, resources } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import { badRequest } from './errors.ts';

/** Everything below the API at this moment, resources in path order. */
export async function freeze(tx: ReadTransaction, api: RestApi, deploymentId: string): Promise<RestSnapshot> {
  const methodsByResource = new Map<string, Record<string, Method>>();
  for (const { key, value } of await tx.list(methods, [api.id])) {
    const resourceId = key[1]!;
    methodsByResource.set(resourceId, { ...methodsByResource.get(resourceId), [value.httpMethod]: value });
  }
  const frozen: SnapshotResource[] = (await tx.list(resources, [api.id]))
    .map(({ value }) => ({ ...value, methods: methodsByResource.get(value.id) ?? {} }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const customized = (await tx.list(gatewayResponses, [api.id])).map(({ value }) => value);
  const frozenModels = (await tx.list(models, [api.id])).map(({ value }) => value);
  const validators = (await tx.list(requestValidators, [api.id])).map(({ value }) => value);
  const frozenAuthorizers = (await tx.list(authorizers, [api.id])).map(({ value }) => value);
  return {
    kind: 'rest',
    api,
    deploymentId,
    resources: frozen,
    models: frozenModels,
    ...(validators.length > 0 && { requestValidators: validators }),
    ...(frozenAuthorizers.length > 0 && { authorizers: frozenAuthorizers }),
    ...(customized.length > 0 && { gatewayResponses: customized }),
  };
}

/** Throws when the snapshot cannot be served, with everything there is to complain about in one answer. */
export function checkDeployable(
  snapshot: RestSnapshot,
  complaintsOf: (snapshot: RestSnapshot) => readonly string[],
): void {
  const all = snapshot.resources.flatMap((resource) => Object.values(resource.methods));
  if (all.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (all.some(({ integration }) => integration === undefined)) throw badRequest('No integration defined for method');
  if (snapshot.api.endpointConfiguration.types.includes('PRIVATE') && snapshot.api.policy === undefined) {
    throw badRequest("Private REST API doesn't have a resource policy attached to it");
  }
  const complaints = complaintsOf(snapshot);
  if (complaints.length > 0) throw badRequest(complaints.join('; '));
}
