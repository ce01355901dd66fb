/** JSON as json-smart writes it, and values as Java prints them: the two differ for objects (`{a=1}`), and AWS shows both. */

import type { JsonValue } from '../java-values.ts';
import { escapedJsonText } from '../json-smart-escape.ts';
import { TooMuchWorkError } from './work.ts';

/** What a path finds may hold the same value many times, so its text can be far longer than the document. API Gateway's payloads have 10 MB. */
export const maxTextLength = 16 * 1024 * 1024;

interface Printed {
  text: string;
  readonly escapesSlashes: boolean;
}

/**
 * JSON of a value. `\/` for every slash is json-smart's own default and how a list prints inside a template; `slashes: 'plain'` is what its
 * `LT_COMPRESS` style writes. Throws TooMuchWorkError beyond 16 M characters.
 */
export function printJsonSmart(value: JsonValue, slashes: 'escaped' | 'plain' = 'escaped'): string {
  const printed: Printed = { text: '', escapesSlashes: slashes === 'escaped' };
  printJson(value, printed);
  return printed.text;
}

/**
 * What `String.valueOf` makes of a value: a LinkedHashMap prints as `{a=1, b=[1,2]}`, a JSONArray as JSON, a string as itself. Throws
 * TooMuchWorkError beyond 16 M characters.
 */
export function javaText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  const printed: Printed = { text: '', escapesSlashes: true };
  printJava(value, printed);
  return printed.text;
}

function printJson(value: JsonValue, printed: Printed): void {
  if (typeof value === 'string') {
    append(printed, quoted(value, printed.escapesSlashes));
  } else if (Array.isArray(value)) {
    append(printed, '[');
    let separator = '';
    for (const element of value) {
      append(printed, separator);
      printJson(element, printed);
      separator = ',';
    }
    append(printed, ']');
  } else if (value instanceof Map) {
    append(printed, '{');
    let separator = '';
    for (const [name, member] of value) {
      append(printed, `${separator}${quoted(name, printed.escapesSlashes)}:`);
      printJson(member, printed);
      separator = ',';
    }
    append(printed, '}');
  } else {
    const text = String(value);
    // JSON has no infinity; NaN is written all the same.
    append(printed, text.endsWith('Infinity') ? 'null' : text);
  }
}

function printJava(value: JsonValue, printed: Printed): void {
  if (Array.isArray(value)) {
    printJson(value, printed);
  } else if (value instanceof Map) {
    append(printed, '{');
    let separator = '';
    for (const [name, member] of value) {
      append(printed, `${separator}${name}=`);
      printJava(member, printed);
      separator = ', ';
    }
    append(printed, '}');
  } else {
    append(printed, String(value));
  }
}

function append(printed: Printed, text: string): void {
  printed.text += text;
  if (printed.text.length > maxTextLength) throw new TooMuchWorkError('The JSON found is too long to be written out');
}

function quoted(text: string, escapesSlashes: boolean): string {
  return `"${escapedJsonText(text, escapesSlashes)}"`;
}
