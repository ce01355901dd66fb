/** Regular expressions of people who know RE2's or PCRE's plain part: searched anywhere in a text, in time that grows with the text and never faster. */
import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

export interface SearchPattern {
  test(text: string): boolean;
}

/** Loaded with the first pattern. */
let re2: typeof RE2JS | undefined;

/** Compiles a pattern; a sentence saying what is wrong when it is none. */
export function compileSearchPattern(pattern: string): SearchPattern | string {
  re2 ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
  try {
    const compiled = re2.compile(pattern);
    return { test: (text) => compiled.test(text) };
  } catch (error) {
    return `the pattern ${pattern} cannot be used: ${(error as Error).message}`;
  }
}
