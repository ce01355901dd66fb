/** IntegrationResponse of a WebSocket API: Create, Get, list, Update and Delete (row V2-11). They stand within their integration. */
import { newRouteId } from '../../base/ids.ts';
import type { V2Api, V2Integration, V2IntegrationResponse } from '../../definition/v2-api.ts';
import { webSocketResponseMappingComplaints } from '../../definition/websocket-parameters.ts';
import { compileJavaPattern } from '../../plan/java-pattern.ts';
import { v2Integrations } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { invalidMappings } from '../rest/errors.ts';
import { answerIntegrationResponse } from './answers.ts';
import { changing } from './auto-deploy.ts';
import { invalidValue, notForProtocol } from './chosen-refusals.ts';
import { conflict, noSuchIntegrationResponse } from './errors.ts';
import { findIntegration } from './find.ts';
import { ourNames } from './member-names.ts';
import { pageOf } from './paging.ts';
import { updated, withoutEmpty } from './partial-update.ts';
import type { V2Ports } from './ports.ts';

export function integrationResponseHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, limits } = ports;
  return {
    CreateIntegrationResponse: ({ ApiId, IntegrationId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { api, record } = await findIntegration(tx, call, ApiId, IntegrationId);
        const response = withoutEmpty({
          ...(ourNames(input) as Omit<V2IntegrationResponse, 'integrationResponseId'>),
          integrationResponseId: newRouteId(),
        });
        keepResponse(tx, api, record, response);
        return answerIntegrationResponse(response);
      }),

    GetIntegrationResponse: ({ ApiId, IntegrationId, IntegrationResponseId }, call) =>
      store.read(async (tx) => {
        const { record } = await findIntegration(tx, call, ApiId, IntegrationId);
        return answerIntegrationResponse(responseOf(record, IntegrationResponseId));
      }),

    GetIntegrationResponses: (input, call) =>
      store.read(async (tx) => {
        const { record } = await findIntegration(tx, call, input.ApiId, input.IntegrationId);
        const idOf = ({ integrationResponseId }: V2IntegrationResponse): string => integrationResponseId;
        const all = Object.values(record.integrationResponses ?? {}).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
        return pageOf(all, idOf, answerIntegrationResponse, input, limits);
      }),

    UpdateIntegrationResponse: ({ ApiId, IntegrationId, IntegrationResponseId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { api, record } = await findIntegration(tx, call, ApiId, IntegrationId);
        const changes = ourNames(input) as Partial<V2IntegrationResponse>;
        const changed = updated(responseOf(record, IntegrationResponseId), changes, ['integrationResponseKey']);
        keepResponse(tx, api, record, changed);
        return answerIntegrationResponse(changed);
      }),

    DeleteIntegrationResponse: ({ ApiId, IntegrationId, IntegrationResponseId }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { record } = await findIntegration(tx, call, ApiId, IntegrationId);
        responseOf(record, IntegrationResponseId);
        const { [IntegrationResponseId]: _, ...left } = record.integrationResponses ?? {};
        tx.put(v2Integrations, [ApiId, IntegrationId], updated(record, { integrationResponses: left }));
      }),
  };
}

function responseOf(integration: V2Integration, id: string): V2IntegrationResponse {
  const response = integration.integrationResponses?.[id];
  if (response === undefined) throw noSuchIntegrationResponse();
  return response;
}

function keepResponse(
  tx: WriteTransaction,
  api: V2Api,
  integration: V2Integration,
  response: V2IntegrationResponse,
): void {
  if (api.protocolType !== 'WEBSOCKET') throw notForProtocol('IntegrationResponse', api);
  const { integrationResponseKey: key, integrationResponseId: id, responseParameters = {} } = response;
  if (!isResponseKey(key)) throw invalidValue('integration response key', key);
  const others = Object.values(integration.integrationResponses ?? {});
  if (others.some((each) => each.integrationResponseId !== id && each.integrationResponseKey === key)) {
    throw conflict(`Integration response with key ${key} already exists for this integration`);
  }
  const errors = webSocketResponseMappingComplaints(responseParameters);
  if (errors.length > 0) throw invalidMappings(errors);
  const integrationResponses = { ...integration.integrationResponses, [id]: response };
  tx.put(v2Integrations, [api.apiId, integration.integrationId], { ...integration, integrationResponses });
}

/** `$default`, or a regular expression between slashes. */
function isResponseKey(key: string): boolean {
  if (key === '$default') return true;
  return /^\/.+\/$/s.test(key) && typeof compileJavaPattern(key.slice(1, -1)) !== 'string';
}
