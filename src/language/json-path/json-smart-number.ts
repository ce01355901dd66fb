/** The numbers json-smart makes of digits. */
import { JavaDouble, javaInteger } from '../java-values.ts';
import { maxDecimalLength, parseDecimal } from './java-decimal.ts';

/** From here on json-smart makes a BigDecimal, which loses no digit. */
const maxDoubleLength = 18;

/** An Integer, Long or BigInteger of an optional minus and digits, of which there may be none: a lone minus is 0. Undefined for one too long. */
export function wholeNumber(text: string): number | bigint | undefined {
  if (text === '-') return 0;
  return text.length > maxDecimalLength ? undefined : javaInteger(text);
}

/** A Double or BigDecimal of a text that has a point or an exponent; undefined for what Java reads as none (`1e+`). */
export function floatingNumber(text: string): JavaDouble | undefined {
  if (text.length > maxDoubleLength) return parseDecimal(text);
  const value = Number(text);
  return Number.isNaN(value) ? undefined : new JavaDouble(value);
}
