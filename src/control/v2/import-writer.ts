/** Writes what an import of an HTTP API describes, by the rules that hold for every authorizer, integration and route. */
import { newChildId, newRouteId } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { HttpApiDescription, HttpFindings } from '../../definition/openapi-import/http-api-description.ts';
import type { V2Api } from '../../definition/v2-api.ts';
import { routes, v2Authorizers, v2Integrations } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import { keepAuthorizer } from './authorizer-rules.ts';
import { listOf } from './find.ts';
import { keepIntegration, withDefaults } from './integration-rules.ts';
import type { V2Ports } from './ports.ts';
import { keepRoute, withRouteDefaults } from './route-rules.ts';

export interface HttpImport {
  /** Rolled back by the caller when there are errors. */
  readonly tx: WriteTransaction;
  readonly ports: V2Ports;
  readonly api: V2Api;
  readonly description: HttpApiDescription;
  readonly findings: HttpFindings;
}

/** Replaces everything below the API but its stages and deployments. Routes and authorizers that stay keep their ids. Refused parts are added to the findings. */
export async function writeHttpDescription(job: HttpImport): Promise<void> {
  const { tx, api } = job;
  const routeIds = new Map((await listOf(tx, routes, api.apiId)).map((route) => [route.routeKey, route.routeId]));
  const before = await listOf(tx, v2Authorizers, api.apiId);
  const authorizerIds = new Map(before.map(({ name, authorizerId }) => [name, authorizerId]));
  for (const collection of [routes, v2Integrations, v2Authorizers]) {
    await tx.deleteAll<unknown>(collection, [api.apiId]);
  }
  const authorizers = await writeAuthorizers(job, authorizerIds);
  const integrations = await writeIntegrations(job);
  // Routes to parts that were refused would only repeat the refusals.
  if (job.findings.errors.length === 0) await writeRoutes(job, { routeIds, authorizers, integrations });
}

type Ids = ReadonlyMap<string, string>;

async function writeAuthorizers({ tx, ports, api, description, findings }: HttpImport, known: Ids): Promise<Ids> {
  const ids = new Map<string, string>();
  for (const each of description.authorizers) {
    const authorizerId = known.get(each.name) ?? newChildId();
    await attempt(findings, `Unable to create authorizer '${each.name}'`, async () => {
      await keepAuthorizer(tx, api, { ...each, authorizerId }, ports);
      ids.set(each.name, authorizerId);
    });
  }
  return ids;
}

async function writeIntegrations({ tx, ports, api, description, findings }: HttpImport): Promise<Ids> {
  const ids = new Map<string, string>();
  for (const [key, each] of description.integrations) {
    const integrationId = newRouteId();
    await attempt(findings, `Unable to put integration on route ${key}`, async () => {
      await keepIntegration(tx, api, withDefaults({ ...each, integrationId }, api), ports);
      ids.set(key, integrationId);
    });
  }
  return ids;
}

async function writeRoutes(
  { tx, ports, api, description, findings }: HttpImport,
  ids: { readonly routeIds: Ids; readonly authorizers: Ids; readonly integrations: Ids },
): Promise<void> {
  for (const { routeKey, operationName, integration, authorizerName, ...security } of description.routes) {
    const integrationId = integration && ids.integrations.get(integration);
    const authorizerId = authorizerName && ids.authorizers.get(authorizerName);
    await attempt(findings, `Unable to create route ${routeKey}`, async () => {
      const route = withRouteDefaults({
        ...security,
        routeId: ids.routeIds.get(routeKey) ?? newRouteId(),
        routeKey,
        ...(operationName && { operationName }),
        ...(authorizerId && { authorizerId }),
        ...(integrationId && { target: `integrations/${integrationId}` }),
      });
      await keepRoute(tx, api, route, ports);
    });
  }
}

/** A refusal of one part is one finding among others; a used-up quota or a bug ends the import at once. */
export async function attempt(findings: HttpFindings, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem) || !/^(BadRequest|Conflict|NotFound)Exception$/.test(error.kind)) throw error;
    findings.errors.push(`${what}: ${error.message}`);
  }
}
