/** What S3 calls are to IAM: their actions, where those are not called as the operation is ("Actions, resources, and condition keys for Amazon S3"). */
import type { HeaderList } from '../../base/headers.ts';
import type { BucketCall } from './call.ts';
import { bucketArn, objectArn } from './records.ts';

const names: Readonly<Record<string, string>> = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  DeleteBucketCors: 'PutBucketCORS',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeleteBucketTagging: 'PutBucketTagging',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketCors: 'GetBucketCORS',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListParts: 'ListMultipartUploadParts',
  PutBucketAccelerateConfiguration: 'PutAccelerateConfiguration',
  PutBucketCors: 'PutBucketCORS',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
};

/** Their names change with `versionId`. */
const versioned: ReadonlySet<string> = new Set(['GetObject', 'DeleteObject', 'GetObjectAcl', 'PutObjectAcl']);
const versionedTagging: Readonly<Record<string, string>> = {
  GetObjectTagging: 'GetObjectVersionTagging',
  PutObjectTagging: 'PutObjectVersionTagging',
  DeleteObjectTagging: 'DeleteObjectVersionTagging',
};

/** Undefined for DeleteObjects, which asks for each of its objects. */
export function actionOf(
  operation: string,
  { bucket, key, query }: BucketCall,
): { action: string; resource: string } | undefined {
  if (operation === 'DeleteObjects') return undefined;
  const name = names[operation] ?? operation;
  const hasVersion = query.has('versionId');
  const withVersion = !hasVersion ? name : versioned.has(name) ? versionedName(name) : (versionedTagging[name] ?? name);
  const resource = bucket === '' ? '*' : key === '' ? bucketArn(bucket) : objectArn(bucket, key);
  return { action: `s3:${withVersion}`, resource };
}

/** `GetObjectVersion`, `GetObjectVersionAcl`. */
export const versionedName = (name: string): string => name.replace('Object', 'ObjectVersion');

/** Condition keys that a call brings, in lower case. */
export function conditionValues({
  query,
  request,
}: {
  readonly query: URLSearchParams;
  readonly request: { readonly headers: HeaderList };
}): ReadonlyMap<string, string> {
  const values = new Map<string, string>([['s3:signatureversion', 'AWS4-HMAC-SHA256']]);
  for (const name of ['prefix', 'delimiter', 'max-keys'] as const) {
    const value = query.get(name);
    if (value !== null) values.set(`s3:${name}`, value);
  }
  const version = query.get('versionId');
  if (version !== null) values.set('s3:versionid', version);
  values.set('s3:authtype', query.has('X-Amz-Signature') ? 'REST-QUERY-STRING' : 'REST-HEADER');
  for (let i = 0; i < request.headers.length; i += 2) {
    const name = request.headers[i]!.toLowerCase();
    if (name.startsWith('x-amz-')) values.set(`s3:${name}`, request.headers[i + 1]!);
  }
  return values;
}
