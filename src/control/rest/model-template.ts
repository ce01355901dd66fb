/**
 * GetModelTemplate: a mapping template to begin with, made from a model as AWS's console shows it: a value of the right kind for every property, a
 * #foreach for every array.
 */

import { unescapePointerSegment } from '../../base/json-patch.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Values AWS's generator writes for a kind. */
const samples: Readonly<Record<string, string>> = {
  string: '"foo"',
  integer: '42',
  number: '3.14',
  boolean: 'true',
  null: 'null',
};

/** A longer template helps nobody, and models that refer to each other twice over would make one without end. */
const maxValues = 1_000;

/** The template for a schema that stands on its own (flat). */
export function modelTemplate(schema: Schema): string {
  const value = valueFor(schema, { root: schema, indent: '', source: '$inputRoot', loops: 0, written: { values: 0 } });
  return `#set($inputRoot = $input.path('$'))\n${value}`;
}

interface Place {
  readonly root: Schema;
  readonly indent: string;
  /** The template's name for the input at this place. */
  readonly source: string;
  /** How many #foreach stand around it. */
  readonly loops: number;
  /** Counts what was written so far. */
  readonly written: { values: number };
}

function valueFor(given: unknown, place: Place): string {
  if (place.written.values++ >= maxValues) return '{ }';
  const schema = resolved(given, place.root);
  const type = typeOf(schema);
  if (type === 'array') return arrayFor(schema, place);
  return samples[type] ?? objectFor(schema, place);
}

function objectFor(schema: Schema, place: Place): string {
  const properties = Object.entries(objectOr(schema['properties']));
  if (properties.length === 0 || place.indent.length > maxIndent) return '{ }';
  const indent = `${place.indent}  `;
  const lines = properties.map(([name, property]) => {
    const value = valueFor(property, { ...place, indent, source: `${place.source}.${name}` });
    return `${indent}${JSON.stringify(name)} : ${value}`;
  });
  return `{\n${lines.join(',\n')}\n${place.indent}}`;
}

/** A model that contains itself is written ten levels deep. */
const maxIndent = 20;

function arrayFor(schema: Schema, place: Place): string {
  if (place.indent.length > maxIndent) return '[ ]';
  const { source, loops } = place;
  const items = Array.isArray(schema['items']) ? schema['items'][0] : schema['items'];
  const indent = `${place.indent}  `;
  // One name per level: an inner loop must not take the outer one's element.
  const element = loops === 0 ? '$elem' : `$elem${loops}`;
  const item = valueFor(items ?? {}, { ...place, indent, source: element, loops: loops + 1 });
  return (
    `[\n##TODO: Update this foreach loop to reference array from input json\n#foreach(${element} in ${source})\n` +
    `${indent}${item}#if($foreach.hasNext),#end\n\n#end\n${place.indent}]`
  );
}

/** Follows references within the schema; one that leads nowhere, or in a circle, is anything. */
function resolved(given: unknown, root: Schema): Schema {
  let schema = objectOr(given);
  const passed = new Set<Schema>();
  while (typeof schema['$ref'] === 'string') {
    if (passed.has(schema)) return {};
    passed.add(schema);
    schema = objectOr(target(schema['$ref'], root));
  }
  return schema;
}

/** What a local reference such as `#/definitions/name` points to. */
function target(reference: string, root: Schema): unknown {
  let found: unknown = reference.startsWith('#') ? root : {};
  for (const segment of reference.slice(1).split('/').slice(1)) {
    const name = unescapePointerSegment(segment);
    found = Object.hasOwn(objectOr(found), name) ? objectOr(found)[name] : undefined;
  }
  return found;
}

/** The first type that is not null; what lists properties is an object, what lists items an array. */
function typeOf(schema: Schema): string {
  const type = Array.isArray(schema['type']) ? schema['type'].find((each) => each !== 'null') : schema['type'];
  if (typeof type === 'string') return type;
  return schema['items'] === undefined ? 'object' : 'array';
}

const objectOr = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
