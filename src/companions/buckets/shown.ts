/** How an object version reads in answers: headers of GET and HEAD, and of what was written. */
import type { Checksum } from './checksums.ts';
import { nullVersion } from './parts.ts';
import type { BucketRecord, Encryption, ObjectVersion } from './records.ts';

export const quoted = (etag: string): string => `"${etag}"`;

/** Members of an output that hold a checksum. */
export function checksumMembers({ algorithm, value, type }: Checksum): Record<string, string> {
  return { [`Checksum${algorithm}`]: value, ChecksumType: type };
}

export function encryptionMembers({ algorithm, keyId }: Encryption) {
  return {
    ServerSideEncryption: algorithm,
    ...(keyId !== undefined && { SSEKMSKeyId: keyId }),
  };
}

/** A bucket that never kept versions does not speak of them. */
export function versionMembers(bucket: BucketRecord, versionId: string): { VersionId?: string } {
  return bucket.versioning === undefined && versionId === nullVersion ? {} : { VersionId: versionId };
}

/** What GET and HEAD say alike. */
export function objectMembers(bucket: BucketRecord, version: ObjectVersion, hasChecksum: boolean) {
  const { etag, modifiedAtMs, metadata, tags, encryption, checksum, storageClass } = version;
  return {
    AcceptRanges: 'bytes',
    LastModified: modifiedAtMs,
    ETag: quoted(etag),
    Metadata: metadata,
    ...encryptionMembers(encryption),
    ...versionMembers(bucket, version.versionId),
    ...(hasChecksum && checksumMembers(checksum)),
    ...(tags.length > 0 && { TagCount: tags.length }),
    ...(storageClass !== undefined && { StorageClass: storageClass as 'STANDARD_IA' }),
  };
}
