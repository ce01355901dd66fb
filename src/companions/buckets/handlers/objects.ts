/** Objects are put, read, copied and deleted. */
import { headerValue } from '../../../base/headers.ts';
import { Problem } from '../../../base/problem.ts';
import type { DeletedObject, Error as DeleteError } from '../../../wire/generated/s3.ts';
import { versionedName } from '../actions.ts';
import type { BucketCall, BucketHandlers } from '../call.ts';
import { runningChecksum } from '../checksums.ts';
import { checkReading, checkWriting } from '../conditions.ts';
import { copySourceOf } from '../copy-source.ts';
import { keptHeaderNames, keptHeaders, metadataOf, objectSettings, tagsOf } from '../object-settings.ts';
import { type BucketParts, bucketOf, deleteObject, putVersion, versionIdFor } from '../parts.ts';
import { partRange, type Range, rangeOf } from '../ranges.ts';
import { type BucketRecord, type DataRef, type ObjectVersion, objectArn } from '../records.ts';
import { badRequest, keyTooLong, malformedXml, noSuchKey } from '../refusals.ts';
import { checksumMembers, encryptionMembers, objectMembers, quoted, versionMembers } from '../shown.ts';
import { latestVersion, versionOf } from '../versions.ts';

const maxKeyBytes = 1024;
const maxDeletions = 1000;

