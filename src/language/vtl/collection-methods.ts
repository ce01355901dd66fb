/** The methods of lists, arrays, maps, their views and iterators that templates may call. */
import { indexIn, javaEquals, keyIn } from './java-equality.ts';
import { type MethodRow, methodTable } from './method-table.ts';
import {
  JavaArray,
  type JavaClass,
  JavaException,
  JavaIterator,
  JavaStream,
  javaArray,
  javaList,
  type LoopScope,
  type MapEntry,
  MapView,
  type VtlMap,
  type VtlValue,
} from './values.ts';

/** More than any answer can show; a list that is added to itself would soon fill the memory. */
const maxItems = 1_000_000;

type Items = VtlValue[];
type Collection = Items | MapView;

/** What a list and an array (which Velocity wraps as a list of fixed size) both do. */
const sharedRows: readonly MethodRow<Items>[] = [
  ['size', [], (items) => items.length],
  ['isEmpty', [], (items) => items.length === 0],
  ['get', ['int'], (items, at: number) => items[checkedIndex(items, at)]!],
  ['set', ['int', 'Object'], setItem],
  ['contains', ['Object'], (items, value: VtlValue) => indexIn(items, value) !== -1],
  [
    'containsAll',
    ['Collection'],
    (items, others: Collection | null) => itemsOf(others).every((item) => indexIn(items, item) !== -1),
  ],
  ['indexOf', ['Object'], (items, value: VtlValue) => indexIn(items, value)],
  ['lastIndexOf', ['Object'], (items, value: VtlValue) => items.findLastIndex((item) => javaEquals(item, value))],
  ['subList', ['int', 'int'], subList],
  ['iterator', [], (items) => new JavaIterator(items)],
  ['listIterator', [], (items) => new JavaIterator(items)],
  ['toArray', [], (items) => javaArray(items, 'Object')],
  ['stream', [], (items) => new JavaStream(items.length)],
];

export const arrayMethods = methodTable<Items>([
  ...sharedRows,
  ['add', ['Object'], unsupported],
  ['add', ['int', 'Object'], unsupported],
  ['addAll', ['Collection'], unsupported],
  ['remove', ['int'], unsupported],
  ['remove', ['Object'], (items, value: VtlValue) => indexIn(items, value) !== -1 && unsupported()],
  [
    'removeAll',
    ['Collection'],
    (items, others: Collection | null) =>
      itemsOf(others).some((other) => indexIn(items, other) !== -1) && unsupported(),
  ],
  [
    'retainAll',
    ['Collection'],
    (items, others: Collection | null) => items.some((item) => indexIn(itemsOf(others), item) === -1) && unsupported(),
  ],
  ['clear', [], (items) => (items.length === 0 ? '' : unsupported())],
]);

export const listMethods = methodTable<Items>([
  ...sharedRows,
  ['add', ['Object'], (items, value: VtlValue) => added(items, items.length, [value])],
  ['add', ['int', 'Object'], insertItem],
  ['addAll', ['Collection'], (items, others: Collection | null) => added(items, items.length, itemsOf(others))],
  [
    'addAll',
    ['int', 'Collection'],
    (items, at: number, others: Collection | null) => added(items, checkedPosition(items, at), itemsOf(others)),
  ],
  ['remove', ['int'], (items, at: number) => items.splice(checkedIndex(items, at), 1)[0]!],
  ['remove', ['Object'], removeItem],
  ['removeAll', ['Collection'], (items, others: Collection | null) => keepOnly(items, others, false)],
  ['retainAll', ['Collection'], (items, others: Collection | null) => keepOnly(items, others, true)],
  ['clear', [], cleared],
  ['sort', ['Object'], sortNaturally],
  ['ensureCapacity', ['int'], () => ''],
  ['trimToSize', [], () => ''],
  ['clone', [], (items) => javaList(items)],
]);

