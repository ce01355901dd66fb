/** Character classes of the lexer, by UTF-16 code unit; NaN (the end of the source) belongs to none. */

export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

export function isLetter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90);
}

/** Letters, digits, `-` and `_`: what a reference's name goes on with. */
export function isNamePart(unit: number): boolean {
  return isLetter(unit) || isDigit(unit) || unit === 45 || unit === 95;
}

/** What a directive's name goes on with: letters, digits, `_` and `@`. */
export function isWordPart(unit: number): boolean {
  return isLetter(unit) || isDigit(unit) || unit === 95 || unit === 64;
}

export function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9;
}

export function isWhitespace(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13;
}
