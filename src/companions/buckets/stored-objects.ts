/** Objects read by others in the house, on behalf of whoever called them. */
import type { Credentials } from '../../ports/credentials.ts';
import type { StoredObjects } from '../../ports/stored-objects.ts';
import type { Authorize } from './authorize.ts';
import type { BucketParts } from './parts.ts';
import { buckets, objectArn } from './records.ts';
import { accessDenied, noSuchBucket } from './refusals.ts';
import { versionOf } from './versions.ts';

export interface StoredObjectsOptions {
  readonly parts: BucketParts;
  /** Undefined in dev mode, where every caller is believed. */
  readonly guard: { readonly authorize: Authorize; readonly credentials: Credentials } | undefined;
}

export function createStoredObjects({ parts: { store, data }, guard }: StoredObjectsOptions): StoredObjects {
  return {
    async read({ bucket: name, key, versionId }, { accessKeyId, callerArn, region }) {
      if (guard !== undefined) {
        const caller = accessKeyId === undefined ? undefined : await guard.credentials.accessKey(accessKeyId);
        if (caller === undefined) throw accessDenied();
        // The service reads, so nothing is known of where the caller sits.
        const request = { headers: [], secure: true, sourceIp: '' };
        const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
        await guard.authorize(
          { caller, callerArn, region, request, query: new URLSearchParams() },
          action,
          objectArn(name, key),
        );
      }
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
