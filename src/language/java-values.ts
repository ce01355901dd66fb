/**
 * The values AWS's Java services compute with, as mapping templates and JSON paths see them. What JavaScript has under the same name stands for
 * itself, the rest is boxed, so that `1` and `1.0`, or a list and an array, stay as different as they are in Java:
 *
 * | Java                  | here                                                                        |
 * |-----------------------|-----------------------------------------------------------------------------|
 * | null                  | `null`                                                                      |
 * | Boolean, String       | `boolean`, `string` (UTF-16 in both languages)                              |
 * | Integer               | `number`, always a whole one of 32 bits                                     |
 * | Long, BigInteger      | `bigint`: a Long when it fits 64 bits                                       |
 * | Double                | JavaDouble                                                                  |
 * | LinkedHashMap         | `Map`: plain objects would reorder keys that look like numbers              |
 * | JSONArray (json-smart)| a plain array                                                               |
 */

/** A Double: the box says that 3.0 is not the Integer 3. */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toString(): string {
    return doubleText(this.value);
  }
}

/** A parsed JSON document. */
export type JsonValue = null | boolean | string | number | bigint | JavaDouble | JsonValue[] | Map<string, JsonValue>;

/** A whole number as Java would box it after parsing its digits: Integer when it fits, else Long or BigInteger. */
export function javaInteger(digits: string): number | bigint {
  const value = Number(digits);
  if (digits.length < 16 && (value | 0) === value) return value | 0;
  const big = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  return big >= -2147483648n && big <= 2147483647n ? Number(big) : big;
}

/** Double.toString: at least one decimal, scientific notation outside 10^-3 … 10^7 (`1.0E8`). */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
}

/** BigDecimal.toString of `unscaled` · 10^-`scale`: plain, unless that would take trailing zeros or more than five leading ones behind the point. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const sign = unscaled < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  const exponent = digits.length - 1 - scale;
  if (scale > 0 && exponent >= -6) {
    const padded = digits.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${sign}${mantissa}E${exponent < 0 ? '' : '+'}${exponent}`;
}
