/** Layers: published, shown, shared with others, deleted. */
import { newRequestId } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import type { Store } from '../../../ports/store.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { GetLayerVersionResponse, LayerVersionsListItem, Operations } from '../../../wire/generated/lambda.ts';
import { codeHash } from '../code-storage.ts';
import { lambdaTime } from '../configuration.ts';
import { badParameter, conflict, resourceNotFound, staleRevision, unsupported } from '../function-errors.ts';
import {
  type LayerId,
  type LayerVersionRecord,
  layerArn,
  layerBlob,
  layerCounters,
  layerIdOf,
  layerKey,
  layerVersionArn,
  layerVersions,
  mayUse,
  parseLayerVersionArn,
} from '../layers.ts';
import type { PolicyStatement } from '../records.ts';
import { maxZipBytes, readZip } from '../zip.ts';
import type { HandlerParts } from './parts.ts';

export interface LayerParts extends Pick<HandlerParts, 'registry' | 'clock' | 'page' | 'zipInBucket'> {
  readonly store: Store;
  /** URL that serves a version's zip. */
  layerLocation(record: LayerVersionRecord, call: Call): string;
}

export function layerHandlers({
  store,
  registry,
  clock,
  page,
  zipInBucket,
  layerLocation,
}: LayerParts): Handlers<Operations> {
  async function versionNamed(name: string, version: number, call: Call): Promise<LayerVersionRecord> {
    const id = { ...layerIdOf(name, call), version };
    const record = await store.read((tx) => tx.get(layerVersions, layerKey(id)));
    if (record === undefined || !mayUse(record, call)) throw resourceNotFound();
    return record;
  }

  const whole = (record: LayerVersionRecord, call: Call): GetLayerVersionResponse => ({
    Content: { Location: layerLocation(record, call), CodeSha256: record.codeSha256, CodeSize: record.codeBytes },
    LayerArn: layerArn(record),
    ...summary(record),
  });

  /** Own layers by name, each with its versions, the latest first. */
  async function own(call: Call): Promise<Map<string, LayerVersionRecord[]>> {
    const all = await store.read((tx) => tx.list(layerVersions, [call.account, call.region]));
    const byName = new Map<string, LayerVersionRecord[]>();
    for (const { value } of all) byName.set(value.name, [value, ...(byName.get(value.name) ?? [])]);
    return byName;
  }

  return {
    async PublishLayerVersion(input, call) {
      const { ZipFile, S3Bucket, S3Key, S3ObjectVersion } = input.Content;
      const id = layerIdOf(input.LayerName, call);
      if (id.account !== call.account || id.region !== call.region) throw notYours('PublishLayerVersion', id, call);
      let bytes = ZipFile;
      if (bytes === undefined && S3Bucket !== undefined && S3Key !== undefined)
        bytes = await zipInBucket(S3Bucket, S3Key, S3ObjectVersion, call);
      else if (bytes !== undefined && bytes.length > maxZipBytes) {
        throw badParameter(`Request must be smaller than ${maxZipBytes} bytes for the PublishLayerVersion operation`);
      }
      if (bytes === undefined || bytes.length === 0) throw badParameter('Uploaded file must be a non-empty zip');
      const zip = bytes;
      const entries = readZip(zip);
      if (entries.length === 0) throw badParameter('Uploaded file must be a non-empty zip');
      // They would have to be started beside the function.
      if (entries.some(({ path }) => path.startsWith('extensions/'))) throw unsupported('A layer with extensions');
      const { hex, base64 } = codeHash(zip);
      const record = await store.write(async (tx) => {
        const counter = [id.account, id.region, id.name];
        const version = (await tx.get(layerCounters, counter))?.next ?? 1;
        tx.put(layerCounters, counter, { next: version + 1 });
        const made: LayerVersionRecord = {
          ...{ ...id, version, description: input.Description ?? '', createdAtMs: clock.now() },
          ...{ sha256: hex, codeSha256: base64, codeBytes: zip.length },
          unzippedBytes: entries.reduce((sum, entry) => sum + entry.bytes.length, 0),
          ...{ runtimes: input.CompatibleRuntimes ?? [], architectures: input.CompatibleArchitectures ?? [] },
          ...{ license: input.LicenseInfo ?? '', policy: [], policyRevision: newRequestId() },
        };
        tx.put(layerVersions, layerKey(made), made);
        tx.putBlob(layerBlob(hex), zip);
        return made;
      });
      return whole(record, call);
    },

    async GetLayerVersion({ LayerName, VersionNumber }, call) {
      return whole(await versionNamed(LayerName, VersionNumber, call), call);
    },

    async GetLayerVersionByArn({ Arn }, call) {
      const id = parseLayerVersionArn(Arn);
      if (id === undefined) throw resourceNotFound();
      return whole(await versionNamed(layerArn(id), id.version, call), call);
    },

    async ListLayerVersions({ LayerName, CompatibleRuntime, CompatibleArchitecture, Marker, MaxItems }, call) {
      const id = layerIdOf(LayerName, call);
      const all = (await store.read((tx) => tx.list(layerVersions, [id.account, id.region, id.name])))
        .map(({ value }) => value)
        .filter((record) => mayUse(record, call) && isFor(record, CompatibleRuntime, CompatibleArchitecture))
        .reverse();
      const { items, next } = page(all, Marker, MaxItems);
      return { LayerVersions: items.map(summary), ...(next !== undefined && { NextMarker: next }) };
    },

    async ListLayers({ CompatibleRuntime, CompatibleArchitecture, Marker, MaxItems }, call) {
      const latest = [...(await own(call)).values()].flatMap((versions) => {
        const found = versions.find((record) => isFor(record, CompatibleRuntime, CompatibleArchitecture));
        return found === undefined ? [] : [found];
      });
      const { items, next } = page(latest, Marker, MaxItems);
      return {
        Layers: items.map((record) => ({
          ...{ LayerName: record.name, LayerArn: layerArn(record), LatestMatchingVersion: summary(record) },
        })),
        ...(next !== undefined && { NextMarker: next }),
      };
    },

    /** Functions that have it keep it, as on AWS. One that is not there is deleted already. */
    async DeleteLayerVersion({ LayerName, VersionNumber }, call) {
      const id = { ...layerIdOf(LayerName, call), version: VersionNumber };
      await registry.loading();
      await store.write(async (tx) => {
        const record = await tx.get(layerVersions, layerKey(id));
        if (record === undefined || record.account !== call.account) return;
        tx.delete(layerVersions, layerKey(id));
        const { sha256 } = record;
        const isShared = (await tx.list(layerVersions, [])).some(({ value }) => value.sha256 === sha256);
        const isUsed = registry
          .list()
          .some((each) =>
            [each.latest, ...each.versions].some(({ layers }) => layers?.some((layer) => layer.sha256 === sha256)),
          );
        if (!isShared && !isUsed) tx.deleteBlob(layerBlob(sha256));
      });
    },

    async AddLayerVersionPermission(input, call) {
      const { StatementId, Principal, Action, OrganizationId, RevisionId } = input;
      if (OrganizationId !== undefined) throw unsupported('A permission for an organization');
      const record = await changedPolicy(input, RevisionId, call, (before) => {
        if (before.some(({ Sid }) => Sid === StatementId)) {
          throw conflict(
            `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          );
        }
        return [...before, statementOf(StatementId, Principal, Action, input, call)];
      });
      return { Statement: JSON.stringify(record.policy.at(-1)), RevisionId: record.policyRevision };
    },

    async RemoveLayerVersionPermission(input, call) {
      await changedPolicy(input, input.RevisionId, call, (before) => {
        const left = before.filter(({ Sid }) => Sid !== input.StatementId);
        if (left.length === before.length)
          throw resourceNotFound(`Statement ${input.StatementId} is not found in resource policy.`);
        return left;
      });
    },

    async GetLayerVersionPolicy({ LayerName, VersionNumber }, call) {
      const { policy, policyRevision } = await versionNamed(LayerName, VersionNumber, call);
      if (policy.length === 0) throw resourceNotFound('No policy is associated with the given resource.');
      return {
        Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: policy }),
        RevisionId: policyRevision,
      };
    },
  };

  function changedPolicy(
    { LayerName, VersionNumber }: { readonly LayerName: string; readonly VersionNumber: number },
    revisionId: string | undefined,
    call: Call,
    change: (before: readonly PolicyStatement[]) => readonly PolicyStatement[],
  ): Promise<LayerVersionRecord> {
    const id = { ...layerIdOf(LayerName, call), version: VersionNumber };
    return store.write(async (tx) => {
      const record = await tx.get(layerVersions, layerKey(id));
      if (record === undefined || record.account !== call.account) throw resourceNotFound();
      if (revisionId !== undefined && revisionId !== record.policyRevision) throw staleRevision();
      const changed = { ...record, policy: change(record.policy), policyRevision: newRequestId() };
      tx.put(layerVersions, layerKey(id), changed);
      return changed;
    });
  }
}

function notYours(operation: string, id: LayerId, { callerArn }: Call): Problem {
  const action = `lambda:${operation}`;
  return new Problem(
    'AccessDeniedException',
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${layerArn(id)} because no resource-based policy allows the ${action} action`,
  );
}

function statementOf(
  Sid: string,
  principal: string,
  Action: string,
  { LayerName, VersionNumber }: { readonly LayerName: string; readonly VersionNumber: number },
  call: Call,
): PolicyStatement {
  const Principal =
    principal === '*' ? '*' : { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
  return {
    Sid,
    Effect: 'Allow',
    Principal,
    Action,
    Resource: layerVersionArn({ ...layerIdOf(LayerName, call), version: VersionNumber }),
  };
}

const isFor = (record: LayerVersionRecord, runtime: string | undefined, architecture: string | undefined): boolean =>
  (runtime === undefined || record.runtimes.includes(runtime)) &&
  (architecture === undefined || record.architectures.includes(architecture));

function summary(record: LayerVersionRecord): LayerVersionsListItem {
  const { version, description, createdAtMs, runtimes, architectures, license } = record;
  return {
    LayerVersionArn: layerVersionArn(record),
    Version: version,
    Description: description,
    CreatedDate: lambdaTime(createdAtMs),
    // The wire layer has checked the enums when they came in.
    ...(runtimes.length > 0 && {
      CompatibleRuntimes: runtimes as NonNullable<LayerVersionsListItem['CompatibleRuntimes']>,
    }),
    ...(architectures.length > 0 && {
      CompatibleArchitectures: architectures as NonNullable<LayerVersionsListItem['CompatibleArchitectures']>,
    }),
    ...(license !== '' && { LicenseInfo: license }),
  };
}
