/** MethodResponse: PutMethodResponse, GetMethodResponse, UpdateMethodResponse, DeleteMethodResponse. */
import { isMethodResponseHeader } from '../../definition/parameters.ts';
import type { Method, MethodResponse } from '../../definition/rest-api.ts';
import { methods } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { answerMethodResponse } from './answers.ts';
import { conflict, invalidMappings, noSuchContentType, noSuchParameter } from './errors.ts';
import { findMethod, methodKey, methodResponseOf } from './find.ts';
import { checkModels, modelNamesOf } from './model-names.ts';
import { applyPatch, asSent, booleanOf, entryRow, type PatchTable, withEntry, withMember, without } from './patch.ts';
import type { RestPorts } from './ports.ts';

/** What UpdateMethodResponse can change (row PATCH-12). */
const methodResponsePatches: PatchTable<MethodResponse> = {
  rows: [
    entryRow('/responseParameters/{name}', 'responseParameters', booleanOf, noSuchParameter),
    entryRow('/responseModels/{contentType}', 'responseModels', asSent, noSuchContentType),
  ],
};

export function methodResponseHandlers({ store }: RestPorts): Handlers<Operations> {
  return {
    PutMethodResponse: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        const { statusCode, responseParameters, responseModels } = input;
        if (method.methodResponses?.[statusCode] !== undefined) {
          throw conflict('Response already exists for this resource');
        }
        const response: MethodResponse = {
          statusCode,
          ...(responseParameters && Object.keys(responseParameters).length > 0 && { responseParameters }),
          ...(responseModels && Object.keys(responseModels).length > 0 && { responseModels }),
        };
        checkMethodResponse(response, await modelNamesOf(tx, input.restApiId));
        tx.put(methods, methodKey(input), withMethodResponse(method, response));
        return answerMethodResponse(response);
      }),

    GetMethodResponse: (input, call) =>
      store.read(async (tx) =>
        answerMethodResponse(methodResponseOf(await findMethod(tx, call, input), input.statusCode)),
      ),

    UpdateMethodResponse: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        const response = methodResponseOf(method, input.statusCode);
        const patched = applyPatch(methodResponsePatches, response, input.patchOperations);
        checkMethodResponse(patched, await modelNamesOf(tx, input.restApiId));
        tx.put(methods, methodKey(input), withMethodResponse(method, patched));
        return answerMethodResponse(patched);
      }),

    DeleteMethodResponse: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        methodResponseOf(method, input.statusCode);
        const methodResponses = { ...method.methodResponses };
        delete methodResponses[input.statusCode];
        const rest = Object.keys(methodResponses).length > 0 ? { methodResponses } : {};
        tx.put(methods, methodKey(input), { ...without(method, 'methodResponses'), ...rest });
      }),
  };
}

const withMethodResponse = (method: Method, response: MethodResponse): Method =>
  withMember(method, 'methodResponses', withEntry(method.methodResponses, response.statusCode, response));

function checkMethodResponse(response: MethodResponse, modelNames: ReadonlySet<string>): void {
  const invalid = Object.keys(response.responseParameters ?? {}).filter((name) => !isMethodResponseHeader(name));
  if (invalid.length > 0) throw invalidMappings(invalid.map((name) => `Invalid mapping expression specified: ${name}`));
  checkModels(response.responseModels, modelNames);
}
