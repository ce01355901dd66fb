/**
 * The `pattern`s of JSON schemas: regular expressions of ECMA 262, found anywhere in a text. The texts come from strangers, so patterns run on RE2,
 * whose time grows with the length of the text and never faster; what RE2 cannot express (look-around, back-references) runs on V8 by the clock.
 */
import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { toRe2 } from './ecma-to-re2.ts';
import { leadingConditions } from './leading-conditions.ts';
import { matchesWithin } from './timed-match.ts';

export interface CompiledPattern {
  /** Runs on RE2, in time that grows with the text and never faster. */
  readonly isLinear: boolean;
  test(text: string): boolean;
}

/** Nobody writes longer ones by hand, and what they compile to grows with them. */
const maxPatternLength = 4_096;

/** Shorter texts cannot keep V8 busy for long: a pattern doubles its work with each character at worst. */
const maxUntimedLength = 16;
const timeLimitMs = 100;

/** Loaded with the first pattern: most processes never see one. */
let re2: typeof RE2JS | undefined;

function loadRe2(): typeof RE2JS {
  re2 ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
  return re2;
}

/** Compiles a pattern; throws an Error that says why when it is none. `test` throws MatchTimeout when V8 does not find an answer in time. */
export function compilePattern(pattern: string): CompiledPattern {
  if (pattern.length > maxPatternLength) throw new Error(`a pattern is longer than ${maxPatternLength} characters`);
  const linear = compileLinear(pattern) ?? compileConditions(pattern);
  if (linear !== undefined) return linear;
  const backtracking = compileBacktracking(pattern);
  return {
    isLinear: false,
    test: (text) =>
      text.length <= maxUntimedLength ? backtracking.test(text) : matchesWithin(timeLimitMs, backtracking, text),
  };
}

function compileLinear(pattern: string): CompiledPattern | undefined {
  try {
    const compiled = loadRe2().compile(toRe2(pattern));
    return { isLinear: true, test: (text) => compiled.test(text) };
  } catch {
    return undefined;
  }
}

/** `^(?=.*[A-Z])(?=.*\d).{8,}$`, the way passwords are described, needs no look-ahead: it is three patterns, each of which must hold. */
function compileConditions(pattern: string): CompiledPattern | undefined {
  const conditions = leadingConditions(pattern)?.map((each) => ({ ...each, compiled: compileLinear(each.pattern) }));
  if (conditions === undefined || conditions.some(({ compiled }) => compiled === undefined)) return undefined;
  return {
    isLinear: true,
    test: (text) => conditions.every(({ compiled, isWanted }) => compiled!.test(text) === isWanted),
  };
}

/** `u` only where a pattern needs it: it refuses escapes such as `\-` that people write and Java's ECMA engine takes. */
function compileBacktracking(pattern: string): RegExp {
  return new RegExp(pattern, /\\p\{|\\u\{/.test(pattern) ? 'u' : '');
}
