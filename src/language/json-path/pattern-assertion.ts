/** The parts of a pattern that take no character: `^`, `$`, `\b` and their like. */
import { type CharacterClass, isLetterOrDigit } from './character-class.ts';

/** Whether something is true between the two code points around a position; -1 stands for what lies before and behind the text. */
export type Assertion = (before: number, behind: number) => boolean;

export const atBegin: Assertion = (before) => before === -1;

/**
 * Also of a `$` that is no line's, and of `\Z`: a last line end Java lets follow them would then be left unmatched, unless the pattern itself goes on
 * with one (`a$\n`), which is not read here as Java does.
 */
export const atEnd: Assertion = (_, behind) => behind === -1;

export const atWordBoundary: Assertion = (before, behind) => isInWord(before) !== isInWord(behind);

export const offWordBoundary: Assertion = (before, behind) => isInWord(before) === isInWord(behind);

function isInWord(codePoint: number): boolean {
  return codePoint >= 0 && isLetterOrDigit(codePoint);
}

/** `^` under flag `m`: at the beginning and behind line ends, but for one that ends the text. */
export function atLineBegin(isLineEnd: CharacterClass): Assertion {
  return (before, behind) => before === -1 || (isLineEnd(before) && behind !== -1 && !isWithinLineEnd(before, behind));
}

/** `$` under flag `m`. */
export function atLineEnd(isLineEnd: CharacterClass): Assertion {
  return (before, behind) => behind === -1 || (isLineEnd(behind) && !isWithinLineEnd(before, behind));
}

function isWithinLineEnd(before: number, behind: number): boolean {
  return before === 0x0d && behind === 0x0a;
}
