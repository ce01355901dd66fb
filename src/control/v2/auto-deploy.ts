/**
 * Changes of an API, and the deployments they make: a stage with AutoDeploy shows every change at once (row DEP-06). Change and deployment are one
 * transaction, so no reader finds one without the other.
 */
import { newChildId } from '../../base/ids.ts';
import type { V2Api, V2Deployment, V2Stage } from '../../definition/v2-api.ts';
import { v2Apis, v2Deployments, v2Snapshots, v2Stages } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { findApi, listOf } from './find.ts';
import type { V2Ports } from './ports.ts';
import { deploymentFault, freeze } from './snapshot.ts';

/** Runs the work in one transaction with the API, deploys what it changed to stages with AutoDeploy, and tells the gateway after the commit. */
export async function changing<R>(
  ports: V2Ports,
  call: Call,
  apiId: string,
  work: (tx: WriteTransaction, api: V2Api) => Promise<R>,
): Promise<R> {
  let changed: readonly string[] = [];
  const result = await ports.store.write(async (tx) => {
    const answer = await work(tx, await findApi(tx, call, apiId));
    changed = await autoDeploy(tx, apiId, ports);
    return answer;
  });
  for (const stageName of changed) ports.deployments.publish({ apiId, stageName });
  return result;
}

/** Names of the stages that were touched. A failed attempt leaves the stage on its deployment and says why in the stage (recorded V19). */
export async function autoDeploy(tx: WriteTransaction, apiId: string, ports: V2Ports): Promise<readonly string[]> {
  const api = await tx.get(v2Apis, [apiId]);
  const stages = (await listOf(tx, v2Stages, apiId)).filter((stage) => stage.autoDeploy);
  if (api === undefined || stages.length === 0) return [];
  const nowMs = ports.clock.now();
  const deploymentId = newChildId();
  const snapshot = await freeze(tx, api, deploymentId);
  const fault = deploymentFault(snapshot, ports.complaints);
  const outcome: Partial<V2Stage> =
    fault === undefined
      ? {
          deploymentId,
          lastDeploymentStatusMessage: `Successfully deployed stage with deployment ID '${deploymentId}'`,
          lastUpdatedAtMs: nowMs,
        }
      : { lastDeploymentStatusMessage: `Deployment attempt failed: ${fault}` };
  for (const stage of stages) tx.put(v2Stages, [apiId, stage.stageName], { ...stage, ...outcome });
  if (fault !== undefined) return [];
  const deployment: V2Deployment = {
    deploymentId,
    description: 'Automatic deployment triggered by changes to the Api configuration',
    createdAtMs: nowMs,
    autoDeployed: true,
    deploymentStatus: 'DEPLOYED',
  };
  tx.put(v2Deployments, [apiId, deploymentId], deployment);
  tx.put(v2Snapshots, [apiId, deploymentId], snapshot);
  await forgetIdleDeployments(tx, apiId, ports.limits.idleAutoDeployments);
  return stages.map(({ stageName }) => stageName);
}

/** A hundred edits of an API with a hundred routes would otherwise keep ten thousand routes that nobody asked to keep. */
async function forgetIdleDeployments(tx: WriteTransaction, apiId: string, kept: number): Promise<void> {
  const inUse = await deploymentsInUse(tx, apiId);
  const idle = (await listOf(tx, v2Deployments, apiId))
    .filter(({ autoDeployed, deploymentId }) => autoDeployed && !inUse.has(deploymentId))
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
  for (const { deploymentId } of idle.slice(kept)) forgetDeployment(tx, apiId, deploymentId);
}

export async function deploymentsInUse(tx: ReadTransaction, apiId: string): Promise<ReadonlySet<string | undefined>> {
  return new Set((await listOf(tx, v2Stages, apiId)).map(({ deploymentId }) => deploymentId));
}

export function forgetDeployment(tx: WriteTransaction, apiId: string, deploymentId: string): void {
  tx.delete(v2Deployments, [apiId, deploymentId]);
  tx.delete(v2Snapshots, [apiId, deploymentId]);
}
