/** equals, hashCode and the lookup of keys, as Java's collections do them. */
import { JavaDouble } from '../java-values.ts';
import { compareNumbers } from './java-math.ts';
import { textOf } from './java-text.ts';
import {
  classOf,
  isNumber,
  JavaArray,
  JavaChar,
  JavaDecimal,
  JavaException,
  MapEntry,
  MapView,
  type VtlMap,
  type VtlValue,
} from './values.ts';

/** So many members may be compared for one answer; lists that share their elements could otherwise take for ever. */
const maxComparisons = 100_000;

interface Budget {
  left: number;
}

/** Object.equals of two values that are not null. */
export function javaEquals(left: VtlValue, right: VtlValue): boolean {
  return equalsWithin(left, right, { left: maxComparisons });
}

function equalsWithin(left: VtlValue, right: VtlValue, budget: Budget): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false;
  if (--budget.left < 0) throw new JavaException('java.lang.StackOverflowError');
  if (left instanceof JavaDouble) return right instanceof JavaDouble && Object.is(left.value, right.value);
  if (left instanceof JavaChar) return right instanceof JavaChar && left.value === right.value;
  if (left instanceof JavaDecimal) {
    return right instanceof JavaDecimal && left.unscaled === right.unscaled && left.scale === right.scale;
  }
  if (left instanceof JavaArray || right instanceof JavaArray) return false;
  if (Array.isArray(left)) return Array.isArray(right) && equalItems(left, right, budget);
  if (left instanceof Map) return right instanceof Map && equalMaps(left, right, budget);
  if (left instanceof MapEntry) {
    return (
      right instanceof MapEntry &&
      equalsWithin(left.key, right.key, budget) &&
      equalsWithin(left.value, right.value, budget)
    );
  }
  if (left instanceof MapView && right instanceof MapView && left.shows !== 'values') {
    const items = right.items();
    const own = left.items();
    return own.length === items.length && own.every((item) => items.some((other) => equalsWithin(item, other, budget)));
  }
  return false;
}

function equalItems(left: readonly VtlValue[], right: readonly VtlValue[], budget: Budget): boolean {
  return left.length === right.length && left.every((item, at) => equalsWithin(item, right[at]!, budget));
}

function equalMaps(left: VtlMap, right: VtlMap, budget: Budget): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    const other = keyIn(right, key);
    if (other === undefined || !equalsWithin(value, right.get(other)!, budget)) return false;
  }
  return true;
}

/** `==`: numbers by value, what has a class in common by equals, the rest by its text. */
export function looselyEqual(left: VtlValue, right: VtlValue): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right;
  if (left === null || right === null) return left === right;
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right) === 0;
  if (areRelated(left, right)) return javaEquals(left, right);
  return textOf(left) === textOf(right);
}

/** Whether one class is the other or above it; json-smart's JSONArray is an ArrayList. */
function areRelated(left: Exclude<VtlValue, null>, right: Exclude<VtlValue, null>): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left instanceof JavaArray === right instanceof JavaArray &&
      (!(left instanceof JavaArray) || classOf(left) === classOf(right))
    );
  }
  return classOf(left) === classOf(right);
}

/** The key of a map that equals a value; undefined when there is none. */
export function keyIn(map: VtlMap, key: VtlValue): VtlValue | undefined {
  if (map.has(key)) return key;
  if (key === null || typeof key !== 'object') return undefined;
  for (const own of map.keys()) if (javaEquals(own, key)) return own;
  return undefined;
}

/** Where a list has a value; -1 when nowhere. */
export function indexIn(items: readonly VtlValue[], value: VtlValue): number {
  return items.findIndex((item) => javaEquals(item, value));
}

/** Object.hashCode, of 32 bits. */
export function hashOf(value: VtlValue): number {
  return hashWithin(value, { left: maxComparisons });
}

function hashWithin(value: VtlValue, budget: Budget): number {
  if (--budget.left < 0) throw new JavaException('java.lang.StackOverflowError');
  if (value === null) return 0;
  if (typeof value === 'boolean') return value ? 1231 : 1237;
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return textHash(value);
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value ^ ((value >> 32n) & 0xffffffffn)));
  if (value instanceof JavaChar) return value.value.charCodeAt(0);
  if (value instanceof JavaDouble) return doubleHash(value.value);
  if (value instanceof JavaArray) return 1;
  if (Array.isArray(value)) {
    return value.reduce<number>((hash, item) => (Math.imul(31, hash) + hashWithin(item, budget)) | 0, 1);
  }
  if (value instanceof Map) {
    let hash = 0;
    for (const [key, member] of value) hash = (hash + (hashWithin(key, budget) ^ hashWithin(member, budget))) | 0;
    return hash;
  }
  if (value instanceof MapEntry) return hashWithin(value.key, budget) ^ hashWithin(value.value, budget);
  if (value instanceof MapView && value.shows !== 'values') {
    return value.items().reduce<number>((hash, item) => (hash + hashWithin(item, budget)) | 0, 0);
  }
  return 1;
}

function textHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}

function doubleHash(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getInt32(0) ^ view.getInt32(4);
}
