/** Java's character classes as predicates on code points. */

export type CharacterClass = (codePoint: number) => boolean;

export function not(of: CharacterClass): CharacterClass {
  return (c) => !of(c);
}

export function anyOf(classes: readonly CharacterClass[]): CharacterClass {
  return classes.length === 1 ? classes[0]! : (c) => classes.some((each) => each(c));
}

export function bothOf(left: CharacterClass, right: CharacterClass): CharacterClass {
  return (c) => left(c) && right(c);
}

/** The code points from `from` to `to`, in either case when `ignoresCase` says so: of ASCII letters only, or of all (flag `u`). */
export function range(from: number, to: number, ignoresCase: false | 'ascii' | 'unicode'): CharacterClass {
  if (ignoresCase === false) return (c) => c >= from && c <= to;
  if (ignoresCase === 'ascii') {
    return (c) => {
      if (c >= from && c <= to) return true;
      const other = isAsciiLetter(c) ? c ^ 0x20 : c;
      return other >= from && other <= to;
    };
  }
  return (c) => [c, codeOf(lower(c)), codeOf(upper(c))].some((each) => each >= from && each <= to);
}

function isAsciiLetter(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a);
}

function lower(c: number): string {
  return String.fromCodePoint(c).toLowerCase();
}

function upper(c: number): string {
  return String.fromCodePoint(c).toUpperCase();
}

function codeOf(text: string): number {
  return text.codePointAt(0)!;
}

function fromExpression(expression: RegExp): CharacterClass {
  return (c) => expression.test(String.fromCodePoint(c));
}

export const digit: CharacterClass = (c) => c >= 0x30 && c <= 0x39;
export const word: CharacterClass = (c) => digit(c) || isAsciiLetter(c) || c === 0x5f;
export const space: CharacterClass = (c) => c === 0x20 || (c >= 0x09 && c <= 0x0d);

/** What `\b` takes for part of a word, up to Java 18: of any script, though `\w` is ASCII. */
export const isLetterOrDigit: CharacterClass = fromExpression(/[\p{L}\p{Nd}_]/u);

/** Line ends: all of Java's, or `\n` alone (flag `d`). */
export const lineEnd: CharacterClass = (c) => c === 0x0a || c === 0x0d || c === 0x85 || c === 0x2028 || c === 0x2029;
export const newline: CharacterClass = (c) => c === 0x0a;

/** What stands behind a backslash: `\d`, `\W` … */
export const escapedClasses: Readonly<Record<string, CharacterClass>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
  h: fromExpression(/[ \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]/),
  H: fromExpression(/[^ \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]/u),
  v: fromExpression(/[\n\x0b\f\r\x85\u2028\u2029]/),
  V: fromExpression(/[^\n\x0b\f\r\x85\u2028\u2029]/u),
};

/** The same under flag `U`. */
export const unicodeClasses: Readonly<Record<string, CharacterClass>> = {
  ...escapedClasses,
  d: fromExpression(/\p{Nd}/u),
  D: fromExpression(/\P{Nd}/u),
  w: fromExpression(/[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u),
  W: fromExpression(/[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u),
  s: fromExpression(/\p{White_Space}/u),
  S: fromExpression(/\P{White_Space}/u),
};

const posix: Readonly<Record<string, RegExp>> = {
  Lower: /[a-z]/,
  Upper: /[A-Z]/,
  ASCII: /[\x00-\x7f]/,
  Alpha: /[a-zA-Z]/,
  Digit: /[0-9]/,
  Alnum: /[a-zA-Z0-9]/,
  Punct: /[!-/:-@[-`{-~]/,
  Graph: /[!-~]/,
  Print: /[ -~]/,
  Blank: /[ \t]/,
  Cntrl: /[\x00-\x1f\x7f]/,
  XDigit: /[0-9a-fA-F]/,
  Space: /[ \t-\r]/,
};

const eitherCase: Readonly<Record<string, RegExp>> = {
  Lower: /[a-zA-Z]/,
  Upper: /[a-zA-Z]/,
  Lu: /[\p{Lu}\p{Ll}\p{Lt}]/u,
  Ll: /[\p{Lu}\p{Ll}\p{Lt}]/u,
  Lt: /[\p{Lu}\p{Ll}\p{Lt}]/u,
  Lowercase: /[\p{Lowercase}\p{Uppercase}]/u,
  Uppercase: /[\p{Lowercase}\p{Uppercase}]/u,
};

/** The class of `\p{name}`; undefined for a name that is not known. */
export function propertyClass(name: string, ignoresCase: boolean): CharacterClass | undefined {
  const bare = name.replace(/^(?:Is|general_category=|gc=)/i, '');
  if (ignoresCase && Object.hasOwn(eitherCase, bare)) return fromExpression(eitherCase[bare]!);
  if (Object.hasOwn(posix, name)) return fromExpression(posix[name]!);
  // IsAlphabetic, IsLatin, script=Latin, L, Lu: Unicode has the same under these names.
  for (const candidate of [bare, `Script=${bare.replace(/^(?:script|sc)=/i, '')}`]) {
    try {
      return fromExpression(new RegExp(`\\p{${candidate}}`, 'u'));
    } catch {
      // Not a property of this kind.
    }
  }
  return undefined;
}
