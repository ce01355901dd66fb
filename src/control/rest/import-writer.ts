/** Writes what an import describes, through the operations that write it one by one: an import can do what they can, and nothing else. */

import { newChildId } from '../../base/ids.ts';
import { escapePointerSegment } from '../../base/json-patch.ts';
import { Problem } from '../../base/problem.ts';
import type {
  ApiDescription,
  Findings,
  IntegrationDescription,
  MethodDescription,
} from '../../definition/openapi-import/description.ts';
import type { Model, Resource, RestApi } from '../../definition/rest-api.ts';
import { gatewayResponseTypes } from '../../plan/gateway-responses.ts';
import {
  authorizers,
  gatewayResponses,
  methods,
  models,
  requestValidators,
  resources,
  restApis,
} from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import type { GatewayResponseType, Operations, PatchOperation } from '../../wire/generated/apigateway.ts';
import { apiPatches } from './api-patches.ts';
import { checkApi } from './apis.ts';
import { checkAuthorizer, defaultAuthType } from './authorizer-rules.ts';
import { authorizerHandlers } from './authorizers.ts';
import { invalidValue, requireOneOf } from './chosen-refusals.ts';
import { writeParts } from './documentation-parts.ts';
import { gatewayResponseHandlers } from './gateway-responses.ts';
import { integrationResponseHandlers } from './integration-responses.ts';
import { integrationHandlers } from './integrations.ts';
import { joinedStore, withKeptLists } from './joined-store.ts';
import { methodResponseHandlers } from './method-responses.ts';
import { methodHandlers } from './methods.ts';
import { checkModelName, modelsOf, schemaCheck } from './model-rules.ts';
import { applyPatch } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { requestValidatorHandlers } from './request-validators.ts';
import { resourceHandlers } from './resources.ts';

/** Merge: what the document does not name stays. Overwrite: it goes (row OAS-02). */
export type ImportMode = 'merge' | 'overwrite';

export interface Import {
  /** Rolled back by the caller when there are errors. */
  readonly tx: WriteTransaction;
  readonly ports: RestPorts;
  readonly call: Call;
  readonly api: RestApi;
  readonly description: ApiDescription;
  readonly findings: Findings;
  readonly mode: ImportMode;
}

/** The API as it is afterwards. Refused parts are added to the findings. */
export async function writeDescription(job: Import): Promise<RestApi> {
  const { tx, api, findings, mode } = job;
  if (mode === 'overwrite') await clear(tx, api.id);
  const written = await writeSettings(job);
  await writeModels(job);
  const validatorIds = await writeValidators(job);
  const authorizerIds = await writeAuthorizers(job);
  await writeGatewayResponses(job);
  const { documentationParts: parts } = job.description;
  if (parts !== undefined) await writeParts(tx, api.id, parts, mode, job.ports.limits);
  const resourceIds = await writeResources(job);
  // Methods of a faulty frame would only repeat its faults.
  if (findings.errors.length === 0) await writeMethods(job, resourceIds, { validatorIds, authorizerIds });
  return written;
}

/** Resources go later, for those the document names keep their ids: the root above all (recorded), and what a client noted of the others. */
async function clear(tx: WriteTransaction, restApiId: string): Promise<void> {
  for (const collection of [methods, models, requestValidators, gatewayResponses]) {
    await tx.deleteAll<unknown>(collection, [restApiId]);
  }
}

/** A refusal of one part is one finding among others; a used-up quota or a bug ends the import at once. */
async function attempt(findings: Findings, what: string, work: () => unknown): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const isRefusal = error instanceof Problem && /^(BadRequest|Conflict|NotFound)Exception$/.test(error.kind);
    if (!isRefusal) throw error;
    findings.errors.push(`${what}: ${error.message}`);
    return false;
  }
}

async function writeSettings({ tx, ports, api, description, findings, mode }: Import): Promise<RestApi> {
  let written = api;
  await attempt(findings, 'Unable to update the API', () => {
    written = applyPatch(apiPatches, mode === 'overwrite' ? withoutSettings(api) : api, settingsOf(description));
    checkApi(written, ports.limits);
    tx.put(restApis, [api.id], written);
  });
  const vpcEndpointIds = description.vpcEndpointIds?.join();
  if (vpcEndpointIds !== undefined && vpcEndpointIds !== api.endpointConfiguration.vpcEndpointIds?.join()) {
    findings.warnings.push('The endpoint configuration of an existing API is not changed by an import. Ignoring.');
  }
  return written;
}

function withoutSettings(api: RestApi): RestApi {
  const { description: _d, version: _v, binaryMediaTypes: _b, minimumCompressionSize: _m, policy: _p, ...rest } = api;
  return { ...rest, apiKeySource: 'HEADER' };
}

