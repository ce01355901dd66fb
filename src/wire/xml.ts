/** XML as AWS services exchange it: documents read strictly into trees (no DTD, so no entities but XML's own five), and texts escaped. */
export interface XmlElement {
  /** Without its namespace prefix. */
  readonly name: string;
  /** By the name as written, `xsi:type`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** What stands between the children, joined. */
  readonly text: string;
}

/** Deeper than any document a service takes. */
const maxDepth = 40;

/** The root of a document; undefined when the text is no well-formed XML of the kind services take. */
export function parseXml(text: string): XmlElement | undefined {
  const tokens =
    /<\?[^?]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s=<>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;
  interface Open {
    name: string;
    readonly tag: string;
    readonly attributes: Record<string, string>;
    readonly children: XmlElement[];
    text: string;
  }
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  function close(element: Open): boolean {
    const { name, attributes, children } = element;
    const closed: XmlElement = { name, attributes, children, text: element.text };
    const parent = open.at(-1);
    if (parent !== undefined) parent.children.push(closed);
    else if (root === undefined) root = closed;
    else return false;
    return true;
  }

  while (at < text.length) {
    tokens.lastIndex = at;
    const found = tokens.exec(text);
    if (found === null) return undefined;
    at = tokens.lastIndex;
    const [, cdata, closing, opening, attributes, isEmpty, characters] = found;
    if (opening !== undefined) {
      if (open.length >= maxDepth || (open.length === 0 && root !== undefined)) return undefined;
      const read = attributesOf(attributes ?? '');
      if (read === undefined) return undefined;
      const element: Open = { tag: opening, name: localName(opening), attributes: read, children: [], text: '' };
      if (isEmpty === '/') {
        if (!close(element)) return undefined;
      } else open.push(element);
    } else if (closing !== undefined) {
      const element = open.pop();
      if (element?.tag !== closing || !close(element)) return undefined;
    } else if (characters !== undefined || cdata !== undefined) {
      const plain = cdata ?? unescaped(characters!);
      if (plain === undefined) return undefined;
      const within = open.at(-1);
      if (within !== undefined) within.text += plain;
      else if (plain.trim() !== '') return undefined;
    }
  }
  return open.length === 0 ? root : undefined;
}

const localName = (tag: string): string => tag.slice(tag.indexOf(':') + 1);

function attributesOf(text: string): Record<string, string> | undefined {
  const found: [string, string][] = [];
  for (const [, name, double, single] of text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    const value = unescaped(double ?? single ?? '');
    if (value === undefined || name === '__proto__') return undefined;
    found.push([name!, value]);
  }
  return Object.fromEntries(found);
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let isGood = true;
  const plain = text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));|&/g, (_all, decimal, hex, name) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
    if (name !== undefined && Object.hasOwn(named, name)) return named[name]!;
    isGood = false;
    return '';
  });
  return isGood ? plain : undefined;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** Characters XML 1.0 cannot hold become U+FFFD: a client could not read the answer otherwise. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\r]/g, (char) => entities[char]!);
}

export const xmlElement = (name: string, content: string): string => `<${name}>${content}</${name}>`;
