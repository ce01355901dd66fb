/**
 * JSON schemas of draft 4 compiled to closures (row MOD-01), by ajv. Read as AWS reads a model: what stands beside a `$ref` is ignored, so are words
 * draft 4 does not have (`nullable`, `discriminator`), and `format` is a note to the reader. Nothing a client sends can make a check run astray:
 * patterns run on RE2, distinct items are found in one pass, and a body nested beyond the stack does not fit.
 */
import { createRequire } from 'node:module';
import type AjvDraft4 from 'ajv-draft-04';
import type { ValidateFunction } from 'ajv-draft-04';
import { isMultiple } from './decimal-multiple.ts';
import { areDistinct } from './distinct-items.ts';
import { compilePattern } from './ecma-pattern.ts';
import { complaintText, type SchemaFinding } from './schema-complaints.ts';
import { isTimeUp, MatchTimeout, runWithin } from './timed-match.ts';

type Ajv = AjvDraft4.default;

/** Checks a parsed JSON value, whose text had `bytes` bytes: undefined when it fits, else what is wrong, `[…, …]`. */
export type SchemaCheck = (value: unknown, bytes: number) => string | undefined;

/** Schemas by the address under which they refer to each other. */
export interface SchemaSet {
  /** Compiles one schema with all it refers to. Throws an Error whose message says what is wrong with it. */
  check(uri: string): SchemaCheck;
}

/**
 * All that is wrong is listed for values up to this size; of larger ones the first finding is enough. Every finding is an object, and a body of
 * 10 MB has room for five million of them.
 */
const maxListedBytes = 65_536;

/** Takes schemas as JSON text by address. Only those that are asked for, and what they refer to, are read at all. */
export function schemaSet(texts: ReadonlyMap<string, string>): SchemaSet {
  let compilers: Compilers | undefined;
  const loaded = new Set<string>();
  const checks = new Map<string, SchemaCheck | Error>();
  const risks: Risks = { mayRecur: false, backtracks: false };

  function load(uri: string, { first, all }: Compilers): void {
    const text = texts.get(uri);
    if (text === undefined || loaded.has(uri)) return;
    loaded.add(uri);
    const parsed = parseSchema(text);
    if (typeof parsed === 'string') throw new Error(parsed);
    first.addSchema(parsed.schema, uri);
    all.addSchema(parsed.schema, uri);
    risks.mayRecur ||= parsed.references.length > 0;
    for (const reference of parsed.references) load(reference.split('#', 1)[0]!, { first, all });
  }

  function compile(uri: string): SchemaCheck | Error {
    compilers ??= { first: newCompiler(false, risks), all: newCompiler(true, risks) };
    try {
      load(uri, compilers);
      return checkOf(compiled(compilers.first, uri), compiled(compilers.all, uri), risks);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  return {
    check(uri) {
      let check = checks.get(uri);
      if (check === undefined) {
        check = compile(uri);
        checks.set(uri, check);
      }
      if (check instanceof Error) throw check;
      return check;
    },
  };
}

/** Says what is wrong with a schema's own text, whatever it refers to; undefined when it is a schema of draft 4. */
export function schemaFault(text: string): string | undefined {
  const parsed = parseSchema(text);
  return typeof parsed === 'string' ? parsed : undefined;
}

interface Compilers {
  /** Stops at the first finding. */
  readonly first: Ajv;
  /** Lists them all. */
  readonly all: Ajv;
}

/** What can make a check take long; known once the schemas are compiled. */
interface Risks {
  /** A schema refers to another, or to itself: what a check costs may double with each level of a body. */
  mayRecur: boolean;
  /** A pattern backtracks. */
  backtracks: boolean;
}

function compiled(compiler: Ajv, uri: string): ValidateFunction {
  const validate = compiler.getSchema(uri);
  if (validate === undefined) throw new Error(`there is no schema ${uri}`);
  return validate;
}

/** No sensible schema takes so long for a body of 64 KB, or ten times so long for one of 10 MB. */
const timeLimitMs = 100;

/** Deeper bodies, checked by schemas that may recur, are checked by the clock. */
const maxUntimedDepth = 3;

/**
 * A tree whose nodes are `oneOf` several kinds may be tried as each kind at every level: thirty levels are a body of a kilobyte and a billion tries,
 * above all where all findings are listed. Such checks stop at the first finding and at the end of their time.
 */
function checkOf(first: ValidateFunction, all: ValidateFunction, risks: Risks): SchemaCheck {
  function firstFinding(value: unknown): string | undefined {
    return first(value) ? undefined : complaintText((first.errors ?? []) as readonly SchemaFinding[]);
  }
  function allFindings(value: unknown): string | undefined {
    if (first(value)) return undefined;
    all(value);
    return complaintText((all.errors ?? []) as readonly SchemaFinding[]);
  }
  return function check(value, bytes) {
    const isLarge = bytes > maxListedBytes;
    const mayTakeLong = isLarge || risks.backtracks || (risks.mayRecur && isDeeperThan(maxUntimedDepth, value));
    const limitMs = isLarge ? timeLimitMs * 10 : timeLimitMs;
    try {
      return mayTakeLong ? runWithin(limitMs, () => firstFinding(value)) : allFindings(value);
    } catch (error) {
      if (isTimeUp(error)) return `[checking the instance took more than ${limitMs} ms]`;
      if (error instanceof RangeError) return '[instance is nested too deeply]';
      if (error instanceof MatchTimeout) return `[${error.message}]`;
      throw error;
    } finally {
      // They hold on to the body.
      first.errors = null;
      all.errors = null;
    }
  };
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member));
}

