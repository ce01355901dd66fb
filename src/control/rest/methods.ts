/** Method: PutMethod, GetMethod, UpdateMethod, DeleteMethod. */
import type { Method } from '../../definition/rest-api.ts';
import { methods } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations, PutMethodRequest } from '../../wire/generated/apigateway.ts';
import { answerMethod } from './answers.ts';
import { conflict, invalidVerb } from './errors.ts';
import { findMethod, findResource, methodKey } from './find.ts';
import { checkCredentials } from './integration-rules.ts';
import { methodPatches } from './method-patches.ts';
import { checkMethod, isVerb, methodReferencesOf, withoutUnusedAuthorizer } from './method-rules.ts';
import { applyPatch } from './patch.ts';
import type { RestPorts } from './ports.ts';

export function methodHandlers({ store }: RestPorts): Handlers<Operations> {
  return {
    PutMethod: (input, call) =>
      store.write(async (tx) => {
        await findResource(tx, call, input);
        if (!isVerb(input.httpMethod)) throw invalidVerb();
        if ((await tx.get(methods, methodKey(input))) !== undefined) {
          throw conflict('Method already exists for this resource');
        }
        const method = newMethod(input);
        checkMethod(method, await methodReferencesOf(tx, input.restApiId));
        tx.put(methods, methodKey(input), method);
        return answerMethod(method);
      }),

    GetMethod: (input, call) => store.read(async (tx) => answerMethod(await findMethod(tx, call, input))),

    UpdateMethod: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        const patched = withoutUnusedAuthorizer(applyPatch(methodPatches, method, input.patchOperations));
        checkMethod(patched, await methodReferencesOf(tx, input.restApiId));
        if (patched.integration !== undefined) checkCredentials(patched.integration, patched);
        tx.put(methods, methodKey(input), patched);
        return answerMethod(patched);
      }),

    DeleteMethod: (input, call) =>
      store.write(async (tx) => {
        await findMethod(tx, call, input);
        tx.delete(methods, methodKey(input));
      }),
  };
}

function newMethod(input: PutMethodRequest): Method {
  const { operationName, requestParameters, requestModels, requestValidatorId, authorizationScopes, authorizerId } =
    input;
  return withoutUnusedAuthorizer({
    httpMethod: input.httpMethod,
    authorizationType: input.authorizationType,
    ...(authorizerId !== undefined && { authorizerId }),
    ...(authorizationScopes?.length && { authorizationScopes }),
    apiKeyRequired: input.apiKeyRequired ?? false,
    ...(operationName !== undefined && { operationName }),
    ...(hasEntries(requestParameters) && { requestParameters }),
    ...(hasEntries(requestModels) && { requestModels }),
    ...(requestValidatorId !== undefined && requestValidatorId !== '' && { requestValidatorId }),
  });
}

const hasEntries = (map: object | undefined): boolean => map !== undefined && Object.keys(map).length > 0;
