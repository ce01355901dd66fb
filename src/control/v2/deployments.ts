/** Deployment: CreateDeployment, GetDeployment, GetDeployments, UpdateDeployment, DeleteDeployment (row V2-17). */
import { newChildId } from '../../base/ids.ts';
import type { V2Deployment } from '../../definition/v2-api.ts';
import { v2Deployments, v2Snapshots, v2Stages } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { answerDeployment } from './answers.ts';
import { deploymentsInUse, forgetDeployment } from './auto-deploy.ts';
import { badRequest, noSuchStage } from './errors.ts';
import { findApi, findDeployment, listOf } from './find.ts';
import { pageOf } from './paging.ts';
import { updated, withoutEmpty } from './partial-update.ts';
import type { V2Ports } from './ports.ts';
import { deploymentFault, freeze } from './snapshot.ts';
import { checkTextLengths } from './text-lengths.ts';

export function deploymentHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, deployments: live, clock, limits } = ports;
  return {
    async CreateDeployment({ ApiId: apiId, Description: description, StageName: stageName }, call) {
      const deployment = await store.write(async (tx) => {
        const api = await findApi(tx, call, apiId);
        const stage = stageName ? await tx.get(v2Stages, [apiId, stageName]) : undefined;
        if (stageName && stage === undefined) throw noSuchStage();
        checkTextLengths({ description });
        const deploymentId = newChildId();
        const snapshot = await freeze(tx, api, deploymentId);
        const fault = deploymentFault(snapshot, ports.complaints);
        if (fault !== undefined) throw badRequest(fault);
        const created: V2Deployment = withoutEmpty({
          deploymentId,
          description,
          createdAtMs: clock.now(),
          autoDeployed: false,
          deploymentStatus: 'DEPLOYED',
        });
        tx.put(v2Deployments, [apiId, deploymentId], created);
        tx.put(v2Snapshots, [apiId, deploymentId], snapshot);
        if (stage !== undefined) {
          tx.put(v2Stages, [apiId, stage.stageName], { ...stage, deploymentId, lastUpdatedAtMs: clock.now() });
        }
        return created;
      });
      if (stageName) live.publish({ apiId, stageName });
      return answerDeployment(deployment);
    },

    GetDeployment: ({ ApiId, DeploymentId }, call) =>
      store.read(async (tx) => answerDeployment((await findDeployment(tx, call, ApiId, DeploymentId)).record)),

    GetDeployments: (input, call) =>
      store.read(async (tx) => {
        const { apiId } = await findApi(tx, call, input.ApiId);
        const all = await listOf(tx, v2Deployments, apiId);
        return pageOf(all, ({ deploymentId }) => deploymentId, answerDeployment, input, limits);
      }),

    UpdateDeployment: ({ ApiId, DeploymentId, Description: description }, call) =>
      store.write(async (tx) => {
        const { record } = await findDeployment(tx, call, ApiId, DeploymentId);
        checkTextLengths({ description });
        const changed = updated<V2Deployment>(record, { description });
        tx.put(v2Deployments, [ApiId, DeploymentId], changed);
        return answerDeployment(changed);
      }),

    DeleteDeployment: ({ ApiId, DeploymentId }, call) =>
      store.write(async (tx) => {
        await findDeployment(tx, call, ApiId, DeploymentId);
        if ((await deploymentsInUse(tx, ApiId)).has(DeploymentId)) {
          throw badRequest('Active stages pointing to this deployment must be moved or deleted');
        }
        forgetDeployment(tx, ApiId, DeploymentId);
      }),
  };
}
