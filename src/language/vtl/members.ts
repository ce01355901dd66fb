/** What a template may ask of a value: methods, properties, elements. Whatever is not listed for the value's type is not there. */
import { JavaDouble } from '../java-values.ts';
import {
  arrayMethods,
  classMethods,
  entryMethods,
  iteratorMethods,
  listMethods,
  loopMethods,
  mapMethods,
  put,
  streamMethods,
  viewMethods,
} from './collection-methods.ts';
import { hashOf, javaEquals } from './java-equality.ts';
import { maxTextLength, textOf } from './java-text.ts';
import { callIn, type MethodTable } from './method-table.ts';
import {
  bigIntegerMethods,
  booleanMethods,
  decimalMethods,
  doubleMethods,
  integerMethods,
  longMethods,
} from './number-methods.ts';
import { charMethods, stringMethods } from './string-methods.ts';
import {
  classOf,
  type HostObject,
  isBlock,
  isLong,
  JavaArray,
  JavaChar,
  JavaClass,
  JavaDecimal,
  JavaException,
  JavaIterator,
  JavaStream,
  LoopScope,
  MapEntry,
  MapView,
  type VtlValue,
} from './values.ts';

type NotNull = Exclude<VtlValue, null>;

/** The methods of a value's type; undefined for objects of the host and blocks. */
function tableOf(value: NotNull): MethodTable<never> | undefined {
  switch (typeof value) {
    case 'string':
      return stringMethods as MethodTable<never>;
    case 'number':
      return integerMethods as MethodTable<never>;
    case 'bigint':
      return (isLong(value) ? longMethods : bigIntegerMethods) as MethodTable<never>;
    case 'boolean':
      return booleanMethods as MethodTable<never>;
    default:
      return tableByPrototype(value);
  }
}

/** What is found for one object holds for all of its class. */
const tables = new Map<object | null, MethodTable<never> | undefined>();

function tableByPrototype(value: Exclude<NotNull, string | number | bigint | boolean>): MethodTable<never> | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const known = tables.get(prototype);
  if (known !== undefined || tables.has(prototype)) return known;
  const table = objectTable(value) as MethodTable<never> | undefined;
  tables.set(prototype, table);
  return table;
}

function objectTable(value: Exclude<NotNull, string | number | bigint | boolean>): unknown {
  if (value instanceof Map) return mapMethods;
  if (value instanceof JavaArray) return arrayMethods;
  if (Array.isArray(value)) return listMethods;
  if (value instanceof MapEntry) return entryMethods;
  if (value instanceof MapView) return viewMethods;
  if (value instanceof LoopScope) return loopMethods;
  if (value instanceof JavaDouble) return doubleMethods;
  if (value instanceof JavaChar) return charMethods;
  if (value instanceof JavaDecimal) return decimalMethods;
  if (value instanceof JavaIterator) return iteratorMethods;
  if (value instanceof JavaStream) return streamMethods;
  if (value instanceof JavaClass) return classMethods;
  return undefined;
}

/** What no table is for is an object of the host, or a block. */
function isHost(value: NotNull, table: MethodTable<never> | undefined): value is HostObject {
  return table === undefined && !isBlock(value);
}

/** Calls a method; undefined when the value has none of that name for these arguments. Throws JavaException as the method would. */
export function callMethod(value: NotNull, name: string, args: readonly VtlValue[]): VtlValue | undefined {
  const table = tableOf(value);
  if (isHost(value, table)) return value.call(name, args);
  let result = table === undefined ? undefined : callIn(table, value as never, name, args);
  if (result === undefined && value instanceof LoopScope) result = callIn(mapMethods, value.values, name, args);
  if (result === undefined) result = callObjectMethod(value, name, args);
  if (typeof result === 'string' && result.length > maxTextLength) {
    throw new JavaException('java.lang.OutOfMemoryError', 'the text is too long');
  }
  return result;
}

/** What every object does. */
function callObjectMethod(value: NotNull, name: string, args: readonly VtlValue[]): VtlValue | undefined {
  if (name === 'equals' && args.length === 1) return javaEquals(value, args[0]!);
  if (args.length > 0) return undefined;
  if (name === 'toString') return textOf(value);
  if (name === 'hashCode') return hashOf(value);
  if (name === 'getClass') return new JavaClass(classOf(value));
  return undefined;
}

/** `$value.name`: a getter, a map's entry, a yes-or-no getter, in this order. Null when there is none. */
export function propertyOf(value: NotNull, name: string): VtlValue {
  if (value instanceof Map && name !== 'class' && name !== 'Class') return value.get(name) ?? null;
  const table = tableOf(value);
  if (isHost(value, table)) return value.get(name) ?? null;
  if (name === 'class' || name === 'Class') return new JavaClass(classOf(value));
  const getter = table?.getters.get(name);
  if (getter !== undefined) return getter(value as never);
  if (value instanceof LoopScope) return loopValue(value, name);
  const flag = table?.flags.get(name);
  return flag === undefined ? null : flag(value as never);
}

/** Values kept in a loop's scope are seen from the loops inside. */
function loopValue(scope: LoopScope, name: string): VtlValue {
  for (let at: LoopScope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.values.has(name)) return at.values.get(name)!;
  }
  return null;
}

/** `$value[at]`: get(at), counted from the end when negative. Null when the value has no elements. */
export function elementOf(value: NotNull, at: VtlValue): VtlValue {
  if (value instanceof Map && typeof at === 'string') return value.get(at) ?? null;
  return callMethod(value, 'get', [fromEnd(value, at)]) ?? null;
}

/** `#set($value[at] = …)`: set(at, …) or put(at, …). */
export function setElement(value: NotNull, at: VtlValue, element: VtlValue): void {
  const args = [fromEnd(value, at), element];
  if (callMethod(value, 'set', args) === undefined) callMethod(value, 'put', args);
}

function fromEnd(value: NotNull, at: VtlValue): VtlValue {
  if (typeof at !== 'number' || at >= 0) return at;
  const size = callMethod(value, 'size', []);
  if (typeof size !== 'number') {
    throw new JavaException(
      `A 'size()' method required for negative value ${at} does not exist for class '${classOf(value)}'`,
    );
  }
  return size + at;
}

/** `#set($value.name = …)` on maps, loops and objects of the host; anything else has no properties to set. */
export function setProperty(value: NotNull, name: string, property: VtlValue): void {
  if (value instanceof Map) put(value, name, property);
  else if (value instanceof LoopScope) put(value.values, name, property);
  else if (isHost(value, tableOf(value))) value.set?.(name, property);
}
