/**
 * Which requests are S3's, told from the head alone: by the credential scope of a signature (in a header or a presigned URL), or by a Host that says `s3`.
 * And which bucket and object they mean: `{bucket}.s3.…/{key}` or `s3.…/{bucket}/{key}`.
 */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import { claimedScope } from '../../base/sigv4-verify.ts';

export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderList;
}

export interface BucketAddress {
  /** Undefined: the service itself. */
  readonly bucket: string | undefined;
  /** Decoded; undefined: the bucket itself. */
  readonly key: string | undefined;
  /** Whether the Host names the bucket. */
  readonly isVirtualHosted: boolean;
}

/** `s3`, `s3-eu-west-1`, `s3.dualstack`; not `s3-website-…`, which serves pages. */
const serviceLabel = /^s3(?:-(?!website)[a-z0-9-]+)?$/;

/** Whether a request is an S3 call. Bodies come after: nothing of them is asked. */
export function isForS3(head: Pick<RequestHead, 'headers' | 'query'>): boolean {
  const scope = claimedScope(head);
  if (scope !== undefined) return scope.service === 's3';
  // Signature Version 2, which only S3 ever had in this form; it is refused there in S3's words.
  if (/^AWS [^:\s]+:/.test(headerValue(head.headers, 'authorization') ?? '')) return true;
  if (/(?:^|&)AWSAccessKeyId=/.test(head.query) && /(?:^|&)Signature=/.test(head.query)) return true;
  return bucketOfHost(hostName(head.headers)) !== undefined;
}

function hostName(headers: HeaderList): string {
  return (headerValue(headers, 'host') ?? '').toLowerCase().replace(/:\d+$/, '');
}

/** The bucket before S3's label, empty for none; undefined when the host is not S3's. */
function bucketOfHost(host: string): string | undefined {
  const labels = host.split('.');
  const at = labels.findLastIndex((label) => serviceLabel.test(label));
  // The label alone is a machine's name, and a bucket may be called so, too.
  return at < 0 || at === labels.length - 1 ? undefined : labels.slice(0, at).join('.');
}

/** SDKs that are given `http://localhost:4566` put the bucket before it: only what is known as S3's by its signature is read so. */
function bucketBeforeOwnName(host: string): string | undefined {
  const parent = ['.localhost', '.localhost.localstack.cloud'].find((name) => host.endsWith(name));
  return parent === undefined ? undefined : host.slice(0, -parent.length);
}

/** Undefined when the path is no well-formed percent-encoding of UTF-8. */
export function bucketAddress({ headers, path }: Pick<RequestHead, 'headers' | 'path'>): BucketAddress | undefined {
  const host = hostName(headers);
  const ofHost = bucketOfHost(host) ?? bucketBeforeOwnName(host);
  if (ofHost !== undefined && ofHost !== '') {
    const key = decoded(path.slice(1));
    return key === undefined ? undefined : { bucket: ofHost, key: key === '' ? undefined : key, isVirtualHosted: true };
  }
  const end = path.indexOf('/', 1);
  const bucket = decoded(end < 0 ? path.slice(1) : path.slice(1, end));
  const key = decoded(end < 0 ? '' : path.slice(end + 1));
  if (bucket === undefined || key === undefined) return undefined;
  return { bucket: bucket || undefined, key: key === '' ? undefined : key, isVirtualHosted: false };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
