/**
 * PATCH as the REST API has it: a list of operations `{op, path, value, from}` against a table of the paths a resource knows. The tables are
 * data, so that rows PATCH-* can be read off the code; this file matches paths and words the refusals.
 */
import { pointerSegments, unescapePointerSegment } from '../../base/json-patch.ts';
import type { PatchOperation } from '../../wire/generated/apigateway.ts';
import { invalidValue } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';

export type PatchVerb = 'add' | 'remove' | 'replace' | 'copy';

/** One operation that was found in a table. */
export interface PatchStep {
  readonly op: PatchVerb;
  /** As sent. */
  readonly path: string;
  /** Always text, also for booleans and numbers; an absent value is the empty text (row CP-14). */
  readonly value: string;
  readonly from: string | undefined;
  /** What the placeholders of the row's path stand for in this path, in order. */
  readonly names: readonly string[];
}

/** The target after one operation; throws a Problem when the operation cannot be done. */
export type Change<T> = (target: T, step: PatchStep) => T;

export interface PatchRow<T> {
  /**
   * Path template. `{name}` is any one segment, handed to the change unescaped. `{name+}` is one or more segments, handed on as sent: method
   * settings are addressed both by `/~1pets/GET/…` and by `/pets/GET/…`.
   */
  readonly path: string;
  readonly add?: Change<T>;
  readonly remove?: Change<T>;
  readonly replace?: Change<T>;
  readonly copy?: Change<T>;
}

export interface PatchTable<T> {
  readonly rows: readonly PatchRow<T>[];
  /** How AWS refuses a path or operation of this resource; undefined leaves it to `listsPaths`, the usual way. `isKnown`: another operation has the path. */
  readonly refuse?: (operation: PatchOperation, isKnown: boolean) => Error | undefined;
}

/** Applies the operations in order. Values in, value out: when one throws, nothing of the earlier ones has happened (row CP-16). */
export function applyPatch<T>(table: PatchTable<T>, target: T, operations: readonly PatchOperation[] | undefined): T {
  let patched = target;
  for (const operation of operations ?? []) {
    const { path } = operation;
    if (path === undefined) throw badRequest('Invalid patch path null');
    const found = rowOf(table, path);
    const change = isPatchVerb(operation.op) ? found?.row[operation.op] : undefined;
    if (found === undefined || change === undefined) {
      throw table.refuse?.(operation, found !== undefined) ?? listsPaths(table, operation, found?.row);
    }
    patched = change(patched, {
      op: operation.op as PatchVerb,
      path,
      value: operation.value ?? '',
      from: operation.from,
      names: found.names,
    });
  }
  return patched;
}

const verbs: readonly PatchVerb[] = ['add', 'remove', 'replace', 'copy'];

export const isPatchVerb = (op: string | undefined): op is PatchVerb => verbs.includes(op as PatchVerb);

function rowOf<T>(table: PatchTable<T>, path: string): { row: PatchRow<T>; names: string[] } | undefined {
  const segments = pointerSegments(path);
  if (segments === undefined) return undefined;
  for (const row of table.rows) {
    const names = namesIn(row.path, segments);
    if (names !== undefined) return { row, names };
  }
  return undefined;
}

/** What the placeholders of a template stand for in these segments; undefined when the template does not fit. */
function namesIn(template: string, segments: readonly string[]): string[] | undefined {
  const parts = template.slice(1).split('/');
  const names: string[] = [];
  let at = 0;
  for (const part of parts) {
    if (part.endsWith('+}')) {
      // Whatever the parts after this one leave over.
      const end = segments.length - (parts.length - 1 - parts.indexOf(part));
      const taken = segments.slice(at, end);
      // A path may begin with its slash: `//pets/GET/…`, as Terraform's users write it.
      if (taken.slice(taken.length > 1 ? 1 : 0).includes('') || taken.length === 0) return undefined;
      names.push(taken.join('/'));
      at = end;
      continue;
    }
    const segment = segments[at++];
    if (segment === undefined || segment === '') return undefined;
    if (part.startsWith('{')) names.push(unescapePointerSegment(segment));
    else if (part !== segment) return undefined;
  }
  return at === segments.length ? names : undefined;
}

