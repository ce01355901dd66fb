/** What is hung on objects after they were written: tags, and an access control list that says nothing but who owns them. */
import type { BucketCall, BucketHandlers } from '../call.ts';
import { checkAcl, checkedTags, maxObjectTags } from '../object-settings.ts';
import { type BucketParts, bucketOf } from '../parts.ts';
import { type BucketRecord, type ObjectRecord, type ObjectVersion, objectKey, objects } from '../records.ts';
import { notBuilt } from '../refusals.ts';
import { versionMembers } from '../shown.ts';
import { versionOf } from '../versions.ts';
import { ownerOf } from './buckets.ts';
import { ownersAcl } from './settings.ts';

export function objectSettingHandlers({ store }: BucketParts): BucketHandlers {
  const read = (call: BucketCall): Promise<{ bucket: BucketRecord; version: ObjectVersion }> =>
    store.read(async (tx) => {
      const bucket = await bucketOf(tx, call);
      return { bucket, version: await versionOf(tx, bucket, call.key, call.query.get('versionId') ?? undefined) };
    });

  const retag = (call: BucketCall, tags: ObjectVersion['tags']): Promise<{ VersionId?: string }> =>
    store.write(async (tx) => {
      const bucket = await bucketOf(tx, call);
      const version = await versionOf(tx, bucket, call.key, call.query.get('versionId') ?? undefined);
      const key = objectKey(bucket.name, call.key);
      const record = (await tx.get(objects, key)) as ObjectRecord;
      const versions = record.versions.map((each) =>
        each.versionId === version.versionId ? { ...version, tags } : each,
      );
      tx.put(objects, key, { ...record, versions });
      return versionMembers(bucket, version.versionId);
    });

  return {
    PutObjectTagging: ({ Tagging: { TagSet } }, call) => retag(call, checkedTags(TagSet, maxObjectTags)),
    DeleteObjectTagging: (_input, call) => retag(call, []),
    async GetObjectTagging(_input, call) {
      const { bucket, version } = await read(call);
      return { TagSet: version.tags, ...versionMembers(bucket, version.versionId) };
    },
    async GetObjectAcl(_input, call) {
      return ownersAcl((await read(call)).bucket);
    },
    async PutObjectAcl({ AccessControlPolicy }, call) {
      const { bucket } = await read(call);
      checkAcl(call.request.headers, bucket);
      const grants = AccessControlPolicy?.Grants ?? [];
      const owner = ownerOf(bucket.account).ID;
      if (grants.some(({ Grantee, Permission }) => Grantee?.ID !== owner || Permission !== 'FULL_CONTROL')) {
        throw notBuilt('An access control list');
      }
      return {};
    },
  };
}
