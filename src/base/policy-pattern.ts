/**
 * Texts of a policy that stand for many: `*` is any run of characters, `?` one of them, `${aws:username}` what the request says of it. Compiled once;
 * matching walks, so no pattern can be slow.
 */

/** Values of a request's condition keys, by the key in lower case; several where a key holds several. A Map is one. */
export interface PolicyContext {
  get(key: string): string | readonly string[] | undefined;
}

/** Whether the text matches; undefined when a variable of the pattern has no value in this request. */
export type PolicyPattern = (text: string, context: PolicyContext) => boolean | undefined;

/** UTF-16 units, and these two. */
const anyRun = -1;
const anyOne = -2;
type Tokens = number[];

interface Variable {
  /** Lower case. */
  readonly key: string;
  readonly fallback: string | undefined;
}

/** `wildcards` false makes `*` and `?` mean themselves; `variables` false, as in documents before 2012-10-17, does so for `${`. */
export function compilePattern(
  pattern: string,
  options: { readonly wildcards: boolean; readonly variables: boolean; readonly ignoresCase?: boolean },
): PolicyPattern {
  const { wildcards, ignoresCase = false } = options;
  const fold = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
  const parts = options.variables ? splitAtVariables(pattern) : [pattern];
  const pieces = parts.map((part) =>
    typeof part === 'string' ? tokensOf(fold(part), wildcards) : part instanceof Literal ? unitsOf(part.text) : part,
  );
  if (pieces.every((piece): piece is Tokens => Array.isArray(piece))) {
    return fixedPattern(pieces.flat(), fold);
  }
  return function matchWithVariables(text, context) {
    const tokens: number[] = [];
    for (const piece of pieces) {
      if (!('key' in piece)) {
        for (const token of piece) tokens.push(token);
        continue;
      }
      const value = context.get(piece.key) ?? piece.fallback;
      // A key with several values cannot stand within a text (IAM user guide, "policy variables").
      if (typeof value !== 'string') return undefined;
      for (const token of unitsOf(fold(value))) tokens.push(token);
    }
    return walk(tokens, fold(text));
  };
}

/** `*` is any text, `?` one character. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return walk(tokensOf(pattern, true), text);
}

function fixedPattern(tokens: Tokens, fold: (text: string) => string): PolicyPattern {
  if (tokens.length === 1 && tokens[0] === anyRun) return () => true;
  const special = tokens.findIndex((token) => token < 0);
  if (special === -1) {
    const whole = textOf(tokens);
    return (text) => fold(text) === whole;
  }
  if (special === tokens.length - 1 && tokens[special] === anyRun) {
    const start = textOf(tokens.slice(0, -1));
    return (text) => fold(text).startsWith(start);
  }
  return (text) => walk(tokens, fold(text));
}

function walk(tokens: Tokens, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const wanted = tokens[p];
    if (wanted === anyRun) {
      star = p++;
      resume = t;
    } else if (wanted !== undefined && (wanted === anyOne || wanted === text.charCodeAt(t))) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (tokens[p] === anyRun) p++;
  return p === tokens.length;
}

function tokensOf(text: string, wildcards: boolean): number[] {
  const tokens = unitsOf(text);
  if (!wildcards) return tokens;
  return tokens.map((unit) => (unit === 0x2a ? anyRun : unit === 0x3f ? anyOne : unit));
}

function unitsOf(text: string): number[] {
  const units: number[] = [];
  for (let i = 0; i < text.length; i++) units.push(text.charCodeAt(i));
  return units;
}

/** Unit by unit, for a call cannot have as many arguments as a policy has characters. */
function textOf(units: Tokens): string {
  let text = '';
  for (const unit of units) text += String.fromCharCode(unit);
  return text;
}

/** Text in which `*` and `?` mean themselves. */
class Literal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** `a${aws:username}b${*}` as `a`, a variable, `b`, a literal star. A `${` that is never closed means itself. */
function splitAtVariables(pattern: string): (string | Literal | Variable)[] {
  const parts: (string | Literal | Variable)[] = [];
  let from = 0;
  for (;;) {
    const start = pattern.indexOf('${', from);
    const end = start === -1 ? -1 : pattern.indexOf('}', start);
    if (end === -1) break;
    if (start > from) parts.push(pattern.slice(from, start));
    parts.push(variableOf(pattern.slice(start + 2, end)));
    from = end + 1;
  }
  if (from < pattern.length || parts.length === 0) parts.push(pattern.slice(from));
  return parts;
}

function variableOf(inside: string): Literal | Variable {
  const name = inside.trim();
  if (name === '*' || name === '?' || name === '$') return new Literal(name);
  const comma = name.indexOf(',');
  if (comma === -1) return { key: name.toLowerCase(), fallback: undefined };
  // `${aws:PrincipalTag/team, 'nobody'}`
  const quoted = /^'(.*)'$/s.exec(name.slice(comma + 1).trim());
  return { key: name.slice(0, comma).trim().toLowerCase(), fallback: quoted?.[1] };
}
