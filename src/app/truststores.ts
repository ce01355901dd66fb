/**
 * ports/truststores, and whatever else is kept in buckets: objects of S3 over whatever endpoint the settings name for `s3` (decisions/0012), or files below a folder that stands for a bucket,
 * for those who have no S3 at hand.
 */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { signatureHeaders } from '../base/sigv4-signer.ts';
import type { AwsServices } from '../ports/aws-services.ts';
import type { BucketObject, BucketObjects } from '../ports/portals.ts';
import type { Truststores } from '../ports/truststores.ts';
import type { Upstream } from '../ports/upstream.ts';

export interface BucketParts {
  readonly awsServices: AwsServices;
  readonly upstream: Upstream;
  readonly clock: Clock;
  /** Bucket → folder. Versions are not told apart there. */
  readonly bucketFolders: Readonly<Record<string, string>>;
}

type Reading = Awaited<ReturnType<BucketObjects['readObject']>>;

export function createTruststores(parts: BucketParts): Truststores {
  const { readObject } = createBucketObjects(parts);
  return {
    async read(object) {
      const reading = await readObject(object);
      return 'bytes' in reading ? { pem: reading.bytes.toString('utf8') } : reading;
    },
  };
}

export function createBucketObjects({ awsServices, upstream, clock, bucketFolders }: BucketParts): BucketObjects {
  return {
    async readObject(object) {
      const folder = Object.hasOwn(bucketFolders, object.bucket) ? bucketFolders[object.bucket] : undefined;
      return folder === undefined ? readFromS3(object) : readFromFolder(folder, object.key);
    },
  };

  async function readFromS3({ bucket, key, version, account, region }: BucketObject): Promise<Reading> {
    const access = await awsServices.accessTo({
      service: 's3',
      subdomain: undefined,
      region,
      awsHost: `s3.${region}.amazonaws.com`,
      account,
      roleArn: `arn:aws:iam::${account}:root`,
    });
    if (typeof access === 'string') return { failure: access };
    const path = `/${bucket}/${key.split('/').map(percentEncoded).join('/')}`;
    const query = version === undefined ? '' : `versionId=${percentEncoded(version)}`;
    const headers = ['Host', access.host];
    const signed = signatureHeaders({
      ...{ method: 'GET', path, query, headers, region },
      body: undefined,
      keys: access.keys,
      service: 's3',
      nowMs: clock.now(),
    });
    try {
      const reply = await upstream.send({
        origin: access.origin,
        target: query === '' ? path : `${path}?${query}`,
        method: 'GET',
        headers: [...headers, ...signed],
        body: undefined,
        timeoutMs: 10_000,
      });
      if (reply.status === 200) return { bytes: reply.body };
      return { failure: `S3 at ${access.origin} answered ${reply.status}: ${reply.body.toString('utf8', 0, 300)}` };
    } catch (error) {
      return { failure: `S3 at ${access.origin}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}

async function readFromFolder(folder: string, key: string): Promise<Reading> {
  const relative = normalize(key);
  if (isAbsolute(relative) || relative.split(/[\\/]/).includes('..'))
    return { failure: `${key} leads out of ${folder}` };
  try {
    return { bytes: await readFile(join(folder, relative)) };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

/** As S3 wants it: everything but RFC 3986's unreserved characters. */
const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
