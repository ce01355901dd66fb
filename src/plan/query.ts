/** Query strings as APIs read and write them. */
import type { HeaderList } from '../base/headers.ts';

/**
 * Decoded names and values in the order sent: name, value, name, value, … A name without `=` has an empty value. A raw semicolon separates parameters
 * as `&` does (row RT-08; guide page api-gateway-known-issues: it "results in the data being split"); HTTP APIs separate by `&` alone.
 */
export function parseQuery(sent: string, separators: '&;' | '&' = '&;'): HeaderList {
  const list: HeaderList = [];
  if (sent === '') return list;
  const query = separators === '&;' && sent.includes(';') ? sent.replaceAll(';', '&') : sent;
  for (let start = 0; start <= query.length; ) {
    let end = query.indexOf('&', start);
    if (end === -1) end = query.length;
    if (end > start) {
      const equals = query.indexOf('=', start);
      const nameEnd = equals === -1 || equals > end ? end : equals;
      list.push(decoded(query, start, nameEnd), nameEnd === end ? '' : decoded(query, nameEnd + 1, end));
    }
    start = end + 1;
  }
  return list;
}

/** Form decoding: `+` is a space (recorded); text that is no valid escape stays as it was sent. */
function decoded(query: string, start: number, end: number): string {
  const text = query.slice(start, end);
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** Raw query text with every character that may not stand in a request target encoded as the byte it came as; nearly always the text itself. */
export function safeRawQuery(query: string): string {
  return unsafeInTarget.test(query)
    ? query.replace(/[^\x21-\x7e]/g, (char) => percentByte(char.charCodeAt(0) & 255))
    : query;
}

/** Text written by the API's author, who encodes it: only what may not stand in a request target at all is encoded for them. */
export function safeWrittenText(text: string): string {
  return unsafeInTarget.test(text) ? text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent) : text;
}

const unsafeInTarget = /[^\x21-\x7e]/;

function percentByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Percent-encodes all but RFC 3986's unreserved characters (row RT-09). Half a surrogate pair becomes U+FFFD. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (char) => percentByte(char.charCodeAt(0)));
}
