/** CreateFunction, GetFunction and their kin: functions as a whole. */
import { isAbsolute } from 'node:path';
import { newRequestId } from '../../../base/ids.ts';
import type { WriteTransaction } from '../../../ports/store.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { FunctionCode, Operations } from '../../../wire/generated/lambda.ts';
import { assertFolder, codeHash } from '../code-storage.ts';
import { changedSettings, configurationOf, settingsOf } from '../configuration.ts';
import { badParameter, conflict, functionNotFound, staleRevision, unsupported } from '../function-errors.ts';
import { functionArn, functionReference } from '../names.ts';
import { type Code, codeBlob, type FunctionRecord, type FunctionVersion } from '../records.ts';
import { maxUnzippedBytes, maxZipBytes, readZip } from '../zip.ts';
import type { HandlerParts } from './parts.ts';
import { checkedTags } from './tags.ts';
import { publishedRecord } from './versions.ts';

interface NewCode {
  readonly code: Code;
  readonly codeSha256: string;
  readonly codeBytes: number;
  /** Keeps the zip. */
  write(tx: WriteTransaction): void;
}

type CodeInput = Pick<FunctionCode, 'ZipFile' | 'S3Bucket' | 'S3Key' | 'S3ObjectVersion' | 'ImageUri'>;

