/** What the headers of a write say of an object beside its bytes; what cannot be honoured is refused. */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { Tag } from '../../wire/generated/s3.ts';
import type { BucketRecord, Encryption, ObjectHeaders, ObjectSettings } from './records.ts';
import { badArgument, badTag, metadataTooLarge, noAcls, notBuilt } from './refusals.ts';

/** Headers that are kept with an object. */
export const keptHeaderNames = [
  ...(['Content-Type', 'Cache-Control', 'Content-Disposition'] as const),
  ...(['Content-Encoding', 'Content-Language', 'Expires'] as const),
];
const maxMetadataBytes = 2048;

/** Headers of features that are not built; each would change who may do what with the object, or for how long. */
const refused: readonly (readonly [prefix: string, what: string])[] = [
  ['x-amz-server-side-encryption-customer-', 'Encryption with keys that callers bring (SSE-C)'],
  ['x-amz-server-side-encryption-context', 'An encryption context'],
  ['x-amz-object-lock-', 'Object Lock'],
  ['x-amz-website-redirect-location', 'Website hosting'],
  ['x-amz-write-offset-bytes', 'Appending to an object'],
];

export function objectSettings(headers: HeaderList, bucket: BucketRecord): ObjectSettings {
  checkAcl(headers, bucket);
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    for (const [prefix, what] of refused) if (name.startsWith(prefix)) throw notBuilt(what);
  }
  const storageClass = storageClassOf(headers);
  return {
    headers: keptHeaders(headers),
    metadata: metadataOf(headers),
    tags: tagsOf(headerValue(headers, 'x-amz-tagging')),
    encryption: encryptionOf(headers, bucket),
    ...(storageClass !== undefined && { storageClass }),
  };
}

export function keptHeaders(headers: HeaderList): ObjectHeaders {
  const found = keptHeaderNames.flatMap((name): [string, string][] => {
    const value = headerValue(headers, name.toLowerCase());
    const plain = name === 'Content-Encoding' ? withoutAwsChunked(value) : value;
    return plain === undefined || plain === '' ? [] : [[name, plain]];
  });
  return Object.fromEntries(found);
}

/** The coding of the way here is none of the object's. */
function withoutAwsChunked(value: string | undefined): string | undefined {
  return value
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked')
    .join(',');
}

export function metadataOf(headers: HeaderList): Record<string, string> {
  const found = new Map<string, string>();
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (!name.startsWith('x-amz-meta-')) continue;
    const own = name.slice('x-amz-meta-'.length);
    const before = found.get(own);
    found.set(own, before === undefined ? headers[i + 1]! : `${before},${headers[i + 1]}`);
  }
  const size = [...found].reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);
  if (size > maxMetadataBytes) throw metadataTooLarge(size);
  return Object.fromEntries(found);
}

/** `a=1&b=2` */
export function tagsOf(text: string | undefined): readonly Tag[] {
  if (text === undefined) return [];
  return checkedTags(
    [...new URLSearchParams(text)].map(([Key, Value]) => ({ Key, Value })),
    maxObjectTags,
  );
}

export const maxObjectTags = 10;

export function checkedTags(tags: readonly Tag[], most: number): readonly Tag[] {
  if (tags.length > most) {
    throw badTag(
      most === maxObjectTags ? 'Object tags cannot be greater than 10' : 'Bucket tags cannot be greater than 50',
    );
  }
  for (const { Key, Value } of tags) {
    if (Key === '' || Key.length > 128) throw badTag('The TagKey you have provided is invalid');
    if (Value.length > 256) throw badTag('The TagValue you have provided is invalid');
    if (/^aws:/i.test(Key)) throw badTag('System tags cannot be added/updated by requester');
  }
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw badTag('Cannot provide multiple Tags with the same key');
  return tags;
}

/** Objects are encrypted, whatever is said; a KMS key's name chooses the key they are encrypted with (object-data.ts). */
function encryptionOf(headers: HeaderList, bucket: BucketRecord): Encryption {
  const algorithm = headerValue(headers, 'x-amz-server-side-encryption');
  const keyId = headerValue(headers, 'x-amz-server-side-encryption-aws-kms-key-id');
  if (algorithm === undefined) return bucket.encryption ?? { algorithm: 'AES256' };
  if (algorithm === 'AES256') return { algorithm };
  if (algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse')
    return { algorithm, ...(keyId !== undefined && { keyId }) };
  throw badArgument('The encryption method specified is not supported', 'x-amz-server-side-encryption', algorithm);
}

/** Access control lists are the older way of saying who may; here bucket policies say it. */
export function checkAcl(
  headers: HeaderList,
  { ownership = 'BucketOwnerEnforced' }: Pick<BucketRecord, 'ownership'>,
): void {
  const acl = headerValue(headers, 'x-amz-acl');
  const hasGrants = headers.some((name, i) => i % 2 === 0 && name.toLowerCase().startsWith('x-amz-grant-'));
  if (!hasGrants && (acl === undefined || acl === 'private' || acl === 'bucket-owner-full-control')) return;
  throw ownership === 'BucketOwnerEnforced' ? noAcls() : notBuilt('An access control list');
}

/** Those that keep objects at hand; what has to be restored first would have to be out of reach until then. */
const classes: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
]);

function storageClassOf(headers: HeaderList): string | undefined {
  const given = headerValue(headers, 'x-amz-storage-class');
  if (given === undefined || given === 'STANDARD') return undefined;
  if (!classes.has(given)) throw notBuilt(`The storage class ${given}`);
  return given;
}
