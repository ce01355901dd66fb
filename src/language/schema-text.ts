/** The text of a JSON schema of draft 4, read as AWS reads a model's. */
import { type Compiler, newSchemaJudge } from './schema-compiler.ts';

/** Made with the first schema. */
let judge: Compiler | undefined;

export interface ParsedSchema {
  readonly schema: object;
  /** Every `$ref`. */
  readonly references: readonly string[];
}

/** The schema, ready to compile, or a sentence saying why it is none. */
export function parseSchema(text: string): ParsedSchema | string {
  const references: string[] = [];
  let schema: unknown;
  try {
    schema = plainDraft4(JSON.parse(text), references);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return 'a schema is a JSON object';
  judge ??= newSchemaJudge();
  if (judge.validateSchema(schema) === true) return { schema, references };
  return judge.errorsText(judge.errors, { dataVar: 'schema' });
}

/** What a schema can ask of a value, and does not where it has a `$ref`. */
const assertions = new Set(
  (
    'type enum multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern items additionalItems maxItems minItems ' +
    'uniqueItems properties patternProperties additionalProperties maxProperties minProperties required dependencies allOf anyOf oneOf not'
  ).split(' '),
);

/**
 * A copy without the words that draft 4 does not have and ajv acts upon all the same: `nullable`, `$async` (which would turn every check into a
 * promise, and a promise passes for true), what stands beside a `$ref`, and the names a schema gives itself, by which models of one API could get in
 * each other's way. Notes every `$ref` in `references`.
 */
function plainDraft4(value: unknown, references: string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => plainDraft4(item, references));
  if (typeof value !== 'object' || value === null) return value;
  const reference = (value as { $ref?: unknown }).$ref;
  const refers = typeof reference === 'string';
  if (refers) references.push(reference);
  const members = Object.entries(value).filter(
    ([name, member]) => !isForeign(name, member) && !(refers && assertions.has(name)),
  );
  return Object.fromEntries(
    members.map(([name, member]) => [
      name,
      name === 'enum' && Array.isArray(member) ? member : plainDraft4(member, references),
    ]),
  );
}

function isForeign(name: string, value: unknown): boolean {
  // ajv passes over this name, so what a schema asks of it would not hold.
  if (name === '__proto__') throw new Error('a property cannot be called __proto__');
  if (name === 'nullable' || name === '$async' || name === '$recursiveAnchor') return typeof value !== 'object';
  return ['id', '$id', '$schema', '$anchor', '$dynamicAnchor'].includes(name) && typeof value === 'string';
}
