/**
 * JSON values and texts (of paths, queries, headers, forms) to the values of shapes. A value of the wrong type is a SerializationException in
 * the words of AWS's framework, which names the Java class it met.
 */
import { Problem } from '../base/problem.ts';
import type { Dialect } from './dialects.ts';
import type { Shape } from './service-model.ts';

/** A request that cannot be read at all: 400, before any validation. */
export function serializationProblem(message: string, cause?: unknown): Problem {
  return new Problem('SerializationException', message, { cause });
}

/** The class AWS's JSON reader would have made of a scalar: it takes the narrowest integer that fits. */
function javaClassOf(value: unknown): string {
  if (typeof value === 'string') return 'class java.lang.String';
  if (typeof value === 'boolean') return 'class java.lang.Boolean';
  if (!Number.isSafeInteger(value)) return 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber';
  const size = Math.abs(value as number);
  if (size < 2 ** 7) return 'class java.lang.Byte';
  if (size < 2 ** 15) return 'class java.lang.Short';
  if (size < 2 ** 31) return 'class java.lang.Integer';
  return 'class java.lang.Long';
}

/** Written with `an` throughout, as AWS does: `class java.lang.Short can not be converted to an String`. */
const javaNames: Readonly<Record<string, string>> = {
  string: 'an String',
  boolean: 'an Boolean',
  integer: 'an Integer',
  long: 'an Long',
  float: 'an Float',
  double: 'an Double',
  timestamp: 'an Timestamp',
  blob: 'an Blob',
};

function mismatch(value: unknown, shape: Shape): Problem {
  if (Array.isArray(value)) return serializationProblem('Start of list found where not expected');
  if (typeof value === 'object') return serializationProblem('Start of structure or map found where not expected.');
  const wanted = javaNames[shape.type];
  return serializationProblem(
    wanted === undefined
      ? `Unrecognized collection type ${javaClassOf(value)}`
      : `${javaClassOf(value)} can not be converted to ${wanted}`,
  );
}

/** The body as text; bytes that are not UTF-8 are refused rather than replaced. */
export function decodeText(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw serializationProblem('Invalid UTF-8 in payload', cause);
  }
}

/** No shape is nested nearly so deep; what is would only serve to exhaust the stack of whoever walks it. */
const maxNesting = 200;

/** Whether JSON text opens more than `maxNesting` brackets at once; texts in quotes are jumped over. */
function isNestedTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) {
      i = endOfString(text, i);
      if (i === -1) return false;
    } else if (char === 0x7b || char === 0x5b) {
      if (++depth > maxNesting) return true;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return false;
}

/** Where the JSON string that opens at `start` closes; -1 when it never does. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return -1;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

/** The body as JSON. Of a repeated key the last value counts. */
export function parseJsonBody(body: Uint8Array): unknown {
  const text = decodeText(body);
  if (isNestedTooDeep(text)) throw serializationProblem('The request body is nested too deep');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw serializationProblem('Unable to parse the request body as JSON', cause);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A JSON value as its shape wants it: times as epoch milliseconds, blobs as bytes, only the members the model knows. `null` is absent, save in a
 * map of strings, where it is the empty text (AWS reads both back alike).
 */
export function decodeJsonValue(value: unknown, shape: Shape, dialect: Dialect): unknown {
  switch (shape.type) {
    case 'structure': {
      if (!isObject(value)) throw mismatch(value, shape);
      return decodeJsonMembers(value, shape, dialect);
    }
    case 'list': {
      if (!Array.isArray(value)) throw mismatch(value, shape);
      const element = shape.element!;
      return value.filter((item) => item !== null).map((item) => decodeJsonValue(item, element, dialect));
    }
    case 'map': {
      if (!isObject(value)) throw mismatch(value, shape);
      const entries: [string, unknown][] = [];
      for (const [key, item] of Object.entries(value)) {
        // Own properties cannot pollute a prototype here, but a later copy by assignment could be fooled.
        if (key === '__proto__') throw serializationProblem("'__proto__' can not be the key of a map");
        checkText(key);
        if (item !== null) entries.push([key, decodeJsonValue(item, shape.value!, dialect)]);
        else if (shape.value!.type === 'string') entries.push([key, '']);
      }
      return Object.fromEntries(entries);
    }
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (!dialect.coercesBooleans || typeof value === 'object') throw mismatch(value, shape);
      return typeof value === 'string' ? value.toLowerCase() === 'true' : value !== 0;
    case 'integer':
    case 'long':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw mismatch(value, shape);
      return value;
    case 'float':
    case 'double':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw mismatch(value, shape);
      return value;
    case 'timestamp': {
      if (typeof value === 'number' && Number.isFinite(value)) return Math.round(value * 1000);
      if (typeof value === 'string') return decodeTimestamp(value);
      throw mismatch(value, shape);
    }
    case 'blob': {
      if (typeof value !== 'string') throw mismatch(value, shape);
      try {
        return Uint8Array.fromBase64(value);
      } catch (cause) {
        throw serializationProblem('Invalid base64 in payload', cause);
      }
    }
    default:
      if (typeof value !== 'string') throw mismatch(value, shape);
      checkText(value);
      return value;
  }
}

/** JSON can escape half of a surrogate pair (`\ud800`), which no text in UTF-8 holds: nothing could store, send or look for it. */
function checkText(text: string): void {
  if (!text.isWellFormed()) throw serializationProblem('Unpaired surrogate in a text');
}

/** The members of a structure that stand in a JSON object; those bound elsewhere are left out. */
export function decodeJsonMembers(
  value: Record<string, unknown>,
  shape: Shape,
  dialect: Dialect,
): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const member of shape.members) {
    if (member.location !== undefined || !Object.hasOwn(value, member.wireName)) continue;
    const item = value[member.wireName];
    if (item !== null) members[member.name] = decodeJsonValue(item, member.shape, dialect);
  }
  return members;
}

/** A text (path label, query value, header, form field) as its scalar shape wants it. */
export function decodeTextValue(text: string, shape: Shape): unknown {
  switch (shape.type) {
    case 'boolean': {
      const lower = text.toLowerCase();
      if (lower === 'true' || lower === 'false') return lower === 'true';
      throw serializationProblem('STRING_VALUE can not be converted to an Boolean');
    }
    case 'integer':
    case 'long': {
      if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
      throw serializationProblem(`STRING_VALUE can not be converted to ${javaNames[shape.type]}`);
    }
    case 'float':
    case 'double': {
      const number = Number(text);
      if (text.trim() !== '' && Number.isFinite(number)) return number;
      throw serializationProblem(`STRING_VALUE can not be converted to ${javaNames[shape.type]}`);
    }
    case 'timestamp':
      return decodeTimestamp(text);
    case 'blob':
      try {
        return Uint8Array.fromBase64(text);
      } catch (cause) {
        throw serializationProblem('STRING_VALUE can not be converted to an Blob', cause);
      }
    default:
      return text;
  }
}

/** ISO 8601, an HTTP date or epoch seconds, as epoch milliseconds. */
function decodeTimestamp(text: string): number {
  const ms = /^-?\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text);
  if (Number.isNaN(ms)) throw serializationProblem('STRING_VALUE can not be converted to an Timestamp');
  return ms;
}
