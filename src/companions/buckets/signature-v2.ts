/**
 * Signature Version 2, which S3 still takes of older buckets and clients: boto3 presigns URLs so unless told otherwise. Only in the query and the header forms of
 * "Signing and authenticating REST requests".
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { HttpRequest } from '../../base/http.ts';
import type { BucketAddress } from './address.ts';
import { accessDenied } from './refusals.ts';

export interface SignatureV2 {
  readonly accessKeyId: string;
  readonly signature: string;
  /** Of a presigned URL: epoch seconds after which it is good for nothing, as sent. */
  readonly expires: string | undefined;
  readonly securityToken: string | undefined;
}

/** Undefined for a request that is not signed so. */
export function signatureV2Of({ headers, query }: Pick<HttpRequest, 'headers' | 'query'>): SignatureV2 | undefined {
  const [, ofHeader, signed] = /^AWS ([^:\s]+):(\S+)$/.exec(headerValue(headers, 'authorization') ?? '') ?? [];
  if (ofHeader !== undefined) {
    const securityToken = headerValue(headers, 'x-amz-security-token');
    return { accessKeyId: ofHeader, signature: signed!, expires: undefined, securityToken };
  }
  const parameters = new URLSearchParams(query);
  const accessKeyId = parameters.get('AWSAccessKeyId');
  const signature = parameters.get('Signature');
  if (accessKeyId === null || signature === null) return undefined;
  const securityToken = parameters.get('x-amz-security-token') ?? undefined;
  return { accessKeyId, signature, expires: parameters.get('Expires') ?? '', securityToken };
}

/** Parts of the query that are part of the resource. */
const subresources: ReadonlySet<string> = new Set([
  ...[
    'accelerate',
    'acl',
    'cors',
    'delete',
    'lifecycle',
    'location',
    'logging',
    'notification',
    'partNumber',
    'policy',
  ],
  ...[
    'requestPayment',
    'restore',
    'tagging',
    'torrent',
    'uploadId',
    'uploads',
    'versionId',
    'versioning',
    'versions',
    'website',
  ],
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires', 'encryption', 'object-lock'],
  ...['replication', 'publicAccessBlock', 'ownershipControls', 'inventory', 'analytics', 'metrics', 'policyStatus'],
]);

/** Whether the secret made the signature. */
export function isSignedWith(secret: string, v2: SignatureV2, request: HttpRequest, address: BucketAddress): boolean {
  const { headers, method } = request;
  const date =
    v2.expires ?? (headerValue(headers, 'x-amz-date') === undefined ? (headerValue(headers, 'date') ?? '') : '');
  const toSign = [
    method,
    headerValue(headers, 'content-md5') ?? '',
    headerValue(headers, 'content-type') ?? '',
    date,
    `${amzHeaders(headers, new URLSearchParams(request.query))}${resourceOf(request, address)}`,
  ].join('\n');
  const wanted = createHmac('sha1', secret).update(toSign).digest();
  const given = Buffer.from(v2.signature, 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Throws AccessDenied for a URL whose time is over, and for a header signed too long ago. */
export function checkTimeV2({ expires }: SignatureV2, { headers }: HttpRequest, nowMs: number): void {
  if (expires !== undefined) {
    if (!/^\d{1,12}$/.test(expires)) throw accessDenied('Invalid date (should be seconds since epoch): ' + expires);
    if (nowMs > Number(expires) * 1000) throw accessDenied('Request has expired');
    return;
  }
  const date = Date.parse(headerValue(headers, 'x-amz-date') ?? headerValue(headers, 'date') ?? '');
  if (Number.isNaN(date)) throw accessDenied('AWS authentication requires a valid Date or x-amz-date header');
  if (Math.abs(nowMs - date) > 15 * 60_000)
    throw accessDenied('The difference between the request time and the current time is too large.');
}

function amzHeaders(headers: HeaderList, query: URLSearchParams): string {
  const values = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value.trim()]);
  };
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name.startsWith('x-amz-')) add(name, headers[i + 1]!);
  }
  // Presigned URLs carry in the query what a request carries in headers.
  for (const [name, value] of query) if (/^x-amz-/i.test(name)) add(name.toLowerCase(), value);
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => `${name}:${all.join(',')}\n`)
    .join('');
}

function resourceOf({ path, query }: HttpRequest, { bucket, isVirtualHosted }: BucketAddress): string {
  const named = [...new URLSearchParams(query)]
    .filter(([name]) => subresources.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const resource = isVirtualHosted ? `/${bucket}${path}` : path;
  return named.length === 0 ? resource : `${resource}?${named.join('&')}`;
}
