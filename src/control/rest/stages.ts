/** Stage: CreateStage, GetStage, GetStages, UpdateStage, DeleteStage, FlushStageCache, FlushStageAuthorizersCache. */
import type { Stage } from '../../definition/rest-api.ts';
import { deployments, stages } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { accountOf } from './account.ts';
import { answerStage } from './answers.ts';
import { badRequest, conflict, noSuchStage } from './errors.ts';
import { findApi } from './find.ts';
import { applyPatch } from './patch.ts';
import { leavePlans } from './plan-rules.ts';
import type { RestPorts } from './ports.ts';
import { stagePatches } from './stage-patches.ts';
import { checkStage, checkStageCount, checkStageName, newStage } from './stage-rules.ts';
import { checkTags } from './tag-rules.ts';

export function stageHandlers({ store, deployments: live, usage, clock, limits }: RestPorts): Handlers<Operations> {
  return {
    async CreateStage(input, call) {
      const { restApiId, stageName } = input;
      const stage = await store.write(async (tx) => {
        await findApi(tx, call, restApiId);
        checkStageName(stageName);
        if ((await tx.get(stages, [restApiId, stageName])) !== undefined) throw conflict('Stage already exists');
        if ((await tx.get(deployments, [restApiId, input.deploymentId])) === undefined) {
          throw badRequest('Deployment id does not exist');
        }
        await checkStageCount(tx, restApiId, limits);
        checkTags(input.tags ?? {}, limits);
        const created = newStage(input, clock.now());
        const { documentationVersion } = input;
        const checked = documentationVersion ? { ...created, documentationVersion } : created;
        await checkStage(tx, restApiId, checked, undefined, await accountOf(tx, call), limits);
        tx.put(stages, [restApiId, stageName], checked);
        return checked;
      });
      live.publish({ apiId: restApiId, stageName });
      return answerStage(stage);
    },

    GetStage: ({ restApiId, stageName }, call) =>
      store.read(async (tx) => answerStage(await findStage(tx, call, restApiId, stageName))),

    GetStages: ({ restApiId, deploymentId }, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, restApiId);
        const all = (await tx.list(stages, [restApiId])).map(({ value }) => value);
        const wanted = deploymentId ? all.filter((stage) => stage.deploymentId === deploymentId) : all;
        return { item: wanted.map(answerStage) };
      }),

    async UpdateStage({ restApiId, stageName, patchOperations }, call) {
      const stage = await store.write(async (tx) => {
        const before = await findStage(tx, call, restApiId, stageName);
        const patched = { ...applyPatch(stagePatches, before, patchOperations), lastUpdatedAtMs: clock.now() };
        await checkStage(tx, restApiId, patched, before, await accountOf(tx, call), limits);
        tx.put(stages, [restApiId, stageName], patched);
        return patched;
      });
      live.publish({ apiId: restApiId, stageName });
      return answerStage(stage);
    },

    async DeleteStage({ restApiId, stageName }, call) {
      const planIds = await store.write(async (tx) => {
        await findStage(tx, call, restApiId, stageName);
        tx.delete(stages, [restApiId, stageName]);
        return leavePlans(tx, call, restApiId, stageName);
      });
      live.publish({ apiId: restApiId, stageName });
      usage.publish({ owner: call, planIds });
    },

    async FlushStageCache({ restApiId, stageName }, call) {
      await store.read((tx) => findStage(tx, call, restApiId, stageName));
      live.publish({ apiId: restApiId, stageName, flushes: 'responses' });
    },
    async FlushStageAuthorizersCache({ restApiId, stageName }, call) {
      await store.read((tx) => findStage(tx, call, restApiId, stageName));
      live.publish({ apiId: restApiId, stageName, flushes: 'authorizers' });
    },
  };
}

export async function findStage(tx: ReadTransaction, call: Call, restApiId: string, stageName: string): Promise<Stage> {
  await findApi(tx, call, restApiId);
  const stage = await tx.get(stages, [restApiId, stageName]);
  if (stage === undefined) throw noSuchStage();
  return stage;
}
