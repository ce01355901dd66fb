/** `$util` of mapping templates (row MAP-13; guide page apigateway-mapping-template-reference, "$util variables"). */
import type { JsonValue } from '../java-values.ts';
import { textOf } from './java-text.ts';
import { type HostObject, JavaException, type VtlValue } from './values.ts';

type TextFunction = (text: string) => VtlValue;

/** `parseJson` reads what AWS's own JSON parser would; its errors end the rendering. */
export function utilObject({ parseJson }: { parseJson: (text: string) => JsonValue }): HostObject {
  const functions = new Map<string, TextFunction>([
    ['escapeJavaScript', escapeJavaScript],
    ['parseJson', (text) => parseJson(text) as VtlValue],
    ['urlEncode', urlEncode],
    ['urlDecode', urlDecode],
    ['base64Encode', (text) => Buffer.from(text, 'utf8').toString('base64')],
    ['base64Decode', (text) => Buffer.from(text, 'base64').toString('utf8')],
  ]);
  return {
    get: () => undefined,
    call(method, args) {
      const call = functions.get(method);
      if (call === undefined || args.length !== 1) return undefined;
      const [argument] = args;
      // Our choice: AWS is not recorded with anything but texts. Null stays null, the rest is taken as it prints.
      return argument === null || argument === undefined ? null : call(textOf(argument));
    },
    toString: () => '$util',
  };
}

const escapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
  "'": "\\'",
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
};

/** Escapes quotes (the single one too, which is no JSON: recorded), slashes, control characters and all beyond ASCII. */
export function escapeJavaScript(text: string): string {
  return text.replace(/['"\\/\u0000-\u001f\u0080-\uffff]/g, (unit) => {
    return escapes[unit] ?? `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** As in HTML forms: blanks become `+`. */
function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function urlDecode(text: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) {
    throw new JavaException(
      'java.lang.IllegalArgumentException',
      'URLDecoder: Illegal hex characters in escape (%) pattern',
    );
  }
  // Bytes that are no UTF-8 become U+FFFD, where decodeURIComponent would fail.
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-fA-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));
}