/** Handlers over functions. */
export function functionHandlers(parts: HandlerParts): Handlers<Operations> {
  const { registry, clock, mode } = parts;

  /** What an upload holds, checked to its last entry before anything is stored. */
  async function newCode(input: CodeInput, handler: string, runtime: string, call: Call): Promise<NewCode> {
    if (input.ImageUri !== undefined) throw unsupported('ImageUri');
    if (input.ZipFile !== undefined) {
      if (input.S3Bucket !== undefined || input.S3Key !== undefined) {
        throw badParameter('Please do not provide other FunctionCode parameters when providing a ZipFile.');
      }
      return codeOfZip(input.ZipFile);
    }
    if (input.S3Bucket === 'file' && mode === 'dev') {
      const path = input.S3Key ?? '';
      if (!isAbsolute(path)) throw badParameter(`Cannot read function code: ${path} is not an absolute path`);
      await assertFolder(path);
      // A folder's content changes without being told: its name and handler stand for it.
      const { base64 } = codeHash(`${path}\n${handler}\n${runtime}`);
      return { code: { kind: 'folder', path }, codeSha256: base64, codeBytes: 0, write() {} };
    }
    if (input.S3Bucket !== undefined && input.S3Key !== undefined) {
      return codeOfZip(
        await parts.zipInBucket(input.S3Bucket, input.S3Key, input.S3ObjectVersion, call),
        maxUnzippedBytes,
      );
    }
    throw badParameter('Please provide a source for function code.');
  }

  function stamped(version: FunctionVersion): FunctionVersion {
    return { ...version, lastModifiedMs: clock.now(), revisionId: newRequestId() };
  }

  return {
    async CreateFunction(input, call) {
      const id = { ...functionReference(input.FunctionName, undefined, call) };
      const settings = settingsOf(input, await parts.layersNamed(input.Layers, call));
      const code = await newCode(input.Code, settings.handler, settings.runtime, call);
      const tags = checkedTags(input.Tags ?? {});
      const latest: FunctionVersion = {
        ...settings,
        logGroup: input.LoggingConfig?.LogGroup ?? `/aws/lambda/${id.name}`,
        version: '$LATEST',
        architecture: input.Architectures?.[0] ?? 'x86_64',
        lastModifiedMs: clock.now(),
        revisionId: newRequestId(),
        codeSha256: code.codeSha256,
        codeBytes: code.codeBytes,
        code: code.code,
      };
      const record = await registry.create(id, (present, tx) => {
        if (present !== undefined) throw conflict(`Function already exist: ${id.name}`);
        code.write(tx);
        const made: FunctionRecord = {
          account: id.account,
          region: id.region,
          name: id.name,
          latest,
          versions: [],
          nextVersion: 1,
          aliases: [],
          policies: {},
          reservedConcurrency: undefined,
          tags,
        };
        return input.Publish === true ? publishedRecord(made, undefined, newRequestId()) : made;
      });
      return configurationOf(record, record.versions.at(-1) ?? record.latest);
    },

    async UpdateFunctionCode(input, call) {
      const id = functionReference(input.FunctionName, undefined, call);
      await registry.loading();
      const present = registry.find(id);
      if (present === undefined) throw functionNotFound(functionArn(id));
      const code = await newCode(input, present.latest.handler, present.latest.runtime, call);
      const changed = (record: FunctionRecord): FunctionRecord => {
        if (input.RevisionId !== undefined && input.RevisionId !== record.latest.revisionId) throw staleRevision();
        const latest = stamped({
          ...record.latest,
          architecture: input.Architectures?.[0] ?? record.latest.architecture,
          code: code.code,
          codeSha256: code.codeSha256,
          codeBytes: code.codeBytes,
        });
        return input.Publish === true
          ? publishedRecord({ ...record, latest }, undefined, newRequestId())
          : { ...record, latest };
      };
      if (input.DryRun === true) {
        const would = changed(present);
        return configurationOf(would, would.latest);
      }
      const record = await registry.change(id, (before, tx) => {
        const after = changed(before);
        code.write(tx);
        return after;
      });
      return configurationOf(record, input.Publish === true ? record.versions.at(-1)! : record.latest);
    },

    async UpdateFunctionConfiguration(input, call) {
      const id = functionReference(input.FunctionName, undefined, call);
      const layers = await parts.layersNamed(input.Layers, call);
      const record = await registry.change(id, (before) => {
        if (input.RevisionId !== undefined && input.RevisionId !== before.latest.revisionId) throw staleRevision();
        const { layers: _before, ...latest } = before.latest;
        return { ...before, latest: stamped({ ...latest, ...changedSettings(before.latest, input, layers) }) };
      });
      return configurationOf(record, record.latest);
    },

    async GetFunction(input, call) {
      const { record, version, qualifier } = await parts.versionNamed(input.FunctionName, input.Qualifier, call);
      return {
        Configuration: configurationOf(record, version, qualifier),
        Code: { RepositoryType: 'S3', Location: parts.codeLocation(record, version, call) },
        ...(Object.keys(record.tags).length === 0 ? {} : { Tags: { ...record.tags } }),
        ...(record.reservedConcurrency === undefined
          ? {}
          : { Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency } }),
      };
    },

    async GetFunctionConfiguration(input, call) {
      const { record, version, qualifier } = await parts.versionNamed(input.FunctionName, input.Qualifier, call);
      return configurationOf(record, version, qualifier);
    },

    async ListFunctions(input, call) {
      await registry.loading();
      const all = registry.list(call.account, call.region).flatMap((record) => {
        const latest = configurationOf(record, record.latest);
        if (input.FunctionVersion !== 'ALL') return [latest];
        const qualified = configurationOf(record, record.latest, '$LATEST');
        return [qualified, ...record.versions.map((version) => configurationOf(record, version))];
      });
      const { items, next } = parts.page(all, input.Marker, input.MaxItems);
      return { Functions: items, ...(next === undefined ? {} : { NextMarker: next }) };
    },

    async DeleteFunction(input, call) {
      const reference = functionReference(input.FunctionName, input.Qualifier, call);
      const { qualifier } = reference;
      if (qualifier === undefined) {
        await registry.remove(reference);
        return {};
      }
      if (qualifier === '$LATEST')
        throw badParameter('$LATEST version cannot be deleted without deleting the function.');
      await registry.change(reference, (record) => {
        const user = record.aliases.find(
          (alias) => alias.functionVersion === qualifier || alias.additionalVersionWeights?.[qualifier] !== undefined,
        );
        if (user !== undefined) {
          throw conflict(`Version ${qualifier} cannot be deleted because it is referenced by alias ${user.name}.`);
        }
        const { [qualifier]: _gone, ...policies } = record.policies;
        // Deleting a version that is not there succeeds, as it does on AWS.
        return { ...record, policies, versions: record.versions.filter((version) => version.version !== qualifier) };
      });
      return {};
    },
  };
}

function codeOfZip(bytes: Uint8Array, maxBytes = maxZipBytes): NewCode {
  if (bytes.length === 0) throw badParameter('Uploaded file must be a non-empty zip');
  if (bytes.length > maxBytes) {
    throw badParameter(`Request must be smaller than ${maxBytes} bytes for the CreateFunction operation`);
  }
  if (readZip(bytes).length === 0) throw badParameter('Uploaded file must be a non-empty zip');
  const { hex, base64 } = codeHash(bytes);
  return {
    code: { kind: 'zip', sha256: hex },
    codeSha256: base64,
    codeBytes: bytes.length,
    write: (tx) => tx.putBlob(codeBlob(hex), bytes),
  };
}
