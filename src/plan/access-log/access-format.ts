/** The format of an access log: text with `$context` variables, compiled once per method. */
import type { AccessRow, RowReader } from './access-row.ts';

const variable = /\$context\.([a-zA-Z_][\w-]*(?:\.[\w-]+)*)/g;

/**
 * Writes one line. A variable without a value is `-`, and so is one that AWS does not know (recorded). In a format that is a JSON object or an XML element values are escaped as its
 * texts are: a client names itself in `User-Agent`, and must not be able to end a text there and write members of its own.
 */
export function compileAccessFormat(
  format: string,
  readerOf: (name: string) => RowReader | undefined,
): (row: AccessRow) => string {
  const text = format.replace(/\r?\n$/, '');
  const escaped = /^\s*\{/.test(text) ? escapedForJson : /^\s*</.test(text) ? escapedForXml : undefined;
  /** Each value after its text. */
  const texts: string[] = [];
  const readers: RowReader[] = [];
  let before = '';
  let from = 0;
  for (const found of text.matchAll(variable)) {
    const { name, reader, rest } = longestKnown(found[1]!, readerOf);
    texts.push(before + text.slice(from, found.index));
    const isSafe = safeNames.has(name) && (escaped !== escapedForXml || name !== 'error.messageString');
    readers.push(reader === undefined ? nothing : escaped === undefined || isSafe ? reader : escaped(reader));
    before = rest;
    from = found.index + found[0].length;
  }
  const last = before + text.slice(from);
  return function writeLine(row) {
    let line = '';
    for (let i = 0; i < texts.length; i++) {
      const value = readers[i]!(row);
      line += texts[i]!;
      line += value === undefined || value === '' ? '-' : value;
    }
    return line + last;
  };
}

/** Nothing in these is to be escaped: the gateway gave them their form, and the last one its own quotes. Ids are worth it: they are pieces, which a look at each character would put together first. */
const safeNames: ReadonlySet<string> = new Set([
  ...['requestId', 'extendedRequestId', 'requestTime', 'requestTimeEpoch', 'status', 'accountId', 'apiId', 'stage'],
  ...['deploymentId', 'resourceId', 'protocol', 'error.messageString'],
]);

const nothing: RowReader = () => undefined;

const escapedForJson =
  (reader: RowReader): RowReader =>
  (row) => {
    const value = reader(row);
    return typeof value === 'string' && needsEscape(value) ? JSON.stringify(value).slice(1, -1) : value;
  };

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML has no way to write control characters. */
const escapedForXml =
  (reader: RowReader): RowReader =>
  (row) => {
    const value = reader(row);
    if (typeof value !== 'string') return value;
    return value.replace(/[&<>"'\u0000-\u001f]/g, (char) => entities[char] ?? '\ufffd');
  };

/** A walk: an expression takes twice as long over texts of this length. */
function needsEscape(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    // Control characters, the quote, the backslash.
    if (code < 0x20 || code === 0x22 || code === 0x5c) return true;
  }
  return false;
}

/** The longest known beginning of a name counts: `$context.stage-$context.requestId` is the stage and `-`. */
function longestKnown(
  name: string,
  readerOf: (name: string) => RowReader | undefined,
): { name: string; reader: RowReader | undefined; rest: string } {
  for (let end = name.length; end > 0; end = Math.max(name.lastIndexOf('.', end - 1), name.lastIndexOf('-', end - 1))) {
    const reader = readerOf(name.slice(0, end));
    if (reader !== undefined) return { name: name.slice(0, end), reader, rest: name.slice(end) };
  }
  return { name, reader: undefined, rest: '' };
}
