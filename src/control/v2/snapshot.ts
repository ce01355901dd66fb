/** Freezing an API: the definition as it stands, and why it cannot be deployed (row DEP-03). */
import type { V2Api } from '../../definition/v2-api.ts';
import { routes, v2Authorizers, v2Integrations, v2Models } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import { listOf } from './find.ts';
import type { V2Ports, V2Snapshot } from './ports.ts';

/** Everything below the API at this moment. */
export async function freeze(tx: ReadTransaction, api: V2Api, deploymentId: string): Promise<V2Snapshot> {
  const parts = {
    api,
    deploymentId,
    routes: await listOf(tx, routes, api.apiId),
    integrations: await listOf(tx, v2Integrations, api.apiId),
    authorizers: await listOf(tx, v2Authorizers, api.apiId),
  };
  if (api.protocolType === 'HTTP') return { kind: 'http', ...parts };
  return { kind: 'websocket', ...parts, models: await listOf(tx, v2Models, api.apiId) };
}

/** One sentence with everything there is to complain about, as users quote AWS where AWS says it too; undefined when the snapshot can be deployed. */
export function deploymentFault(snapshot: V2Snapshot, complaintsOf: V2Ports['complaints']): string | undefined {
  if (snapshot.routes.length === 0) {
    return snapshot.kind === 'http'
      ? 'Unable to deploy API because no routes exist in this API'
      : 'At least one route is required before deploying the Api.';
  }
  const complaints = complaintsOf(snapshot);
  return complaints.length === 0 ? undefined : complaints.join('; ');
}
