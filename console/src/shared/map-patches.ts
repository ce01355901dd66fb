/** Patch operations that make one map another. */
type StringMap = Readonly<Record<string, string | null>>;

export interface Patch {
  readonly op: 'add' | 'remove' | 'replace' | 'copy';
  readonly path: string;
  readonly value?: string;
  readonly from?: string;
}

/** Each entry at `{path}/{name}`; what stays is left alone. */
export function mapPatches(path: string, from: StringMap | undefined, to: StringMap): Patch[] {
  const removed = Object.keys(from ?? {}).filter((name) => !(name in to));
  const changed = Object.entries(to).filter(([name, value]) => from?.[name] !== value);
  return [
    ...removed.map((name): Patch => ({ op: 'remove', path: `${path}/${patchSegment(name)}` })),
    ...changed.map(([name, value]): Patch => replaced(`${path}/${patchSegment(name)}`, value ?? '')),
  ];
}

/** A name within a patch path (RFC 6901). */
export const patchSegment = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

export const replaced = (path: string, value: string | number | boolean): Patch => ({
  op: 'replace',
  path,
  value: String(value),
});

/** Replacements for those members of two flat records that differ, by the path of each. */
export function changedPatches<T extends object>(
  paths: Readonly<Partial<Record<keyof T, string>>>,
  from: T,
  to: T,
): Patch[] {
  return (Object.entries(paths) as [keyof T, string][])
    .filter(([name]) => from[name] !== to[name])
    .map(([name, path]) => replaced(path, to[name] as string | number | boolean));
}
