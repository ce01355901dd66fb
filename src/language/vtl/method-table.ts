/** Which Java methods a template may call: a list per type, and nothing beyond it. No name is ever looked up on a JavaScript object. */
import { JavaDouble } from '../java-values.ts';
import { classOf, isLong, JavaChar, JavaException, MapView, type VtlValue } from './values.ts';

/** Types of parameters, as Java's overloading tells them apart; primitives take no null. */
export type Parameter =
  | 'int'
  | 'long'
  | 'double'
  | 'boolean'
  | 'char'
  | 'Integer'
  | 'Long'
  | 'Double'
  | 'Boolean'
  | 'String'
  | 'Collection'
  | 'Map'
  | 'Object'
  /** Any number of further arguments, last. */
  | 'Object...';

type Call<Self> = (self: Self, ...args: never[]) => VtlValue;

export interface Method<Self> {
  readonly parameters: readonly Parameter[];
  readonly call: Call<Self>;
}

export interface MethodTable<Self> {
  /** Overloads by name, the most specific first. */
  readonly methods: ReadonlyMap<string, readonly Method<Self>[]>;
  /** `getKey()` as `$e.key` and `$e.Key`. */
  readonly getters: ReadonlyMap<string, Call<Self>>;
  /** `isEmpty()` as `$list.empty`; a map's own keys come before these. */
  readonly flags: ReadonlyMap<string, Call<Self>>;
}

/** Rows of a table: name, parameters, and what a call answers. A method of Java's that answers nothing (void) answers ''. */
export type MethodRow<Self> = readonly [name: string, parameters: readonly Parameter[], call: Call<Self>];

export function methodTable<Self>(rows: readonly MethodRow<Self>[]): MethodTable<Self> {
  const methods = new Map<string, Method<Self>[]>();
  const getters = new Map<string, Call<Self>>();
  const flags = new Map<string, Call<Self>>();
  for (const [name, parameters, call] of rows) {
    const overloads = methods.get(name) ?? [];
    overloads.push({ parameters, call });
    methods.set(name, overloads);
    if (parameters.length > 0) continue;
    if (name.startsWith('get')) addProperty(getters, name.slice(3), call);
    if (name.startsWith('is')) addProperty(flags, name.slice(2), call);
  }
  return { methods, getters, flags };
}

function addProperty<Self>(properties: Map<string, Call<Self>>, name: string, call: Call<Self>): void {
  if (name === '') return;
  properties.set(name, call);
  properties.set(name[0]!.toLowerCase() + name.slice(1), call);
}

/** Calls a method; undefined when there is none of that name for these arguments. */
export function callIn<Self>(
  table: MethodTable<Self>,
  self: Self,
  name: string,
  args: readonly VtlValue[],
): VtlValue | undefined {
  const overloads = table.methods.get(name);
  if (overloads === undefined) return undefined;
  for (const { parameters, call } of overloads) {
    if (accepts(parameters, args)) return applied(call, self, args);
  }
  return undefined;
}

/** Spreading arguments costs more than most of these calls do. */
function applied<Self>(call: Call<Self>, self: Self, args: readonly VtlValue[]): VtlValue {
  const open = call as (self: Self, ...args: readonly VtlValue[]) => VtlValue;
  if (args.length === 0) return open(self);
  return args.length === 1 ? open(self, args[0]!) : open(self, ...args);
}

function accepts(parameters: readonly Parameter[], args: readonly VtlValue[]): boolean {
  if (parameters.at(-1) === 'Object...') {
    const fixed = parameters.length - 1;
    return args.length >= fixed && parameters.slice(0, fixed).every((parameter, at) => isA(parameter, args[at]!));
  }
  if (parameters.length !== args.length) return false;
  for (let at = 0; at < args.length; at++) if (!isA(parameters[at]!, args[at]!)) return false;
  return true;
}

function isA(parameter: Parameter, value: VtlValue): boolean {
  switch (parameter) {
    case 'Object':
      return true;
    case 'String':
      return value === null || typeof value === 'string';
    case 'int':
      return typeof value === 'number';
    case 'Integer':
      return value === null || typeof value === 'number';
    case 'long':
      return typeof value === 'number' || (typeof value === 'bigint' && isLong(value));
    case 'Long':
      return value === null || (typeof value === 'bigint' && isLong(value));
    case 'double':
      return value instanceof JavaDouble || isA('long', value);
    case 'Double':
      return value === null || value instanceof JavaDouble;
    case 'boolean':
      return typeof value === 'boolean';
    case 'Boolean':
      return value === null || typeof value === 'boolean';
    case 'char':
      return value instanceof JavaChar;
    case 'Collection':
      return value === null || Array.isArray(value) || value instanceof MapView;
    case 'Map':
      return value === null || value instanceof Map;
    default:
      return false;
  }
}

/** compareTo of a Comparable for an object of another class. */
export function notComparable(self: Exclude<VtlValue, null>, other: VtlValue): never {
  if (other === null) throw new JavaException('java.lang.NullPointerException');
  const message = `class ${classOf(other)} cannot be cast to class ${classOf(self)}`;
  throw new JavaException('java.lang.ClassCastException', message);
}
