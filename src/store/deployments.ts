/** ports/deployments within one process: what is live is read from the store, changes are told to listeners directly. */
import type { Deployments, LiveStage, StageChange } from '../ports/deployments.ts';
import { restApis, snapshots, stages } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';

export function createDeployments(store: Store): Deployments {
  const listeners = new Set<(change: StageChange) => void>();

  return {
    liveStage: (apiId, stageName) =>
      store.read(async (tx): Promise<LiveStage | undefined> => {
        const stage = await tx.get(stages, [apiId, stageName]);
        const api = await tx.get(restApis, [apiId]);
        if (stage === undefined || api === undefined) return undefined;
        const snapshot = await tx.get(snapshots, [apiId, stage.deploymentId]);
        if (snapshot === undefined) return undefined;
        const canaryDeploymentId = stage.canarySettings?.deploymentId;
        const canarySnapshot =
          canaryDeploymentId === undefined ? undefined : await tx.get(snapshots, [apiId, canaryDeploymentId]);
        return {
          apiId,
          account: api.account,
          region: api.region,
          stage,
          snapshot,
          ...(canarySnapshot && { canarySnapshot }),
        };
      }),
    stageNames: (apiId) =>
      store.read(async (tx) => (await tx.list(stages, [apiId])).map(({ value }) => value.stageName)),
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
