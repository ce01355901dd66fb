/** Takes away what lifecycle rules have ended: once when S3 is first used, then every hour, a batch of keys at a time. */
import type { Log } from '../../ports/telemetry.ts';
import { expiryOf, isUploadOver } from './lifecycle.ts';
import { type BucketParts, deleteObject } from './parts.ts';
import {
  type BucketRecord,
  buckets,
  type DataRef,
  objectKey,
  objects,
  parts as partRecords,
  uploadKey,
  uploads,
} from './records.ts';

const everyMs = 3_600_000;
const batch = 500;

export interface Sweeper {
  /** Resolves when nothing is left that is over. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

export function createSweeper({ store, clock, data }: BucketParts, log: Log): Sweeper {
  let running: Promise<void> | undefined;
  let isClosed = false;

  async function sweepBucket(bucket: BucketRecord): Promise<void> {
    let after: readonly string[] | undefined;
    while (!isClosed) {
      const found = await store.read((tx) =>
        tx.list(objects, [bucket.name], { ...(after && { after }), limit: batch }),
      );
      for (const { value } of found) {
        const { isCurrentOver, versionIds } = expiryOf(bucket, value, clock.now());
        if (isCurrentOver || versionIds.length > 0) await end(bucket, value.key);
      }
      if (found.length < batch) break;
      after = found.at(-1)!.key;
    }
    const begun = await store.read((tx) => tx.list(uploads, [bucket.name]));
    for (const { value } of begun) {
      if (isClosed || !isUploadOver(bucket, value, clock.now())) continue;
      const gone = await store.write(async (tx) => {
        const all = (await tx.list(partRecords, [value.uploadId])).map((each) => each.value.data);
        await tx.deleteAll(partRecords, [value.uploadId]);
        tx.delete(uploads, uploadKey(bucket.name, value.key, value.uploadId));
        return all;
      });
      await data.delete(gone);
    }
  }

  /** Looked at once more within the transaction: it may have been written anew. */
  async function end({ name }: BucketRecord, key: string): Promise<void> {
    const gone = await store.write(async (tx) => {
      const bucket = await tx.get(buckets, [name]);
      const record = await tx.get(objects, objectKey(name, key));
      if (bucket === undefined || record === undefined) return [];
      const { isCurrentOver, versionIds } = expiryOf(bucket, record, clock.now());
      const refs: DataRef[] = [];
      for (const versionId of versionIds)
        refs.push(...(await deleteObject(tx, bucket, key, versionId, clock.now())).gone);
      if (isCurrentOver) refs.push(...(await deleteObject(tx, bucket, key, undefined, clock.now())).gone);
      return refs;
    });
    await data.delete(gone);
  }

  async function sweep(): Promise<void> {
    const all = await store.read((tx) => tx.list(buckets, []));
    for (const { value } of all) if (value.lifecycle !== undefined && !isClosed) await sweepBucket(value);
  }

  function begin(): void {
    running = sweep().catch((error: unknown) => {
      if (!isClosed) log.error('Cannot take away expired objects', { why: String(error) });
    });
  }

  const timer = setInterval(begin, everyMs).unref();
  begin();
  return {
    sweep,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await running;
    },
  };
}
