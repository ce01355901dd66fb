/** Strings and numbers of templates: how long they are. */
import { isDigit } from './character.ts';
import { Kind } from './token.ts';

/** The length of the string that begins at a quote; a doubled quote is one of its characters. 0 when it never ends. */
export function scanString(source: string, offset: number): number {
  const quote = source[offset]!;
  let end = source.indexOf(quote, offset + 1);
  let last = -1;
  while (end !== -1) {
    last = end;
    if (source[end + 1] !== quote) break;
    // Two quotes may be one character of the string, if only it is closed later.
    end = source.indexOf(quote, end + 2);
  }
  return last === -1 ? 0 : last + 1 - offset;
}

/** `12`, `-3`, `1..` (the dots of a range tell an integer), `1.5`, `.5`, `1.`, `2e-3`. Undefined when it is no number. */
export function scanNumber(source: string, offset: number): { kind: number; length: number } | undefined {
  const digits = source[offset] === '-' ? offset + 1 : offset;
  const whole = digitsEnd(source, digits);
  if (whole > digits && source.startsWith('..', whole)) return { kind: Kind.integer, length: whole + 2 - offset };
  if (source[whole] === '.') {
    const fraction = digitsEnd(source, whole + 1);
    if (whole === digits && fraction === whole + 1) return undefined;
    return { kind: Kind.decimal, length: exponentEnd(source, fraction) - offset };
  }
  if (whole === digits) return undefined;
  const end = exponentEnd(source, whole);
  return { kind: end > whole ? Kind.decimal : Kind.integer, length: end - offset };
}

function digitsEnd(source: string, offset: number): number {
  let end = offset;
  while (isDigit(source.charCodeAt(end))) end++;
  return end;
}

function exponentEnd(source: string, offset: number): number {
  if (source[offset] !== 'e' && source[offset] !== 'E') return offset;
  const digits = source[offset + 1] === '+' || source[offset + 1] === '-' ? offset + 2 : offset + 1;
  const end = digitsEnd(source, digits);
  return end > digits ? end : offset;
}
