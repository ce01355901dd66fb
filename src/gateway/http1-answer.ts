/**
 * The head of a backend's answer (RFC 9112). Read as strictly as a request's where the length of the body is concerned: a backend and we must agree where
 * one answer ends, or the next caller gets the rest of it.
 */
import type { HeaderList } from '../base/headers.ts';

export interface AnswerHead {
  readonly status: number;
  readonly headers: HeaderList;
  /** Bytes of body announced; -1 when none are: then the body ends with the connection, unless `isChunked`. */
  readonly contentLength: number;
  readonly isChunked: boolean;
  /** The connection may be used again. */
  readonly keepAlive: boolean;
  /** Seconds the backend keeps an idle connection, from `Keep-Alive: timeout=`; -1 when it does not say. */
  readonly keepAliveSeconds: number;
  /** Index of the first byte after the head. */
  readonly end: number;
}

/** Beyond what any usual server sends; AWS allows 10,240 bytes. */
export const maxAnswerHeadBytes = 65_536;

const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: [^\r\n\0]*)?$/;
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const decimal = /^\d{1,15}$/;

/** Reads the head between `at` and `to`. Undefined when it has not come whole; text when it is no answer we can take: the reason. */
export function parseAnswerHead(bytes: Buffer, at: number, to: number): AnswerHead | string | undefined {
  const stop = Math.min(to, at + maxAnswerHeadBytes);
  const text = bytes.toString('latin1', at, stop);
  const length = text.indexOf('\r\n\r\n');
  if (length < 0) {
    if (stop - at >= maxAnswerHeadBytes) return `the head of the answer is over ${maxAnswerHeadBytes} bytes`;
    return 'HTTP/1.'.startsWith(text.slice(0, 7)) || text.startsWith('HTTP/1.')
      ? undefined
      : 'the answer is not HTTP/1.1';
  }
  let lineEnd = text.indexOf('\r\n');
  const first = statusLine.exec(text.slice(0, lineEnd));
  if (first === null) return 'the answer is not HTTP/1.1';
  const isVersion11 = first[1] === '1';
  let keepAlive = isVersion11;
  let contentLength = -1;
  let isChunked = false;
  let keepAliveSeconds = -1;
  const headers: HeaderList = [];

  while (lineEnd < length) {
    const lineAt = lineEnd + 2;
    lineEnd = text.indexOf('\r\n', lineAt);
    const colon = text.indexOf(':', lineAt);
    if (colon < 0 || colon > lineEnd) return 'a header line of the answer has no colon';
    const name = text.slice(lineAt, colon);
    const value = text.slice(colon + 1, lineEnd).trim();
    if (!headerName.test(name)) return 'a header name of the answer is invalid';
    if (hasControl(value)) return `the answer's header ${name} holds a control character`;
    headers.push(name, value);
    switch (name.length) {
      case 10:
        if (isNamed(name, 'connection')) keepAlive = keepsAlive(value.toLowerCase(), keepAlive);
        else if (isNamed(name, 'keep-alive')) keepAliveSeconds = Number(/timeout=(\d{1,9})/i.exec(value)?.[1] ?? -1);
        break;
      case 14:
        if (isNamed(name, 'content-length')) {
          if (!decimal.test(value)) return 'Content-Length of the answer is not a number';
          if (contentLength >= 0 && contentLength !== Number(value))
            return 'the answer has two different Content-Lengths';
          contentLength = Number(value);
        }
        break;
      case 17:
        if (isNamed(name, 'transfer-encoding')) {
          if (isChunked || value.toLowerCase() !== 'chunked')
            return 'the answer has a Transfer-Encoding other than chunked';
          isChunked = true;
        }
        break;
    }
  }
  // RFC 9112 §6.3: chunks count, and an answer with both may be an attack, so nothing more is read from this connection.
  if (isChunked && (contentLength >= 0 || !isVersion11)) keepAlive = false;
  const end = at + length + 4;
  return { status: Number(first[2]), headers, contentLength, isChunked, keepAlive, keepAliveSeconds, end };
}

const isNamed = (name: string, lowerName: string): boolean => name.toLowerCase() === lowerName;

function keepsAlive(lower: string, before: boolean): boolean {
  if (lower.includes('close')) return false;
  return before || lower.includes('keep-alive');
}

function hasControl(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}
