/** What the operations of S3 share: buckets and objects found, versions put and removed. */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { ReadTransaction, Store, WriteTransaction } from '../../ports/store.ts';
import type { BucketCall } from './call.ts';
import type { ObjectData } from './object-data.ts';
import {
  type BucketRecord,
  buckets,
  type DataRef,
  type DeleteMarker,
  type ObjectRecord,
  type ObjectVersion,
  objectKey,
  objects,
} from './records.ts';
import { accessDenied, noSuchBucket } from './refusals.ts';

export interface BucketParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly data: ObjectData;
}

/** What unversioned objects are called. */
export const nullVersion = 'null';

/** The bucket of a call. Throws NoSuchBucket, and AccessDenied where the caller expected another owner. */
export async function bucketOf(
  tx: ReadTransaction,
  { bucket, request }: Pick<BucketCall, 'bucket' | 'request'>,
): Promise<BucketRecord> {
  const record = await tx.get(buckets, [bucket]);
  if (record === undefined) throw noSuchBucket(bucket);
  for (let i = 0; i < request.headers.length; i += 2) {
    if (request.headers[i]!.toLowerCase() !== 'x-amz-expected-bucket-owner') continue;
    if (request.headers[i + 1] !== record.account) throw accessDenied();
  }
  return record;
}

export const newVersionId = (): string => randomBytes(24).toString('base64url');

export function putBucket(tx: WriteTransaction, record: BucketRecord): void {
  tx.put(buckets, [record.name], record);
}

/** The version id a write to this bucket gets. */
export const versionIdFor = ({ versioning }: BucketRecord): string =>
  versioning === 'Enabled' ? newVersionId() : nullVersion;

/** Makes `version` the latest of its key; what it replaces is given back, to be deleted once the change is kept. */
export async function putVersion(
  tx: WriteTransaction,
  bucket: string,
  key: string,
  version: ObjectVersion | DeleteMarker,
): Promise<readonly DataRef[]> {
  const known = (await tx.get(objects, objectKey(bucket, key)))?.versions ?? [];
  const replaced = known.filter(({ versionId }) => versionId === version.versionId);
  const others = known.filter((each) => !replaced.includes(each));
  tx.put(objects, objectKey(bucket, key), { key, versions: [version, ...others] });
  return replaced.flatMap(dataOf);
}

/** Takes one version away for good. */
export function removeVersion(
  tx: WriteTransaction,
  bucket: string,
  record: ObjectRecord,
  versionId: string,
): readonly DataRef[] {
  const gone = record.versions.filter((each) => each.versionId === versionId);
  const versions = record.versions.filter((each) => !gone.includes(each));
  if (versions.length === 0) tx.delete(objects, objectKey(bucket, record.key));
  else tx.put(objects, objectKey(bucket, record.key), { key: record.key, versions });
  return gone.flatMap(dataOf);
}

export const dataOf = (version: ObjectVersion | DeleteMarker): readonly DataRef[] =>
  version.isDeleteMarker === true ? [] : version.data;

/** What becomes of a key that is deleted without naming a version. */
export interface Deletion {
  readonly versionId: string | undefined;
  readonly isDeleteMarker: boolean;
  readonly gone: readonly DataRef[];
}

/** Deletes a key, or one version of it. A key that is not there is deleted already. */
export async function deleteObject(
  tx: WriteTransaction,
  bucket: BucketRecord,
  key: string,
  versionId: string | undefined,
  nowMs: number,
): Promise<Deletion> {
  const record = await tx.get(objects, objectKey(bucket.name, key));
  if (versionId !== undefined) {
    const version = record?.versions.find((each) => each.versionId === versionId);
    const gone = record === undefined ? [] : removeVersion(tx, bucket.name, record, versionId);
    return { versionId, isDeleteMarker: version?.isDeleteMarker === true, gone };
  }
  if (bucket.versioning === undefined) {
    const gone = record === undefined ? [] : removeVersion(tx, bucket.name, record, nullVersion);
    return { versionId: undefined, isDeleteMarker: false, gone };
  }
  const marker: DeleteMarker = { versionId: versionIdFor(bucket), modifiedAtMs: nowMs, isDeleteMarker: true };
  const gone = await putVersion(tx, bucket.name, key, marker);
  return { versionId: marker.versionId, isDeleteMarker: true, gone };
}