export function objectHandlers({ store, clock, data }: BucketParts): BucketHandlers {
  /** Makes a version of bytes that are kept already; deletes them again when it cannot be. */
  async function keep(
    call: BucketCall,
    refs: readonly DataRef[],
    make: (bucket: BucketRecord) => Omit<ObjectVersion, 'versionId' | 'data' | 'modifiedAtMs'>,
  ): Promise<{ bucket: BucketRecord; version: ObjectVersion }> {
    try {
      const { gone, ...kept } = await store.write(async (tx) => {
        const bucket = await bucketOf(tx, call);
        const before = await latestVersion(tx, bucket.name, call.key);
        checkWriting(call.request.headers, before, () => noSuchKey(call.key));
        const version = { ...make(bucket), versionId: versionIdFor(bucket), data: refs, modifiedAtMs: clock.now() };
        return { bucket, version, gone: await putVersion(tx, bucket.name, call.key, version) };
      });
      await data.delete(gone);
      return kept;
    } catch (error) {
      await data.delete(refs);
      throw error;
    }
  }

  /** The bucket as it is before the bytes come, so that what cannot be kept need not come at all. */
  async function bucketFor(call: BucketCall): Promise<BucketRecord> {
    checkKey(call.key);
    return store.read(async (tx) => {
      const bucket = await bucketOf(tx, call);
      const before = await latestVersion(tx, bucket.name, call.key);
      checkWriting(call.request.headers, before, () => noSuchKey(call.key));
      return bucket;
    });
  }

  async function read(
    call: BucketCall,
    versionId: string | undefined,
  ): Promise<{ bucket: BucketRecord; version: ObjectVersion }> {
    return store.read(async (tx) => {
      const bucket = await bucketOf(tx, call);
      return { bucket, version: await versionOf(tx, bucket, call.key, versionId) };
    });
  }

  /** Sets status, body and headers of GET and HEAD; a HEAD has the length of a body and none. */
  async function answerWith(call: BucketCall, hasBody: boolean) {
    const { request, query, answer } = call;
    const versionId = query.get('versionId') ?? undefined;
    const { bucket, version } = await read(call, versionId);
    checkReading(request.headers, version);
    const { size } = version;
    const partNumber = query.get('partNumber');
    const header = headerValue(request.headers, 'range');
    if (partNumber !== null && header !== undefined)
      throw badRequest('Cannot specify both Range header and partNumber query parameter');
    const range: Range | undefined =
      partNumber !== null ? partRange(version, Number(partNumber)) : rangeOf(header, size);
    const { start, end } = range ?? { start: 0, end: size };
    answer.stream = hasBody
      ? data.read(version.data, start, end)
      : { length: end - start, read: async () => undefined, cancel() {} };
    if (range !== undefined) {
      answer.status = 206;
      answer.headers.push('Content-Range', `bytes ${start}-${end - 1}/${size}`);
    }
    if (partNumber !== null && version.partSizes !== undefined) {
      answer.headers.push('x-amz-mp-parts-count', String(version.partSizes.length));
    }
    answer.headers.push(...contentHeaders(version, query));
    const isChecksumAsked = headerValue(request.headers, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
    return objectMembers(bucket, version, isChecksumAsked && range === undefined);
  }

  return {
    async PutObject(_input, call) {
      const { encryption } = objectSettings(call.request.headers, await bucketFor(call));
      const incoming = call.incoming();
      const ref = await data.write(incoming.bytes, encryption.keyId);
      let received: ReturnType<typeof incoming.received>;
      try {
        received = incoming.received();
      } catch (error) {
        await data.delete([ref]);
        throw error;
      }
      const { size, md5, checksum } = received;
      const { bucket, version } = await keep(call, [ref], (record) => ({
        ...objectSettings(call.request.headers, record),
        ...{ size, etag: md5, checksum },
      }));
      return {
        ETag: quoted(md5),
        ...checksumMembers(checksum),
        ...encryptionMembers(version.encryption),
        ...versionMembers(bucket, version.versionId),
      };
    },

    GetObject: (_input, call) => answerWith(call, true),
    HeadObject: (_input, call) => answerWith(call, false),

    async CopyObject(input, call) {
      const { headers } = call.request;
      const source = copySourceOf(input.CopySource);
      const { bucket: destination, key } = call;
      const replaces = input.MetadataDirective === 'REPLACE';
      await call.mayAlso(
        source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
        objectArn(source.bucket, source.key),
      );
      const target = await bucketFor(call);
      const from = await store.read(async (tx) => {
        const bucket = await bucketOf(tx, {
          ...call,
          bucket: source.bucket,
          request: { ...call.request, headers: [] },
        });
        return { bucket, version: await versionOf(tx, bucket, source.key, source.versionId) };
      });
      checkReading(headers, from.version, 'x-amz-copy-source-');
      const changes = [
        replaces,
        input.StorageClass,
        input.ServerSideEncryption,
        input.TaggingDirective === 'REPLACE',
      ].some(Boolean);
      if (source.bucket === destination && source.key === key && source.versionId === undefined && !changes) {
        throw badRequest(
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      const own = objectSettings(headers, target);
      const { size } = from.version;
      const algorithm = from.version.checksum.algorithm;
      const running = runningChecksum(algorithm);
      const bytes = pieces(data.read(from.version.data, 0, size), (piece) => running.update(piece));
      const ref = await data.write(bytes, own.encryption.keyId);
      const whole = running.digest().toString('base64');
      const { bucket, version } = await keep(call, [ref], () => ({
        ...own,
        headers: replaces ? keptHeaders(headers) : from.version.headers,
        metadata: replaces ? metadataOf(headers) : from.version.metadata,
        tags: input.TaggingDirective === 'REPLACE' ? tagsOf(input.Tagging) : from.version.tags,
        size,
        etag: from.version.etag,
        checksum: { algorithm, value: whole, type: 'FULL_OBJECT' as const },
      }));
      return {
        CopyObjectResult: {
          ETag: quoted(version.etag),
          LastModified: version.modifiedAtMs,
          ...checksumMembers(version.checksum),
        },
        ...encryptionMembers(version.encryption),
        ...versionMembers(bucket, version.versionId),
        ...(from.bucket.versioning !== undefined && { CopySourceVersionId: from.version.versionId }),
      };
    },

    async DeleteObject({ VersionId }, call) {
      const { bucket, deletion } = await store.write(async (tx) => {
        const record = await bucketOf(tx, call);
        return { bucket: record, deletion: await deleteObject(tx, record, call.key, VersionId, clock.now()) };
      });
      await data.delete(deletion.gone);
      const { versionId, isDeleteMarker } = deletion;
      return {
        ...(isDeleteMarker && { DeleteMarker: true }),
        ...(versionId !== undefined && versionMembers(bucket, versionId)),
      };
    },

    async DeleteObjects({ Delete: { Objects, Quiet = false } }, call) {
      if (Objects.length === 0 || Objects.length > maxDeletions) throw malformedXml();
      const Deleted: DeletedObject[] = [];
      const Errors: DeleteError[] = [];
      const allowed: (typeof Objects)[number][] = [];
      for (const each of Objects) {
        try {
          const action = each.VersionId === undefined ? 'DeleteObject' : versionedName('DeleteObject');
          await call.mayAlso(`s3:${action}`, objectArn(call.bucket, each.Key));
          allowed.push(each);
        } catch (error) {
          if (!(error instanceof Problem) || error.kind === 'NoSuchBucket') throw error;
          Errors.push({
            Key: each.Key,
            ...(each.VersionId !== undefined && { VersionId: each.VersionId }),
            Code: error.kind,
            Message: error.message,
          });
        }
      }
      const gone = await store.write(async (tx) => {
        const bucket = await bucketOf(tx, call);
        const refs: DataRef[] = [];
        for (const { Key, VersionId } of allowed) {
          const deletion = await deleteObject(tx, bucket, Key, VersionId, clock.now());
          refs.push(...deletion.gone);
          Deleted.push({
            Key,
            ...(VersionId !== undefined && { VersionId }),
            ...(deletion.isDeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: deletion.versionId! }),
          });
        }
        return refs;
      });
      await data.delete(gone);
      return { ...(!Quiet && { Deleted }), ...(Errors.length > 0 && { Errors }) };
    },

    async GetObjectAttributes({ ObjectAttributes }, call) {
      const { bucket, version } = await read(call, call.query.get('versionId') ?? undefined);
      const wanted = new Set<string>(ObjectAttributes);
      const { etag, size, checksum, modifiedAtMs, partSizes, storageClass = 'STANDARD' } = version;
      return {
        LastModified: modifiedAtMs,
        ...versionMembers(bucket, version.versionId),
        ...(wanted.has('ETag') && { ETag: etag }),
        ...(wanted.has('Checksum') && { Checksum: checksumMembers(checksum) }),
        ...(wanted.has('ObjectParts') &&
          partSizes !== undefined && { ObjectParts: { TotalPartsCount: partSizes.length } }),
        ...(wanted.has('StorageClass') && { StorageClass: storageClass as 'STANDARD' }),
        ...(wanted.has('ObjectSize') && { ObjectSize: size }),
      };
    },
  };
}

export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > maxKeyBytes) throw keyTooLong(size);
}

/** As they were given, or as a presigned URL wants them. */
function contentHeaders({ headers }: ObjectVersion, query: URLSearchParams): string[] {
  return keptHeaderNames.flatMap((name) => {
    const value = query.get(`response-${name.toLowerCase()}`) ?? headers[name];
    if (value !== undefined && value !== null) return [name, value];
    return name === 'Content-Type' ? [name, 'binary/octet-stream'] : [];
  });
}

async function* pieces(
  stream: { read(): Promise<Uint8Array | undefined> },
  seen: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for (let piece = await stream.read(); piece !== undefined; piece = await stream.read()) {
    seen(piece);
    yield piece;
  }
}
