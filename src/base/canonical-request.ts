/**
 * The canonical request of Signature Version 4: what both sides hash. Clients write the same request in many ways, so the path is normalised and
 * encoded once more (but for S3), the query decoded, encoded and sorted, and signed headers trimmed.
 */
import { type HeaderList, headerValues } from './headers.ts';
import type { HttpRequest } from './http.ts';

/** What of a request goes into its canonical form beside the body's hash. */
export type CanonicalParts = Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers'>;

/** How a service reads the path: S3 keeps it as it is, for `a//b` and `a/../b` are keys of their own there. */
export type PathRule = 'normalized' | 'as-is';

/** The canonical request, as AWS shows it in a refusal. `signedHeaders` are lower case and sorted. */
export function canonicalRequest(
  request: CanonicalParts,
  signedHeaders: readonly string[],
  payloadHash: string,
  pathRule: PathRule = 'normalized',
): string {
  const headers = signedHeaders.map((name) => `${name}:${canonicalHeader(request.headers, name)}\n`).join('');
  return [
    request.method,
    pathRule === 'as-is' ? encodedOnce(request.path) : canonicalPath(request.path),
    canonicalQuery(request.query),
    headers,
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function canonicalHeader(headers: HeaderList, name: string): string {
  return headerValues(headers, name)
    .map((value) => value.replace(/[\t-\r ]+/g, ' ').replace(/^ | $/g, ''))
    .join(',');
}

/** Dot segments resolved, runs of slashes made one, then every byte that is not unreserved encoded: also the `%` of what is encoded already. */
function canonicalPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(encode(segment));
  }
  const joined = `/${kept.join('/')}`;
  return path.endsWith('/') && joined !== '/' ? `${joined}/` : joined;
}

/** Every segment decoded and encoded, so that what was written plainly (`:`) looks as S3 writes it (`%3A`). */
function encodedOnce(path: string): string {
  return path.split('/').map(decodedAndEncoded).join('/');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      const [name, value] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      // `+` is a space, as clients sign it.
      return [decodedAndEncoded(name.replaceAll('+', ' ')), decodedAndEncoded(value.replaceAll('+', ' '))] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Most names and values: encoded they are what they were (bench/limits.ts). */
const unreserved = /^[\w.~-]*$/;

/** Decoded and encoded again, so that however a client wrote a byte it looks the same here. */
function decodedAndEncoded(text: string): string {
  if (unreserved.test(text)) return text;
  try {
    return encode(decodeURIComponent(text));
  } catch {
    return bytewise(text);
  }
}

/** The same for escapes that are no UTF-8 and for a `%` that begins none: `%ff` must not look as `%25ff` does. */
function bytewise(text: string): string {
  return text.replace(/%[\da-f]{2}|[^%]+|%/gi, (part) => {
    if (part.length !== 3 || !part.startsWith('%')) return encode(part);
    const char = String.fromCharCode(Number.parseInt(part.slice(1), 16));
    return unreserved.test(char) ? char : part.toUpperCase();
  });
}

/** RFC 3986: `encodeURIComponent` leaves five characters alone that AWS encodes. */
function encode(text: string): string {
  if (unreserved.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
