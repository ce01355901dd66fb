/** Objects that come in parts: begun, filled, completed or given up. */
import { createHash, randomBytes } from 'node:crypto';
import type { ReadTransaction } from '../../../ports/store.ts';
import type { BucketCall, BucketHandlers } from '../call.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  compositeChecksum,
  isChecksumAlgorithm,
  runningChecksum,
} from '../checksums.ts';
import { checkReading, checkWriting } from '../conditions.ts';
import { copySourceOf } from '../copy-source.ts';
import { objectSettings } from '../object-settings.ts';
import { type BucketParts, bucketOf, putVersion, versionIdFor } from '../parts.ts';
import { rangeOf } from '../ranges.ts';
import {
  hexOf,
  objectArn,
  type PartRecord,
  partKey,
  parts as partRecords,
  type UploadRecord,
  uploadKey,
  uploads,
} from '../records.ts';
import {
  badArgument,
  badDigest,
  badPart,
  badPartOrder,
  badRequest,
  entityTooSmall,
  malformedXml,
  noSuchKey,
  noSuchUpload,
  notBuilt,
} from '../refusals.ts';
import { checksumMembers, encryptionMembers, quoted, versionMembers } from '../shown.ts';
import { latestVersion, versionOf } from '../versions.ts';
import { ownerOf } from './buckets.ts';
import { checkKey } from './objects.ts';

const maxParts = 10_000;
const minPartBytes = 5 * 1024 * 1024;

