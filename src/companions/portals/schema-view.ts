/** JSON schemas for readers: a table of properties, and an example. Schemas may refer to themselves, so both stop after some levels. */
import { escaped } from '../../base/html.ts';
import { markdownHtml } from './markdown.ts';

type Node = Readonly<Record<string, unknown>>;

const maxLevels = 6;
/** Of one table; a schema may have as many properties as it likes. */
const maxRows = 300;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a reference names, and under which name; any other schema is itself. */
function resolved(schema: unknown, schemas: Node): { readonly node: Node; readonly name: string | undefined } {
  let node = isNode(schema) ? schema : {};
  let name: string | undefined;
  for (let i = 0; i < maxLevels && typeof node['$ref'] === 'string'; i++) {
    name = node['$ref'].split('/').at(-1)!;
    const target = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    node = isNode(target) ? target : {};
  }
  return { node, name };
}

export function schemaHtml(schema: unknown, schemas: Node): string {
  const { node, name } = resolved(schema, schemas);
  const rows: string[] = [];
  collectRows(schema, schemas, '', new Set(), rows);
  const description = typeof node['description'] === 'string' ? markdownHtml(node['description']) : '';
  const table =
    rows.length === 0
      ? ''
      : `<div class="wide" tabindex="0"><table><thead><tr><th scope="col">Property</th><th scope="col">Type</th><th scope="col">Required</th><th scope="col">Description</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
  const example = escaped(JSON.stringify(exampleOf(schema, schemas), null, 2) ?? '');
  return `<p>${name === undefined ? '' : `<strong>${escaped(name)}</strong>, `}${escaped(typeOf(schema, schemas))}</p>${description}${table}<details><summary>Example</summary><pre tabindex="0"><code>${example}</code></pre></details>`;
}

/** `within` are the names of the schemas around: one that stands within itself is not told again. */
function collectRows(
  schema: unknown,
  schemas: Node,
  prefix: string,
  within: ReadonlySet<string>,
  rows: string[],
): void {
  const { node, name } = resolved(schema, schemas);
  if ((name !== undefined && within.has(name)) || prefix.split('.').length > maxLevels) return;
  const inside = name === undefined ? within : new Set([...within, name]);
  if (isNode(node['items'])) {
    collectRows(node['items'], schemas, `${prefix}[].`, inside, rows);
    return;
  }
  const required = Array.isArray(node['required']) ? node['required'] : [];
  for (const [property, of] of Object.entries(isNode(node['properties']) ? node['properties'] : {})) {
    if (rows.length >= maxRows) return;
    const { node: own } = resolved(of, schemas);
    const path = `${prefix}${property}`;
    const description = typeof own['description'] === 'string' ? markdownHtml(own['description']) : '';
    rows.push(
      `<tr><td><code>${escaped(path)}</code></td><td>${escaped(typeOf(of, schemas))}</td><td>${required.includes(property) ? 'yes' : 'no'}</td><td>${description}</td></tr>`,
    );
    collectRows(of, schemas, isNode(own['items']) ? path : `${path}.`, inside, rows);
  }
}

function typeOf(schema: unknown, schemas: Node, level = 0): string {
  const { node, name } = resolved(schema, schemas);
  if (Array.isArray(node['enum'])) return `one of ${node['enum'].map((each) => JSON.stringify(each)).join(', ')}`;
  if (isNode(node['items']))
    return level < maxLevels ? `array of ${typeOf(node['items'], schemas, level + 1)}` : 'array';
  const type = Array.isArray(node['type']) ? node['type'].join(' or ') : node['type'];
  const format = typeof node['format'] === 'string' ? ` (${node['format']})` : '';
  const kind = typeof type === 'string' ? type : 'any';
  return `${name !== undefined && level > 0 ? name : kind}${format}`;
}

/** A value of the kind the schema describes. It holds so many values at most: schemas that refer to themselves several times would grow without end. */
export function exampleOf(schema: unknown, schemas: Node): unknown {
  let left = 500;

  function example(of: unknown, level: number): unknown {
    const { node } = resolved(of, schemas);
    left -= 1;
    if (node['example'] !== undefined) return node['example'];
    if (node['default'] !== undefined) return node['default'];
    if (Array.isArray(node['enum'])) return node['enum'][0];
    const type = Array.isArray(node['type']) ? node['type'][0] : node['type'];
    const goesOn = level < maxLevels && left > 0;
    if (type === 'array' || isNode(node['items'])) {
      return goesOn && isNode(node['items']) ? [example(node['items'], level + 1)] : [];
    }
    if (type === 'object' || isNode(node['properties'])) {
      const properties = goesOn && isNode(node['properties']) ? Object.entries(node['properties']) : [];
      const values: [string, unknown][] = [];
      for (const [name, each] of properties) if (left > 0) values.push([name, example(each, level + 1)]);
      return Object.fromEntries(values);
    }
    return scalarOf(type, node);
  }
  return example(schema, 0);
}

function scalarOf(type: unknown, { minimum }: Node): unknown {
  switch (type) {
    case 'integer':
    case 'number':
      return typeof minimum === 'number' ? minimum : 0;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'string';
  }
}
