/** What a template computes with: the values of java-values.ts and the few Java types beyond JSON that templates meet. */
import { JavaDouble } from '../java-values.ts';

export type VtlValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | JavaDouble
  | JavaDecimal
  | JavaChar
  | VtlValue[]
  | VtlMap
  | MapView
  | MapEntry
  | JavaIterator
  | JavaStream
  | JavaClass
  | LoopScope
  | Block
  | HostObject;

export type VtlMap = Map<VtlValue, VtlValue>;

/**
 * An object whose members are code of ours: `$input`, `$util`. Answers undefined for what it does not have; the reference then prints itself, as
 * with any unknown method. What it throws ends the rendering.
 */
export interface HostObject {
  get(name: string): VtlValue | undefined;
  call(method: string, args: readonly VtlValue[]): VtlValue | undefined;
  /** `#set($host.name = value)`; without it, or answering false, nothing is set. */
  set?(name: string, value: VtlValue): boolean;
  /** What the object prints. */
  toString(): string;
}

/** An ArrayList: prints `[a, b]`, whereas a plain array (json-smart's JSONArray) prints as JSON. */
export class JavaList extends Array<VtlValue> {}

/** An array, such as `split` answers: its size is fixed. */
export class JavaArray extends Array<VtlValue> {
  /** `String`, `Object`, `char`, `byte` */
  componentType = 'Object';
}

export function javaList(items: Iterable<VtlValue>): JavaList {
  const list = new JavaList();
  for (const item of items) list.push(item);
  return list;
}

export function javaArray(items: Iterable<VtlValue>, componentType: string): JavaArray {
  const array = new JavaArray();
  for (const item of items) array.push(item);
  array.componentType = componentType;
  return array;
}

/** A Character. */
export class JavaChar {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

/** A BigDecimal: `unscaled` · 10^-`scale`. Comes of computing with a Double and a BigInteger. */
export class JavaDecimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }
}

/** Keys, values or entries of a map, seen live. */
export class MapView {
  readonly map: VtlMap;
  readonly shows: 'keys' | 'values' | 'entries';

  constructor(map: VtlMap, shows: 'keys' | 'values' | 'entries') {
    this.map = map;
    this.shows = shows;
  }

  items(): VtlValue[] {
    return Array.from(this.map.keys(), (key) => this.itemOf(key));
  }

  /** What the view shows of the entry with a key. */
  itemOf(key: VtlValue): VtlValue {
    if (this.shows === 'keys') return key;
    return this.shows === 'values' ? (this.map.get(key) ?? null) : new MapEntry(this.map, key);
  }
}

export class MapEntry {
  readonly map: VtlMap;
  readonly key: VtlValue;

  constructor(map: VtlMap, key: VtlValue) {
    this.map = map;
    this.key = key;
  }

  get value(): VtlValue {
    return this.map.get(this.key) ?? null;
  }
}

/** An iterator; like Java's it fails when its collection has changed under it. */
export class JavaIterator {
  private at = 0;
  private readonly length: () => number;
  private readonly item: (at: number) => VtlValue;
  private readonly expectedSize: number;
  private readonly isMap: boolean;

  constructor(source: VtlValue[] | VtlMap | MapView) {
    const isList = Array.isArray(source);
    const view = isList ? undefined : source instanceof MapView ? source : new MapView(source, 'values');
    const map = view?.map;
    const keys = map === undefined ? [] : [...map.keys()];
    this.isMap = !isList;
    this.item = isList ? (at) => source[at]! : (at) => view!.itemOf(keys[at]!);
    this.length = isList ? () => source.length : () => map!.size;
    this.expectedSize = this.length();
  }

  hasNext(): boolean {
    // A list compares with its size of now, a linked map looks at the entry it would go to.
    return this.isMap ? this.at < this.expectedSize : this.at !== this.length();
  }

  next(): VtlValue {
    if (this.length() !== this.expectedSize) throw new JavaException('java.util.ConcurrentModificationException');
    if (this.at >= this.expectedSize) throw new JavaException('java.util.NoSuchElementException');
    return this.item(this.at++);
  }
}

