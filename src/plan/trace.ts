/** `X-Amzn-Trace-Id`: one root per request, the client's when it brought one (X-Ray developer guide, tracing header). */
import { headerValue } from '../base/headers.ts';
import { newHex, newTraceRoot } from '../base/ids.ts';
import type { Exchange } from './exchange.ts';

const rootField = /(?:^|;)\s*Root=([^;]+)/i;

/**
 * The header of a request, made when first asked for and kept in the exchange. A client's Root is kept with its Parent and Sampled; a header
 * without Root gets a new one beside the client's fields; Self, which load balancers add, is theirs and goes no further.
 */
export function traceHeader(x: Exchange): string {
  if (x.traceHeader !== '') return x.traceHeader;
  const sent = headerValue(x.request.headers, 'x-amzn-trace-id');
  x.traceHeader = sent === undefined ? `Root=${newTraceRoot(x.startedAtMs)}` : continued(sent, x.startedAtMs);
  return x.traceHeader;
}

function continued(sent: string, nowMs: number): string {
  const root = rootField.exec(sent)?.[1] ?? newTraceRoot(nowMs);
  const others = sent
    .split(';')
    .map((field) => field.trim())
    .filter((field) => field !== '' && !/^(Root|Self)=/i.test(field));
  return [`Root=${root}`, ...others].join(';');
}

/** `Root=1-…` alone, as HTTP APIs show it to functions and backends (recorded). */
export function traceRoot(x: Exchange): string {
  const header = traceHeader(x);
  // Nothing else stands in a header made here.
  return header.includes(';') ? `Root=${rootField.exec(header)![1]!}` : header;
}

/**
 * The header of a call to a function, `Root=1-…;Parent=<16 hex>;Sampled=0;Lineage=1:<8 hex>:0` (recorded): handed to the function, and to the client with
 * its answer; `Sampled=1` when the request is traced. `lineage` stands for the function called.
 */
export function functionTrace(x: Exchange, lineage: string): string {
  const header = traceHeader(x);
  const root = rootField.exec(header)![1]!;
  const sampled = header.endsWith(';Sampled=1') ? 1 : 0;
  return `Root=${root};Parent=${newHex(16)};Sampled=${sampled};Lineage=1:${lineage}:0`;
}
