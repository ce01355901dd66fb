/** A reply laid out on the wire: status line and header lines as one string, in the order AWS was recorded to send them. */
import type { HttpReply } from '../base/http.ts';
import { nodeHttp } from '../base/node-http.ts';
import { httpDate, isBodiless, isListenersHeader } from './respond.ts';

/** Status lines with the beginning of the Date line, by status. */
const statusLines: string[] = [];

function statusLine(status: number): string {
  statusLines[status] ??= `HTTP/1.1 ${status} ${nodeHttp.STATUS_CODES[status] ?? ''}\r\nDate: `;
  return statusLines[status];
}

/** A status a client takes for a final answer; whatever else would leave it waiting, or end the line early. */
const isFinalStatus = (status: number): boolean => Number.isInteger(status) && status >= 200 && status <= 999;

/**
 * Date, Content-Type, Content-Length, Connection, then the rest as the reply has them. `bodyBytes` is the length of the body in bytes, or `inChunks`, or
 * `untilClosed`.
 * Ends with the empty line. Every character is latin1. Throws for a status that is none.
 */
export function replyHead(reply: HttpReply, bodyBytes: number, keepAlive: boolean, nowMs: number): string {
  const { headers, status } = reply;
  if (!isFinalStatus(status)) throw new Error(`a reply with status ${status}`);
  let rest = '';
  let contentType = '';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const kind = kindOf(name);
    if (kind === ordinary) rest += name + ': ' + cleanValue(headers[i + 1]!) + '\r\n';
    else if (kind === isContentType && contentType === '')
      contentType = name + ': ' + cleanValue(headers[i + 1]!) + '\r\n';
  }
  const length = isBodiless(status)
    ? ''
    : bodyBytes >= 0
      ? 'Content-Length: ' + bodyBytes + '\r\n'
      : framing(bodyBytes);
  const connection = keepAlive ? 'Connection: keep-alive\r\n' : 'Connection: close\r\n';
  return statusLine(status) + httpDate(nowMs) + '\r\n' + contentType + length + connection + rest + '\r\n';
}

/** Whether a header of a reply may be sent at all, whatever the protocol. */
export const isSendable = (name: string): boolean => kindOf(name) !== isLeftOut;

const ordinary = 0;
const isContentType = 1;
const isLeftOut = 2;

/** For `bodyBytes`: how a body ends of which nobody knows the length. HTTP/1.0 knows no chunks. */
export const inChunks = -1;
export const untilClosed = -2;

const framing = (kind: number): string => (kind === inChunks ? 'Transfer-Encoding: chunked\r\n' : '');

/** Few names come again and again; looking one up costs a tenth of examining it. */
const knownNames = new Map<string, number>();
const maxKnownNames = 1_000;

function kindOf(name: string): number {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  const kind = examineName(name);
  if (knownNames.size >= maxKnownNames) knownNames.clear();
  knownNames.set(name, kind);
  return kind;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function examineName(name: string): number {
  // A name that is none would end the head early or begin another header: it cannot be sent.
  if (!token.test(name) || isListenersHeader(name)) return isLeftOut;
  return name.toLowerCase() === 'content-type' ? isContentType : ordinary;
}

/**
 * A value fit for the wire. Control characters become spaces (RFC 9110 §5.5), or a backend could put headers and bodies of its own into the
 * answer; characters beyond latin1 go out as UTF-8.
 */
export function cleanValue(value: string): string {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return cleanedValue(value);
  }
  return value;
}

function cleanedValue(value: string): string {
  const printable = value.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, ' ');
  return /[^\x00-\xff]/.test(printable) ? Buffer.from(printable, 'utf8').toString('latin1') : printable;
}
