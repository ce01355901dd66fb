/** What is in a bucket, in the order of the keys' bytes, by prefix and delimiter, in pages. */
import type { ReadTransaction } from '../../../ports/store.ts';
import type { BucketHandlers } from '../call.ts';
import { type BucketParts, bucketOf } from '../parts.ts';
import { type BucketRecord, hexOf, latestOf, type ObjectRecord, type ObjectVersion, objects } from '../records.ts';
import { badArgument } from '../refusals.ts';
import { quoted } from '../shown.ts';
import { ownerOf } from './buckets.ts';

const maxKeys = 1000;
/** Read from the store at once. */
const batch = 1000;

type Entry =
  | { readonly kind: 'object'; readonly record: ObjectRecord }
  | { readonly kind: 'prefix'; readonly prefix: string };

interface Asked {
  readonly prefix: string;
  readonly delimiter: string;
  /** Exclusive. */
  readonly after: string;
  readonly most: number;
  isListed(record: ObjectRecord): boolean;
}

/** Entries after a key, and whether there are more. A common prefix is jumped over as a whole. */
async function entriesOf(
  tx: ReadTransaction,
  bucket: string,
  asked: Asked,
): Promise<{ entries: Entry[]; isTruncated: boolean }> {
  const { prefix, delimiter, most } = asked;
  const entries: Entry[] = [];
  const lowest = hexOf(prefix);
  let after = hexOf(asked.after);
  // `after` is exclusive, so a key that is the prefix itself is asked for by itself.
  if (after < lowest) {
    const exact = await tx.get(objects, [bucket, lowest || '-']);
    const first = exact && lowest !== '' && asked.isListed(exact) ? entryFor(exact, prefix, delimiter) : undefined;
    if (first !== undefined) {
      if (most === 0) return { entries, isTruncated: true };
      entries.push(first);
    }
    after = lowest;
  }
  for (;;) {
    const found = await tx.list(objects, [bucket], { ...(after !== '' && { after: [bucket, after] }), limit: batch });
    let isJumped = false;
    for (const { key, value } of found) {
      const hex = key[1]!;
      if (!hex.startsWith(lowest)) return { entries, isTruncated: false };
      if (!asked.isListed(value)) {
        after = hex;
        continue;
      }
      const entry = entryFor(value, prefix, delimiter);
      if (entry.kind === 'prefix' && asked.after >= entry.prefix && asked.after.startsWith(entry.prefix)) {
        // Told on an earlier page.
        after = endOf(entry.prefix);
        isJumped = true;
        break;
      }
      if (entries.length === most) return { entries, isTruncated: true };
      entries.push(entry);
      after = hex;
      if (entry.kind === 'prefix') {
        after = endOf(entry.prefix);
        isJumped = true;
        break;
      }
    }
    if (!isJumped && found.length < batch) return { entries, isTruncated: false };
  }
}

/** Behind everything that begins so: no byte of UTF-8 is above. */
const endOf = (prefix: string): string => `${hexOf(prefix)}ff`;

function entryFor(record: ObjectRecord, prefix: string, delimiter: string): Entry {
  const at = delimiter === '' ? -1 : record.key.indexOf(delimiter, prefix.length);
  return at < 0 ? { kind: 'object', record } : { kind: 'prefix', prefix: record.key.slice(0, at + delimiter.length) };
}

const lastOf = (entry: Entry): string => (entry.kind === 'object' ? entry.record.key : entry.prefix);