export const mapMethods = methodTable<VtlMap>([
  ['get', ['Object'], (map, key: VtlValue) => entryValue(map, key)],
  [
    'getOrDefault',
    ['Object', 'Object'],
    (map, key: VtlValue, otherwise: VtlValue) => (keyIn(map, key) === undefined ? otherwise : entryValue(map, key)),
  ],
  ['put', ['Object', 'Object'], (map, key: VtlValue, value: VtlValue) => put(map, key, value)],
  [
    'putIfAbsent',
    ['Object', 'Object'],
    (map, key: VtlValue, value: VtlValue) => entryValue(map, key) ?? put(map, key, value),
  ],
  ['putAll', ['Map'], putAll],
  [
    'replace',
    ['Object', 'Object'],
    (map, key: VtlValue, value: VtlValue) => (keyIn(map, key) === undefined ? null : put(map, key, value)),
  ],
  ['remove', ['Object'], remove],
  ['containsKey', ['Object'], (map, key: VtlValue) => keyIn(map, key) !== undefined],
  ['containsValue', ['Object'], (map, value: VtlValue) => indexIn([...map.values()], value) !== -1],
  ['keySet', [], (map) => new MapView(map, 'keys')],
  ['values', [], (map) => new MapView(map, 'values')],
  ['entrySet', [], (map) => new MapView(map, 'entries')],
  ['size', [], (map) => map.size],
  ['isEmpty', [], (map) => map.size === 0],
  ['clear', [], clearedMap],
  ['clone', [], (map) => new Map(map)],
]);

export const viewMethods = methodTable<MapView>([
  ['size', [], ({ map }) => map.size],
  ['isEmpty', [], ({ map }) => map.size === 0],
  ['contains', ['Object'], (view, value: VtlValue) => indexIn(view.items(), value) !== -1],
  [
    'containsAll',
    ['Collection'],
    (view, others: Collection | null) => itemsOf(others).every((item) => indexIn(view.items(), item) !== -1),
  ],
  ['add', ['Object'], unsupported],
  ['addAll', ['Collection'], unsupported],
  ['remove', ['Object'], removeFromView],
  ['clear', [], ({ map }) => clearedMap(map)],
  ['iterator', [], (view) => new JavaIterator(view)],
  ['toArray', [], (view) => javaArray(view.items(), 'Object')],
  ['stream', [], ({ map }) => new JavaStream(map.size)],
]);

export const entryMethods = methodTable<MapEntry>([
  ['getKey', [], ({ key }) => key],
  ['getValue', [], ({ value }) => value],
  ['setValue', ['Object'], ({ map, key }, value: VtlValue) => put(map, key, value)],
]);

export const iteratorMethods = methodTable<JavaIterator>([
  ['hasNext', [], (iterator) => iterator.hasNext()],
  ['next', [], (iterator) => iterator.next()],
]);

export const streamMethods = methodTable<JavaStream>([['count', [], ({ length }) => BigInt(length)]]);

export const classMethods = methodTable<JavaClass>([
  ['getName', [], ({ name }) => name],
  ['getSimpleName', [], ({ simpleName }) => simpleName],
  ['getTypeName', [], ({ name }) => name],
]);

/** `$foreach`: the loop's own getters, then what a map does. */
export const loopMethods = methodTable<LoopScope>([
  ['getIndex', [], ({ index }) => index],
  ['getCount', [], ({ index }) => index + 1],
  ['hasNext', [], ({ hasNext }) => hasNext],
  ['getHasNext', [], ({ hasNext }) => hasNext],
  ['isFirst', [], ({ index }) => index < 1],
  ['getFirst', [], ({ index }) => index < 1],
  ['isLast', [], ({ hasNext }) => !hasNext],
  ['getLast', [], ({ hasNext }) => !hasNext],
  ['getParent', [], ({ parent }) => parent ?? null],
  ['getTopmost', [], (scope) => scope.topmost()],
  ['getReplaced', [], ({ replaced }) => replaced],
]);

function unsupported(): never {
  throw new JavaException('java.lang.UnsupportedOperationException');
}

function checkedIndex(items: Items, at: number): number {
  if (at >= 0 && at < items.length) return at;
  const type = items instanceof JavaArray ? 'ArrayIndexOutOfBoundsException' : 'IndexOutOfBoundsException';
  throw new JavaException(`java.lang.${type}`, `Index ${at} out of bounds for length ${items.length}`);
}

