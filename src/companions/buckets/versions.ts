/** The version of an object that a call means, or S3's way of saying that there is none. */
import { Problem } from '../../base/problem.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import { type BucketRecord, latestOf, type ObjectVersion, objectKey, objects } from './records.ts';
import { badVersionId, methodNotAllowed, noSuchKey, noSuchVersion } from './refusals.ts';

/** Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker that is named. */
export async function versionOf(
  tx: ReadTransaction,
  bucket: BucketRecord,
  key: string,
  versionId: string | undefined,
): Promise<ObjectVersion> {
  const record = await tx.get(objects, objectKey(bucket.name, key));
  if (versionId === undefined) {
    const latest = record && latestOf(record);
    if (latest === undefined) throw noSuchKey(key);
    if (latest.isDeleteMarker !== true) return latest;
    throw new Problem('NoSuchKey', noSuchKey(key).message, {
      members: { Key: key, headers: ['x-amz-delete-marker', 'true', 'x-amz-version-id', latest.versionId] },
    });
  }
  if (!/^[\w-]{1,1024}$/.test(versionId)) throw badVersionId(versionId);
  const version = record?.versions.find((each) => each.versionId === versionId);
  if (version === undefined) throw noSuchVersion(key, versionId);
  if (version.isDeleteMarker !== true) return version;
  throw new Problem('MethodNotAllowed', methodNotAllowed('GET', 'DeleteMarker').message, {
    members: {
      ...{ Method: 'GET', ResourceType: 'DeleteMarker' },
      headers: [
        'x-amz-delete-marker',
        'true',
        'Allow',
        'DELETE',
        'Last-Modified',
        new Date(version.modifiedAtMs).toUTCString(),
      ],
    },
  });
}

/** The latest version; undefined where there is none or it is a delete marker. */
export async function latestVersion(
  tx: ReadTransaction,
  bucket: string,
  key: string,
): Promise<ObjectVersion | undefined> {
  const record = await tx.get(objects, objectKey(bucket, key));
  const latest = record && latestOf(record);
  return latest?.isDeleteMarker === true ? undefined : latest;
}
