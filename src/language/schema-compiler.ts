/** ajv, set up to check what strangers send against schemas that anyone may write. */
import { createRequire } from 'node:module';
import type AjvDraft4 from 'ajv-draft-04';
import { isMultiple } from './decimal-multiple.ts';
import { areDistinct } from './distinct-items.ts';
import { compilePattern } from './ecma-pattern.ts';

export type Compiler = AjvDraft4.default;

/** Loaded with the first schema: 30 ms and some megabytes that an API without models does not pay. */
let ajv: typeof AjvDraft4.default | undefined;

function loadAjv(): typeof AjvDraft4.default {
  ajv ??= (createRequire(import.meta.url)('ajv-draft-04') as typeof AjvDraft4).default;
  return ajv;
}

/** A compiler whose checks stop at the first finding, or list them all. Sets `backtracks` when a pattern it compiles may take long. */
export function newCompiler(allErrors: boolean, risks: { backtracks: boolean }): Compiler {
  // ajv keeps patterns by what their `toString` gives; without an own one, all patterns of a schema would share the first.
  function regExp(pattern: string) {
    const compiledPattern = compilePattern(pattern);
    risks.backtracks ||= !compiledPattern.isLinear;
    return { ...compiledPattern, toString: () => pattern };
  }
  const compiler = new (loadAjv())({
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
  return withOwnKeywords(compiler);
}

/** Knows what a schema of draft 4 looks like; its `validateSchema` says whether a text is one. */
export const newSchemaJudge = (): Compiler =>
  withOwnKeywords(new (loadAjv())({ strict: false, logger: false, validateFormats: false }));

/** ajv's own `uniqueItems` compares each item with each, and its `multipleOf` reckons in binary fractions. */
function withOwnKeywords(compiler: Compiler): Compiler {
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
