/**
 * The canonical request of Signature Version 4: what both sides hash. Clients write the same request in many ways, so the path is normalised and
 * encoded once more (this is not S3), the query decoded, encoded and sorted, and signed headers trimmed.
 */
import { type HeaderList, headerValues } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';

/** The canonical request, as AWS shows it in a refusal. */
export function canonicalRequest(request: HttpRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const headers = signedHeaders.map((name) => `${name}:${canonicalHeader(request.headers, name)}\n`).join('');
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers,
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function canonicalHeader(headers: HeaderList, name: string): string {
  return headerValues(headers, name)
    .map((value) => value.trim().replace(/\s+/g, ' '))
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

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      const [name, value] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      return [reencoded(name), reencoded(value)] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Decoded and encoded again, so that however a client wrote a byte it looks the same here. `+` is a space, as clients sign it. */
function reencoded(text: string): string {
  try {
    return encode(decodeURIComponent(text.replaceAll('+', ' ')));
  } catch {
    return encode(text);
  }
}

/** RFC 3986: `encodeURIComponent` leaves five characters alone that AWS encodes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
