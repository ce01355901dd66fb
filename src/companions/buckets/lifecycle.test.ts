import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { createMemoryStore } from '../../store/memory.ts';
import type { LifecycleRule } from '../../wire/generated/s3.ts';
import { expiryOf, isUploadOver } from './lifecycle.ts';
import type { BucketParts } from './parts.ts';
import { type BucketRecord, buckets, type DeleteMarker, type ObjectVersion, objectKey, objects } from './records.ts';
import { createSweeper } from './sweep.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 1, 12);
const bucket = (...lifecycle: Partial<LifecycleRule>[]): BucketRecord => ({
  ...{ name: 'b', account: '000000000000', region: 'us-east-1', createdAtMs: start, versioning: 'Enabled' },
  lifecycle: lifecycle.map((rule) => ({ Status: 'Enabled', ...rule }) as LifecycleRule),
});
const version = (versionId: string, modifiedAtMs: number, more: Partial<ObjectVersion> = {}): ObjectVersion => ({
  ...{ versionId, modifiedAtMs, data: [], size: 10, etag: 'e', headers: {}, metadata: {}, tags: [] },
  ...{ checksum: { algorithm: 'CRC32', value: '', type: 'FULL_OBJECT' }, encryption: { algorithm: 'AES256' } },
  ...more,
});
const marker = (versionId: string, modifiedAtMs: number): DeleteMarker => ({
  versionId,
  modifiedAtMs,
  isDeleteMarker: true,
});

test('an object expires at midnight after its days, where prefix, size and tags select it', () => {
  const rule = {
    Filter: { And: { Prefix: 'tmp/', Tags: [{ Key: 'k', Value: 'v' }], ObjectSizeGreaterThan: 5 } },
    Expiration: { Days: 2 },
  };
  const isOver = (key: string, atMs: number, more: Partial<ObjectVersion> = {}): boolean =>
    expiryOf(
      bucket(rule),
      { key, versions: [version('1', start, { tags: [{ Key: 'k', Value: 'v' }], ...more })] },
      atMs,
    ).isCurrentOver;
  const midnight = Date.UTC(2026, 10, 4);
  assert.equal(isOver('tmp/a', midnight - 1), false);
  assert.equal(isOver('tmp/a', midnight), true);
  assert.equal(isOver('other', midnight), false);
  assert.equal(isOver('tmp/a', midnight, { size: 5 }), false);
  assert.equal(isOver('tmp/a', midnight, { tags: [] }), false);
  assert.equal(
    expiryOf(bucket({ ...rule, Status: 'Disabled' }), { key: 'tmp/a', versions: [version('1', start)] }, midnight)
      .isCurrentOver,
    false,
  );
});

test('versions go so long after the next one came, the newest of them kept where that is asked', () => {
  const versions = [version('3', start + 10 * day), version('2', start + day), version('1', start)];
  const gone = (more: object, atMs: number): readonly string[] =>
    expiryOf(
      bucket({ Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 5, ...more } }),
      { key: 'a', versions },
      atMs,
    ).versionIds;
  assert.deepEqual(gone({}, start + 5 * day), []);
  assert.deepEqual(gone({}, start + 8 * day), ['1']);
  assert.deepEqual(gone({}, start + 17 * day), ['2', '1']);
  assert.deepEqual(gone({ NewerNoncurrentVersions: 1 }, start + 17 * day), ['1']);
});

test('a delete marker with nothing behind it goes where that is asked', () => {
  const rule = { Filter: {}, Expiration: { ExpiredObjectDeleteMarker: true } };
  assert.deepEqual(expiryOf(bucket(rule), { key: 'a', versions: [marker('m', start)] }, start).versionIds, ['m']);
  const behind = [marker('m', start), version('1', start)];
  assert.deepEqual(expiryOf(bucket(rule), { key: 'a', versions: behind }, start).versionIds, []);
});

test('an upload that was never completed is given up', () => {
  const rule = { Filter: { Prefix: 'up/' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } };
  const upload = { key: 'up/a', initiatedAtMs: start } as Parameters<typeof isUploadOver>[1];
  assert.equal(isUploadOver(bucket(rule), upload, start + day), false);
  assert.equal(isUploadOver(bucket(rule), upload, start + 2 * day), true);
  assert.equal(isUploadOver(bucket(rule), { ...upload, key: 'other' }, start + 2 * day), false);
});

test('the sweep takes away what is over and its bytes, and leaves the rest', async () => {
  const store = createMemoryStore();
  const clock = new ManualClock(start + 3 * day);
  const deleted: string[] = [];
  const data = { delete: async (refs: readonly { id: string }[]) => void deleted.push(...refs.map(({ id }) => id)) };
  const parts = { store, clock, data } as unknown as BucketParts;
  const { versioning: _, ...unversioned } = bucket({ Filter: { Prefix: 'old' }, Expiration: { Days: 1 } });
  await store.write(async (tx) => {
    tx.put(buckets, ['b'], unversioned);
    for (const key of ['old-1', 'old-2', 'kept']) {
      tx.put(objects, objectKey('b', key), {
        key,
        versions: [version('null', start, { data: [{ id: key, size: 1 }] })],
      });
    }
  });
  const sweeper = createSweeper(parts, silentLog);
  await sweeper.sweep();
  await sweeper.close();
  const left = await store.read((tx) => tx.list(objects, ['b']));
  assert.deepEqual(
    left.map(({ value }) => value.key),
    ['kept'],
  );
  assert.deepEqual(new Set(deleted), new Set(['old-1', 'old-2']));
});
