/** Authorizer: CreateAuthorizer, GetAuthorizer, GetAuthorizers, UpdateAuthorizer, DeleteAuthorizer (rows V1-21 to V1-23). */
import { newChildId } from '../../base/ids.ts';
import type { Authorizer } from '../../definition/rest-api.ts';
import { authorizers, methods, resources } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { CreateAuthorizerRequest, Operations } from '../../wire/generated/apigateway.ts';
import { authorizerPatches } from './authorizer-patches.ts';
import { checkAuthorizer, defaultAuthType } from './authorizer-rules.ts';
import { authorizerIsReferredTo, authorizerNameTaken, concurrentModification, limitExceeded } from './errors.ts';
import { findApi, findAuthorizer, isOwnApi } from './find.ts';
import { pageOf } from './paging.ts';
import { applyPatch } from './patch.ts';
import type { RestPorts } from './ports.ts';

export function authorizerHandlers({ store, limits }: RestPorts): Handlers<Operations> {
  return {
    CreateAuthorizer: (input, call) =>
      store.write(async (tx) => {
        // Recorded: here, and only here, a missing API counts as one that is being changed.
        if (!(await isOwnApi(tx, call, input.restApiId))) throw concurrentModification();
        const authorizer = newAuthorizer(input);
        checkAuthorizer(authorizer);
        const others = await tx.list(authorizers, [input.restApiId]);
        checkNameIsFree(authorizer, others);
        if (others.length >= limits.authorizersPerApi) throw limitExceeded('Authorizers', 'API');
        tx.put(authorizers, [input.restApiId, authorizer.id], authorizer);
        return authorizer;
      }),

    GetAuthorizer: ({ restApiId, authorizerId }, call) =>
      store.read((tx) => findAuthorizer(tx, call, restApiId, authorizerId)),

    GetAuthorizers: (input, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, input.restApiId);
        const all = (await tx.list(authorizers, [input.restApiId])).map(({ value }) => value);
        return pageOf(all, ({ id }) => id, input, limits);
      }),

    UpdateAuthorizer: ({ restApiId, authorizerId, patchOperations }, call) =>
      store.write(async (tx) => {
        const authorizer = await findAuthorizer(tx, call, restApiId, authorizerId);
        const patched = applyPatch(authorizerPatches, authorizer, patchOperations);
        checkAuthorizer(patched);
        checkNameIsFree(patched, await tx.list(authorizers, [restApiId]));
        tx.put(authorizers, [restApiId, authorizerId], patched);
        return patched;
      }),

    DeleteAuthorizer: ({ restApiId, authorizerId }, call) =>
      store.write(async (tx) => {
        const authorizer = await findAuthorizer(tx, call, restApiId, authorizerId);
        await checkUnused(tx, restApiId, authorizer);
        tx.delete(authorizers, [restApiId, authorizerId]);
      }),
  };
}

/** What is empty was not given: AWS keeps no empty texts here (recorded A15 for the role). */
function newAuthorizer(input: CreateAuthorizerRequest): Authorizer {
  const { restApiId: _, name, type, providerARNs, authType, authorizerResultTtlInSeconds, ...others } = input;
  const given = Object.entries(others).filter(([, text]) => text !== undefined && text !== '');
  return {
    id: newChildId(),
    name,
    type,
    ...(providerARNs?.length && { providerARNs }),
    authType: authType || defaultAuthType(type),
    ...Object.fromEntries(given),
    ...(authorizerResultTtlInSeconds !== undefined && { authorizerResultTtlInSeconds }),
  };
}

function checkNameIsFree({ id, name }: Authorizer, all: readonly { readonly value: Authorizer }[]): void {
  if (all.some(({ value }) => value.id !== id && value.name === name)) throw authorizerNameTaken(name);
}

/** Without its authorizer a method would be open, so an authorizer in use stays. */
async function checkUnused(tx: ReadTransaction, restApiId: string, { id, name }: Authorizer): Promise<void> {
  for (const { key, value: method } of await tx.list(methods, [restApiId])) {
    if (method.authorizerId !== id) continue;
    const resource = await tx.get(resources, [restApiId, key[1]!]);
    throw authorizerIsReferredTo(name, `${method.httpMethod}/${resource?.path}`);
  }
}
