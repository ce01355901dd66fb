/** Routing rules, compiled: conditions on headers and base paths, tried by rising priority (rows DOM-21 to DOM-23). */
import { type HeaderList, headerValues } from '../../base/headers.ts';
import type { LiveDomain } from '../../ports/custom-domains.ts';
import { compileBasePaths } from './mapping-tree.ts';

export type RoutingRule = LiveDomain['rules'][number];
type Condition = RoutingRule['conditions'][number];

/** The path as it was sent, percent-encoded. */
type Matcher<T> = (path: string, headers: HeaderList) => T | undefined;

/**
 * What `made` gives for the first rule all of whose conditions hold, and the base path that matched, '' for a rule that asks for none; made once for each, not
 * per request.
 */
export function compileRules<T>(
  rules: readonly RoutingRule[],
  made: (rule: RoutingRule, basePath: string) => T,
): Matcher<T> {
  const compiled = [...rules].sort((a, b) => a.priority - b.priority).map((rule) => compileRule(rule, made));
  return function ruleOf(path, headers) {
    for (const matches of compiled) {
      const match = matches(path, headers);
      if (match !== undefined) return match;
    }
    return undefined;
  };
}

function compileRule<T>(rule: RoutingRule, made: (rule: RoutingRule, basePath: string) => T): Matcher<T> {
  const onHeaders = rule.conditions.flatMap(({ matchHeaders }) => (matchHeaders ? compileHeaders(matchHeaders) : []));
  const onPaths = rule.conditions.flatMap(({ matchBasePaths }) =>
    matchBasePaths
      ? [compileBasePaths(matchBasePaths.map((basePath) => [basePath, { basePath, value: made(rule, basePath) }]))]
      : [],
  );
  const always = { basePath: '', value: made(rule, '') };

  return function matches(path, headers) {
    for (const holds of onHeaders) if (!holds(headers)) return undefined;
    let match = always;
    for (const basePathOf of onPaths) {
      const found = basePathOf(path);
      if (found === undefined) return undefined;
      if (found.basePath.length >= match.basePath.length) match = found;
    }
    return match.value;
  };
}

/** Any of its entries suffices. */
function compileHeaders(entries: NonNullable<Condition['matchHeaders']>): (headers: HeaderList) => boolean {
  const compiled = entries.map(({ header, valueGlob }) => ({
    name: header.toLowerCase(),
    fits: compileGlob(valueGlob),
  }));
  return (headers) => compiled.some(({ name, fits }) => headerValues(headers, name).some(fits));
}

/** `*` stands for any text and only at an end (row DOM-22). */
export function compileGlob(glob: string): (value: string) => boolean {
  if (glob === '*' || glob === '**') return () => true;
  const isOpenBefore = glob.startsWith('*');
  const isOpenAfter = glob.endsWith('*');
  const text = glob.slice(isOpenBefore ? 1 : 0, isOpenAfter ? -1 : undefined);
  if (isOpenBefore && isOpenAfter) return (value) => value.includes(text);
  if (isOpenBefore) return (value) => value.endsWith(text);
  return isOpenAfter ? (value) => value.startsWith(text) : (value) => value === text;
}