/** A stream, of which only the length can be asked. */
export class JavaStream {
  readonly length: number;

  constructor(length: number) {
    this.length = length;
  }
}

/** What `$x.class` is: a name, and no way further. */
export class JavaClass {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  get simpleName(): string {
    const array = /^\[(?:L(.*);|([A-Z]))$/.exec(this.name);
    if (array !== null)
      return `${array[1] === undefined ? primitives[array[2]!] : new JavaClass(array[1]).simpleName}[]`;
    return this.name.slice(Math.max(this.name.lastIndexOf('.'), this.name.lastIndexOf('$')) + 1);
  }
}

const primitives: Readonly<Record<string, string>> = { C: 'char', B: 'byte', I: 'int', J: 'long' };

/** `$foreach` inside a loop: where the loop stands, and a place to keep values (`#set($foreach.x = 1)`). */
export class LoopScope {
  index = -1;
  hasNext = false;
  readonly values: VtlMap = new Map();
  readonly parent: LoopScope | undefined;
  /** What `$foreach` was before the loop, when that was no loop. */
  readonly replaced: VtlValue;
  /** The #foreach, for `#break($foreach.parent)`. */
  readonly owner: object;

  constructor(owner: object, previous: VtlValue) {
    this.owner = owner;
    this.parent = previous instanceof LoopScope ? previous : undefined;
    this.replaced = previous instanceof LoopScope ? null : previous;
  }

  topmost(): LoopScope {
    return this.parent === undefined ? this : this.parent.topmost();
  }
}

/** What #define keeps and a macro's `$bodyContent` is: a piece of template, rendered anew wherever it is printed. */
export interface Block {
  /** Null when it is inside itself too deep. */
  text(): string | null;
  readonly isBlock: true;
}

export function isBlock(value: VtlValue): value is Block {
  return typeof value === 'object' && value !== null && 'isBlock' in value;
}

/** An exception of Java that a template's author meets, named as Java names it. */
export class JavaException extends Error {
  constructor(type: string, message?: string) {
    super(message === undefined ? type : `${type}: ${message}`);
    this.name = 'JavaException';
  }
}

export function isNumber(value: VtlValue): value is number | bigint | JavaDouble | JavaDecimal {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof JavaDouble ||
    value instanceof JavaDecimal
  );
}

export function isLong(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** The Java class of a value. */
export function classOf(value: Exclude<VtlValue, null>): string {
  switch (typeof value) {
    case 'boolean':
      return 'java.lang.Boolean';
    case 'string':
      return 'java.lang.String';
    case 'number':
      return 'java.lang.Integer';
    case 'bigint':
      return isLong(value) ? 'java.lang.Long' : 'java.math.BigInteger';
    default:
  }
  if (value instanceof Map) return 'java.util.LinkedHashMap';
  if (value instanceof JavaList) return 'java.util.ArrayList';
  if (value instanceof JavaArray) return arrayClass(value.componentType);
  if (Array.isArray(value)) return 'net.minidev.json.JSONArray';
  if (value instanceof JavaDouble) return 'java.lang.Double';
  if (value instanceof JavaDecimal) return 'java.math.BigDecimal';
  if (value instanceof JavaChar) return 'java.lang.Character';
  if (value instanceof MapView) return `java.util.LinkedHashMap$Linked${viewNames[value.shows]}`;
  if (value instanceof MapEntry) return 'java.util.LinkedHashMap$Entry';
  if (value instanceof JavaClass) return 'java.lang.Class';
  if (value instanceof LoopScope) return 'org.apache.velocity.runtime.directive.ForeachScope';
  if (value instanceof JavaIterator) return 'java.util.ArrayList$Itr';
  return 'java.lang.Object';
}

const viewNames = { keys: 'KeySet', values: 'Values', entries: 'EntrySet' } as const;

function arrayClass(componentType: string): string {
  if (componentType === 'char') return '[C';
  if (componentType === 'byte') return '[B';
  return `[Ljava.lang.${componentType};`;
}
