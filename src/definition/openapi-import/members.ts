/** Reads the members of one object of a document by type. YAML writes `statusCode: 200` where JSON has `"200"`; both are read alike. */

/** An object of the document. */
export type Node = Readonly<Record<string, unknown>>;

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value when it is an object, else an empty one: for places where the validator has seen to it already. */
export const nodeOf = (value: unknown): Node => (isNode(value) ? value : {});

/** An own member; `constructor` and its like are no members of a document. */
export const memberOf = (node: Node, name: string): unknown => (Object.hasOwn(node, name) ? node[name] : undefined);

export interface Members {
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  integer(name: string): number | undefined;
  texts(name: string): readonly string[] | undefined;
  textMap(name: string): Readonly<Record<string, string>> | undefined;
  node(name: string): Node | undefined;
  /** One of the options whatever its case: documents write `aws_proxy` (row OAS-10). */
  choice<Option extends string>(name: string, options: readonly Option[]): Option | undefined;
}

/** A member of the wrong type is reported (`uri must be a string`) and then counts as absent. */
export function membersOf(node: Node, report: (complaint: string) => void): Members {
  function read<T>(name: string, expected: string, convert: (value: unknown) => T | undefined): T | undefined {
    const value = memberOf(node, name);
    if (value === undefined || value === null) return undefined;
    const converted = convert(value);
    if (converted === undefined) report(`${name} must be ${expected}`);
    return converted;
  }
  return {
    text: (name) => read(name, 'a string', asText),
    flag: (name) => read(name, 'a boolean', asFlag),
    integer: (name) => read(name, 'an integer', asInteger),
    texts: (name) => read(name, 'a list of strings', asTexts),
    textMap: (name) => read(name, 'a map of strings', asTextMap),
    node: (name) => read(name, 'an object', (value) => (isNode(value) ? value : undefined)),
    choice: (name, options) =>
      read(name, `one of ${options.join(', ')}`, (value) =>
        options.find((each) => each === asText(value)?.toUpperCase()),
      ),
  };
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function asFlag(value: unknown): boolean | undefined {
  const text = asText(value)?.toLowerCase();
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

function asInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

function asTexts(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.map(asText);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** Null is an empty text: that is how AWS writes an empty template. */
function asTextMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isNode(value)) return undefined;
  const entries: [string, string][] = [];
  for (const [name, each] of Object.entries(value)) {
    const text = each === null ? '' : asText(each);
    if (text === undefined) return undefined;
    entries.push([name, text]);
  }
  return Object.fromEntries(entries);
}