/** As patches, because those know what may be a value. */
function settingsOf(description: ApiDescription): PatchOperation[] {
  const { binaryMediaTypes = [], ...others } = description;
  const replaced = [
    ...(['name', 'description', 'version', 'policy', 'minimumCompressionSize', 'apiKeySource'] as const),
    ...(['disableExecuteApiEndpoint', 'securityPolicy', 'endpointAccessMode'] as const),
  ].flatMap((name): PatchOperation[] => {
    const value = others[name];
    return value === undefined ? [] : [{ op: 'replace', path: `/${name}`, value: String(value) }];
  });
  const added = binaryMediaTypes.map((type): PatchOperation => {
    return { op: 'add', path: `/binaryMediaTypes/${escapePointerSegment(type)}` };
  });
  return [...replaced, ...added];
}

/** All are put before one is checked: models may refer to each other in any order, and in circles. */
async function writeModels({ tx, ports, api, description, findings }: Import): Promise<void> {
  const before = new Map((await modelsOf(tx, api.id)).map((model) => [model.name, model]));
  const written: Model[] = [];
  for (const { name, contentType, schemaFor } of description.models) {
    const isNamed = await attempt(findings, `Unable to create model '${name}'`, () => checkModelName(name));
    if (!isNamed) continue;
    const model = {
      ...before.get(name),
      id: before.get(name)?.id ?? newChildId(),
      name,
      contentType,
      schema: schemaFor(api.id),
    };
    tx.put(models, [api.id, name], model);
    written.push(model);
  }
  const check = schemaCheck(api.id, await modelsOf(tx, api.id), ports.limits);
  let faults = 0;
  for (const model of written) {
    const isSound = await attempt(findings, `Unable to create model '${model.name}'`, () => check(model));
    // A model that cannot be compiled may take a tenth of a second to say so, and a thousand of one circle all say the same.
    if (!isSound && ++faults === maxModelFaults) break;
  }
}

const maxModelFaults = 10;

/** Ids by name. One of the same name is changed, so that methods which use it go on to. */
async function writeValidators({ tx, ports, call, api, description, findings }: Import): Promise<Map<string, string>> {
  const { CreateRequestValidator } = requestValidatorHandlers({ ...ports, store: joinedStore(tx) });
  const before = (await tx.list(requestValidators, [api.id])).map(({ value }) => value);
  const ids = new Map<string, string>();
  for (const wanted of description.requestValidators) {
    const existing = before.find(({ name }) => name === wanted.name);
    if (existing !== undefined) {
      tx.put(requestValidators, [api.id, existing.id], { ...existing, ...wanted });
      ids.set(wanted.name, existing.id);
      continue;
    }
    await attempt(findings, `Unable to create request validator '${wanted.name}'`, async () => {
      const { id } = await CreateRequestValidator!({ restApiId: api.id, ...wanted }, call);
      ids.set(wanted.name, id!);
    });
  }
  return ids;
}

/** Ids by name, of all authorizers. One the document names keeps its id: functions' policies speak of it. Others stay only when merging. */
async function writeAuthorizers(job: Import): Promise<Map<string, string>> {
  const { tx, ports, call, api, description, findings, mode } = job;
  const { CreateAuthorizer } = authorizerHandlers({ ...ports, store: joinedStore(tx) });
  const before = (await tx.list(authorizers, [api.id])).map(({ value }) => value);
  const wanted = new Set(description.authorizers.map(({ name }) => name));
  const kept = mode === 'merge' ? before : before.filter(({ name }) => wanted.has(name));
  for (const each of before) if (!kept.includes(each)) tx.delete(authorizers, [api.id, each.id]);

  const ids = new Map(kept.map(({ name, id }) => [name, id]));
  for (const described of description.authorizers) {
    const { name, type } = described;
    await attempt(findings, `Unable to create authorizer '${name}'`, async () => {
      const id = ids.get(name);
      if (id === undefined) {
        const created = await CreateAuthorizer!({ restApiId: api.id, ...described }, call);
        ids.set(name, created.id!);
        return;
      }
      const changed = { id, authType: defaultAuthType(type), ...described };
      checkAuthorizer(changed);
      tx.put(authorizers, [api.id, id], changed);
    });
  }
  return ids;
}

async function writeGatewayResponses({ tx, ports, call, api, description, findings }: Import): Promise<void> {
  const { PutGatewayResponse } = gatewayResponseHandlers({ ...ports, store: joinedStore(tx) });
  for (const { responseType, ...response } of description.gatewayResponses) {
    await attempt(findings, `Unable to put gateway response '${responseType}'`, () => {
      requireOneOf('response type', responseType, gatewayResponseTypes);
      if (response.statusCode !== undefined && !/^[1-5]\d\d$/.test(response.statusCode)) {
        throw invalidValue('status code', response.statusCode);
      }
      return PutGatewayResponse!(
        { restApiId: api.id, responseType: responseType as GatewayResponseType, ...response },
        call,
      );
    });
  }
}

