/**
 * The head of an HTTP/2 request, made into that of an HTTP/1.1 one and read by the same parser (http1-head): one set of rules about what a request may be, whatever it
 * came by, and none that a backend, which gets HTTP/1.1, would understand differently (RFC 9113 §8.3, §10.3).
 */
import type { Refusal } from './http-handler.ts';
import { type Head, type HeadLimits, isRefusal, parseHead } from './http1-head.ts';

/** Say how an HTTP/1.1 connection is used; a request of HTTP/2 that has one is malformed (RFC 9113 §8.2.2). */
const forbidden: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** What would begin another line, or hide one. */
const notInLine = /[\0\r\n]/;

/** `raw`: name, value, name, value, … as they came, pseudo headers first. */
export function headOfHttp2(raw: readonly string[], limits: HeadLimits): Head | Refusal {
  const pseudo = new Map<string, string>();
  let lines = '';
  let host: string | undefined;
  const cookies: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    if (notInLine.test(name) || notInLine.test(value))
      return malformed(`a control character in ${JSON.stringify(name)}`);
    if (name.startsWith(':')) {
      if (pseudo.has(name)) return malformed(`more than one ${name}`);
      pseudo.set(name, value);
    } else if (name === 'cookie') {
      // One header as clients of HTTP/1.1 send it (RFC 9113 §8.2.3).
      cookies.push(value);
    } else if (name === 'host') {
      if (host !== undefined) return malformed('more than one host');
      host = value;
    } else if (forbidden.has(name) || (name === 'te' && value !== 'trailers')) {
      return malformed(`the header ${name} is one of HTTP/1.1 alone`);
    } else {
      lines += `${name}: ${value}\r\n`;
    }
  }
  const method = pseudo.get(':method') ?? '';
  const target = pseudo.get(':path') ?? '';
  if (method === 'CONNECT') return malformed('CONNECT is for proxies');
  if (/\s/.test(method) || /\s/.test(target)) return malformed('a space in the method or the path');
  const authority = pseudo.get(':authority') ?? host;
  if (authority === undefined || authority === '') return malformed('neither :authority nor host');
  if (host !== undefined && host.toLowerCase() !== authority.toLowerCase())
    return malformed(':authority and host differ');
  if (cookies.length > 0) lines += `cookie: ${cookies.join('; ')}\r\n`;
  const bytes = Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: ${authority}\r\n${lines}\r\n`, 'latin1');
  const head = parseHead(bytes, 0, bytes.length, limits);
  // Whole by construction: what is missing has been cut off by a limit, or is no head.
  if (head === undefined) return malformed('the head cannot be read');
  if (!isRefusal(head) && head.end !== bytes.length) return malformed('the head ends before its end');
  return head;
}

const malformed = (why: string): Refusal => ({ status: 400, why: `malformed HTTP/2 request: ${why}` });
