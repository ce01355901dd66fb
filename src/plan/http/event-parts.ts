/** What events of both payload formats are written from: headers, query parameters, the body, who called. */
import { headerValue } from '../../base/headers.ts';
import type { Exchange } from '../exchange.ts';
import { forwardedFor, forwardedPort, forwardedProto } from '../forwarded.ts';
import { parseQuery } from '../query.ts';
import { mediaTypeOf } from '../templates.ts';
import { traceRoot } from '../trace.ts';

/** Lower-case name or parameter name → its values in the order they came. */
export type ValuesByName = Map<string, string[]>;

/** Hop by hop (RFC 9110 section 7.6.1), or written anew for every event. */
const notForEvents = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The client's headers, and those the gateway writes: `content-length` is always there, the trace id only its root (recorded). */
export function eventHeaders(x: Exchange): ValuesByName {
  const { headers, body } = x.request;
  const byName: ValuesByName = new Map();
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (notForEvents.has(name)) continue;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [headers[i + 1]!]);
    else known.push(headers[i + 1]!);
  }
  byName.set('content-length', [String(body.length)]);
  byName.set('x-amzn-trace-id', [traceRoot(x)]);
  byName.set('x-forwarded-for', [forwardedFor(x)]);
  byName.set('x-forwarded-port', [forwardedPort(x)]);
  byName.set('x-forwarded-proto', [forwardedProto(x)]);
  return byName;
}

/** Sorted by name; empty when there are none. */
export function eventQuery(query: string): [string, string[]][] {
  if (query === '') return [];
  const list = parseQuery(query, '&');
  const byName: ValuesByName = new Map();
  for (let i = 0; i < list.length; i += 2) {
    const known = byName.get(list[i]!);
    if (known === undefined) byName.set(list[i]!, [list[i + 1]!]);
    else known.push(list[i + 1]!);
  }
  return sortedByName(byName);
}

/** By code units, as the recorded events are. */
export function sortedByName<T>(byName: Iterable<[string, T]>): [string, T][] {
  return [...byName].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A JSON object of texts; written by hand, because a member called `__proto__` means nothing here. */
export function jsonOfTexts(entries: Iterable<readonly [string, string]>): string {
  let text = '';
  for (const [name, value] of entries) text += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
  return `{${text.slice(1)}}`;
}

const textTypes = new Set([
  'application/json',
  'application/xml',
  'application/javascript',
  'application/x-www-form-urlencoded',
]);

/** Bodies that go into an event as base64 (row LPV2-07): all but text, JSON, XML and forms; no type counts as text. */
export function isBinaryBody(x: Exchange): boolean {
  const contentType = headerValue(x.request.headers, 'content-type');
  if (contentType === undefined || contentType === '') return false;
  const type = mediaTypeOf(contentType);
  return !(type.startsWith('text/') || textTypes.has(type) || type.endsWith('+json') || type.endsWith('+xml'));
}