/** Ids by path, of all resources. Missing ones are made, those between included (row OAS-07). */
async function writeResources({
  tx,
  ports,
  call,
  api,
  description,
  findings,
  mode,
}: Import): Promise<Map<string, string>> {
  const { CreateResource } = resourceHandlers({ ...ports, store: joinedStore(tx) });
  const lines = description.paths.map(({ path }) => lineOf(path));
  const wanted = new Set(lines.flat());
  const existing = (await tx.list(resources, [api.id])).map(({ value }) => value);
  const kept =
    mode === 'merge' ? existing : existing.filter(({ path, parentId }) => parentId === undefined || wanted.has(path));
  for (const { id } of existing)
    if (!kept.some((resource: Resource) => resource.id === id)) tx.delete(resources, [api.id, id]);

  const ids = new Map(kept.map(({ path, id }) => [path, id]));
  for (const path of lines.flat()) {
    if (ids.has(path)) continue;
    const end = path.lastIndexOf('/');
    const parentId = ids.get(path.slice(0, end) || '/');
    // Without its parent it cannot be, and that has been said.
    if (parentId === undefined) continue;
    await attempt(findings, `Unable to create resource at path '${path}'`, async () => {
      const { id } = await CreateResource!({ restApiId: api.id, parentId, pathPart: path.slice(end + 1) }, call);
      ids.set(path, id!);
    });
  }
  return ids;
}

/** Every path from below the root down to this one: `/a`, `/a/b` for `/a/b`. */
function lineOf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** Ids by name. */
interface References {
  readonly validatorIds: ReadonlyMap<string, string>;
  readonly authorizerIds: ReadonlyMap<string, string>;
}

async function writeMethods(
  job: Import,
  resourceIds: ReadonlyMap<string, string>,
  references: References,
): Promise<void> {
  // Every method looks up the API's models, validators and authorizers, which stay as they are from here on.
  const steady = { ...job, tx: withKeptLists(job.tx, [models, requestValidators, authorizers]) };
  for (const { path, methods: described } of job.description.paths) {
    for (const method of described) {
      const { httpMethod } = method;
      const name = { restApiId: job.api.id, resourceId: resourceIds.get(path)!, httpMethod };
      // The definition of the document takes the place of the API's own, whole (guide, "update an existing API").
      job.tx.delete(methods, [name.restApiId, name.resourceId, httpMethod]);
      await writeMethod(steady, name, path, method, references);
    }
  }
}

type MethodName = Pick<Operations['PutMethod']['input'], 'restApiId' | 'resourceId' | 'httpMethod'>;

async function writeMethod(
  { tx, ports, call, findings }: Import,
  name: MethodName,
  path: string,
  method: MethodDescription,
  { validatorIds, authorizerIds }: References,
): Promise<void> {
  const joined = { ...ports, store: joinedStore(tx) };
  const { validatorName, authorizerName, responses, integration, ...members } = method;
  const requestValidatorId = validatorName === undefined ? undefined : validatorIds.get(validatorName);
  const authorizerId = authorizerName === undefined ? undefined : authorizerIds.get(authorizerName);
  const referred = { ...(requestValidatorId && { requestValidatorId }), ...(authorizerId && { authorizerId }) };
  const isPut = await attempt(findings, `Unable to put method '${name.httpMethod}' on resource at path '${path}'`, () =>
    methodHandlers(joined).PutMethod!({ ...members, ...name, ...referred }, call),
  );
  if (!isPut) return;

  // The words about integrations are recorded, the others follow them.
  const unable = (what: string) => `Unable to put ${what} on '${name.httpMethod}' for resource at path '${path}'`;
  for (const response of responses) {
    await attempt(findings, unable('method response'), () =>
      methodResponseHandlers(joined).PutMethodResponse!({ ...name, ...response }, call),
    );
  }
  if (integration === undefined) return;
  const isIntegrated = await attempt(findings, unable('integration'), () =>
    integrationHandlers(joined).PutIntegration!({ ...name, ...integrationInput(integration) }, call),
  );
  if (!isIntegrated) return;
  for (const response of integration.responses) {
    await attempt(findings, unable('integration response'), () =>
      integrationResponseHandlers(joined).PutIntegrationResponse!({ ...name, ...response }, call),
    );
  }
}

/** The method of the backend's call has a name of its own in PutIntegration. */
function integrationInput({ httpMethod, responses: _, ...members }: IntegrationDescription) {
  return { ...members, ...(httpMethod !== undefined && { integrationHttpMethod: httpMethod }) };
}
