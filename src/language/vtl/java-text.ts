/** toString of every value, as Java and json-smart write it. */
import { decimalText, JavaDouble } from '../java-values.ts';
import { escapedJsonText } from '../json-smart-escape.ts';
import {
  classOf,
  isBlock,
  JavaArray,
  JavaChar,
  JavaClass,
  JavaDecimal,
  JavaException,
  JavaIterator,
  JavaList,
  JavaStream,
  LoopScope,
  MapEntry,
  MapView,
  type VtlValue,
} from './values.ts';

/** Longer texts than any answer may be (API Gateway: 10 MB) are not put together. */
export const maxTextLength = 10 * 1024 * 1024;

/** Deeper than any real document; a list that contains itself would go on for ever. */
const maxDepth = 300;

interface Printed {
  text: string;
  depth: number;
}

/** The text of a value; `null` for null. Throws JavaException for what is too long or too deep. */
export function textOf(value: VtlValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  const printed: Printed = { text: '', depth: 0 };
  print(value, printed);
  return printed.text;
}

function append(printed: Printed, text: string): void {
  printed.text += text;
  if (printed.text.length > maxTextLength)
    throw new JavaException('java.lang.OutOfMemoryError', 'the text is too long');
}

function print(value: VtlValue, printed: Printed): void {
  if (value === null || typeof value !== 'object') {
    append(printed, String(value));
    return;
  }
  if (++printed.depth > maxDepth) throw new JavaException('java.lang.StackOverflowError');
  printObject(value, printed);
  printed.depth--;
}

function printObject(value: Exclude<VtlValue, null | boolean | string | number | bigint>, printed: Printed): void {
  if (value instanceof Map) printMap(value, value, printed);
  else if (value instanceof JavaList) printAll(value, value, printed);
  else if (value instanceof JavaArray) append(printed, `${classOf(value)}@1`);
  else if (Array.isArray(value)) printJson(value, printed);
  else if (value instanceof JavaDouble) append(printed, value.toString());
  else if (value instanceof JavaChar) append(printed, value.value);
  else if (value instanceof JavaDecimal) append(printed, decimalText(value.unscaled, value.scale));
  else if (value instanceof MapView) printAll(value, value.items(), printed);
  else if (value instanceof MapEntry) {
    print(value.key, printed);
    append(printed, '=');
    print(value.value, printed);
  } else if (value instanceof JavaClass) append(printed, `class ${value.name}`);
  else if (value instanceof LoopScope) printMap(value, value.values, printed);
  else if (value instanceof JavaIterator || value instanceof JavaStream) append(printed, `${classOf(value)}@1`);
  else if (isBlock(value)) append(printed, value.text() ?? 'null');
  else append(printed, value.toString());
}

function printAll(self: VtlValue, items: readonly VtlValue[], printed: Printed): void {
  append(printed, '[');
  for (let at = 0; at < items.length; at++) {
    if (at > 0) append(printed, ', ');
    if (items[at] === self) append(printed, '(this Collection)');
    else print(items[at]!, printed);
  }
  append(printed, ']');
}

function printMap(self: VtlValue, entries: ReadonlyMap<VtlValue, VtlValue>, printed: Printed): void {
  append(printed, '{');
  let isFirst = true;
  for (const [key, value] of entries) {
    if (!isFirst) append(printed, ', ');
    isFirst = false;
    if (key === self) append(printed, '(this Map)');
    else print(key, printed);
    append(printed, '=');
    if (value === self) append(printed, '(this Map)');
    else print(value, printed);
  }
  append(printed, '}');
}

/** A list of a JSON document prints as JSON, and so does what is in it. */
function printJson(value: VtlValue, printed: Printed): void {
  if (++printed.depth > maxDepth) throw new JavaException('java.lang.StackOverflowError');
  if (Array.isArray(value)) {
    append(printed, '[');
    for (let at = 0; at < value.length; at++) {
      if (at > 0) append(printed, ',');
      printJson(value[at]!, printed);
    }
    append(printed, ']');
  } else if (value instanceof Map) {
    append(printed, '{');
    let isFirst = true;
    for (const [key, member] of value) {
      if (!isFirst) append(printed, ',');
      isFirst = false;
      append(printed, `"${escapedJsonText(textOf(key), true)}":`);
      printJson(member, printed);
    }
    append(printed, '}');
  } else if (typeof value === 'string' || value instanceof JavaChar) {
    append(printed, `"${escapedJsonText(textOf(value), true)}"`);
  } else if (value instanceof JavaDouble && !Number.isFinite(value.value)) {
    append(printed, 'null');
  } else {
    print(value, printed);
  }
  printed.depth--;
}
