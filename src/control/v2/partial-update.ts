/** Updates as v2 does them: what is absent stays, an empty text, list or map clears (row CP-18). */

/** The record with the changes made. Members named in `kept` are never cleared: an empty value of theirs is a value. */
export function updated<T extends object>(record: T, changes: Partial<T>, kept: readonly (keyof T)[] = []): T {
  const result = { ...record } as Record<string, unknown>;
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (isEmpty(value) && !kept.includes(name as keyof T)) delete result[name];
    else result[name] = value;
  }
  return result as T;
}

/** A new record without the members that are empty or undefined. */
export const withoutEmpty = <T extends object>(record: T, kept: readonly (keyof T)[] = []): T =>
  updated({} as T, record, kept);

export function isEmpty(value: unknown): boolean {
  if (value === '') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

type Texts = Readonly<Record<string, string>>;

/** A map with the changes made key by key: an empty text takes the key out (row CP-19). Undefined when nothing is left. */
export function mergedTexts(map: Texts | undefined, changes: Texts | undefined): Texts | undefined {
  if (changes === undefined) return map;
  const merged = Object.entries({ ...map, ...changes }).filter(([, value]) => value !== '');
  return merged.length === 0 ? undefined : Object.fromEntries(merged);
}
