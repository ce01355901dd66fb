/** Changes of REST APIs' resources as the patches their update operations take. */
import type { Properties } from './resource-type.ts';

export interface Patch {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: string;
}

/** `text`: one value; `map`: a path for each key; `set`: a path for each element. */
export interface PatchRow {
  readonly property: string;
  readonly path: string;
  readonly kind?: 'text' | 'map' | 'set' | 'json';
  /** What the value becomes when the template no longer has one; `''` unless given, and `remove` where the path knows that. */
  readonly absent?: string | { readonly op: 'remove' };
  /** Keys of a map are changed by this, `add` unless given. */
  readonly keyOp?: 'add' | 'replace';
}

export const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** `before` is empty for what was just made without these properties. */
export function patchesBetween(before: Properties, after: Properties, rows: readonly PatchRow[]): Patch[] {
  return rows.flatMap((row) => patchesOf(at(before, row.property), at(after, row.property), row));
}

/** `Integration.Uri` reads a member of a member. */
function at(properties: Properties, path: string): unknown {
  let value: unknown = properties;
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value;
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function patchesOf(was: unknown, is: unknown, row: PatchRow): Patch[] {
  const { path, kind = 'text', absent = '' } = row;
  if (kind === 'map') {
    const old = (was ?? {}) as Record<string, unknown>;
    const now = (is ?? {}) as Record<string, unknown>;
    const gone = Object.keys(old).filter((key) => !Object.hasOwn(now, key));
    const changed = Object.entries(now).filter(
      ([key, value]) => !Object.hasOwn(old, key) || textOf(old[key]) !== textOf(value),
    );
    return [
      ...gone.map((key): Patch => ({ op: 'remove', path: `${path}/${pointer(key)}` })),
      ...changed.map(
        ([key, value]): Patch => ({ op: row.keyOp ?? 'add', path: `${path}/${pointer(key)}`, value: textOf(value) }),
      ),
    ];
  }
  if (kind === 'set') {
    const old = new Set((was ?? []) as string[]);
    const now = new Set((is ?? []) as string[]);
    return [
      ...[...old]
        .filter((each) => !now.has(each))
        .map((each): Patch => ({ op: 'remove', path: `${path}/${pointer(each)}` })),
      ...[...now]
        .filter((each) => !old.has(each))
        .map((each): Patch => ({ op: 'add', path: `${path}/${pointer(each)}` })),
    ];
  }
  if (is === undefined) {
    if (was === undefined) return [];
    return typeof absent === 'string' ? [{ op: 'replace', path, value: absent }] : [{ op: 'remove', path }];
  }
  if (was !== undefined && textOf(was) === textOf(is)) return [];
  return [{ op: 'replace', path, value: textOf(is) }];
}
