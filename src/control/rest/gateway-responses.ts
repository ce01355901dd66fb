/**
 * GatewayResponse: PutGatewayResponse, GetGatewayResponse, GetGatewayResponses, UpdateGatewayResponse, DeleteGatewayResponse. Only customised ones are
 * kept; the others are shown as they act: as DEFAULT_4XX or DEFAULT_5XX where that is customised, else as AWS's own.
 */
import { gatewayResponseMappingComplaints } from '../../definition/parameters.ts';
import type { GatewayResponse } from '../../definition/rest-api.ts';
import {
  type CustomizableType,
  defaultGatewayResponses,
  fallbackType,
  gatewayResponseTypes,
} from '../../plan/gateway-responses.ts';
import { gatewayResponses } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type * as wire from '../../wire/generated/apigateway.ts';
import { invalidValue } from './chosen-refusals.ts';
import { invalidMappings, noSuchContentType, noSuchGatewayResponse, noSuchParameter } from './errors.ts';
import { findApi } from './find.ts';
import { applyPatch, asSent, type Change, entryRow, type PatchTable, withMember, without } from './patch.ts';
import type { RestPorts } from './ports.ts';

const withoutStatus: Change<GatewayResponse> = (response) => without(response, 'statusCode');

/** What UpdateGatewayResponse can change (row PATCH-08). */
const gatewayResponsePatches: PatchTable<GatewayResponse> = {
  rows: [
    {
      path: '/statusCode',
      replace(response, step) {
        // No value gives the failures their own status back (row GWR-04).
        if (step.value === '') return withoutStatus(response, step);
        if (!/^[1-5]\d\d$/.test(step.value)) throw invalidValue('status code', step.value);
        return withMember(response, 'statusCode', step.value);
      },
      remove: withoutStatus,
    },
    entryRow('/responseParameters/{name}', 'responseParameters', asSent, noSuchParameter),
    entryRow('/responseTemplates/{contentType}', 'responseTemplates', asSent, noSuchContentType),
  ],
};

export function gatewayResponseHandlers({ store }: RestPorts): Handlers<wire.Operations> {
  return {
    PutGatewayResponse: (input, call) =>
      store.write(async (tx) => {
        const { restApiId, responseType, statusCode, responseParameters, responseTemplates } = input;
        await findApi(tx, call, restApiId);
        const response: GatewayResponse = {
          responseType,
          ...(statusCode !== undefined && { statusCode }),
          ...(responseParameters && { responseParameters }),
          ...(responseTemplates && { responseTemplates }),
        };
        checkMappings(response);
        tx.put(gatewayResponses, [restApiId, responseType], response);
        return answerCustomized(response);
      }),

    GetGatewayResponse: ({ restApiId, responseType }, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, restApiId);
        return answerOf(responseType, await customizedOf(tx, restApiId));
      }),

    // limit and position are accepted and not looked at (row CP-07).
    GetGatewayResponses: ({ restApiId }, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, restApiId);
        const customized = await customizedOf(tx, restApiId);
        return { items: gatewayResponseTypes.map((type) => answerOf(type, customized)) };
      }),

    UpdateGatewayResponse: ({ restApiId, responseType, patchOperations }, call) =>
      store.write(async (tx) => {
        await findApi(tx, call, restApiId);
        const response = inEffect(responseType, await customizedOf(tx, restApiId));
        const patched = applyPatch(gatewayResponsePatches, response, patchOperations);
        checkMappings(patched);
        // Whatever was shown until now is the type's own from here on, even when nothing was changed (recorded).
        tx.put(gatewayResponses, [restApiId, responseType], patched);
        return answerCustomized(patched);
      }),

    DeleteGatewayResponse: ({ restApiId, responseType }, call) =>
      store.write(async (tx) => {
        await findApi(tx, call, restApiId);
        const key = [restApiId, responseType];
        if ((await tx.get(gatewayResponses, key)) === undefined) throw noSuchGatewayResponse();
        tx.delete(gatewayResponses, key);
      }),
  };
}

type Customized = ReadonlyMap<string, GatewayResponse>;

async function customizedOf(tx: ReadTransaction, restApiId: string): Promise<Customized> {
  const entries = await tx.list(gatewayResponses, [restApiId]);
  return new Map(entries.map(({ value }) => [value.responseType, value]));
}

/** What every type answers with that nobody customised (row GWR-02). */
const awsTemplates = { 'application/json': '{"message":$context.error.messageString}' };

/** The response of a type as it acts: its own, else its default's, else AWS's. */
function inEffect(responseType: CustomizableType, customized: Customized): GatewayResponse {
  const response = customized.get(responseType) ?? customized.get(fallbackType(responseType));
  return response === undefined ? { responseType, responseTemplates: awsTemplates } : { ...response, responseType };
}

function answerOf(responseType: CustomizableType, customized: Customized): wire.GatewayResponse {
  const defaultResponse = !customized.has(responseType);
  return { ...answerCustomized(inEffect(responseType, customized)), defaultResponse };
}

/** Empty maps are shown; the two defaults have no status but a customised one (recorded). */
function answerCustomized({ responseType, statusCode, ...maps }: GatewayResponse): wire.GatewayResponse {
  const type = responseType as CustomizableType;
  const isDefault = fallbackType(type) === type;
  const ownStatus = isDefault ? undefined : String(defaultGatewayResponses[type].status);
  const status = statusCode ?? ownStatus;
  return {
    responseType: type,
    ...(status !== undefined && { statusCode: status }),
    responseParameters: maps.responseParameters ?? {},
    responseTemplates: maps.responseTemplates ?? {},
    defaultResponse: false,
  };
}

function checkMappings({ responseParameters }: GatewayResponse): void {
  const complaints = gatewayResponseMappingComplaints(responseParameters ?? {});
  if (complaints.length > 0) throw invalidMappings(complaints);
}