function checkedPosition(items: Items, at: number): number {
  if (at >= 0 && at <= items.length) return at;
  throw new JavaException('java.lang.IndexOutOfBoundsException', `Index: ${at}, Size: ${items.length}`);
}

function setItem(items: Items, at: number, value: VtlValue): VtlValue {
  const old = items[checkedIndex(items, at)]!;
  if (items instanceof JavaArray && items.componentType === 'String' && value !== null && typeof value !== 'string') {
    throw new JavaException('java.lang.IllegalArgumentException', 'array element type mismatch');
  }
  items[at] = value;
  return old;
}

function subList(items: Items, from: number, to: number): VtlValue {
  if (from >= 0 && to <= items.length && from <= to) return javaList(Array.from(items).slice(from, to));
  throw new JavaException(
    'java.lang.IndexOutOfBoundsException',
    `fromIndex ${from}, toIndex ${to}, size ${items.length}`,
  );
}

function added(items: Items, at: number, others: readonly VtlValue[]): boolean {
  if (items.length + others.length > maxItems)
    throw new JavaException('java.lang.OutOfMemoryError', 'the list is too long');
  if (at === items.length) for (const other of Array.from(others)) items.push(other);
  else items.splice(at, 0, ...others);
  return others.length > 0;
}

function insertItem(items: Items, at: number, value: VtlValue): VtlValue {
  added(items, checkedPosition(items, at), [value]);
  return '';
}

function cleared(items: Items): VtlValue {
  items.length = 0;
  return '';
}

function clearedMap(map: VtlMap): VtlValue {
  map.clear();
  return '';
}

function removeItem(items: Items, value: VtlValue): boolean {
  const at = indexIn(items, value);
  if (at === -1) return false;
  items.splice(at, 1);
  return true;
}

function keepOnly(items: Items, others: Collection | null, isKept: boolean): boolean {
  const wanted = itemsOf(others);
  const kept = Array.from(items).filter((item) => (indexIn(wanted, item) !== -1) === isKept);
  const hasChanged = kept.length !== items.length;
  items.length = 0;
  for (const item of kept) items.push(item);
  return hasChanged;
}

/** sort(null): by the elements' own order, which only numbers and texts among themselves have. */
function sortNaturally(items: Items, comparator: VtlValue): VtlValue {
  if (comparator !== null) throw new JavaException('java.lang.ClassCastException');
  const sorted = Array.from(items).sort((left, right) => {
    if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    throw new JavaException('java.lang.ClassCastException');
  });
  for (const [at, item] of sorted.entries()) items[at] = item;
  return '';
}

/** The elements of a collection argument. */
export function itemsOf(collection: Collection | null): readonly VtlValue[] {
  if (collection === null) throw new JavaException('java.lang.NullPointerException');
  return collection instanceof MapView ? collection.items() : collection;
}

/** Map.get */
export function entryValue(map: VtlMap, key: VtlValue): VtlValue {
  const own = keyIn(map, key);
  return own === undefined ? null : map.get(own)!;
}

/** Map.put: the old value, null when there was none. */
export function put(map: VtlMap, key: VtlValue, value: VtlValue): VtlValue {
  const own = keyIn(map, key);
  const old = own === undefined ? null : map.get(own)!;
  if (own === undefined && map.size >= maxItems)
    throw new JavaException('java.lang.OutOfMemoryError', 'the map is too large');
  map.set(own ?? key, value);
  return old;
}

function putAll(map: VtlMap, other: VtlMap | null): VtlValue {
  if (other === null) throw new JavaException('java.lang.NullPointerException');
  for (const [key, value] of [...other]) put(map, key, value);
  return '';
}

function remove(map: VtlMap, key: VtlValue): VtlValue {
  const own = keyIn(map, key);
  if (own === undefined) return null;
  const old = map.get(own)!;
  map.delete(own);
  return old;
}

function removeFromView(view: MapView, value: VtlValue): boolean {
  const key = [...view.map.keys()][indexIn(view.items(), value)];
  if (key === undefined) return false;
  view.map.delete(key);
  return true;
}
