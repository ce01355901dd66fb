/**
 * The head of an HTTP/1.1 request, read strictly (RFC 9112): what two parsers could understand differently is refused, never guessed, because
 * request smuggling lives in the guesses. One scan over the bytes; names and values are slices of one string.
 */
import type { HeaderList } from '../base/headers.ts';
import type { ListenerLimits, Refusal, RequestHead } from './http-handler.ts';

export interface Head extends RequestHead {
  /** 0 or 1. */
  readonly minorVersion: number;
  /** Bytes of body announced; 0 when none is. Means nothing when `isChunked`. */
  readonly contentLength: number;
  readonly isChunked: boolean;
  /** The client lets the connection be used again. */
  readonly keepAlive: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
  /** Index of the first byte after the head. */
  readonly end: number;
}

export type HeadLimits = Pick<ListenerLimits, 'maxHeadBytes' | 'maxHeaderValueBytes' | 'maxTargetBytes'>;

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const slash = 0x2f;
const colon = 0x3a;
const questionMark = 0x3f;
const percent = 0x25;

/** What a byte may be part of. */
const isToken = 1;
const isPath = 2;
const isQuery = 4;
const isValue = 8;
const isHex = 16;
const isHost = 32;

const kinds = new Uint8Array(256);
function mark(kind: number, characters: string): void {
  for (const character of characters) kinds[character.charCodeAt(0)]! |= kind;
}
const alphanumerics = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
mark(isToken, `${alphanumerics}!#$%&'*+-.^_\`|~`);
mark(isHex, '0123456789ABCDEFabcdef');
// RFC 3986 §3.2.2 with port; no `@`, so a user part can never be taken for a host.
mark(isHost, `${alphanumerics}-._~!$&'()*+,;=:[]%`);
// Beyond RFC 3986 the characters AWS and most servers let pass; `|`, `{` and `}` must be encoded in a query (row RT-08).
mark(isPath | isQuery, `${alphanumerics}-._~!$&'()*+,;=:@/%[]"<>\\^\``);
mark(isPath, '{|}');
mark(isQuery, '?');
for (let byte = 0x20; byte < 0x100; byte++) if (byte !== 0x7f) kinds[byte]! |= isValue;
kinds[tab]! |= isValue;

/**
 * Reads the head that begins at `at`, of bytes that go to `end`. Undefined when it has not come whole and may still be right; a Refusal when it cannot become a request
 * this server answers. Never looks further than `limits.maxHeadBytes`.
 */
