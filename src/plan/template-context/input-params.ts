/** `$input.params`: the parameters of a request (row MAP-10). They stay the client's own in a response template. */
import type { HeaderList } from '../../base/headers.ts';
import type { VtlMap, VtlValue } from '../../language/vtl/values.ts';
import type { Exchange } from '../exchange.ts';
import { forwardedFor, forwardedPort, forwardedProto } from '../forwarded.ts';
import { managedHeaders } from '../header-rules.ts';
import type { MappingSource } from '../parameter-mapping.ts';
import { parseQuery } from '../query.ts';
import { traceHeader } from '../trace.ts';

/** Written by the gateway itself, whatever the client sent. */
const ownHeaders: ReadonlyMap<string, { readonly name: string; readonly value: (x: Exchange) => string }> = new Map([
  ['x-amzn-trace-id', { name: 'X-Amzn-Trace-Id', value: traceHeader }],
  ['x-forwarded-for', { name: 'X-Forwarded-For', value: forwardedFor }],
  ['x-forwarded-port', { name: 'X-Forwarded-Port', value: forwardedPort }],
  ['x-forwarded-proto', { name: 'X-Forwarded-Proto', value: forwardedProto }],
]);

/**
 * `$input.params(name)`: the first of path, query and headers that has the name, whose case counts but for headers; several values are joined by a
 * comma, as mappings join them (recorded). Empty text when none has it.
 */
export function paramNamed(source: MappingSource, name: string): string {
  const { x } = source;
  const { pathParameters } = x;
  if (pathParameters !== null && Object.hasOwn(pathParameters, name)) return pathParameters[name]!;
  return joinedValues(queryOf(source), (each) => each === name) ?? headerNamed(x, name.toLowerCase());
}

function headerNamed(x: Exchange, lowerName: string): string {
  // Recorded: managed and hop-by-hop headers are empty.
  if (managedHeaders.has(lowerName)) return '';
  const own = ownHeaders.get(lowerName);
  if (own !== undefined) return own.value(x);
  return joinedValues(x.request.headers, (name) => name.toLowerCase() === lowerName) ?? '';
}

function joinedValues(list: HeaderList, isWanted: (name: string) => boolean): string | undefined {
  let values: string | undefined;
  for (let i = 0; i < list.length; i += 2) {
    if (isWanted(list[i]!)) values = values === undefined ? list[i + 1]! : `${values},${list[i + 1]!}`;
  }
  return values;
}

/** `$input.params()`: the map `{path={…}, querystring={…}, header={…}}`, the template's own to change; headers under the names the client wrote. */
export function paramsMap(source: MappingSource): VtlMap {
  const { x } = source;
  return new Map<VtlValue, VtlValue>([
    ['path', new Map<VtlValue, VtlValue>(Object.entries(x.pathParameters ?? {}))],
    ['querystring', joinedByName(queryOf(source))],
    ['header', headersMap(x)],
  ]);
}

function joinedByName(list: HeaderList): VtlMap {
  const values: VtlMap = new Map();
  for (let i = 0; i < list.length; i += 2) {
    const before = values.get(list[i]!);
    values.set(list[i]!, before === undefined ? list[i + 1]! : `${String(before)},${list[i + 1]!}`);
  }
  return values;
}

function headersMap(x: Exchange): VtlMap {
  const { headers } = x.request;
  const byLowerName = new Map<string, { readonly name: string; value: string }>();
  for (let i = 0; i < headers.length; i += 2) {
    const lowerName = headers[i]!.toLowerCase();
    if (ownHeaders.has(lowerName)) continue;
    const known = byLowerName.get(lowerName);
    const value = managedHeaders.has(lowerName) ? '' : headers[i + 1]!;
    if (known === undefined) byLowerName.set(lowerName, { name: headers[i]!, value });
    else if (value !== '') known.value += `,${value}`;
  }
  const map: VtlMap = new Map();
  for (const { name, value } of byLowerName.values()) map.set(name, value);
  if (!x.isTest) for (const { name, value } of ownHeaders.values()) map.set(name, value(x));
  return map;
}

function queryOf(source: MappingSource): HeaderList {
  source.query ??= parseQuery(source.x.request.query);
  return source.query;
}
