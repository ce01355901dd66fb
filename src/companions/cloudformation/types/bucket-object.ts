/** What an object of S3 holds, for properties that name one. */
import { type BodyStream, wholeBody } from '../../../base/body-stream.ts';
import { validationError } from '../refusals.ts';
import type { ResourceContext } from './resource-type.ts';

interface Location {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly Version?: string;
}

export async function objectOfBucket(
  { Bucket, Key, Version }: Location,
  context: Pick<ResourceContext, 'call' | 'can'>,
): Promise<Uint8Array> {
  if (!context.can('s3', 'GetObject')) throw validationError(`There is no S3 here to read s3://${Bucket}/${Key} from`);
  const answer = await context.call('s3', 'GetObject', {
    Bucket,
    Key,
    ...(Version !== undefined && { VersionId: Version }),
  });
  return bytesOf(answer['Body']);
}

/** A body as an operation hands it out. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  return body instanceof Uint8Array ? body : wholeBody(body as BodyStream);
}
