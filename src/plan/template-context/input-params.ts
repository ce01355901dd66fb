/** `$input.params()`: the parameters of a request as maps (row MAP-10). They stay the client's own in a response template. */
import type { VtlMap, VtlValue } from '../../language/vtl/values.ts';
import type { Exchange } from '../exchange.ts';
import { forwardedFor, forwardedPort, forwardedProto } from '../forwarded.ts';
import { managedHeaders } from '../header-rules.ts';
import { parseQuery } from '../query.ts';
import { traceHeader } from '../trace.ts';

/** Names → values as sent; several values of one name are joined by a comma, as mappings join them (recorded). */
export interface InputParams {
  readonly path: Map<string, string>;
  readonly querystring: Map<string, string>;
  /** Under the names the client wrote. Managed and hop-by-hop headers are there and empty (recorded). */
  readonly header: Map<string, string>;
}

export function inputParams(x: Exchange): InputParams {
  return {
    path: new Map(Object.entries(x.pathParameters ?? {})),
    querystring: joinedByName(parseQuery(x.request.query), (name) => name),
    header: headers(x),
  };
}

function headers(x: Exchange): Map<string, string> {
  const spelling = new Map<string, string>();
  const found = joinedByName(x.request.headers, (name) => {
    const lowerName = name.toLowerCase();
    const first = spelling.get(lowerName);
    if (first === undefined) spelling.set(lowerName, name);
    return first ?? name;
  });
  for (const [lowerName, name] of spelling) if (managedHeaders.has(lowerName)) found.set(name, '');
  // Written by the gateway itself, whatever the client sent.
  const own = [
    ['X-Amzn-Trace-Id', traceHeader(x)],
    ['X-Forwarded-For', forwardedFor(x)],
    ['X-Forwarded-Port', forwardedPort(x)],
    ['X-Forwarded-Proto', forwardedProto(x)],
  ] as const;
  for (const [name, value] of own) {
    const sent = spelling.get(name.toLowerCase());
    if (sent !== undefined) found.delete(sent);
    found.set(name, value);
  }
  return found;
}

function joinedByName(list: readonly string[], keyOf: (name: string) => string): Map<string, string> {
  const values = new Map<string, string>();
  for (let i = 0; i < list.length; i += 2) {
    const key = keyOf(list[i]!);
    const before = values.get(key);
    values.set(key, before === undefined ? list[i + 1]! : `${before},${list[i + 1]!}`);
  }
  return values;
}

/** The first of path, query and headers that has the name, whose case counts but for headers; empty text when none has. */
export function paramNamed({ path, querystring, header }: InputParams, name: string): string {
  const exact = path.get(name) ?? querystring.get(name) ?? header.get(name);
  if (exact !== undefined) return exact;
  const lowerName = name.toLowerCase();
  for (const [sent, value] of header) if (sent.toLowerCase() === lowerName) return value;
  return '';
}

/** The map `{path={…}, querystring={…}, header={…}}`, the template's own to change. */
export function paramsMap({ path, querystring, header }: InputParams): VtlMap {
  return new Map<VtlValue, VtlValue>([
    ['path', new Map<VtlValue, VtlValue>(path)],
    ['querystring', new Map<VtlValue, VtlValue>(querystring)],
    ['header', new Map<VtlValue, VtlValue>(header)],
  ]);
}
