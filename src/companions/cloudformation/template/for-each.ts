/** `Fn::ForEach::Name: [Item, [a, b], {'X${Item}': …}]` of AWS::LanguageExtensions: a fragment for each value. */
import type { Json, JsonMap } from '../records.ts';
import { validationError } from '../refusals.ts';
import { isMap } from './intrinsics.ts';

/** `listOf` carries out what stands where the values are listed. */
export function unrolled(
  value: Json,
  listOf: (list: Json) => readonly string[],
  known: ReadonlyMap<string, string> = new Map(),
): Json {
  if (typeof value === 'string') return replaced(value, known);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => unrolled(item, listOf, known));
  const map = value as JsonMap;
  if (typeof map['Ref'] === 'string' && Object.keys(map).length === 1 && known.has(map['Ref']))
    return known.get(map['Ref'])!;
  const entries: [string, Json][] = [];
  for (const [name, item] of Object.entries(map)) {
    if (!name.startsWith('Fn::ForEach::')) {
      entries.push([replaced(name, known), unrolled(item, listOf, known)]);
      continue;
    }
    if (!Array.isArray(item) || item.length !== 3 || typeof item[0] !== 'string' || !isMap(item[2])) {
      throw validationError(`Transform AWS::LanguageExtensions failed with: ${name} layout is incorrect`);
    }
    const [identifier, list, fragment] = item as unknown as [string, Json, JsonMap];
    for (const each of listOf(unrolled(list, listOf, known))) {
      const inner = new Map([...known, [identifier, each]]);
      entries.push(...Object.entries(unrolled(fragment, listOf, inner) as JsonMap));
    }
  }
  return Object.fromEntries(entries);
}

function replaced(text: string, known: ReadonlyMap<string, string>): string {
  if (known.size === 0 || !/[$&]\{/.test(text)) return text;
  // `&{…}` is the value without what a logical id cannot have.
  return text.replace(/([$&])\{([A-Za-z0-9]+)\}/g, (whole, mark: string, name: string) => {
    const value = known.get(name);
    if (value === undefined) return whole;
    return mark === '&' ? value.replace(/[^A-Za-z0-9]/g, '') : value;
  });
}