/** Row CP-17: names the path and lists what could have stood there. The two spaces before the path are AWS's. */
function listsPaths<T>(table: PatchTable<T>, { op, path }: PatchOperation, row: PatchRow<T> | undefined): Error {
  const everyVerb = (['add', 'remove', 'replace'] as const).every((verb) => table.rows.some((each) => each[verb]));
  if (!isPatchVerb(op) && everyVerb) {
    return badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'");
  }
  const start = `Invalid patch path  '${path}' specified for op '${op}'.`;
  const supporting = isPatchVerb(op) ? table.rows.filter((each) => each[op] !== undefined) : [];
  if (supporting.length === 0) return badRequest(`${start} Please choose supported operations`);
  if (row !== undefined) {
    return badRequest(`${start} Must be one of: [${verbs.filter((verb) => row[verb] !== undefined).join(', ')}]`);
  }
  return badRequest(`${start} Must be one of: [${supporting.map((each) => each.path).join(', ')}]`);
}

/** The short wording, of integrations (recorded T9) and of paths an API does not have (users' logs): `Invalid patch path /credentials`. */
export const namesPath = ({ path }: PatchOperation): Error => badRequest(`Invalid patch path ${path}`);

/** Any text but a boolean counts as false (recorded). */
export const booleanOf = (value: string): boolean => value.toLowerCase() === 'true';

/** A finite number; `what` names the member when the text is none. */
export function numberOf(what: string, value: string): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) throw invalidValue(what, value);
  return number;
}

/** A whole number within bounds. */
export function integerOf(what: string, value: string, minimum: number, maximum: number): number {
  const number = numberOf(what, value);
  if (!Number.isInteger(number) || number < minimum || number > maximum) {
    throw invalidValue(what, value, [`whole numbers from ${minimum} to ${maximum}`]);
  }
  return number;
}

/** The record without some members. */
export function without<T extends object, K extends keyof T>(record: T, ...keys: K[]): Omit<T, K> {
  const copy = { ...record };
  for (const key of keys) delete copy[key];
  return copy;
}

/** The record with one member set. */
export const withMember = <T extends object, K extends keyof T>(record: T, key: K, value: T[K]): T => ({
  ...record,
  [key]: value,
});

/** The map with one entry more; an absent map is an empty one. */
export const withEntry = <V>(
  map: Readonly<Record<string, V>> | undefined,
  name: string,
  value: V,
): Readonly<Record<string, V>> => ({ ...map, [name]: value });

/** The map without one entry, undefined when that was the last: AWS leaves empty maps out. Throws `absent` when there is no such entry. */
export function withoutEntry<V>(
  map: Readonly<Record<string, V>> | undefined,
  name: string,
  absent: () => Error,
): Readonly<Record<string, V>> | undefined {
  if (map === undefined || !Object.hasOwn(map, name)) throw absent();
  const copy = { ...map };
  delete copy[name];
  return Object.keys(copy).length === 0 ? undefined : copy;
}

type EntryOf<Entries> = NonNullable<Entries> extends Readonly<Record<string, infer V>> ? V : never;

/**
 * The row of a map's entries: `add` and `replace` set one, `remove` takes one away, and with the last one the map. `read` takes the text that
 * was sent, `absent` refuses to remove what is not there.
 */
export function entryRow<T extends object, K extends keyof T>(
  path: string,
  member: K,
  read: (value: string) => EntryOf<T[K]>,
  absent: () => Error,
): PatchRow<T> {
  const entriesOf = (target: T) => target[member] as Readonly<Record<string, unknown>> | undefined;
  const set: Change<T> = (target, { names, value }) =>
    withMember(target, member, withEntry(entriesOf(target), names[0]!, read(value)) as T[K]);
  return {
    path,
    add: set,
    replace: set,
    remove(target, { names }) {
      const rest = withoutEntry(entriesOf(target), names[0]!, absent);
      const bare = without(target, member);
      return (rest === undefined ? bare : { ...bare, [member]: rest }) as T;
    },
  };
}

/** The text as it was sent. */
export const asSent = (value: string): string => value;
