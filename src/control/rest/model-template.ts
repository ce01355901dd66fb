/**
 * GetModelTemplate: a mapping template to begin with, made from a model as AWS's console shows it: a value of the right kind for every property, a
 * #foreach for every array.
 */

type Schema = Readonly<Record<string, unknown>>;

/** Values AWS's generator writes for a kind. */
const samples: Readonly<Record<string, string>> = {
  string: '"foo"',
  integer: '42',
  number: '3.14',
  boolean: 'true',
  null: 'null',
};

/** Deeper than any template is read; a model that contains itself has no end. */
const maxDepth = 10;

/** The template for a schema that stands on its own (flat). */
export function modelTemplate(schema: Schema): string {
  return `#set($inputRoot = $input.path('$'))\n${valueFor(schema, { root: schema, indent: '', source: '$inputRoot', depth: 0 })}`;
}

interface Place {
  readonly root: Schema;
  readonly indent: string;
  /** The template's name for the input at this place. */
  readonly source: string;
  readonly depth: number;
}

function valueFor(given: unknown, place: Place): string {
  const schema = resolved(given, place.root);
  if (place.depth > maxDepth) return '{ }';
  const type = typeOf(schema);
  if (type === 'array') return arrayFor(schema, place);
  return samples[type] ?? objectFor(schema, place);
}

function objectFor(schema: Schema, { root, indent, source, depth }: Place): string {
  const properties = Object.entries(objectOr(schema['properties']));
  if (properties.length === 0) return '{ }';
  const inner = `${indent}  `;
  const lines = properties.map(
    ([name, property]) =>
      `${inner}${JSON.stringify(name)} : ${valueFor(property, { root, indent: inner, source: `${source}.${name}`, depth: depth + 1 })}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function arrayFor(schema: Schema, { root, indent, source, depth }: Place): string {
  const items = Array.isArray(schema['items']) ? schema['items'][0] : schema['items'];
  const inner = `${indent}  `;
  // One name per level: an inner loop must not take the outer one's element.
  const element = depth === 0 ? '$elem' : `$elem${depth}`;
  const item = valueFor(items ?? {}, { root, indent: inner, source: element, depth: depth + 1 });
  return (
    `[\n##TODO: Update this foreach loop to reference array from input json\n#foreach(${element} in ${source})\n` +
    `${inner}${item}#if($foreach.hasNext),#end\n\n#end\n${indent}]`
  );
}

/** Follows references within the schema; one that leads nowhere, or in a circle, is anything. */
function resolved(given: unknown, root: Schema): Schema {
  let schema = objectOr(given);
  for (let steps = 0; typeof schema['$ref'] === 'string'; steps++) {
    if (steps > maxDepth || !schema['$ref'].startsWith('#')) return {};
    const segments = schema['$ref'].slice(2).split('/');
    let found: unknown = root;
    if (schema['$ref'] !== '#') {
      for (const segment of segments) {
        const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
        found = Object.hasOwn(objectOr(found), name) ? objectOr(found)[name] : undefined;
      }
    }
    schema = objectOr(found);
  }
  return schema;
}

/** The first type that is not null; what lists properties is an object, what lists items an array. */
function typeOf(schema: Schema): string {
  const type = Array.isArray(schema['type']) ? schema['type'].find((each) => each !== 'null') : schema['type'];
  if (typeof type === 'string') return type;
  return schema['items'] === undefined ? 'object' : 'array';
}

const objectOr = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
