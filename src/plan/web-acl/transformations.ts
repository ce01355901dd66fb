/**
 * What WAF does to a text before it is compared ("Text transformation options in AWS WAF"). Texts are bytes as latin1: what a client sent need not be UTF-8.
 * A text that is not in the encoding a transformation undoes keeps what cannot be undone.
 */
import { createHash } from 'node:crypto';
import type { TextTransformation } from '../../ports/web-acls.ts';
import { decodeEntities } from './html-entities.ts';

export type Transform = (text: string) => string;

/** One function for a list of them, in the order of their priorities; undefined for a type nobody knows. */
export function compileTransformations(list: readonly TextTransformation[]): Transform | undefined {
  const found = [...list].sort((a, b) => a.Priority - b.Priority).map(({ Type }) => transformations[Type]);
  if (found.some((each) => each === undefined)) return undefined;
  const acting = found.filter((each): each is Transform => each !== undefined && each !== unchanged);
  if (acting.length === 0) return unchanged;
  if (acting.length === 1) return acting[0]!;
  return (text) => acting.reduce((changed, transform) => transform(changed), text);
}

const unchanged: Transform = (text) => text;
const byte = (code: number): string => String.fromCharCode(code & 0xff);
const utf8 = (code: number): string => {
  const isScalar = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isScalar ? Buffer.from(String.fromCodePoint(code)).toString('latin1') : '';
};

const transformations: Readonly<Record<string, Transform | undefined>> = {
  NONE: unchanged,
  LOWERCASE: (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  UPPERCASE: (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  TRIM: (text) => text.replace(/^[\s\0]+/, '').replace(/[\s\0]+$/, ''),
  TRIM_LEFT: (text) => text.replace(/^[\s\0]+/, ''),
  TRIM_RIGHT: trimmedRight,
  COMPRESS_WHITE_SPACE: (text) => text.replace(/[ \t\n\r\f\v\xa0]+/g, ' '),
  REMOVE_WHITESPACE: (text) => text.replace(/[ \t\n\r\f\v\xa0]+/g, ''),
  REMOVE_NULLS: (text) => text.replaceAll('\0', ''),
  REPLACE_NULLS: (text) => text.replaceAll('\0', ' '),
  URL_DECODE: (text) => urlDecoded(text),
  URL_DECODE_UNI: (text) =>
    urlDecoded(text.replace(/%u([0-9a-fA-F]{4})/g, (_, hex: string) => unicodeByte(Number.parseInt(hex, 16)))),
  UTF8_TO_UNICODE: (text) =>
    [...Buffer.from(text, 'latin1').toString('utf8')]
      .map((char) => (char < '\x80' ? char : `%u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`))
      .join(''),
  HTML_ENTITY_DECODE: decodeEntities,
  BASE64_DECODE: (text) => (/^[A-Za-z0-9+/]*={0,2}$/.test(text) ? base64Decoded(text) : text),
  BASE64_DECODE_EXT: (text) => base64Decoded(text.replace(/[^A-Za-z0-9+/]/g, '')),
  HEX_DECODE: (text) => (/^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex').toString('latin1') : text),
  SQL_HEX_DECODE: (text) =>
    text.replace(/0x((?:[0-9a-fA-F]{2})+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1')),
  MD5: (text) => createHash('md5').update(Buffer.from(text, 'latin1')).digest('latin1'),
  SHA256: (text) => createHash('sha256').update(Buffer.from(text, 'latin1')).digest('latin1'),
  // Each comment becomes one space, one that does not end too; an end alone stays.
  REPLACE_COMMENTS: (text) => replacedComments(text),
  REMOVE_COMMENTS_CHAR: (text) => text.replace(/\/\*|\*\/|<!--|-->|--|#/g, ''),
  CMD_LINE: commandLine,
  CMD_LINE_WIN: (text) => commandLine(text.replaceAll('^', '')),
  CMD_LINE_UNIX: (text) => text.replace(/\\(.)/gs, '$1').replace(/["']/g, ''),
  CSS_DECODE: cssDecoded,
  JS_DECODE: jsDecoded,
  JS_DECODE_EXT: (text) =>
    jsDecoded(text.replace(/\\u\{([0-9a-fA-F]{1,6})\}/g, (_, hex: string) => utf8(Number.parseInt(hex, 16)))),
  ESCAPE_SEQ_DECODE: escapesDecoded,
  NORMALIZE_PATH: normalizedPath,
  NORMALIZE_PATH_WIN: (text) => normalizedPath(text.replaceAll('\\', '/')),
};

/** A pattern that looks for spaces before an end tries at each of them. */
function trimmedRight(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s\0]/.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

const urlDecoded = (text: string): string =>
  text.replaceAll('+', ' ').replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => byte(Number.parseInt(hex, 16)));

/** Full-width letters stand for their ASCII twins, everything else keeps its low byte. */
const unicodeByte = (code: number): string => byte(code >= 0xff01 && code <= 0xff5e ? code - 0xfee0 : code);

const base64Decoded = (text: string): string => Buffer.from(text, 'base64').toString('latin1');

function replacedComments(text: string): string {
  let replaced = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('/*', at);
    if (start < 0) return replaced + text.slice(at);
    replaced += `${text.slice(at, start)} `;
    const end = text.indexOf('*/', start + 2);
    if (end < 0) return replaced;
    at = end + 2;
  }
}

/** What a shell makes of a line: no quotes and escapes, one space, lower case. */
function commandLine(text: string): string {
  return text
    .replace(/[\\"'^]/g, '')
    .replace(/[\s,;]+/g, ' ')
    .replace(/ (?=[/(])/g, '')
    .toLowerCase();
}

function cssDecoded(text: string): string {
  return text.replace(/\\(?:([0-9a-fA-F]{1,6})[ \t\n\r\f]?|(\r\n|\n|\r|\f)|(.))/gs, (_, hex, line, char) => {
    if (hex !== undefined) return unicodeByte(Number.parseInt(hex, 16) & 0xffff);
    return line !== undefined ? '' : char;
  });
}

const controlEscapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '?': '?', "'": "'", '"': '"' },
};

function jsDecoded(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2})|(.))/gs,
    (_, unicode, hex, octal, char) => {
      if (unicode !== undefined) return unicodeByte(Number.parseInt(unicode, 16));
      if (hex !== undefined) return byte(Number.parseInt(hex, 16));
      if (octal !== undefined) return byte(Number.parseInt(octal, 8));
      return controlEscapes[char as string] ?? char;
    },
  );
}

/** ANSI C's. */
function escapesDecoded(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2})|([abfnrtv\\?'"]))/g, (_, hex, octal, char) => {
    if (hex !== undefined) return byte(Number.parseInt(hex, 16));
    if (octal !== undefined) return byte(Number.parseInt(octal, 8));
    return controlEscapes[char as string]!;
  });
}

/** Without `//`, `/./` and `/../`, but for those at the beginning that lead out of it. */
function normalizedPath(text: string): string {
  const isAbsolute = text.startsWith('/');
  const kept: string[] = [];
  const segments = text.split('/');
  const endsInFolder = ['', '.', '..'].includes(segments.at(-1)!);
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isAbsolute) kept.push(segment);
  }
  const path = (isAbsolute ? '/' : '') + kept.join('/');
  return endsInFolder && kept.length > 0 ? `${path}/` : path;
}
