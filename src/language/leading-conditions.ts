/** Look-aheads at the beginning of a pattern, taken apart into patterns without them. */

/** A pattern that must be found, or must not. */
export interface Condition {
  readonly pattern: string;
  readonly isWanted: boolean;
}

/**
 * The conditions that together say what `^(?=…)(?!…)…` says; undefined when a pattern is of another form. All look from the beginning of the text and
 * none moves on, so they can be asked one by one; what follows them begins there too.
 */
export function leadingConditions(pattern: string): readonly Condition[] | undefined {
  if (!pattern.startsWith('^')) return undefined;
  const conditions: Condition[] = [];
  let at = 1;
  while (pattern.startsWith('(?=', at) || pattern.startsWith('(?!', at)) {
    const end = closingParenthesis(pattern, at);
    if (end === undefined || '*+?{'.includes(pattern[end + 1] ?? ' ')) return undefined;
    conditions.push({ pattern: `^(?:${pattern.slice(at + 3, end)})`, isWanted: pattern[at + 2] === '=' });
    at = end + 1;
  }
  const rest = pattern.slice(at);
  // `^(?=a)b|c` is either of two patterns, and the look-ahead belongs to the first.
  if (conditions.length === 0 || hasAlternatives(rest)) return undefined;
  return [...conditions, { pattern: `^${rest}`, isWanted: true }];
}

function closingParenthesis(pattern: string, from: number): number | undefined {
  for (const { char, at, depth } of syntaxOf(pattern, from)) {
    if (char === ')' && depth === 0) return at;
  }
  return undefined;
}

function hasAlternatives(pattern: string): boolean {
  for (const { char, depth } of syntaxOf(pattern, 0)) {
    if (char === '|' && depth === 0) return true;
  }
  return false;
}

/** Every character that is syntax, neither escaped nor in a class, and how many groups are open after it. */
function* syntaxOf(pattern: string, from: number): Generator<{ char: string; at: number; depth: number }> {
  let depth = 0;
  let inClass = false;
  for (let at = from; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '\\') at++;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else {
      if (char === '(') depth++;
      if (char === ')') depth--;
      yield { char, at, depth };
    }
  }
}
