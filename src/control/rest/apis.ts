/** RestApi: CreateRestApi, GetRestApi, GetRestApis, UpdateRestApi, DeleteRestApi. */

import { newApiId, newChildId } from '../../base/ids.ts';
import { readPolicyDocument } from '../../base/policy-document.ts';
import { defaultModels } from '../../definition/defaults.ts';
import { expandedPolicy } from '../../definition/resource-policy.ts';
import type { RestApi } from '../../definition/rest-api.ts';
import type { StageChange } from '../../ports/deployments.ts';
import {
  authorizers,
  deployments,
  documentationParts,
  documentationVersions,
  gatewayResponses,
  methods,
  models,
  requestValidators,
  resources,
  restApis,
  snapshots,
  stages,
} from '../../ports/records.ts';
import type { Collection, ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { CreateRestApiRequest, Operations } from '../../wire/generated/apigateway.ts';
import { chosenApiId } from '../chosen-api-id.ts';
import { restApiIsMapped } from '../domains/errors.ts';
import { domainsLeadingTo } from '../domains/find.ts';
import { answerApi } from './answers.ts';
import { apiPatches, checkCompressionSize } from './api-patches.ts';
import { policyTooLong, requireText } from './chosen-refusals.ts';
import { copyContents } from './clone.ts';
import {
  checkEndpointConfiguration,
  checkSecurityPolicy,
  defaultSecurityPolicy,
  newEndpointConfiguration,
} from './endpoints.ts';
import { badRequest, limitExceeded } from './errors.ts';
import { findApi } from './find.ts';
import type { RestLimits } from './limits.ts';
import { pageOf } from './paging.ts';
import { applyPatch } from './patch.ts';
import { leavePlans } from './plan-rules.ts';
import type { RestPorts } from './ports.ts';
import { checkTags } from './tag-rules.ts';

/** Everything whose key begins with the id of an API. */
const belowApi: readonly Collection<unknown>[] = [
  resources,
  methods,
  models,
  requestValidators,
  authorizers,
  gatewayResponses,
  deployments,
  snapshots,
  stages,
  documentationParts,
  documentationVersions,
];

export function apiHandlers({ store, deployments: live, usage, clock, limits }: RestPorts): Handlers<Operations> {
  return {
    CreateRestApi: (input, call) =>
      store.write(async (tx) => {
        const source = input.cloneFrom === undefined ? undefined : await findApi(tx, call, input.cloneFrom);
        const id = await chosenApiId(tx, input.tags);
        const api = newApi(input, { id, account: call.account, region: call.region }, source, clock.now());
        checkApi(api, limits);
        await checkApiCount(tx, api, limits);

        tx.put(restApis, [api.id], api);
        if (source === undefined) {
          tx.put(resources, [api.id, api.rootResourceId], { id: api.rootResourceId, path: '/' });
          for (const model of defaultModels) tx.put(models, [api.id, model.name], { ...model, id: newChildId() });
        } else {
          await copyContents(tx, source, api);
        }
        return answerApi(api, { emptyTags: false });
      }),

    GetRestApi: (input, call) =>
      store.read(async (tx) => answerApi(await findApi(tx, call, input.restApiId), { emptyTags: true })),

    GetRestApis: (input, call) =>
      store.read(async (tx) => {
        const page = pageOf(await apisOf(tx, call), ({ id }) => id, input, limits);
        return { ...page, items: page.items.map((api) => answerApi(api, { emptyTags: false })) };
      }),

    async UpdateRestApi(input, call) {
      const [patched, changes] = await store.write(async (tx) => {
        const api = await findApi(tx, call, input.restApiId);
        const wanted = applyPatch(apiPatches, api, input.patchOperations);
        checkApi(wanted, limits);
        tx.put(restApis, [api.id], wanted);
        return [wanted, await changedStages(tx, api, wanted)] as const;
      });
      for (const change of changes) live.publish(change);
      return answerApi(patched, { emptyTags: true });
    },

    async DeleteRestApi(input, call) {
      const planIds = await store.write(async (tx) => {
        const { id } = await findApi(tx, call, input.restApiId);
        const mapping = await domainsLeadingTo(tx, call.region, id);
        if (mapping.length > 0) throw restApiIsMapped(id, mapping);
        tx.delete(restApis, [id]);
        for (const below of belowApi) await tx.deleteAll(below, [id]);
        return leavePlans(tx, call, id);
      });
      live.publish({ apiId: input.restApiId });
      usage.publish({ owner: call, planIds });
    },
  };
}

/** The stages a change acts on without a deployment: an endpoint that turned private closes them at once (decisions/0046). */
async function changedStages(tx: ReadTransaction, before: RestApi, after: RestApi): Promise<StageChange[]> {
  const endpoint = ({ endpointConfiguration }: RestApi): string => JSON.stringify(endpointConfiguration);
  if (endpoint(before) === endpoint(after)) return [];
  return (await tx.list(stages, [after.id])).map(({ value: { stageName } }) => ({ apiId: after.id, stageName }));
}

function newApi(
  input: CreateRestApiRequest,
  owner: Pick<RestApi, 'id' | 'account' | 'region'>,
  source: RestApi | undefined,
  nowMs: number,
): RestApi {
  // What a clone takes over is what an export of the source would show; name, description and tags are the new API's own.
  const { binaryMediaTypes, minimumCompressionSize, policy } = { ...source, ...input };
  const endpointConfiguration = newEndpointConfiguration(input.endpointConfiguration);
  return {
    ...owner,
    name: input.name,
    ...(input.description !== undefined && { description: input.description }),
    ...(input.version !== undefined && { version: input.version }),
    createdAtMs: nowMs,
    ...(binaryMediaTypes?.length && { binaryMediaTypes }),
    ...(minimumCompressionSize !== undefined && { minimumCompressionSize }),
    apiKeySource: input.apiKeySource ?? source?.apiKeySource ?? 'HEADER',
    endpointConfiguration,
    ...(policy !== undefined && policy !== '' && { policy: expandedPolicy(policy, owner) }),
    tags: input.tags ?? {},
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    rootResourceId: newApiId(),
    securityPolicy: input.securityPolicy ?? defaultSecurityPolicy(endpointConfiguration),
    ...(input.endpointAccessMode !== undefined && { endpointAccessMode: input.endpointAccessMode }),
  };
}

/** Throws unless an API may be as it is; what a create, an update and an import have in common. */
export function checkApi(api: RestApi, limits: RestLimits): void {
  requireText(api.name, 'Name');
  requireText(api.description, 'Description');
  checkCompressionSize(api.minimumCompressionSize);
  checkEndpointConfiguration(api.endpointConfiguration);
  checkSecurityPolicy(api);
  checkPolicy(api.policy, limits);
  checkTags(api.tags, limits);
}

/** Only its form: what it allows is evaluated when requests come. */
function checkPolicy(policy: string | undefined, limits: RestLimits): void {
  if (policy === undefined) return;
  if (policy.length > limits.policyCharacters) throw policyTooLong(limits.policyCharacters);
  if (typeof readPolicyDocument(policy, 'resource') === 'string') {
    throw badRequest('Invalid policy document. Please check the policy syntax and ensure that Principals are valid.');
  }
}

/** The caller's APIs, by id. */
async function apisOf(tx: ReadTransaction, owner: Pick<Call, 'account' | 'region'>): Promise<RestApi[]> {
  const all = await tx.list(restApis, []);
  return all
    .map(({ value }) => value)
    .filter(({ account, region }) => account === owner.account && region === owner.region);
}

async function checkApiCount(tx: ReadTransaction, api: RestApi, limits: RestLimits): Promise<void> {
  const type = api.endpointConfiguration.types[0];
  const allowed = { EDGE: limits.edgeApis, PRIVATE: limits.privateApis }[type ?? ''] ?? limits.regionalApis;
  const existing = (await apisOf(tx, api)).filter(
    ({ endpointConfiguration }) => endpointConfiguration.types[0] === type,
  );
  if (existing.length >= allowed) throw limitExceeded('APIs', 'account');
}
