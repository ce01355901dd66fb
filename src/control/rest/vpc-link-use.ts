/** Which methods go through a VPC link, and whether what they name is there (rows DEP-07, INT-19). */
import type { Integration } from '../../definition/rest-api.ts';
import type { RestSnapshot } from '../../definition/snapshot.ts';
import { restApis, snapshots, stages, v2Apis, v2Integrations, v2VpcLinks, vpcLinks } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { invalidIdentifier, vpcLinkNotReady } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';

/** Throws when the integration names a link that is not there. What a stage variable stands for is known only on a stage. */
export async function checkLinkExists(tx: ReadTransaction, call: Call, integration: Integration): Promise<void> {
  const id = linkNamedBy(integration);
  if (id !== undefined && (await statusOf(tx, call, id)) === undefined) throw invalidIdentifier('Vpc Link');
}

/** Throws when a link that the snapshot names has gone or has failed: AWS waits for one that is PENDING, here none stays so. */
export async function checkLinks(tx: ReadTransaction, call: Call, snapshot: RestSnapshot): Promise<void> {
  const ids = new Set(
    snapshot.resources.flatMap(({ methods }) =>
      Object.values(methods).flatMap(({ integration }) => (integration && linkNamedBy(integration)) ?? []),
    ),
  );
  for (const id of ids) {
    const status = await statusOf(tx, call, id);
    if (status === undefined) throw invalidIdentifier('Vpc Link');
    if (status !== 'AVAILABLE') throw vpcLinkNotReady(id, status);
  }
}

/**
 * Throws when a deployed method of a REST API, or an integration of another, goes through the link, whichever version it is of. The sentences are
 * AWS's, as users of Terraform were given them.
 */
export async function checkUnused(tx: ReadTransaction, call: Call, vpcLinkId: string): Promise<void> {
  const refuse = (uses: readonly string[], format: string): void => {
    if (uses.length === 0) return;
    const list = uses.join(', ');
    throw badRequest(
      `Cannot delete vpc link. Vpc link '${vpcLinkId}', is referenced in [${list}] in format of [${format}].`,
    );
  };
  refuse(await deployedUses(tx, call, vpcLinkId), 'RESTApiId:Method:Resource:Stage');
  refuse(await integrationsThrough(tx, call, vpcLinkId), 'Method:Resource');
}

/** Integrations of HTTP and WebSocket APIs, `ANY:qtfgl2b`. */
async function integrationsThrough(
  tx: ReadTransaction,
  { account, region }: Call,
  vpcLinkId: string,
): Promise<readonly string[]> {
  const uses: string[] = [];
  for (const { key, value } of await tx.list(v2Integrations, [])) {
    if (value.connectionId !== vpcLinkId) continue;
    const api = await tx.get(v2Apis, [key[0]!]);
    if (api?.account !== account || api.region !== region) continue;
    uses.push(`${value.integrationMethod ?? 'ANY'}:${value.integrationId}`);
  }
  return uses;
}

/** `RESTApiId:Method:Resource:Stage` of each. */
async function deployedUses(tx: ReadTransaction, call: Call, vpcLinkId: string): Promise<readonly string[]> {
  const uses: string[] = [];
  for (const { value: api } of await tx.list(restApis, [])) {
    if (api.account !== call.account || api.region !== call.region) continue;
    for (const { value: stage } of await tx.list(stages, [api.id])) {
      for (const deploymentId of new Set([stage.deploymentId, stage.canarySettings?.deploymentId])) {
        const snapshot = deploymentId && (await tx.get(snapshots, [api.id, deploymentId]));
        if (!snapshot) continue;
        for (const resource of snapshot.resources) {
          for (const { httpMethod, integration } of Object.values(resource.methods)) {
            if (integration && namesLink(integration, vpcLinkId, stage.variables)) {
              uses.push(`${api.id}:${httpMethod}:${resource.id}:${stage.stageName}`);
            }
          }
        }
      }
    }
  }
  return uses;
}

const variable = /^\$\{stageVariables\.([\w-]+)\}$/;

/** The id an integration gives in so many letters. */
function linkNamedBy({ connectionType, connectionId }: Integration): string | undefined {
  return connectionType === 'VPC_LINK' && connectionId && !connectionId.includes('${') ? connectionId : undefined;
}

function namesLink(
  { connectionType, connectionId }: Integration,
  vpcLinkId: string,
  variables: Readonly<Record<string, string>> | undefined,
): boolean {
  if (connectionType !== 'VPC_LINK' || connectionId === undefined) return false;
  const name = variable.exec(connectionId)?.[1];
  return (name === undefined ? connectionId : variables?.[name]) === vpcLinkId;
}

/** Of a link of either version; undefined when there is none. */
async function statusOf(tx: ReadTransaction, { account, region }: Call, id: string): Promise<string | undefined> {
  const first = await tx.get(vpcLinks, [account, region, id]);
  return first?.status ?? (await tx.get(v2VpcLinks, [account, region, id]))?.vpcLinkStatus;
}