export function listingHandlers({ store }: BucketParts): BucketHandlers {
  const isThere = (record: ObjectRecord): boolean => latestOf(record).isDeleteMarker !== true;

  return {
    ListObjectsV2: (input, call) =>
      store.read(async (tx) => {
        const {
          Prefix: prefix = '',
          Delimiter: delimiter = '',
          StartAfter = '',
          EncodingType,
          FetchOwner = false,
        } = input;
        const bucket = await bucketOf(tx, call);
        const most = checkedMost(input.MaxKeys);
        if (input.ContinuationToken === '')
          throw badArgument('The continuation token provided is incorrect', 'continuation-token', '');
        const after = input.ContinuationToken === undefined ? StartAfter : keyIn(input.ContinuationToken);
        const { entries, isTruncated } = await entriesOf(tx, bucket.name, {
          prefix,
          delimiter,
          after,
          most,
          isListed: isThere,
        });
        const shown = encoder(EncodingType);
        const last = entries.at(-1);
        return {
          Name: bucket.name,
          Prefix: shown(prefix),
          ...(delimiter !== '' && { Delimiter: shown(delimiter) }),
          MaxKeys: most,
          KeyCount: entries.length,
          IsTruncated: isTruncated && most > 0,
          ...(input.ContinuationToken !== undefined && { ContinuationToken: input.ContinuationToken }),
          ...(StartAfter !== '' && { StartAfter: shown(StartAfter) }),
          ...(isTruncated && last !== undefined && { NextContinuationToken: tokenOf(lastOf(last)) }),
          ...(EncodingType !== undefined && { EncodingType }),
          Contents: contents(entries, bucket, shown, FetchOwner),
          CommonPrefixes: commonPrefixes(entries, shown),
        };
      }),

    ListObjects: (input, call) =>
      store.read(async (tx) => {
        const { Prefix: prefix = '', Delimiter: delimiter = '', Marker: after = '', EncodingType } = input;
        const bucket = await bucketOf(tx, call);
        const most = checkedMost(input.MaxKeys);
        const { entries, isTruncated } = await entriesOf(tx, bucket.name, {
          prefix,
          delimiter,
          after,
          most,
          isListed: isThere,
        });
        const shown = encoder(EncodingType);
        const last = entries.at(-1);
        return {
          Name: bucket.name,
          Prefix: shown(prefix),
          Marker: shown(after),
          ...(delimiter !== '' && { Delimiter: shown(delimiter) }),
          MaxKeys: most,
          IsTruncated: isTruncated && most > 0,
          // Documented: told only where a delimiter is.
          ...(isTruncated && delimiter !== '' && last !== undefined && { NextMarker: shown(lastOf(last)) }),
          ...(EncodingType !== undefined && { EncodingType }),
          Contents: contents(entries, bucket, shown, true),
          CommonPrefixes: commonPrefixes(entries, shown),
        };
      }),

    ListObjectVersions: (input, call) =>
      store.read(async (tx) => {
        const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker = '', VersionIdMarker, EncodingType } = input;
        const bucket = await bucketOf(tx, call);
        const most = checkedMost(input.MaxKeys);
        const shown = encoder(EncodingType);
        const owner = ownerOf(bucket.account);
        const Versions: object[] = [];
        const DeleteMarkers: object[] = [];
        const CommonPrefixes: object[] = [];
        const count = (): number => Versions.length + DeleteMarkers.length + CommonPrefixes.length;
        let next: { NextKeyMarker: string; NextVersionIdMarker?: string } | undefined;

        /** Versions of a key from one on; false when the page is full. */
        const add = (record: ObjectRecord, from: number): boolean => {
          for (const [i, version] of record.versions.entries()) {
            if (i < from) continue;
            if (count() === most) return false;
            const { versionId, modifiedAtMs } = version;
            const common = {
              Key: shown(record.key),
              VersionId: versionId,
              IsLatest: i === 0,
              LastModified: modifiedAtMs,
              Owner: owner,
            };
            if (version.isDeleteMarker === true) DeleteMarkers.push(common);
            else Versions.push({ ...common, ...objectEntry(version) });
            next = { NextKeyMarker: shown(record.key), NextVersionIdMarker: versionId };
          }
          return true;
        };

        let isTruncated = false;
        if (KeyMarker !== '' && VersionIdMarker !== undefined) {
          const begun = await tx.get(objects, [bucket.name, hexOf(KeyMarker)]);
          const at = begun?.versions.findIndex(({ versionId }) => versionId === VersionIdMarker) ?? -1;
          if (begun !== undefined && at >= 0) isTruncated = !add(begun, at + 1);
        }
        if (!isTruncated) {
          const asked = { prefix, delimiter, after: KeyMarker, most: most - count(), isListed: () => true };
          const found = await entriesOf(tx, bucket.name, asked);
          isTruncated = found.isTruncated;
          for (const entry of found.entries) {
            if (entry.kind === 'object') {
              if (!add(entry.record, 0)) {
                isTruncated = true;
                break;
              }
            } else if (count() === most) {
              isTruncated = true;
              break;
            } else {
              CommonPrefixes.push({ Prefix: shown(entry.prefix) });
              next = { NextKeyMarker: shown(entry.prefix) };
            }
          }
        }
        return {
          Name: bucket.name,
          Prefix: shown(prefix),
          KeyMarker: shown(KeyMarker),
          VersionIdMarker: VersionIdMarker ?? '',
          ...(delimiter !== '' && { Delimiter: shown(delimiter) }),
          MaxKeys: most,
          IsTruncated: isTruncated && most > 0,
          ...(isTruncated && next),
          ...(EncodingType !== undefined && { EncodingType }),
          ...{ Versions, DeleteMarkers, CommonPrefixes },
        };
      }),
  };
}

function checkedMost(given: number | undefined): number {
  if (given === undefined) return maxKeys;
  if (given < 0)
    throw badArgument('Argument maxKeys must be an integer between 0 and 2147483647', 'maxKeys', String(given));
  return Math.min(given, maxKeys);
}

const tokenOf = (key: string): string => Buffer.from(`1${key}`).toString('base64');

function keyIn(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('1'))
    throw badArgument('The continuation token provided is incorrect', 'continuation-token', token);
  return text.slice(1);
}

/** Keys may hold what XML cannot. */
function encoder(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== 'url') throw badArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return (text) =>
    encodeURIComponent(text)
      .replaceAll('%2F', '/')
      .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+');
}

function objectEntry({ etag, size, checksum, storageClass = 'STANDARD' }: ObjectVersion) {
  return {
    ETag: quoted(etag),
    ChecksumAlgorithm: [checksum.algorithm],
    ChecksumType: checksum.type,
    Size: size,
    StorageClass: storageClass as 'STANDARD',
  };
}

function contents(entries: readonly Entry[], bucket: BucketRecord, shown: (text: string) => string, hasOwner: boolean) {
  return entries.flatMap((entry) => {
    if (entry.kind === 'prefix') return [];
    const version = latestOf(entry.record) as ObjectVersion;
    return [
      {
        Key: shown(entry.record.key),
        LastModified: version.modifiedAtMs,
        ...objectEntry(version),
        ...(hasOwner && { Owner: ownerOf(bucket.account) }),
      },
    ];
  });
}

const commonPrefixes = (entries: readonly Entry[], shown: (text: string) => string) =>
  entries.flatMap((entry) => (entry.kind === 'prefix' ? [{ Prefix: shown(entry.prefix) }] : []));
