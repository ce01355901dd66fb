/** How json-smart writes a text inside quotes: `/` (unless told otherwise), control characters and U+2000 … U+20FF are escaped, in upper-case hexadecimal. */

const special = /["\\/\x00-\x1f\x7f-\x9f\u2000-\u20ff]/;
const everySpecial = /["\\/\x00-\x1f\x7f-\x9f\u2000-\u20ff]/g;
const everySpecialButSlash = /["\\\x00-\x1f\x7f-\x9f\u2000-\u20ff]/g;
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

/** The text between the quotes. */
export function escapedJsonText(text: string, escapesSlashes: boolean): string {
  if (!special.test(text)) return text;
  return text.replace(escapesSlashes ? everySpecial : everySpecialButSlash, escaped);
}

function escaped(character: string): string {
  return short[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
