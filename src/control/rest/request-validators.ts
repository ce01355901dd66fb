/** RequestValidator: CreateRequestValidator, GetRequestValidator, GetRequestValidators, UpdateRequestValidator, DeleteRequestValidator (row V1-29). */
import { newChildId } from '../../base/ids.ts';
import type { RequestValidator } from '../../definition/rest-api.ts';
import { methods, requestValidators, resources } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { validatorIsReferredTo } from './chosen-refusals.ts';
import { limitExceeded, noSuchNamedApi, validatorNameTaken } from './errors.ts';
import { findApi, findRequestValidator, isOwnApi } from './find.ts';
import { pageOf } from './paging.ts';
import { applyPatch, booleanOf, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';

/** What UpdateRequestValidator can change (row PATCH-13). */
const validatorPatches: PatchTable<RequestValidator> = {
  rows: [
    { path: '/name', replace: (validator, { value }) => withMember(validator, 'name', value) },
    {
      path: '/validateRequestBody',
      replace: (validator, { value }) => withMember(validator, 'validateRequestBody', booleanOf(value)),
    },
    {
      path: '/validateRequestParameters',
      replace: (validator, { value }) => withMember(validator, 'validateRequestParameters', booleanOf(value)),
    },
  ],
};

export function requestValidatorHandlers({ store, limits }: RestPorts): Handlers<Operations> {
  return {
    CreateRequestValidator: ({ restApiId, name, validateRequestBody, validateRequestParameters }, call) =>
      store.write(async (tx) => {
        // Recorded: here, and only here, a missing API is a 400.
        if (!(await isOwnApi(tx, call, restApiId))) throw noSuchNamedApi();
        if ((await tx.list(requestValidators, [restApiId])).length >= limits.requestValidatorsPerApi) {
          throw limitExceeded('Request Validators', 'API');
        }
        const validator: RequestValidator = {
          id: newChildId(),
          ...(name !== undefined && { name }),
          validateRequestBody: validateRequestBody ?? false,
          validateRequestParameters: validateRequestParameters ?? false,
        };
        await checkName(tx, restApiId, validator);
        tx.put(requestValidators, [restApiId, validator.id], validator);
        return validator;
      }),

    GetRequestValidator: ({ restApiId, requestValidatorId }, call) =>
      store.read((tx) => findRequestValidator(tx, call, restApiId, requestValidatorId)),

    GetRequestValidators: (input, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, input.restApiId);
        const all = (await tx.list(requestValidators, [input.restApiId])).map(({ value }) => value);
        return pageOf(all, ({ id }) => id, input, limits);
      }),

    UpdateRequestValidator: ({ restApiId, requestValidatorId, patchOperations }, call) =>
      store.write(async (tx) => {
        const validator = await findRequestValidator(tx, call, restApiId, requestValidatorId);
        const patched = applyPatch(validatorPatches, validator, patchOperations);
        await checkName(tx, restApiId, patched);
        tx.put(requestValidators, [restApiId, requestValidatorId], patched);
        return patched;
      }),

    DeleteRequestValidator: ({ restApiId, requestValidatorId }, call) =>
      store.write(async (tx) => {
        const validator = await findRequestValidator(tx, call, restApiId, requestValidatorId);
        await checkUnused(tx, restApiId, validator);
        tx.delete(requestValidators, [restApiId, requestValidatorId]);
      }),
  };
}

/** Several may go without a name, but no two have the same. */
async function checkName(tx: ReadTransaction, restApiId: string, { id, name }: RequestValidator): Promise<void> {
  if (!name) return;
  const all = await tx.list(requestValidators, [restApiId]);
  if (all.some(({ value }) => value.id !== id && value.name === name)) throw validatorNameTaken(name);
}

/** Without its validator a method would check nothing, so a validator in use stays. */
async function checkUnused(tx: ReadTransaction, restApiId: string, { id }: RequestValidator): Promise<void> {
  for (const { key, value: method } of await tx.list(methods, [restApiId])) {
    if (method.requestValidatorId !== id) continue;
    const resource = await tx.get(resources, [restApiId, key[1]!]);
    throw validatorIsReferredTo(id, `${resource?.path}/${method.httpMethod}`);
  }
}
