/** Our records say `routeKey`, the model's types `RouteKey`: members are renamed where inputs come in and answers go out. */

export type Capitalized<T> = { [K in keyof T as K extends string ? Capitalize<K> : K]: T[K] };
export type Uncapitalized<T> = { [K in keyof T as K extends string ? Uncapitalize<K> : K]: T[K] };

type Entries = Readonly<Record<string, unknown>>;

/** Members whose value is a structure itself, or a map whose values are. Anything else holds names of users, which stay as they are. */
const structures = new Set([
  'accesslogsettings',
  'corsconfiguration',
  'defaultroutesettings',
  'jwtconfiguration',
  'tlsconfig',
]);
const mapsOfStructures = new Set(['routesettings']);

/** The input's members under our names. Members that are undefined are left out. */
export const ourNames = <T extends object>(input: T): Uncapitalized<T> =>
  renamed(input as Entries, (name) => name.charAt(0).toLowerCase() + name.slice(1)) as Uncapitalized<T>;

/** The record's members under the model's names. */
export const wireNames = <T extends object>(record: T): Capitalized<T> =>
  renamed(record as Entries, (name) => name.charAt(0).toUpperCase() + name.slice(1)) as Capitalized<T>;

function renamed(value: Entries, rename: (name: string) => string): Entries {
  const entries: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) entries.push([rename(name), renamedWithin(name.toLowerCase(), member, rename)]);
  }
  return Object.fromEntries(entries);
}

function renamedWithin(name: string, member: unknown, rename: (name: string) => string): unknown {
  if (structures.has(name)) return renamed(member as Entries, rename);
  if (!mapsOfStructures.has(name) && !isConstraintMap(name, member)) return member;
  return Object.fromEntries(
    Object.entries(member as Entries).map(([key, each]) => [key, renamed(each as Entries, rename)]),
  );
}

/** Parameters of routes and route responses are `{ name: { required } }`, those of integrations `{ name: text }` or `{ status: { name: text } }`. */
function isConstraintMap(name: string, member: unknown): boolean {
  if (name !== 'requestparameters' && name !== 'responseparameters') return false;
  return Object.entries(member as Entries).some(
    ([key, each]) =>
      typeof each === 'object' &&
      each !== null &&
      (key.startsWith('route.') || Object.values(each).some((value) => typeof value === 'boolean')),
  );
}
