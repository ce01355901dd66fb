/** The opening handshake of RFC 6455 §4.2, the part that needs no API: is it one, is it sound, and what the accepting answer looks like. */
import { createHash } from 'node:crypto';
import { type HeaderList, headerValue, headerValues } from '../../base/headers.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';

/** Whether the client asks to switch to WebSocket. */
export function isUpgrade(request: Pick<HttpRequest, 'headers'>): boolean {
  return headerValue(request.headers, 'upgrade')?.toLowerCase() === 'websocket';
}

/** A sentence for the log when the handshake is not sound; undefined when it is. */
export function handshakeFault(request: Pick<HttpRequest, 'headers' | 'method' | 'protocol'>): string | undefined {
  const { headers, method, protocol } = request;
  if (method !== 'GET') return `a WebSocket handshake is a GET, not a ${method}`;
  if (protocol !== 'HTTP/1.1') return `a WebSocket handshake needs HTTP/1.1, not ${protocol}`;
  if (!connectionTokens(headers).includes('upgrade')) return 'the Connection header does not name upgrade';
  const version = headerValue(headers, 'sec-websocket-version');
  if (version !== '13') return `Sec-WebSocket-Version is ${version ?? 'absent'}, expected 13`;
  const key = headerValue(headers, 'sec-websocket-key') ?? '';
  return /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key) ? undefined : 'Sec-WebSocket-Key is not the base64 text of 16 bytes';
}

function connectionTokens(headers: HeaderList): string[] {
  const tokens: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() === 'connection') tokens.push(...headers[i + 1]!.toLowerCase().split(','));
  }
  return tokens.map((token) => token.trim());
}

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** `Sec-WebSocket-Accept` for a client's key. */
export function acceptKey(key: string): string {
  return createHash('sha1')
    .update(key + magic)
    .digest('base64');
}

/**
 * The 101 answer, ready to be written. AWS sends exactly these headers in this order (recorded W1); a sub-protocol only when the `$connect` integration
 * chose one (row WS-23).
 */
export function acceptance(key: string, nowMs: number, subprotocol: string | undefined): string {
  const chosen = subprotocol === undefined ? '' : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`;
  return (
    `HTTP/1.1 101 Switching Protocols\r\nDate: ${new Date(nowMs).toUTCString()}\r\nConnection: upgrade\r\n` +
    `Upgrade: websocket\r\nSec-WebSocket-Accept: ${acceptKey(key)}\r\n${chosen}\r\n`
  );
}

/** Two of them never reach the gateway: AWS's front edge answers (recorded W8). REST and HTTP APIs were not recorded with two. */
export const hasTwoAuthorizations = (request: Pick<HttpRequest, 'headers'>): boolean =>
  headerValues(request.headers, 'authorization').length > 1;

/** The front edge's page: HTML, and no header with an id (recorded W8; the words of the page are ours, they were not recorded). */
export function edgeRefusal(): HttpReply {
  const title = '400 Bad Request';
  const body =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
    `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status: 400, headers: ['Content-Type', 'text/html'], body };
}
