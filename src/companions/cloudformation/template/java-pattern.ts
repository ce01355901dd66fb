/** `AllowedPattern`, which has to match the whole of a value. Linear in the value's length, whatever the pattern. */
import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { formatError } from '../refusals.ts';

let re2: typeof RE2JS | undefined;

export function compileJavaPattern(pattern: string): (text: string) => boolean {
  re2 ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
  try {
    const compiled = re2.compile(pattern);
    return (text) => compiled.matches(text);
  } catch {
    throw formatError(`AllowedPattern ${pattern} is not a pattern that can be checked`);
  }
}