/** Loaded with the first schema: 30 ms and some megabytes that an API without models does not pay. */
let ajv: typeof AjvDraft4.default | undefined;

function newCompiler(allErrors: boolean, risks: Pick<Risks, 'backtracks'>): Ajv {
  ajv ??= (createRequire(import.meta.url)('ajv-draft-04') as typeof AjvDraft4).default;
  // ajv keeps patterns by what their `toString` gives; without an own one, all patterns of a schema would share the first.
  function regExp(pattern: string) {
    const compiledPattern = compilePattern(pattern);
    risks.backtracks ||= !compiledPattern.isLinear;
    return { ...compiledPattern, toString: () => pattern };
  }
  const compiler = new ajv({
    strict: false,
    allErrors,
    // Without it `required: ["toString"]` would hold for every object.
    ownProperties: true,
    validateFormats: false,
    logger: false,
    // Schemas are checked when they are parsed, by one compiler for all.
    meta: false,
    validateSchema: false,
    // Findings quote the value and what was asked of it.
    verbose: true,
    // They quote it in our words, and V8 needs no tidier code: both halve the time to compile.
    messages: false,
    code: { regExp: Object.assign(regExp, { code: 'compilePattern' }), optimize: false },
  });
  compiler.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (isWanted: boolean, items: unknown[]) => !isWanted || areDistinct(items),
  });
  compiler.removeKeyword('multipleOf').addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    validate: (divisor: number, value: number) => isMultiple(value, divisor),
  });
  return compiler;
}

/** Knows what a schema of draft 4 looks like. */
let metaSchema: Ajv | undefined;

interface ParsedSchema {
  readonly schema: object;
  /** Every `$ref`. */
  readonly references: readonly string[];
}

/** The schema, ready to compile, or a sentence saying why it is none. */
function parseSchema(text: string): ParsedSchema | string {
  const references: string[] = [];
  let schema: unknown;
  try {
    schema = plainDraft4(JSON.parse(text), references);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return 'a schema is a JSON object';
  if (metaSchema === undefined) {
    newCompiler(false, { backtracks: false });
    metaSchema = new ajv!({ strict: false, logger: false, validateFormats: false });
  }
  const isSchema = metaSchema.validateSchema(schema);
  return isSchema === true ? { schema, references } : metaSchema.errorsText(metaSchema.errors, { dataVar: 'schema' });
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
