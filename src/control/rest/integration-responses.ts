/** IntegrationResponse: PutIntegrationResponse, GetIntegrationResponse, UpdateIntegrationResponse, DeleteIntegrationResponse. */
import { responseMappingComplaints } from '../../definition/parameters.ts';
import type { Integration, IntegrationResponse, Method } from '../../definition/rest-api.ts';
import { methods } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { answerIntegrationResponse } from './answers.ts';
import { invalidValue } from './chosen-refusals.ts';
import {
  conflict,
  invalidMappings,
  noSuchContentType,
  noSuchIntegration,
  noSuchParameter,
  noSuchResponse,
} from './errors.ts';
import { findMethod, integrationOf, integrationResponseOf, methodKey } from './find.ts';
import { contentHandlingOf } from './integration-patches.ts';
import {
  applyPatch,
  asSent,
  entryRow,
  type PatchTable,
  withEntry,
  withMember,
  without,
  withoutEntry,
} from './patch.ts';
import type { RestPorts } from './ports.ts';
import { storedTemplate, storedTemplates } from './templates.ts';

/** What UpdateIntegrationResponse can change (row PATCH-10). */
const integrationResponsePatches: PatchTable<IntegrationResponse> = {
  rows: [
    {
      path: '/selectionPattern',
      replace: (response, { value }) => withMember(response, 'selectionPattern', value),
    },
    {
      path: '/contentHandling',
      replace: (response, { value }) =>
        value === ''
          ? without(response, 'contentHandling')
          : withMember(response, 'contentHandling', contentHandlingOf(value)),
    },
    {
      path: '/statusCode',
      replace(response, { value }) {
        if (!/^[1-5]\d\d$/.test(value)) throw invalidValue('status code', value);
        return withMember(response, 'statusCode', value);
      },
    },
    entryRow('/responseParameters/{name}', 'responseParameters', asSent, noSuchParameter),
    entryRow('/responseTemplates/{contentType}', 'responseTemplates', storedTemplate, noSuchContentType),
  ],
};

export function integrationResponseHandlers({ store }: RestPorts): Handlers<Operations> {
  return {
    PutIntegrationResponse: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        const integration = integrationOf(method);
        const { statusCode, selectionPattern, responseParameters, contentHandling } = input;
        const response: IntegrationResponse = {
          statusCode,
          ...(selectionPattern !== undefined && { selectionPattern }),
          ...(responseParameters && Object.keys(responseParameters).length > 0 && { responseParameters }),
          ...storedTemplates('responseTemplates', input.responseTemplates),
          ...(contentHandling && { contentHandling }),
        };
        checkIntegrationResponse(response, method);
        tx.put(
          methods,
          methodKey(input),
          withResponses(method, integration, withEntry(integration.integrationResponses, statusCode, response)),
        );
        return answerIntegrationResponse(response);
      }),

    GetIntegrationResponse: (input, call) =>
      store.read(async (tx) => {
        const integration = integrationOf(await findMethod(tx, call, input));
        return answerIntegrationResponse(integrationResponseOf(integration, input.statusCode));
      }),

    UpdateIntegrationResponse: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        const integration = integrationOf(method);
        const response = integrationResponseOf(integration, input.statusCode);
        const patched = applyPatch(integrationResponsePatches, response, input.patchOperations);
        const others = { ...integration.integrationResponses };
        delete others[response.statusCode];
        if (others[patched.statusCode] !== undefined) throw conflict('Response already exists for this resource');
        checkIntegrationResponse(patched, method);
        tx.put(
          methods,
          methodKey(input),
          withResponses(method, integration, withEntry(others, patched.statusCode, patched)),
        );
        return answerIntegrationResponse(patched);
      }),

    DeleteIntegrationResponse: (input, call) =>
      store.write(async (tx) => {
        // A wrong verb is called a wrong integration here, and only here (recorded).
        const method = await findMethod(tx, call, input, noSuchIntegration);
        const integration = integrationOf(method);
        const rest = withoutEntry(integration.integrationResponses, input.statusCode, noSuchResponse);
        tx.put(methods, methodKey(input), withResponses(method, integration, rest));
      }),
  };
}

function withResponses(
  method: Method,
  integration: Integration,
  integrationResponses: Integration['integrationResponses'],
): Method {
  return {
    ...method,
    integration: {
      ...without(integration, 'integrationResponses'),
      ...(integrationResponses && { integrationResponses }),
    },
  };
}

/** Mapped headers must be declared by the method response of the same status (row V1-17). */
function checkIntegrationResponse({ statusCode, responseParameters }: IntegrationResponse, method: Method): void {
  if (responseParameters === undefined) return;
  const methodResponse = method.methodResponses?.[statusCode];
  if (methodResponse === undefined) throw invalidMappings(['No method response exists for method.']);
  const complaints = responseMappingComplaints(responseParameters, methodResponse.responseParameters ?? {});
  if (complaints.length > 0) throw invalidMappings(complaints);
}
