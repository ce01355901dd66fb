/** Objects read by others in the house. */
import type { StoredObjects } from '../../ports/stored-objects.ts';
import type { BucketParts } from './parts.ts';
import { buckets } from './records.ts';
import { noSuchBucket } from './refusals.ts';
import { versionOf } from './versions.ts';

export function createStoredObjects({ store, data }: BucketParts): StoredObjects {
  return {
    async read({ bucket: name, key, versionId }) {
      const version = await store.read(async (tx) => {
        const bucket = await tx.get(buckets, [name]);
        if (bucket === undefined) throw noSuchBucket(name);
        return versionOf(tx, bucket, key, versionId);
      });
      const { size, etag } = version;
      return { versionId: version.versionId, size, etag, body: data.read(version.data, 0, size) };
    },
    regionOf: (name) => store.read(async (tx) => (await tx.get(buckets, [name]))?.region),
  };
}
