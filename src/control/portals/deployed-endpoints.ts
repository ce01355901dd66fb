/** What there is behind a product's REST endpoint page: a method of a stage of the owner's REST API, as it is deployed now. */
import type { DocumentationPart } from '../../definition/documentation.ts';
import { exportEndpoint } from '../../definition/openapi-export/export-endpoint.ts';
import type { PortalProduct, RestEndpoint } from '../../definition/portal.ts';
import type { EndpointDocument } from '../../definition/portal-site.ts';
import type { Method, RestApi } from '../../definition/rest-api.ts';
import type { RestSnapshot, SnapshotResource } from '../../definition/snapshot.ts';
import { documentationParts, documentationVersions, restApis, snapshots, stages } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';

export interface DeployedEndpoint {
  readonly api: RestApi;
  readonly method: Method;
  readonly snapshot: RestSnapshot;
  /** The operation as the API documents it. */
  readonly document: EndpointDocument;
}

/** Why there is none, as an operation about it would say. */
export interface MissingEndpoint {
  readonly missing: string;
}

interface DeployedStage {
  readonly api: RestApi;
  readonly snapshot: RestSnapshot;
  readonly parts: readonly DocumentationPart[];
}

/** Finds endpoints of a product's owner; each stage is read once. */
export function endpointFinder(tx: ReadTransaction, { account, region }: Pick<PortalProduct, 'account' | 'region'>) {
  const known = new Map<string, Promise<DeployedStage | MissingEndpoint>>();

  async function readStage(apiId: string, stageName: string): Promise<DeployedStage | MissingEndpoint> {
    const api = await tx.get(restApis, [apiId]);
    if (api?.account !== account || api.region !== region) {
      return { missing: 'Invalid API identifier specified ' + `${account}:${apiId}` };
    }
    const stage = await tx.get(stages, [apiId, stageName]);
    const snapshot = stage && (await tx.get(snapshots, [apiId, stage.deploymentId]));
    if (stage === undefined || snapshot === undefined) return { missing: 'Invalid stage identifier specified' };
    const version = stage.documentationVersion;
    // What was not frozen is as it is now ("If you import the current documentation parts").
    const parts =
      version === undefined
        ? (await tx.list(documentationParts, [apiId])).map(({ value }) => value)
        : ((await tx.get(documentationVersions, [apiId, version]))?.parts ?? []);
    return { api, snapshot, parts };
  }

  return async function find(endpoint: RestEndpoint): Promise<DeployedEndpoint | MissingEndpoint> {
    const { restApiId, stage: stageName, path } = endpoint;
    const key = JSON.stringify([restApiId, stageName]);
    let reading = known.get(key);
    if (reading === undefined) {
      reading = readStage(restApiId, stageName);
      known.set(key, reading);
    }
    const stage = await reading;
    if ('missing' in stage) return stage;
    const resource = stage.snapshot.resources.find((each) => each.path === path);
    if (resource === undefined) return { missing: 'Invalid Resource identifier specified' };
    const method = methodOf(resource, endpoint.method);
    if (method === undefined) return { missing: 'Invalid Method identifier specified' };
    const document = exportEndpoint(stage.snapshot, resource, method, stage.parts);
    return { api: stage.api, snapshot: stage.snapshot, method, document };
  };
}

const methodOf = ({ methods }: SnapshotResource, verb: string): Method | undefined =>
  Object.hasOwn(methods, verb) ? methods[verb] : Object.hasOwn(methods, 'ANY') ? methods['ANY'] : undefined;
