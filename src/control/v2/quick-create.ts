/** Quick create: an API with a target is a working API, its route, integration and stage made and kept by API Gateway (row V2-03). */
import { newRouteId } from '../../base/ids.ts';
import type { Route, V2Api, V2Integration } from '../../definition/v2-api.ts';
import { routes, v2Integrations, v2Stages } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import { notQuickCreated, quickCreateNeedsHttp, quickCreateNeedsTarget } from './chosen-refusals.ts';
import { listOf } from './find.ts';
import { keepIntegration, newIntegration } from './integration-rules.ts';
import type { V2Ports } from './ports.ts';
import { keepRoute, newRoute } from './route-rules.ts';
import { newStage } from './stage-rules.ts';

interface QuickInput {
  readonly Target?: string | undefined;
  readonly RouteKey?: string | undefined;
  readonly CredentialsArn?: string | undefined;
}

/** Makes the parts of a new API when it is created with a target. */
export async function quickCreate(
  tx: WriteTransaction,
  api: V2Api,
  { Target: target, RouteKey: routeKey, CredentialsArn: credentialsArn }: QuickInput,
  ports: V2Ports,
): Promise<void> {
  if (!target) {
    if (routeKey) throw quickCreateNeedsTarget('RouteKey');
    if (credentialsArn) throw quickCreateNeedsTarget('CredentialsArn');
    return;
  }
  if (api.protocolType !== 'HTTP') throw quickCreateNeedsHttp();
  const integration = newIntegration({ ...targetOf(target), CredentialsArn: credentialsArn }, newRouteId(), api);
  await keepIntegration(tx, api, { ...integration, apiGatewayManaged: true }, ports);
  const route = newRoute(
    { RouteKey: routeKey || '$default', Target: `integrations/${integration.integrationId}` },
    newRouteId(),
  );
  await keepRoute(tx, api, { ...route, apiGatewayManaged: true }, ports);
  const stage = newStage({ StageName: '$default', AutoDeploy: true }, api, ports.clock.now());
  tx.put(v2Stages, [api.apiId, '$default'], { ...stage, apiGatewayManaged: true });
}

/** UpdateApi may lead a quick-created API elsewhere: its integration's address, its route's key, its role. */
export async function quickUpdate(tx: WriteTransaction, api: V2Api, input: QuickInput, ports: V2Ports): Promise<void> {
  const { Target: target, RouteKey: routeKey, CredentialsArn: credentialsArn } = input;
  if (!target && !routeKey && credentialsArn === undefined) return;
  const { route, integration } = await managedParts(tx, api.apiId);
  if (route === undefined || integration === undefined) throw notQuickCreated();
  if (target || credentialsArn !== undefined) {
    const { credentialsArn: before, ...rest } = integration;
    const credentials = credentialsArn ?? before;
    const moved = target
      ? newIntegration({ ...targetOf(target), CredentialsArn: credentials }, integration.integrationId, api)
      : { ...rest, ...(credentials && { credentialsArn: credentials }) };
    await keepIntegration(tx, api, { ...moved, apiGatewayManaged: true }, ports);
  }
  if (routeKey) await keepRoute(tx, api, { ...route, routeKey }, ports);
}

async function managedParts(
  tx: ReadTransaction,
  apiId: string,
): Promise<{ route: Route | undefined; integration: V2Integration | undefined }> {
  const isManaged = ({ apiGatewayManaged }: { readonly apiGatewayManaged?: boolean }) => apiGatewayManaged === true;
  return {
    route: (await listOf(tx, routes, apiId)).find(isManaged),
    integration: (await listOf(tx, v2Integrations, apiId)).find(isManaged),
  };
}

/** A function's ARN becomes a proxy with payload 2.0, anything else the address of a backend. */
function targetOf(target: string): Parameters<typeof newIntegration>[0] {
  return /^arn:/.test(target)
    ? { IntegrationType: 'AWS_PROXY', IntegrationUri: target, PayloadFormatVersion: '2.0' }
    : { IntegrationType: 'HTTP_PROXY', IntegrationUri: target, IntegrationMethod: 'ANY', PayloadFormatVersion: '1.0' };
}
