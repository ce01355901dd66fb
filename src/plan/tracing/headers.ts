/** The two headers traces travel in: `X-Amzn-Trace-Id` (X-Ray developer guide) and `traceparent` (W3C Trace Context). Both name the same trace: X-Ray's id without its dashes. */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { Exchange } from '../exchange.ts';

/** The trace a request came with. */
export interface CallersTrace {
  /** `1-<8 hex>-<24 hex>`; undefined when the header names none that is well-formed. */
  readonly traceId: string | undefined;
  readonly parentId: string | undefined;
  /** Undefined when the caller left it to us. */
  readonly isSampled: boolean | undefined;
}

/** What the request says, X-Ray's header before W3C's, which X-Ray alone does not know; undefined when it says nothing. */
export function callersTrace(x: Exchange, readsTraceparent: boolean): CallersTrace | undefined {
  const { headers } = x.request;
  const amazon = headerValue(headers, 'x-amzn-trace-id');
  if (amazon !== undefined) {
    const sampled = /(?:^|;)\s*Sampled=([01])\s*(?:;|$)/i.exec(amazon)?.[1];
    return {
      traceId: /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})\s*(?:;|$)/i.exec(amazon)?.[1]?.toLowerCase(),
      parentId: /(?:^|;)\s*Parent=([0-9a-f]{16})\s*(?:;|$)/i.exec(amazon)?.[1]?.toLowerCase(),
      isSampled: sampled === undefined ? undefined : sampled === '1',
    };
  }
  if (!readsTraceparent) return undefined;
  const parent = headerValue(headers, 'traceparent');
  const fields = parent === undefined ? null : traceparent.exec(parent);
  if (fields === null || /^0+$/.test(fields[1]! + fields[2]!) || /^0+$/.test(fields[3]!)) return undefined;
  return {
    traceId: `1-${fields[1]}-${fields[2]}`,
    parentId: fields[3]!,
    isSampled: (Number.parseInt(fields[4]!, 16) & 1) === 1,
  };
}

/** Only versions to come may say more (Trace Context, section 3.2.3). */
const traceparent = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{8})([0-9a-f]{24})-([0-9a-f]{16})-([0-9a-f]{2})(?:(?<!^00.{53})-.*)?$/;

/** Of a traced call. */
export const traceparentOf = (traceId: string, segmentId: string): string =>
  `00-${traceId.slice(2).replace('-', '')}-${segmentId}-01`;

/** The client's own is replaced: what is called was called by us. `tracestate` goes through as it came. */
export function withTraceparent(headers: HeaderList, value: string): HeaderList {
  const others: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() !== 'traceparent') others.push(headers[i]!, headers[i + 1]!);
  }
  return [...others, 'traceparent', value];
}