export function parseHead(bytes: Buffer, at: number, end: number, limits: HeadLimits): Head | Refusal | undefined {
  const stop = Math.min(end, at + limits.maxHeadBytes);
  const isCut = stop < end || stop - at === limits.maxHeadBytes;
  const text = bytes.toString('latin1', at, stop);
  const incomplete = isCut ? headTooLarge : undefined;
  // RFC 9112 §2.2: an empty line before the request line is skipped; some clients end a body with one too many.
  let i = at;
  if (bytes[i] === carriageReturn) {
    if (i + 1 >= stop) return incomplete;
    if (bytes[i + 1] !== lineFeed) return bareControl;
    i += 2;
  }

  const methodAt = i;
  while (i < stop && kinds[bytes[i]!]! & isToken) i++;
  if (i - methodAt > maxMethodBytes) return badRequest('the method is too long');
  if (i >= stop) return incomplete;
  if (bytes[i] !== space || i === methodAt)
    return badRequest('the request line does not begin with a method and a space');
  const method = text.slice(methodAt - at, i - at);

  const targetAt = ++i;
  let queryAt = -1;
  for (; i < stop; i++) {
    const byte = bytes[i]!;
    if (byte === percent) {
      if (i + 2 >= stop) return i - targetAt > limits.maxTargetBytes ? targetTooLong : incomplete;
      if (!(kinds[bytes[i + 1]!]! & kinds[bytes[i + 2]!]! & isHex))
        return badRequest('a % in the target is not followed by two hex digits');
      i += 2;
    } else if (kinds[byte]! & (queryAt < 0 ? isPath : isQuery)) {
      // The usual case.
    } else if (byte === questionMark) {
      queryAt = i;
    } else {
      break;
    }
  }
  if (i - targetAt > limits.maxTargetBytes) return targetTooLong;
  if (i >= stop) return incomplete;
  if (bytes[i] !== space)
    return badRequest(`the target holds a character that must be percent-encoded (byte ${bytes[i]})`);
  if (bytes[targetAt] !== slash) return badRequest('the target does not begin with /');
  const path = text.slice(targetAt - at, (queryAt < 0 ? i : queryAt) - at);
  const query = queryAt < 0 ? '' : text.slice(queryAt + 1 - at, i - at);

  i++;
  if (i + 10 > stop) return incomplete ?? refusalOfVersion(text.slice(i - at));
  const minorVersion = bytes[i + 7]! - 0x30;
  if (!text.startsWith('HTTP/1.', i - at) || (minorVersion !== 0 && minorVersion !== 1)) return wrongVersion;
  if (bytes[i + 8] !== carriageReturn || bytes[i + 9] !== lineFeed)
    return badRequest('the request line does not end after the version');
  i += 10;

  const headers: HeaderList = [];
  let valueBytes = 0;
  let contentLength = -1;
  let isChunked = false;
  let hosts = 0;
  let keepAlive = minorVersion === 1;
  let expectsContinue = false;

  for (;;) {
    if (i >= stop) return incomplete;
    if (bytes[i] === carriageReturn) {
      if (i + 1 >= stop) return incomplete;
      if (bytes[i + 1] !== lineFeed) return bareControl;
      i += 2;
      break;
    }
    const nameAt = i;
    while (i < stop && kinds[bytes[i]!]! & isToken) i++;
    if (i >= stop) return incomplete;
    // Also what a folded line (obs-fold) or a space before the colon comes to, RFC 9112 §5.1 and §5.2.
    if (bytes[i] !== colon || i === nameAt) return badRequest('a header line does not begin with a name and a colon');
    const nameEnd = i;
    i++;
    while (i < stop && (bytes[i] === space || bytes[i] === tab)) i++;
    const valueAt = i;
    while (i < stop && kinds[bytes[i]!]! & isValue) i++;
    if (i >= stop) return incomplete;
    let valueEnd = i;
    if (bytes[i] !== carriageReturn) return bareControl;
    if (i + 1 >= stop) return incomplete;
    if (bytes[i + 1] !== lineFeed) return bareControl;
    i += 2;
    while (valueEnd > valueAt && (bytes[valueEnd - 1] === space || bytes[valueEnd - 1] === tab)) valueEnd--;
    valueBytes += valueEnd - valueAt;
    const name = text.slice(nameAt - at, nameEnd - at);
    const value = text.slice(valueAt - at, valueEnd - at);
    headers.push(name, value);

    switch (nameEnd - nameAt) {
      case 4:
        if (isNamed(name, 'host')) {
          if (++hosts > 1) return badRequest('more than one Host');
          for (let h = valueAt; h < valueEnd; h++)
            if (!(kinds[bytes[h]!]! & isHost)) return badRequest('Host is not a host name');
        }
        break;
      case 6:
        if (isNamed(name, 'expect') && isNamed(value, '100-continue')) expectsContinue = true;
        break;
      case 10:
        if (isNamed(name, 'connection')) keepAlive = keepsAlive(value, keepAlive);
        break;
      case 14:
        if (isNamed(name, 'content-length')) {
          if (contentLength >= 0) return badRequest('more than one Content-Length');
          if (!decimal.test(value)) return badRequest('Content-Length is not a number');
          contentLength = Number(value);
        }
        break;
      case 17:
        if (isNamed(name, 'transfer-encoding')) {
          if (isChunked) return badRequest('more than one Transfer-Encoding');
          if (!isNamed(value, 'chunked')) return { status: 501, why: 'a Transfer-Encoding other than chunked' };
          isChunked = true;
        }
        break;
    }
  }

  if (valueBytes > limits.maxHeaderValueBytes) return headTooLarge;
  if (hosts === 0 && minorVersion === 1) return badRequest('no Host');
  if (isChunked && contentLength >= 0) return badRequest('both Content-Length and Transfer-Encoding');
  if (isChunked && minorVersion === 0) return badRequest('Transfer-Encoding in HTTP/1.0');
  return {
    method,
    path,
    query,
    headers,
    minorVersion,
    contentLength: Math.max(contentLength, 0),
    isChunked,
    keepAlive,
    expectsContinue: expectsContinue && minorVersion === 1,
    end: i,
  };
}

/** Whether a parsed head is a refusal. */
export const isRefusal = (head: Head | Refusal): head is Refusal => 'why' in head;

const maxMethodBytes = 32;
/** Below 2^53, so the number is exact. */
const decimal = /^\d{1,15}$/;

const badRequest = (why: string): Refusal => ({ status: 400, why });
const bareControl = badRequest('a control character in the head, or a line that does not end in CR LF');
const targetTooLong: Refusal = { status: 414, why: 'the target is too long' };
const headTooLarge: Refusal = { status: 431, why: 'the head or its header values are too large' };
const wrongVersion: Refusal = { status: 505, why: 'not HTTP/1.1 or HTTP/1.0' };

/** While the version has not come whole: a refusal as soon as it cannot become right (the HTTP/2 preface, HTTP/0.9). */
function refusalOfVersion(begun: string): Refusal | undefined {
  return 'HTTP/1.1\r\n'.startsWith(begun) || 'HTTP/1.0\r\n'.startsWith(begun) ? undefined : wrongVersion;
}

const isNamed = (text: string, lowerName: string): boolean => text === lowerName || text.toLowerCase() === lowerName;

function keepsAlive(value: string, before: boolean): boolean {
  const lower = value.toLowerCase();
  if (lower === 'keep-alive') return true;
  if (lower === 'close') return false;
  const options = lower.split(',').map((option) => option.trim());
  if (options.includes('close')) return false;
  return options.includes('keep-alive') || before;
}
