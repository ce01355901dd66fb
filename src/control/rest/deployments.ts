/** Deployment: CreateDeployment, GetDeployment, GetDeployments, UpdateDeployment, DeleteDeployment. */
import { newChildId } from '../../base/ids.ts';
import type { Problem } from '../../base/problem.ts';
import type { Deployment, Stage } from '../../definition/rest-api.ts';
import { deployments, snapshots, stages } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { CreateDeploymentRequest, Operations } from '../../wire/generated/apigateway.ts';
import { accountOf } from './account.ts';
import { answerApiSummary, answerDeployment } from './answers.ts';
import { requireOneOf } from './chosen-refusals.ts';
import { badRequest, noSuchDeployment } from './errors.ts';
import { findApi } from './find.ts';
import { pageOf } from './paging.ts';
import { applyPatch, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { checkDeployable, freeze } from './snapshot.ts';
import { checkStage, checkStageCount, checkStageName, newCanary, newStage } from './stage-rules.ts';
import { checkLinks } from './vpc-link-use.ts';

/** What UpdateDeployment can change (row PATCH-05). What was deployed never changes. */
const deploymentPatches: PatchTable<Deployment> = {
  rows: [{ path: '/description', replace: (deployment, { value }) => withMember(deployment, 'description', value) }],
};

export function deploymentHandlers(ports: RestPorts): Handlers<Operations> {
  const { store, deployments: live, clock, limits } = ports;
  return {
    async CreateDeployment(input, call) {
      const deployment = await store.write(async (tx) => {
        const api = await findApi(tx, call, input.restApiId);
        checkCanaryHasStage(input);
        const created: Deployment = {
          id: newChildId(),
          ...(input.description !== undefined && { description: input.description }),
          createdAtMs: clock.now(),
        };
        const snapshot = await freeze(tx, api, created.id);
        checkDeployable(snapshot, ports.complaints);
        await checkLinks(tx, call, snapshot);
        tx.put(deployments, [api.id, created.id], created);
        tx.put(snapshots, [api.id, created.id], snapshot);
        if (input.stageName) await moveStage(tx, call, input, created, ports);
        return created;
      });
      if (input.stageName) live.publish({ apiId: input.restApiId, stageName: input.stageName });
      return answerDeployment(deployment);
    },

    GetDeployment: ({ restApiId, deploymentId, embed }, call) =>
      store.read(async (tx) => {
        const deployment = await findDeployment(tx, call, restApiId, deploymentId);
        if (!wantsSummary(embed)) return answerDeployment(deployment);
        const snapshot = await tx.get(snapshots, [restApiId, deploymentId]);
        return { ...answerDeployment(deployment), apiSummary: answerApiSummary(snapshot?.resources ?? []) };
      }),

    GetDeployments: (input, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, input.restApiId);
        const all = (await tx.list(deployments, [input.restApiId])).map(({ value }) => value);
        const page = pageOf(all, ({ id }) => id, input, limits);
        return { ...page, items: page.items.map(answerDeployment) };
      }),

    UpdateDeployment: ({ restApiId, deploymentId, patchOperations }, call) =>
      store.write(async (tx) => {
        const deployment = await findDeployment(tx, call, restApiId, deploymentId);
        const patched = applyPatch(deploymentPatches, deployment, patchOperations);
        tx.put(deployments, [restApiId, deploymentId], patched);
        return answerDeployment(patched);
      }),

    DeleteDeployment: ({ restApiId, deploymentId }, call) =>
      store.write(async (tx) => {
        await findDeployment(tx, call, restApiId, deploymentId);
        for (const { value: stage } of await tx.list(stages, [restApiId])) {
          if (stage.deploymentId === deploymentId || stage.canarySettings?.deploymentId === deploymentId) {
            throw badRequest('Active stages pointing to this deployment must be moved or deleted');
          }
        }
        tx.delete(deployments, [restApiId, deploymentId]);
        tx.delete(snapshots, [restApiId, deploymentId]);
      }),
  };
}

async function findDeployment(
  tx: ReadTransaction,
  call: Call,
  restApiId: string,
  deploymentId: string,
): Promise<Deployment> {
  await findApi(tx, call, restApiId);
  const deployment = await tx.get(deployments, [restApiId, deploymentId]);
  if (deployment === undefined) throw noSuchDeployment();
  return deployment;
}

/** `embed=apisummary` is the only one there is. */
function wantsSummary(embed: readonly string[] | undefined): boolean {
  for (const wanted of embed ?? []) requireOneOf('embed', wanted, ['apisummary']);
  return embed?.includes('apisummary') ?? false;
}

/** The missing space is AWS's: the first sentence is recorded, the two others are as users quote them. */
const invalidContent = (what: string): Problem => badRequest(`Invalid deployment content specified.${what}`);

function checkCanaryHasStage({ stageName, canarySettings }: CreateDeploymentRequest): void {
  if (canarySettings === undefined || stageName) return;
  throw invalidContent(
    `Non null and non empty stageName must be provided for canary deployment. Provided value is ${stageName ?? 'null'}`,
  );
}

/** Row V1-32: makes the named stage, points it at the new deployment, or gives it a canary on the new deployment. */
async function moveStage(
  tx: WriteTransaction,
  call: Call,
  input: CreateDeploymentRequest,
  { id: deploymentId }: Deployment,
  { clock, limits }: RestPorts,
): Promise<void> {
  const { restApiId } = input;
  const stageName = input.stageName!;
  checkStageName(stageName);
  const existing = await tx.get(stages, [restApiId, stageName]);
  if (existing === undefined) {
    if (input.canarySettings !== undefined) {
      throw invalidContent(`Stage ${stageName} must already be created before making a canary release deployment`);
    }
    await checkStageCount(tx, restApiId, limits);
  } else if (existing.canarySettings !== undefined && input.canarySettings === undefined) {
    throw invalidContent(
      `Non canary deployment not supported on stage ${stageName} because Canary is enabled. Provide CanarySettings in deploymentInput.`,
    );
  }
  const stage =
    existing === undefined
      ? newStage({ ...input, stageName, description: input.stageDescription, deploymentId }, clock.now())
      : movedStage(existing, input, deploymentId, clock.now());
  await checkStage(tx, restApiId, stage, existing, await accountOf(tx, call), limits);
  tx.put(stages, [restApiId, stageName], stage);
}

/** An existing stage after a deployment onto it: what the call says of the stage is set, the rest stays. */
function movedStage(stage: Stage, input: CreateDeploymentRequest, deploymentId: string, nowMs: number): Stage {
  const { stageDescription, variables, tracingEnabled, cacheClusterEnabled, cacheClusterSize, canarySettings } = input;
  // A canary deployment leaves the stage where it is and overwrites an earlier canary (recorded).
  const canary = canarySettings && newCanary({ ...canarySettings, deploymentId }, deploymentId);
  const moved = canary === undefined ? { deploymentId } : { canarySettings: canary };
  return {
    ...stage,
    ...(stageDescription !== undefined && { description: stageDescription }),
    ...(variables !== undefined && { variables }),
    ...(tracingEnabled !== undefined && { tracingEnabled }),
    ...(cacheClusterEnabled !== undefined && { cacheClusterEnabled }),
    ...((cacheClusterEnabled || cacheClusterSize) && {
      cacheClusterSize: cacheClusterSize ?? stage.cacheClusterSize ?? '0.5',
    }),
    ...moved,
    lastUpdatedAtMs: nowMs,
  };
}
