/** Conditional requests (RFC 9110 §13) as S3 answers them, for reading and for writing. */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import { Problem } from '../../base/problem.ts';
import type { ObjectVersion } from './records.ts';
import { preconditionFailed } from './refusals.ts';
import { quoted } from './shown.ts';

type Found = Pick<ObjectVersion, 'etag' | 'modifiedAtMs'>;

const isNamed = (list: string, etag: string): boolean =>
  list.split(',').some((each) => ['*', etag, quoted(etag)].includes(each.trim().replace(/^W\//, '')));

/** HTTP dates have no fractions of a second. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

function dateOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : seconds(ms);
}

/** Throws 412, or 304 with what a cache wants to know. `prefix`: the headers of a copy's source have one. */
export function checkReading(headers: HeaderList, version: Found, prefix = ''): void {
  const header = (name: string): string | undefined => headerValue(headers, `${prefix}${name}`);
  const { etag, modifiedAtMs } = version;
  const ifMatch = header('if-match');
  const ifNoneMatch = header('if-none-match');
  const unmodified = dateOf(header('if-unmodified-since'));
  const modified = dateOf(header('if-modified-since'));
  if (ifMatch !== undefined && !isNamed(ifMatch, etag)) throw preconditionFailed('If-Match');
  if (ifMatch === undefined && unmodified !== undefined && seconds(modifiedAtMs) > unmodified) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const isUnchanged =
    ifNoneMatch !== undefined
      ? isNamed(ifNoneMatch, etag)
      : modified !== undefined && seconds(modifiedAtMs) <= modified;
  if (!isUnchanged) return;
  if (prefix !== '') throw preconditionFailed(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  const told = ['ETag', quoted(etag), 'Last-Modified', new Date(modifiedAtMs).toUTCString()];
  throw new Problem('NotModified', 'Not Modified', { members: { headers: told } });
}

/** Throws 412 for a write that wants to be the first, or to replace what the caller has seen. `found`: the object as it is. */
export function checkWriting(headers: HeaderList, found: Found | undefined, missing: () => Problem): void {
  const ifNoneMatch = headerValue(headers, 'if-none-match');
  const ifMatch = headerValue(headers, 'if-match');
  if (ifNoneMatch !== undefined && found !== undefined && isNamed(ifNoneMatch, found.etag)) {
    throw preconditionFailed('If-None-Match');
  }
  if (ifMatch === undefined) return;
  if (found === undefined) throw missing();
  if (!isNamed(ifMatch, found.etag)) throw preconditionFailed('If-Match');
}
