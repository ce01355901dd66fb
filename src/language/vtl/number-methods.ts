/** The methods of Java's numbers and of Boolean that templates may call, static ones included: `$n.parseInt("42")` is common. */
import { JavaDouble, javaInteger } from '../java-values.ts';
import { compareNumbers, toDouble } from './java-math.ts';
import { type MethodRow, methodTable, notComparable } from './method-table.ts';
import { type JavaDecimal, JavaException, type VtlValue } from './values.ts';

type Integral = number | bigint;

function conversions<Self extends Integral | JavaDouble | JavaDecimal>(): readonly MethodRow<Self>[] {
  return [
    ['intValue', [], (value) => toInt(value)],
    ['longValue', [], (value) => toLong(value)],
    ['doubleValue', [], (value) => new JavaDouble(toDouble(value))],
    ['floatValue', [], (value) => new JavaDouble(Number(Math.fround(toDouble(value)).toPrecision(8)))],
    ['shortValue', [], (value) => (toInt(value) << 16) >> 16],
    ['byteValue', [], (value) => (toInt(value) << 24) >> 24],
  ];
}

export const integerMethods = methodTable<number>([
  ...conversions<number>(),
  ['compareTo', ['Integer'], (value, other: number | null) => Math.sign(value - notNull(other))],
  ['compareTo', ['Object'], notComparable],
  ['compare', ['int', 'int'], (_, left: number, right: number) => Math.sign(left - right)],
  ['parseInt', ['String'], (_, text: string | null) => parseInteger(text, 10, 32)],
  ['parseInt', ['String', 'int'], (_, text: string | null, radix: number) => parseInteger(text, radix, 32)],
  ['valueOf', ['int'], (_, value: number) => value],
  ['valueOf', ['String'], (_, text: string | null) => parseInteger(text, 10, 32)],
  ['valueOf', ['String', 'int'], (_, text: string | null, radix: number) => parseInteger(text, radix, 32)],
  ['decode', ['String'], (_, text: string | null) => parseInteger(text, 10, 32)],
  ['toString', ['int'], (_, value: number) => String(value)],
  ['toString', ['int', 'int'], (_, value: number, radix: number) => value.toString(checkedRadix(radix))],
  ['toHexString', ['int'], (_, value: number) => (value >>> 0).toString(16)],
  ['toBinaryString', ['int'], (_, value: number) => (value >>> 0).toString(2)],
  ['toOctalString', ['int'], (_, value: number) => (value >>> 0).toString(8)],
  ['max', ['int', 'int'], (_, left: number, right: number) => Math.max(left, right)],
  ['min', ['int', 'int'], (_, left: number, right: number) => Math.min(left, right)],
  ['sum', ['int', 'int'], (_, left: number, right: number) => (left + right) | 0],
  ['signum', ['int'], (_, value: number) => Math.sign(value)],
  ['bitCount', ['int'], (_, value: number) => (value >>> 0).toString(2).replaceAll('0', '').length],
]);

export const longMethods = methodTable<bigint>([
  ...conversions<bigint>(),
  ['compareTo', ['Long'], (value, other: bigint | null) => compareNumbers(value, notNull(other))],
  ['compareTo', ['Object'], notComparable],
  ['compare', ['long', 'long'], (_, left: Integral, right: Integral) => compareNumbers(left, right)],
  ['parseLong', ['String'], (_, text: string | null) => BigInt(parseInteger(text, 10, 64))],
  ['parseLong', ['String', 'int'], (_, text: string | null, radix: number) => BigInt(parseInteger(text, radix, 64))],
  ['valueOf', ['long'], (_, value: Integral) => BigInt(value)],
  ['valueOf', ['String'], (_, text: string | null) => BigInt(parseInteger(text, 10, 64))],
  ['toString', ['long'], (_, value: Integral) => String(value)],
  ['toHexString', ['long'], (_, value: Integral) => BigInt.asUintN(64, BigInt(value)).toString(16)],
  ['toBinaryString', ['long'], (_, value: Integral) => BigInt.asUintN(64, BigInt(value)).toString(2)],
  [
    'max',
    ['long', 'long'],
    (_, left: Integral, right: Integral) => BigInt(compareNumbers(left, right) > 0 ? left : right),
  ],
  [
    'min',
    ['long', 'long'],
    (_, left: Integral, right: Integral) => BigInt(compareNumbers(left, right) < 0 ? left : right),
  ],
  ['sum', ['long', 'long'], (_, left: Integral, right: Integral) => BigInt.asIntN(64, BigInt(left) + BigInt(right))],
]);

export const bigIntegerMethods = methodTable<bigint>([
  ...conversions<bigint>(),
  ['negate', [], (value) => -value],
  ['abs', [], (value) => (value < 0n ? -value : value)],
  ['signum', [], (value) => compareNumbers(value, 0)],
]);

