/** The variables that the recorded templates were rendered with, and the stand-ins for AWS's objects among them. Used by tests, the bench and the differential script. */
import { JavaDouble, type JsonValue, javaInteger } from '../../src/language/java-values.ts';
import { utilObject } from '../../src/language/vtl/util-object.ts';
import { type HostObject, javaList, type VtlValue } from '../../src/language/vtl/values.ts';

export type PlainJson = null | boolean | number | string | PlainJson[] | { [name: string]: PlainJson };
export type CorpusContext = Record<string, PlainJson>;

/** Lists as ArrayLists, objects as LinkedHashMaps, decimals as Doubles; null at the top is an absent variable. */
export function corpusVariables(context: CorpusContext): Record<string, VtlValue> {
  const variables: Record<string, VtlValue> = {};
  for (const [name, value] of Object.entries(context)) {
    if (value === null) continue;
    if (name === '$input') variables['input'] = inputStandIn(value as unknown as InputTable);
    else if (name === '$util')
      variables['util'] = utilObject({ parseJson: (text) => javaValue(JSON.parse(text)) as JsonValue });
    else variables[name] = javaValue(value);
  }
  return variables;
}

export function javaValue(value: PlainJson): VtlValue {
  if (Array.isArray(value)) return javaList(value.map(javaValue));
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, member]): [VtlValue, VtlValue] => [name, javaValue(member)]));
  }
  if (typeof value !== 'number') return value;
  return Number.isInteger(value) ? javaInteger(String(value)) : new JavaDouble(value);
}

/** What the stand-in for `$input` answers, written down. */
interface InputTable {
  readonly path: Record<string, PlainJson>;
  readonly json: Record<string, string>;
  readonly params: Record<'path' | 'querystring' | 'header', Record<string, string>>;
  readonly body: string;
}

function inputStandIn(table: InputTable): HostObject {
  return {
    get: (name) => (name === 'body' ? table.body : undefined),
    call(method, [argument]) {
      if (method === 'path') return javaValue(table.path[String(argument)] ?? null);
      if (method === 'json') return table.json[String(argument)] ?? null;
      if (method !== 'params') return undefined;
      if (argument === undefined) return javaValue(table.params);
      const { path, querystring, header } = table.params;
      return { ...header, ...querystring, ...path }[String(argument)] ?? '';
    },
    toString: () => '$input',
  };
}
