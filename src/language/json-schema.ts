/**
 * JSON schemas of draft 4 compiled to closures (row MOD-01), by ajv. Read as AWS reads a model: what stands beside a `$ref` is ignored, so are words
 * draft 4 does not have (`nullable`, `discriminator`), and `format` is a note to the reader. Nothing a client sends can make a check run astray:
 * patterns run on RE2, distinct items are found in one pass, and a body nested beyond the stack does not fit.
 */
import type { ValidateFunction } from 'ajv-draft-04';
import { referenceDepth } from './reference-depth.ts';
import { type Compiler, newCompiler } from './schema-compiler.ts';
import { complaintText, type SchemaFinding } from './schema-complaints.ts';
import { parseSchema } from './schema-text.ts';
import { isTimeUp, MatchTimeout, runWithin } from './timed-match.ts';

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
  const loaded = new Map<string, unknown>();
  const checks = new Map<string, SchemaCheck | Error>();
  const risks = { backtracks: false };

  function load(uri: string, { first, all }: Compilers): void {
    const text = texts.get(uri);
    if (text === undefined || loaded.has(uri)) return;
    const parsed = parseSchema(text);
    if (typeof parsed === 'string') throw new Error(parsed);
    loaded.set(uri, parsed.schema);
    first.addSchema(parsed.schema, uri);
    all.addSchema(parsed.schema, uri);
    for (const reference of parsed.references) load(reference.split('#', 1)[0]!, { first, all });
  }

  function compile(uri: string): SchemaCheck | Error {
    compilers ??= { first: newCompiler(false, risks), all: newCompiler(true, risks) };
    try {
      load(uri, compilers);
      const first = compiled(compilers.first, uri);
      const { all: listing } = compilers;
      let all: ValidateFunction | undefined;
      // Made for the first body that does not fit: it is as long to compile as the first, and most of 200 models never see one.
      const listAll = (): ValidateFunction => {
        all ??= compiled(listing, uri);
        return all;
      };
      const mayRecur = referenceDepth(loaded, uri) > maxUntimedReferences;
      return checkOf(first, listAll, mayRecur, risks);
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

interface Compilers {
  /** Stops at the first finding. */
  readonly first: Compiler;
  /** Lists them all. */
  readonly all: Compiler;
}

function compiled(compiler: Compiler, uri: string): ValidateFunction {
  const validate = compiler.getSchema(uri);
  if (validate === undefined) throw new Error(`there is no schema ${uri}`);
  return validate;
}

/** No sensible schema takes so long for a body of 64 KB, or ten times so long for one of 10 MB. */
const timeLimitMs = 100;

/** A schema may follow so many references one after the other before its checks are timed: orders have items, items have prices. */
const maxUntimedReferences = 4;

/** Deeper bodies, checked by schemas that may recur, are checked by the clock. */
const maxUntimedDepth = 3;

/**
 * A tree whose nodes are `oneOf` several kinds may be tried as each kind at every level: thirty levels are a body of a kilobyte and a billion tries,
 * above all where all findings are listed. Such checks stop at the first finding and at the end of their time.
 */
function checkOf(
  first: ValidateFunction,
  listAll: () => ValidateFunction,
  mayRecur: boolean,
  risks: { readonly backtracks: boolean },
): SchemaCheck {
  function firstFinding(value: unknown): string | undefined {
    return first(value) ? undefined : complaintText((first.errors ?? []) as readonly SchemaFinding[]);
  }
  function allFindings(value: unknown): string | undefined {
    if (first(value)) return undefined;
    const all = listAll();
    try {
      all(value);
      return complaintText((all.errors ?? []) as readonly SchemaFinding[]);
    } finally {
      all.errors = null;
    }
  }
  return function check(value, bytes) {
    const isLarge = bytes > maxListedBytes;
    const mayTakeLong = isLarge || risks.backtracks || (mayRecur && isDeeperThan(maxUntimedDepth, value));
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
    }
  };
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member));
}