export const doubleMethods = methodTable<JavaDouble>([
  ...conversions<JavaDouble>(),
  ['compareTo', ['Double'], (value, other: JavaDouble | null) => compareNumbers(value, notNull(other))],
  ['compareTo', ['Object'], notComparable],
  [
    'compare',
    ['double', 'double'],
    (_, left: Integral | JavaDouble, right: Integral | JavaDouble) => compareNumbers(left, right),
  ],
  ['isNaN', [], ({ value }) => Number.isNaN(value)],
  ['isInfinite', [], ({ value }) => Math.abs(value) === Number.POSITIVE_INFINITY],
  ['isNaN', ['double'], (_, value: Integral | JavaDouble) => Number.isNaN(toDouble(value))],
  [
    'isInfinite',
    ['double'],
    (_, value: Integral | JavaDouble) => Math.abs(toDouble(value)) === Number.POSITIVE_INFINITY,
  ],
  ['parseDouble', ['String'], (_, text: string | null) => parseDouble(text)],
  ['valueOf', ['double'], (_, value: Integral | JavaDouble) => new JavaDouble(toDouble(value))],
  ['valueOf', ['String'], (_, text: string | null) => parseDouble(text)],
  ['toString', ['double'], (_, value: Integral | JavaDouble) => new JavaDouble(toDouble(value)).toString()],
  [
    'max',
    ['double', 'double'],
    (_, left: Integral | JavaDouble, right: Integral | JavaDouble) =>
      new JavaDouble(Math.max(toDouble(left), toDouble(right))),
  ],
  [
    'min',
    ['double', 'double'],
    (_, left: Integral | JavaDouble, right: Integral | JavaDouble) =>
      new JavaDouble(Math.min(toDouble(left), toDouble(right))),
  ],
  [
    'sum',
    ['double', 'double'],
    (_, left: Integral | JavaDouble, right: Integral | JavaDouble) => new JavaDouble(toDouble(left) + toDouble(right)),
  ],
]);

export const decimalMethods = methodTable<JavaDecimal>(conversions<JavaDecimal>());

export const booleanMethods = methodTable<boolean>([
  ['booleanValue', [], (value) => value],
  ['compareTo', ['Boolean'], (value, other: boolean | null) => Number(value) - Number(notNull(other))],
  ['compareTo', ['Object'], notComparable],
  ['parseBoolean', ['String'], (_, text: string | null) => text?.toLowerCase() === 'true'],
  ['valueOf', ['boolean'], (_, value: boolean) => value],
  ['valueOf', ['String'], (_, text: string | null) => text?.toLowerCase() === 'true'],
  ['toString', ['boolean'], (_, value: boolean) => String(value)],
  ['logicalAnd', ['boolean', 'boolean'], (_, left: boolean, right: boolean) => left && right],
  ['logicalOr', ['boolean', 'boolean'], (_, left: boolean, right: boolean) => left || right],
  ['logicalXor', ['boolean', 'boolean'], (_, left: boolean, right: boolean) => left !== right],
]);

function notNull<T extends VtlValue>(value: T | null): T {
  if (value === null) throw new JavaException('java.lang.NullPointerException');
  return value;
}

/** intValue(): integers lose their upper bits, fractions are cut off, too large ones become the largest. */
export function toInt(value: Integral | JavaDouble | JavaDecimal): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value));
  const double = toDouble(value);
  return Number.isNaN(double) ? 0 : Math.trunc(Math.max(-2147483648, Math.min(2147483647, double)));
}

function toLong(value: Integral | JavaDouble | JavaDecimal): bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return BigInt.asIntN(64, BigInt(value));
  const double = toDouble(value);
  if (Number.isNaN(double)) return 0n;
  if (double >= 2 ** 63) return 2n ** 63n - 1n;
  return double <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(double));
}

function checkedRadix(radix: number): number {
  return radix >= 2 && radix <= 36 ? radix : 10;
}

function parseInteger(text: string | null, radix: number, bits: 32 | 64): Integral {
  const refused = new JavaException(
    'java.lang.NumberFormatException',
    text === null ? 'null' : `For input string: "${text}"`,
  );
  if (text === null || !/^[+-]?[0-9a-zA-Z]{1,64}$/.test(text)) throw refused;
  const digits = text.replace(/^[+-]/, '');
  if (radix === 10 && !/^\d+$/.test(digits)) throw refused;
  let value = 0n;
  for (const digit of digits) {
    const number = Number.parseInt(digit, 36);
    if (number >= radix) throw refused;
    value = value * BigInt(radix) + BigInt(number);
  }
  if (text.startsWith('-')) value = -value;
  if (BigInt.asIntN(bits, value) !== value) throw refused;
  return bits === 32 ? Number(value) : javaInteger(String(value));
}

function parseDouble(text: string | null): JavaDouble {
  const refused = new JavaException(
    'java.lang.NumberFormatException',
    text === null ? 'null' : `For input string: "${text}"`,
  );
  const number = /^\s*([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[fFdD]?\s*$/.exec(text ?? '');
  if (text === null || number === null) throw refused;
  return new JavaDouble(Number(number[1]));
}
