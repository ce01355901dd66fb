/** What a filter pattern picks out of a message beside matching it: `$.path` of JSON, `$name` of fields cut at spaces (TestMetricFilter, metric values and dimensions). */
import { fieldsOf } from '../filter-fields.ts';
import { compileSelector } from '../filter-json.ts';

/** Values by the names they have in a pattern, `$.status` or `$size`; of a field without a name its place, `$3`. */
export type Extraction = (message: string) => Readonly<Record<string, string>>;

const nothing: Extraction = () => ({});

/** Of a pattern that compiles. */
export function compileExtraction(pattern: string): Extraction {
  const text = pattern.trim();
  if (text.startsWith('[')) return ofFields(text.slice(1, text.lastIndexOf(']')));
  if (!text.startsWith('{')) return nothing;
  const names = [...new Set(withoutQuotes(text).match(/\$(?:\.[\w@:/-]+|\[[^\]]*\])+/g) ?? [])];
  const readers = names.map((name) => [name, compileValue(name)] as const);
  return (message) => present(readers.map(([name, read]) => [name, read(message)]));
}

/** The value a name stands for in one message: `$.status`, or a field of a pattern. */
export function compileValue(name: string, extraction: Extraction = nothing): (message: string) => string | undefined {
  if (!name.startsWith('$.') && !name.startsWith('$[')) return (message) => extraction(message)[name];
  const select = compileSelector(name);
  return function valueIn(message) {
    try {
      const value = select(JSON.parse(message)).find((each) => each !== undefined && each !== null);
      return value === undefined ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value);
    } catch {
      return undefined;
    }
  };
}

function ofFields(inside: string): Extraction {
  const parts = splitAtCommas(inside).map((part) => part.trim());
  const gap = parts.indexOf('...');
  const nameOf = (part: string): string => /^[\w.-]*/.exec(part)![0];
  return function fieldsByName(message) {
    const fields = fieldsOf(message);
    const behind = gap === -1 ? 0 : parts.length - gap - 1;
    return present(
      fields.map((field, i): [string, string] => {
        const place = gap === -1 || i < gap ? i : i >= fields.length - behind ? parts.length - (fields.length - i) : -1;
        const name = place === -1 ? '' : nameOf(parts[place] ?? '');
        return [`$${name === '' ? i + 1 : name}`, field];
      }),
    );
  };
}

const present = (entries: readonly (readonly [string, string | undefined])[]): Record<string, string> =>
  Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));

const withoutQuotes = (text: string): string => text.replace(/"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)*%/g, '""');

/** Commas within quotes and expressions are none. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [''];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)*%|,|[^,"%]+|["%]/g)) {
    if (piece === ',') parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}