export function uploadHandlers({ store, clock, data }: BucketParts): BucketHandlers {
  async function uploadOf(tx: ReadTransaction, { bucket, key }: BucketCall, uploadId: string): Promise<UploadRecord> {
    const upload = uploadId === '' ? undefined : await tx.get(uploads, uploadKey(bucket, key, uploadId));
    if (upload === undefined) throw noSuchUpload(uploadId);
    return upload;
  }

  async function keepPart(call: BucketCall, uploadId: string, part: PartRecord): Promise<void> {
    try {
      const replaced = await store.write(async (tx) => {
        // It may have been given up meanwhile.
        await uploadOf(tx, call, uploadId);
        const key = partKey(uploadId, part.partNumber);
        const before = await tx.get(partRecords, key);
        tx.put(partRecords, key, part);
        return before;
      });
      if (replaced !== undefined) await data.delete([replaced.data]);
    } catch (error) {
      await data.delete([part.data]);
      throw error;
    }
  }

  function checkPartNumber(partNumber: number): void {
    if (partNumber >= 1 && partNumber <= maxParts) return;
    throw badArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      String(partNumber),
    );
  }

  return {
    async CreateMultipartUpload(input, call) {
      checkKey(call.key);
      const algorithm = input.ChecksumAlgorithm as string | undefined;
      if (algorithm !== undefined && !isChecksumAlgorithm(algorithm)) throw notBuilt(`The checksum ${algorithm}`);
      const checksumAlgorithm: ChecksumAlgorithm = algorithm ?? 'CRC64NVME';
      const checksumType = input.ChecksumType ?? (checksumAlgorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
      const isCrc = checksumAlgorithm.startsWith('CRC');
      if (
        (checksumType === 'FULL_OBJECT' && !isCrc) ||
        (checksumType === 'COMPOSITE' && checksumAlgorithm === 'CRC64NVME')
      ) {
        throw badRequest(
          `The ${checksumType} checksum type cannot be used with the ${checksumAlgorithm.toLowerCase()} checksum algorithm.`,
        );
      }
      const uploadId = randomBytes(48).toString('base64url');
      const upload = await store.write(async (tx) => {
        const bucket = await bucketOf(tx, call);
        const record: UploadRecord = {
          ...objectSettings(call.request.headers, bucket),
          ...{ uploadId, key: call.key, initiatedAtMs: clock.now(), initiator: call.callerArn },
          ...{ checksumAlgorithm, checksumType, isChecksumGiven: algorithm !== undefined },
        };
        tx.put(uploads, uploadKey(bucket.name, call.key, uploadId), record);
        return record;
      });
      return {
        ...{ Bucket: call.bucket, Key: call.key, UploadId: uploadId },
        ...encryptionMembers(upload.encryption),
        ...(algorithm !== undefined && { ChecksumAlgorithm: checksumAlgorithm, ChecksumType: checksumType }),
      };
    },

    async UploadPart({ UploadId, PartNumber }, call) {
      checkPartNumber(PartNumber);
      const upload = await store.read(async (tx) => {
        await bucketOf(tx, call);
        return uploadOf(tx, call, UploadId);
      });
      const { encryption, checksumAlgorithm: wantedAlgorithm } = upload;
      const incoming = call.incoming(wantedAlgorithm);
      const ref = await data.write(incoming.bytes, encryption.keyId);
      let received: ReturnType<typeof incoming.received>;
      try {
        received = incoming.received();
        const { algorithm } = received.checksum;
        if (algorithm !== wantedAlgorithm && received.isChecksumGiven && upload.isChecksumGiven) {
          throw badRequest(
            `Checksum Type mismatch occurred, expected checksum Type: ${wantedAlgorithm.toLowerCase()}, actual checksum Type: ${algorithm.toLowerCase()}`,
          );
        }
      } catch (error) {
        await data.delete([ref]);
        throw error;
      }
      const { md5, checksum } = received;
      await keepPart(call, UploadId, {
        partNumber: PartNumber,
        data: ref,
        etag: md5,
        checksum,
        modifiedAtMs: clock.now(),
      });
      const { [`Checksum${checksum.algorithm}`]: value } = checksumMembers(checksum);
      return { ETag: quoted(md5), ...{ [`Checksum${checksum.algorithm}`]: value }, ...encryptionMembers(encryption) };
    },

    async UploadPartCopy(input, call) {
      const { UploadId, PartNumber, CopySourceRange } = input;
      checkPartNumber(PartNumber);
      const source = copySourceOf(input.CopySource);
      await call.mayAlso(
        source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
        objectArn(source.bucket, source.key),
      );
      const { upload, version } = await store.read(async (tx) => {
        const bucket = await bucketOf(tx, { bucket: source.bucket, request: { ...call.request, headers: [] } });
        return {
          upload: await uploadOf(tx, call, UploadId),
          version: await versionOf(tx, bucket, source.key, source.versionId),
        };
      });
      checkReading(call.request.headers, version, 'x-amz-copy-source-');
      const { start, end } = rangeOf(CopySourceRange, version.size) ?? { start: 0, end: version.size };
      const stream = data.read(version.data, start, end);
      const running = runningChecksum(upload.checksumAlgorithm);
      const md5 = createHash('md5');
      async function* bytes(): AsyncGenerator<Uint8Array> {
        for (let piece = await stream.read(); piece !== undefined; piece = await stream.read()) {
          running.update(piece);
          md5.update(piece);
          yield piece;
        }
      }
      const ref = await data.write(bytes(), upload.encryption.keyId);
      const etag = md5.digest('hex');
      const checksum: Checksum = {
        algorithm: upload.checksumAlgorithm,
        value: running.digest().toString('base64'),
        type: 'FULL_OBJECT',
      };
      const modifiedAtMs = clock.now();
      await keepPart(call, UploadId, { partNumber: PartNumber, data: ref, etag, checksum, modifiedAtMs });
      return {
        CopyPartResult: { ETag: quoted(etag), LastModified: modifiedAtMs },
        ...encryptionMembers(upload.encryption),
      };
    },

    async CompleteMultipartUpload(input, call) {
      const { UploadId } = input;
      const named = input.MultipartUpload?.Parts ?? [];
      if (named.length === 0) throw malformedXml();
      const { upload, chosen } = await store.read(async (tx) => {
        await bucketOf(tx, call);
        const found = await uploadOf(tx, call, UploadId);
        const all = new Map((await tx.list(partRecords, [UploadId])).map(({ value }) => [value.partNumber, value]));
        return { upload: found, chosen: chosenParts(UploadId, named, all) };
      });
      const { checksumAlgorithm: algorithm, checksumType } = upload;
      const refs = chosen.map((part) => part.data);
      const size = refs.reduce((sum, each) => sum + each.size, 0);
      const checksum =
        checksumType === 'COMPOSITE' ? compositeOf(algorithm, chosen) : await wholeChecksum(algorithm, refs, size);
      const claimed = Object.entries(input).find(([name]) => name === `Checksum${algorithm}`)?.[1] as
        | string
        | undefined;
      if (claimed !== undefined && claimed !== checksum.value && `${claimed}-${chosen.length}` !== checksum.value)
        throw badDigest(algorithm);
      if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== size) {
        throw badRequest(
          `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
        );
      }
      const md5 = createHash('md5');
      for (const part of chosen) md5.update(Buffer.from(part.etag, 'hex'));
      const etag = `${md5.digest('hex')}-${chosen.length}`;
      const { bucket, versionId, gone } = await store.write(async (tx) => {
        const record = await bucketOf(tx, call);
        const still = await uploadOf(tx, call, UploadId);
        checkWriting(call.request.headers, await latestVersion(tx, record.name, call.key), () => noSuchKey(call.key));
        const { headers, metadata, tags, encryption, storageClass } = still;
        const version = {
          ...{ headers, metadata, tags, encryption, ...(storageClass !== undefined && { storageClass }) },
          ...{ versionId: versionIdFor(record), data: refs, size, etag, checksum, modifiedAtMs: clock.now() },
          partSizes: refs.map((each) => each.size),
        };
        const all = (await tx.list(partRecords, [UploadId])).map(({ value }) => value);
        const unused = all.filter((part) => !refs.some(({ id }) => id === part.data.id)).map((part) => part.data);
        if (all.length - unused.length !== chosen.length) throw badPart(UploadId, 0, '');
        await tx.deleteAll(partRecords, [UploadId]);
        tx.delete(uploads, uploadKey(record.name, call.key, UploadId));
        const replaced = await putVersion(tx, record.name, call.key, version);
        return { bucket: record, versionId: version.versionId, gone: [...unused, ...replaced] };
      });
      await data.delete(gone);
      return {
        Location: locationOf(call),
        ...{ Bucket: call.bucket, Key: call.key, ETag: quoted(etag) },
        ...checksumMembers(checksum),
        ...encryptionMembers(upload.encryption),
        ...versionMembers(bucket, versionId),
      };
    },

    async AbortMultipartUpload({ UploadId }, call) {
      const gone = await store.write(async (tx) => {
        const bucket = await bucketOf(tx, call);
        await uploadOf(tx, call, UploadId);
        const all = (await tx.list(partRecords, [UploadId])).map(({ value }) => value.data);
        await tx.deleteAll(partRecords, [UploadId]);
        tx.delete(uploads, uploadKey(bucket.name, call.key, UploadId));
        return all;
      });
      await data.delete(gone);
      return {};
    },

    ListParts: ({ UploadId, MaxParts = 1000, PartNumberMarker }, call) =>
      store.read(async (tx) => {
        const bucket = await bucketOf(tx, call);
        const upload = await uploadOf(tx, call, UploadId);
        const after = PartNumberMarker ?? 0;
        const most = Math.min(MaxParts, 1000);
        const all = (await tx.list(partRecords, [UploadId]))
          .map(({ value }) => value)
          .filter((part) => part.partNumber > after);
        const page = all.slice(0, most);
        const isTruncated = all.length > page.length;
        return {
          ...{ Bucket: call.bucket, Key: call.key, UploadId },
          PartNumberMarker: after,
          NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
          ...{ MaxParts: most, IsTruncated: isTruncated },
          Parts: page.map((part) => ({
            ...{
              PartNumber: part.partNumber,
              LastModified: part.modifiedAtMs,
              ETag: quoted(part.etag),
              Size: part.data.size,
            },
            ...(upload.isChecksumGiven && { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
          })),
          Initiator: { ID: upload.initiator, DisplayName: upload.initiator },
          Owner: ownerOf(bucket.account),
          StorageClass: (upload.storageClass ?? 'STANDARD') as 'STANDARD',
          ...(upload.isChecksumGiven && {
            ChecksumAlgorithm: upload.checksumAlgorithm,
            ChecksumType: upload.checksumType,
          }),
        };
      }),

    ListMultipartUploads: (input, call) =>
      store.read(async (tx) => {
        const { Prefix = '', Delimiter = '', KeyMarker = '', UploadIdMarker = '', MaxUploads = 1000 } = input;
        const bucket = await bucketOf(tx, call);
        const all = (await tx.list(uploads, [bucket.name])).map(({ value }) => value);
        const isAfter = ({ key, uploadId }: UploadRecord): boolean =>
          hexOf(key) > hexOf(KeyMarker) || (key === KeyMarker && UploadIdMarker !== '' && uploadId > UploadIdMarker);
        const wanted = all.filter((upload) => upload.key.startsWith(Prefix) && (KeyMarker === '' || isAfter(upload)));
        const commonPrefixOf = ({ key }: UploadRecord): string | undefined => {
          const at = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
          return at < 0 ? undefined : key.slice(0, at + Delimiter.length);
        };
        const prefixes = new Set(wanted.flatMap((upload) => commonPrefixOf(upload) ?? []));
        const single = wanted.filter((upload) => commonPrefixOf(upload) === undefined);
        const page = single.slice(0, Math.min(MaxUploads, 1000));
        const last = page.at(-1);
        const isTruncated = single.length > page.length;
        return {
          ...{ Bucket: bucket.name, KeyMarker, UploadIdMarker, Prefix, MaxUploads: Math.min(MaxUploads, 1000) },
          ...(Delimiter !== '' && { Delimiter }),
          IsTruncated: isTruncated,
          ...(isTruncated && last !== undefined && { NextKeyMarker: last.key, NextUploadIdMarker: last.uploadId }),
          Uploads: page.map((upload) => ({
            ...{ UploadId: upload.uploadId, Key: upload.key, Initiated: upload.initiatedAtMs },
            StorageClass: (upload.storageClass ?? 'STANDARD') as 'STANDARD',
            Owner: ownerOf(bucket.account),
            Initiator: { ID: upload.initiator, DisplayName: upload.initiator },
          })),
          CommonPrefixes: [...prefixes].map((prefix) => ({ Prefix: prefix })),
        };
      }),
  };

  /** Over all the bytes: what came in parts was never seen as a whole. */
  async function wholeChecksum(
    algorithm: ChecksumAlgorithm,
    from: readonly PartRecord['data'][],
    size: number,
  ): Promise<Checksum> {
    const running = runningChecksum(algorithm);
    const stream = data.read(from, 0, size);
    for (let piece = await stream.read(); piece !== undefined; piece = await stream.read()) running.update(piece);
    return { algorithm, type: 'FULL_OBJECT', value: running.digest().toString('base64') };
  }
}

function compositeOf(algorithm: ChecksumAlgorithm, chosen: readonly PartRecord[]): Checksum {
  return compositeChecksum(
    algorithm,
    chosen.map(({ checksum }) => checksum.value),
  );
}

interface NamedPart {
  readonly PartNumber?: number;
  readonly ETag?: string;
}

/** The parts as the caller lists them. Throws InvalidPart, InvalidPartOrder, EntityTooSmall. */
function chosenParts(
  uploadId: string,
  named: readonly NamedPart[],
  all: ReadonlyMap<number, PartRecord>,
): PartRecord[] {
  let before = 0;
  const chosen = named.map(({ PartNumber = 0, ETag = '' }) => {
    if (PartNumber <= before) throw badPartOrder(uploadId);
    before = PartNumber;
    const part = all.get(PartNumber);
    if (part === undefined || part.etag !== ETag.replaceAll('"', '')) throw badPart(uploadId, PartNumber, ETag);
    return part;
  });
  const short = chosen.slice(0, -1).find((part) => part.data.size < minPartBytes);
  if (short !== undefined) throw entityTooSmall(short.partNumber, short.etag, short.data.size);
  return chosen;
}

function locationOf({ endpoint, bucket, key, isVirtualHosted }: BucketCall): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${isVirtualHosted ? '' : `${bucket}/`}${path}`;
}
