/** `$context.requestOverride` and `$context.responseOverride` as templates write them. */
import { textOf } from '../../language/vtl/java-text.ts';
import { type HostObject, JavaException, type VtlValue } from '../../language/vtl/values.ts';
import type { Overrides, OverridesByName } from '../overrides.ts';

/** `$context.requestOverride`: maps `header`, `path` and `querystring`. */
export function requestOverrideObject({ request }: Overrides): HostObject {
  return mapsObject(
    new Map([
      ['header', overrideMap(request.header, 'requestOverride.header', lowerCase)],
      ['path', overrideMap(request.path, 'requestOverride.path', asWritten)],
      ['querystring', overrideMap(request.querystring, 'requestOverride.querystring', asWritten)],
    ]),
  );
}

/** `$context.responseOverride`: the map `header`, and `status`. */
export function responseOverrideObject({ response }: Overrides): HostObject {
  const header = overrideMap(response.header, 'responseOverride.header', lowerCase);
  const maps = mapsObject(new Map([['header', header]]));

  function setStatus(value: VtlValue): boolean {
    if (value === null) return false;
    if (response.status !== undefined) throw overriddenTwice('responseOverride.status');
    response.status = value;
    return true;
  }

  return {
    get: (name) => (name === 'status' ? (response.status ?? null) : maps.get(name)),
    set: (name, value) => (name === 'status' ? setStatus(value) : maps.set!(name, value)),
    call(method, args) {
      const [name, value] = args;
      if (name !== 'status') return maps.call(method, args);
      if (method === 'get' && args.length === 1) return response.status ?? null;
      if (method !== 'put' || args.length !== 2) return undefined;
      setStatus(value!);
      return null;
    },
    toString: () => maps.toString(),
  };
}

const lowerCase = (name: string): string => name.toLowerCase();
const asWritten = (name: string): string => name;

/** AWS: overrides are final, each parameter may be overridden once. */
function overriddenTwice(what: string): JavaException {
  return new JavaException('java.lang.IllegalStateException', `$context.${what} is overridden a second time`);
}

/** An object with maps in it; assigning a map to one of them overrides each of its entries. */
function mapsObject(maps: ReadonlyMap<string, HostObject>): HostObject {
  return {
    get: (name) => maps.get(name),
    set(name, value) {
      const target = maps.get(name);
      if (target === undefined || !(value instanceof Map)) return false;
      for (const [key, each] of value) target.call('put', [key, each]);
      return true;
    },
    call(method, [name]) {
      return method === 'get' && typeof name === 'string' ? maps.get(name) : undefined;
    },
    toString: () => `{${[...maps].map(([name, map]) => `${name}=${map.toString()}`).join(', ')}}`,
  };
}

/** A map in which each name can be set once. */
function overrideMap(values: OverridesByName, path: string, keyOf: (name: string) => string): HostObject {
  const valueUnder = (name: string): VtlValue => values.get(keyOf(name))?.value ?? null;

  function override(name: string, value: VtlValue): boolean {
    if (value === null) return false;
    const key = keyOf(name);
    if (values.has(key)) throw overriddenTwice(`${path}.${name}`);
    values.set(key, { name, value });
    return true;
  }

  return {
    get: valueUnder,
    set: override,
    call(method, args) {
      const [name, value] = args;
      if (typeof name !== 'string') return undefined;
      if (method === 'get' && args.length === 1) return valueUnder(name);
      if (method === 'containsKey' && args.length === 1) return values.has(keyOf(name));
      if (method !== 'put' || args.length !== 2) return undefined;
      override(name, value!);
      return null;
    },
    toString: () => `{${[...values.values()].map(({ name, value }) => `${name}=${textOf(value)}`).join(', ')}}`,
  };
}
