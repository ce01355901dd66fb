/** JSON as json-smart writes it, and values as Java prints them: the two differ for objects (`{a=1}`), and AWS shows both. */
import type { JsonValue } from '../java-values.ts';

/**
 * JSON of a value. `\/` for every slash is json-smart's own default and how a list prints inside a template; `slashes: 'plain'` is what its
 * `LT_COMPRESS` style writes.
 */
export function printJsonSmart(value: JsonValue, slashes: 'escaped' | 'plain' = 'escaped'): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value, slashes);
  if (Array.isArray(value)) return `[${value.map((element) => printJsonSmart(element, slashes)).join(',')}]`;
  if (value instanceof Map) {
    const members: string[] = [];
    for (const [name, member] of value) members.push(`${quoted(name, slashes)}:${printJsonSmart(member, slashes)}`);
    return `{${members.join(',')}}`;
  }
  const text = String(value);
  // JSON has no infinity; NaN is written all the same.
  return text.endsWith('Infinity') ? 'null' : text;
}

/** What `String.valueOf` makes of a value: a LinkedHashMap prints as `{a=1, b=[1,2]}`, a JSONArray as JSON, a string as itself. */
export function javaText(value: JsonValue): string {
  if (value instanceof Map) {
    const members: string[] = [];
    for (const [name, member] of value) members.push(`${name}=${javaText(member)}`);
    return `{${members.join(', ')}}`;
  }
  return Array.isArray(value) ? printJsonSmart(value) : String(value);
}

const special = /["\\/\x00-\x1f\x7f-\x9f\u2000-\u20ff]/g;
const specialButSlash = /["\\\x00-\x1f\x7f-\x9f\u2000-\u20ff]/g;
const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function quoted(text: string, slashes: 'escaped' | 'plain'): string {
  return `"${text.replace(slashes === 'escaped' ? special : specialButSlash, escaped)}"`;
}

function escaped(character: string): string {
  return short[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
