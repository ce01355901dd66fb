/** Integration: CreateIntegration, GetIntegration, GetIntegrations, UpdateIntegration, DeleteIntegration. */
import { newRouteId } from '../../base/ids.ts';
import type { V2Integration } from '../../definition/v2-api.ts';
import { routes, v2Integrations } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations, UpdateIntegrationRequest } from '../../wire/generated/apigatewayv2.ts';
import { answerIntegration } from './answers.ts';
import { changing } from './auto-deploy.ts';
import { managed } from './chosen-refusals.ts';
import { integrationIsUsed } from './errors.ts';
import { findApi, findIntegration, listOf } from './find.ts';
import { keepIntegration, newIntegration, withDefaults } from './integration-rules.ts';
import { ourNames } from './member-names.ts';
import { pageOf } from './paging.ts';
import { mergedTexts, updated } from './partial-update.ts';
import type { V2Ports } from './ports.ts';

export function integrationHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, limits } = ports;
  return {
    CreateIntegration: ({ ApiId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx, api) => {
        const integration = newIntegration(input, newRouteId(), api);
        await keepIntegration(tx, api, integration, ports);
        return answerIntegration(integration);
      }),

    GetIntegration: ({ ApiId, IntegrationId }, call) =>
      store.read(async (tx) => answerIntegration((await findIntegration(tx, call, ApiId, IntegrationId)).record)),

    GetIntegrations: (input, call) =>
      store.read(async (tx) => {
        const { apiId } = await findApi(tx, call, input.ApiId);
        const all = await listOf(tx, v2Integrations, apiId);
        return pageOf(all, ({ integrationId }) => integrationId, answerIntegration, input, limits);
      }),

    UpdateIntegration: (input, call) =>
      changing(ports, call, input.ApiId, async (tx, api) => {
        const { record } = await findIntegration(tx, call, input.ApiId, input.IntegrationId);
        const changed = withDefaults(changedIntegration(record, input), api);
        await keepIntegration(tx, api, changed, ports);
        return answerIntegration(changed);
      }),

    DeleteIntegration: ({ ApiId, IntegrationId }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { record } = await findIntegration(tx, call, ApiId, IntegrationId);
        if (record.apiGatewayManaged) throw managed('integration', 'deleted');
        const users = (await listOf(tx, routes, ApiId)).filter(
          ({ target }) => target === `integrations/${IntegrationId}`,
        );
        if (users.length > 0) throw integrationIsUsed(users.map(({ routeId }) => routeId));
        tx.delete(v2Integrations, [ApiId, IntegrationId]);
      }),
  };
}

/** Parameter maps change key by key, response parameters status by status, where an empty map takes the status out (row CP-19). */
function changedIntegration(integration: V2Integration, input: UpdateIntegrationRequest): V2Integration {
  const { ApiId: _, IntegrationId: _id, RequestParameters, ResponseParameters, ...members } = input;
  const { requestParameters, responseParameters, ...rest } = integration;
  const request = mergedTexts(requestParameters, RequestParameters);
  const response = mergedByStatus(responseParameters, ResponseParameters);
  return {
    ...updated(rest, ourNames(members) as Partial<V2Integration>),
    ...(request && { requestParameters: request }),
    ...(response && { responseParameters: response }),
  };
}

type ByStatus = NonNullable<V2Integration['responseParameters']>;

function mergedByStatus(before: ByStatus | undefined, changes: ByStatus | undefined): ByStatus | undefined {
  if (changes === undefined) return before;
  const merged = new Map(Object.entries(before ?? {}));
  for (const [status, mappings] of Object.entries(changes)) {
    const texts = Object.keys(mappings).length === 0 ? undefined : mergedTexts(merged.get(status), mappings);
    if (texts === undefined) merged.delete(status);
    else merged.set(status, texts);
  }
  return merged.size === 0 ? undefined : Object.fromEntries(merged);
}
