/** `x-amz-copy-source`: `/bucket/key?versionId=…`, percent-encoded, or an object's ARN. */
import { badArgument } from './refusals.ts';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** Throws InvalidArgument. */
export function copySourceOf(given: string): CopySource {
  const [path, query = ''] = given.split('?versionId=') as [string, string?];
  let plain: string;
  try {
    plain = decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    throw badSource(given);
  }
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(plain) ?? [];
  if (bucket === undefined || key === undefined) throw badSource(given);
  return { bucket, key, versionId: query === '' ? undefined : query };
}

const badSource = (given: string) =>
  badArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', 'x-amz-copy-source', given);
