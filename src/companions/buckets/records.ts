/** What S3 keeps in the store: buckets, objects, uploads under way. The bytes of objects are kept elsewhere (object-data.ts). */
import { collection, type Key } from '../../ports/store.ts';
import type { CORSRule, LifecycleRule, PublicAccessBlockConfiguration, Tag } from '../../wire/generated/s3.ts';
import type { Checksum } from './checksums.ts';

export interface BucketRecord {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAtMs: number;
  /** Undefined: never switched on. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly tags?: readonly Tag[];
  /** As given, JSON. */
  readonly policy?: string;
  readonly publicAccessBlock?: PublicAccessBlockConfiguration;
  /** What objects get whose writer asks for nothing; undefined: S3's own keys. */
  readonly encryption?: Encryption & { readonly bucketKey?: boolean };
  readonly cors?: readonly CORSRule[];
  readonly lifecycle?: readonly LifecycleRule[];
  readonly ownership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
}

export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  readonly keyId?: string;
}

/** Bytes kept; an object that came in parts has several. */
export interface DataRef {
  readonly id: string;
  readonly size: number;
  /** The key it is encrypted with, by its KMS name; undefined: S3's own. */
  readonly keyId?: string;
}

/** Headers that come back as they were given. */
export interface ObjectHeaders {
  readonly 'Content-Type'?: string;
  readonly 'Cache-Control'?: string;
  readonly 'Content-Disposition'?: string;
  readonly 'Content-Encoding'?: string;
  readonly 'Content-Language'?: string;
  readonly Expires?: string;
}

/** What a writer says of an object beside its bytes. */
export interface ObjectSettings {
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly encryption: Encryption;
  /** Undefined: STANDARD. */
  readonly storageClass?: string;
}

export interface ObjectVersion extends ObjectSettings {
  /** `null` where the bucket does not keep versions. */
  readonly versionId: string;
  readonly data: readonly DataRef[];
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum: Checksum;
  readonly modifiedAtMs: number;
  /** Of one that came in parts: their sizes, in order. */
  readonly partSizes?: readonly number[];
  readonly isDeleteMarker?: false;
}

export interface DeleteMarker {
  readonly versionId: string;
  readonly modifiedAtMs: number;
  readonly isDeleteMarker: true;
}

export interface ObjectRecord {
  readonly key: string;
  /** The latest first; never empty. */
  readonly versions: readonly (ObjectVersion | DeleteMarker)[];
}

export interface UploadRecord extends ObjectSettings {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedAtMs: number;
  /** ARN of who began it. */
  readonly initiator: string;
  readonly checksumAlgorithm: Checksum['algorithm'];
  readonly checksumType: Checksum['type'];
  /** Whether the writer chose them. */
  readonly isChecksumGiven: boolean;
}

export interface PartRecord {
  readonly partNumber: number;
  readonly data: DataRef;
  readonly etag: string;
  readonly checksum: Checksum;
  readonly modifiedAtMs: number;
}

/** `[name]`: names are unique over all accounts and regions. */
export const buckets = collection<BucketRecord>('s3-bucket');
/** `[bucket, key in hex]`, see objectKey. */
export const objects = collection<ObjectRecord>('s3-object');
/** `[bucket, key in hex, uploadId]` */
export const uploads = collection<UploadRecord>('s3-upload');
/** `[uploadId, number of five digits]` */
export const parts = collection<PartRecord>('s3-part');

/** In hex, because the store orders keys as it writes them, and S3 orders them by their bytes. */
export const objectKey = (bucket: string, key: string): Key => [bucket, hexOf(key)];
export const uploadKey = (bucket: string, key: string, uploadId: string): Key => [bucket, hexOf(key), uploadId];
export const partKey = (uploadId: string, partNumber: number): Key => [uploadId, String(partNumber).padStart(5, '0')];

export const hexOf = (key: string): string => Buffer.from(key).toString('hex');

export const latestOf = ({ versions }: ObjectRecord): ObjectVersion | DeleteMarker => versions[0]!;
export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;
