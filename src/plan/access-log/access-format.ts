/** The format of an access log: text with `$context` variables, compiled once per method. */
import type { AccessRow, RowReader } from './access-row.ts';

const variable = /\$context\.([a-zA-Z_][\w-]*(?:\.[\w-]+)*)/g;

/**
 * Writes one line. A variable without a value is `-`, and so is one that AWS does not know (recorded). In a format that is a JSON object values are escaped as JSON texts are: a
 * client names itself in `User-Agent`, and must not be able to end a text there and write members of its own.
 */
export function compileAccessFormat(
  format: string,
  readerOf: (name: string) => RowReader | undefined,
): (row: AccessRow) => string {
  const text = format.replace(/\r?\n$/, '');
  const shown = /^\s*\{/.test(text) ? escapedForJson : (value: string) => value;
  const parts: (string | RowReader)[] = [];
  let from = 0;
  for (const found of text.matchAll(variable)) {
    parts.push(text.slice(from, found.index));
    const { reader, rest } = longestKnown(found[1]!, readerOf);
    // This one brings its own quotes.
    const isQuoted = found[1] === 'error.messageString';
    parts.push((row) => {
      const value = reader?.(row);
      if (value === undefined || value === '') return '-';
      return typeof value === 'number' || isQuoted ? value : shown(value);
    });
    parts.push(rest);
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return function writeLine(row) {
    let line = '';
    for (const part of parts) line += typeof part === 'string' ? part : part(row);
    return line;
  };
}

const escapedForJson = (value: string): string =>
  /["\\\u0000-\u001f]/.test(value) ? JSON.stringify(value).slice(1, -1) : value;

/** The longest known beginning of a name counts: `$context.stage-$context.requestId` is the stage and `-`. */
function longestKnown(
  name: string,
  readerOf: (name: string) => RowReader | undefined,
): { reader: RowReader | undefined; rest: string } {
  for (let end = name.length; end > 0; end = Math.max(name.lastIndexOf('.', end - 1), name.lastIndexOf('-', end - 1))) {
    const reader = readerOf(name.slice(0, end));
    if (reader !== undefined) return { reader, rest: name.slice(end) };
  }
  return { reader: undefined, rest: '' };
}
