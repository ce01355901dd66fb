/** Signature Version 4 with the browser's own cryptography. */
import type { Credentials } from './session.ts';

export interface RequestToSign {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query: string;
  /** Names in lower case; `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * The `Authorization` header of a request. Browsers give pages of plain http on another machine no cryptography: there the header says who calls and carries no
 * signature that could be checked, which is what the server's dev mode asks for. In secure mode the server refuses it; use https.
 */
export async function authorization(
  request: RequestToSign,
  scope: { readonly service: string; readonly region: string; readonly time: string },
  credentials: Credentials,
): Promise<string> {
  const { service, region, time } = scope;
  const date = time.slice(0, 8);
  const scopeText = `${date}/${region}/${service}/aws4_request`;
  const signedHeaders = Object.keys(request.headers).sort();
  const beginning = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scopeText}, SignedHeaders=${signedHeaders.join(';')}, Signature=`;
  if (crypto.subtle === undefined) return `${beginning}${'0'.repeat(64)}`;
  const canonical = [
    request.method,
    request.path.split('/').map(encoded).join('/'),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${request.headers[name]!.trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    hex(await crypto.subtle.digest('SHA-256', request.body)),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scopeText, hex(await crypto.subtle.digest('SHA-256', bytes(canonical)))];
  let key = await hmac(bytes(`AWS4${credentials.secretAccessKey}`), date);
  for (const part of [region, service, 'aws4_request']) key = await hmac(key, part);
  return `${beginning}${hex(await hmac(key, toSign.join('\n')))}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => (pair.includes('=') ? pair : `${pair}=`));
  // By name and then by value: `=` must not count as a character of the name.
  return pairs.sort((a, b) => (a.replace('=', '\0') < b.replace('=', '\0') ? -1 : 1)).join('&');
}

/** Every byte that is not unreserved, also those that `encodeURIComponent` leaves. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `20260301T103000Z` */
export function amzDate(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d+/g, '');
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return crypto.subtle.sign('HMAC', imported, bytes(text));
}

const hex = (buffer: ArrayBuffer): string =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
