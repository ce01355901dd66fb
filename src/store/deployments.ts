/** ports/deployments within one process: what is live is read from the store, changes are told to listeners directly. */
import type { Deployments, LiveStage, StageChange } from '../ports/deployments.ts';
import { liveWebAcl } from '../ports/live-web-acl.ts';
import {
  clientCertificates,
  restApis,
  snapshots,
  stages,
  v2Apis,
  v2Snapshots,
  v2Stages,
  v2VpcLinks,
  vpcLinks,
} from '../ports/records.ts';
import type { ReadTransaction, Store } from '../ports/store.ts';

export function createDeployments(store: Store): Deployments {
  const listeners = new Set<(change: StageChange) => void>();

  return {
    liveStage: (apiId, stageName) =>
      store.read(async (tx) => (await liveRest(tx, apiId, stageName)) ?? (await liveV2(tx, apiId, stageName))),
    stageNames: (apiId) =>
      store.read(async (tx) => {
        const ofApi = [...(await tx.list(stages, [apiId])), ...(await tx.list(v2Stages, [apiId]))];
        return ofApi.map(({ value }) => value.stageName);
      }),
    apiKind: (apiId) =>
      store.read(async (tx) => {
        if ((await tx.get(restApis, [apiId])) !== undefined) return 'rest';
        const api = await tx.get(v2Apis, [apiId]);
        return api && (api.protocolType === 'HTTP' ? 'http' : 'websocket');
      }),
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function liveRest(tx: ReadTransaction, apiId: string, stageName: string): Promise<LiveStage | undefined> {
  const stage = await tx.get(stages, [apiId, stageName]);
  const api = await tx.get(restApis, [apiId]);
  if (stage === undefined || api === undefined) return undefined;
  const snapshot = await tx.get(snapshots, [apiId, stage.deploymentId]);
  if (snapshot === undefined) return undefined;
  const { account, region } = api;
  const canaryDeploymentId = stage.canarySettings?.deploymentId;
  const canarySnapshot =
    canaryDeploymentId === undefined ? undefined : await tx.get(snapshots, [apiId, canaryDeploymentId]);
  const webAcl = stage.webAclArn === undefined ? undefined : await liveWebAcl(tx, stage.webAclArn);
  const certificateId = stage.clientCertificateId;
  const clientCertificate =
    certificateId === undefined ? undefined : await tx.get(clientCertificates, [account, region, certificateId]);
  return {
    kind: 'rest',
    apiId,
    account,
    region,
    stage,
    snapshot,
    endpoint: api.endpointConfiguration,
    ...(canarySnapshot && { canarySnapshot }),
    ...(clientCertificate && { clientCertificate }),
    ...(webAcl && { webAcl }),
    vpcLinks: (await tx.list(vpcLinks, [account, region])).map(({ value }) => value),
    v2VpcLinks: (await tx.list(v2VpcLinks, [account, region])).map(({ value }) => value),
  };
}

/** An HTTP or WebSocket API; what is live of one is undefined too while its stage has no deployment. */
async function liveV2(tx: ReadTransaction, apiId: string, stageName: string): Promise<LiveStage | undefined> {
  const stage = await tx.get(v2Stages, [apiId, stageName]);
  const api = await tx.get(v2Apis, [apiId]);
  if (stage?.deploymentId === undefined || api === undefined) return undefined;
  const snapshot = await tx.get(v2Snapshots, [apiId, stage.deploymentId]);
  if (snapshot === undefined) return undefined;
  const { account, region } = api;
  if (snapshot.kind === 'http') {
    const links = (await tx.list(v2VpcLinks, [account, region])).map(({ value }) => value);
    return { kind: 'http', apiId, account, region, stage, snapshot, v2VpcLinks: links };
  }
  const links = (await tx.list(vpcLinks, [account, region])).map(({ value }) => value);
  return { kind: 'websocket', apiId, account, region, stage, snapshot, vpcLinks: links };
}
