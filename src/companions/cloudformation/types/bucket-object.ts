/** What an object of S3 holds, for properties that name one. */
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

/** A body as an operation hands it out: bytes, or pieces of them. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return Buffer.from(body);
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}
