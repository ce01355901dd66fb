/** Arithmetic and comparison as Velocity's MathUtils does them on Java's numbers. */
import { JavaDouble } from '../java-values.ts';
import { isLong, isNumber, JavaDecimal, JavaException, type VtlValue } from './values.ts';

type JavaNumber = number | bigint | JavaDouble | JavaDecimal;
type Arithmetic = '+' | '-' | '*' | '/' | '%';

/** The result, or null where Velocity has none: an operand that is no number, a division by zero. */
export function calculate(operator: Arithmetic, left: VtlValue, right: VtlValue): VtlValue {
  if (!isNumber(left) || !isNumber(right)) return null;
  if ((operator === '/' || operator === '%') && isZero(right)) return null;
  if (typeof left === 'number' && typeof right === 'number') return calculateInts(operator, left, right);
  if (isInteger(left) && isInteger(right)) return calculateIntegers(operator, left, right);
  if (needsDecimals(left, right)) return calculateDecimals(operator, toDecimal(left), toDecimal(right));
  return new JavaDouble(calculateDoubles(operator, toDouble(left), toDouble(right)));
}

/** Negative, zero or positive. */
export function compareNumbers(left: JavaNumber, right: JavaNumber): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (isInteger(left) && isInteger(right)) return sign(BigInt(left) - BigInt(right));
  if (needsDecimals(left, right)) {
    const [a, b] = sameScale(toDecimal(left), toDecimal(right));
    return sign(a - b);
  }
  const [a, b] = [toDouble(left), toDouble(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

function isInteger(value: JavaNumber): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function needsDecimals(left: JavaNumber, right: JavaNumber): boolean {
  return isBig(left) || isBig(right);
}

function isBig(value: JavaNumber): boolean {
  return value instanceof JavaDecimal || (typeof value === 'bigint' && !isLong(value));
}

function isZero(value: JavaNumber): boolean {
  if (value instanceof JavaDouble) return value.value === 0;
  if (value instanceof JavaDecimal) return value.unscaled === 0n;
  return typeof value === 'number' ? value === 0 : value === 0n;
}

/** doubleValue() */
export function toDouble(value: JavaNumber): number {
  if (value instanceof JavaDouble) return value.value;
  if (value instanceof JavaDecimal) return Number(value.unscaled) / 10 ** value.scale;
  return Number(value);
}

/** Integers grow into Longs rather than wrap around. */
function calculateInts(operator: Arithmetic, left: number, right: number): VtlValue {
  const result = calculateDoubles(operator, left, right);
  const whole = operator === '/' ? Math.trunc(result) : result;
  if ((whole | 0) === whole) return whole | 0;
  return Number.isSafeInteger(whole) ? BigInt(whole) : calculateBig(operator, BigInt(left), BigInt(right));
}

/** Longs stay Longs however small the result; beyond 64 bits they grow into BigIntegers. */
function calculateIntegers(operator: Arithmetic, left: number | bigint, right: number | bigint): VtlValue {
  const [a, b] = [BigInt(left), BigInt(right)];
  const isBigInteger = !isLong(a) || !isLong(b);
  if (operator === '%' && isBigInteger) {
    if (b < 0n) throw new JavaException('java.lang.ArithmeticException', 'BigInteger: modulus not positive');
    return ((a % b) + b) % b;
  }
  const result = calculateBig(operator, a, b);
  // The one quotient a Long cannot hold wraps around.
  return operator === '/' && !isBigInteger ? BigInt.asIntN(64, result) : checkedBig(result);
}

/** Numbers of more digits take quadratic time to print. */
const maxBigBits = 1n << 20_000n;

function checkedBig(value: bigint): bigint {
  if (value > maxBigBits || value < -maxBigBits)
    throw new JavaException('java.lang.ArithmeticException', 'the number is too long');
  return value;
}

function calculateBig(operator: Arithmetic, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function calculateDoubles(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function calculateDecimals(operator: Arithmetic, left: JavaDecimal, right: JavaDecimal): JavaDecimal {
  if (operator === '%')
    throw new JavaException('java.lang.ArithmeticException', 'Cannot calculate the modulo of BigDecimals.');
  if (operator === '*') return new JavaDecimal(checkedBig(left.unscaled * right.unscaled), left.scale + right.scale);
  if (operator === '/') return divideDecimals(left, right);
  const [a, b] = sameScale(left, right);
  return new JavaDecimal(operator === '+' ? a + b : a - b, Math.max(left.scale, right.scale));
}

/** Keeps the scale of the dividend, rounding half down. */
function divideDecimals(left: JavaDecimal, right: JavaDecimal): JavaDecimal {
  const shift = right.scale;
  const dividend = left.unscaled * 10n ** BigInt(Math.max(shift, 0));
  const divisor = right.unscaled * 10n ** BigInt(Math.max(-shift, 0));
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const doubled = (rest < 0n ? -rest : rest) * 2n;
  const isAway = doubled > (divisor < 0n ? -divisor : divisor);
  const away = dividend < 0n === divisor < 0n ? 1n : -1n;
  return new JavaDecimal(isAway ? quotient + away : quotient, left.scale);
}

function sameScale(left: JavaDecimal, right: JavaDecimal): [bigint, bigint] {
  const scale = Math.max(left.scale, right.scale);
  return [left.unscaled * 10n ** BigInt(scale - left.scale), right.unscaled * 10n ** BigInt(scale - right.scale)];
}

/** new BigDecimal(double): exactly what the binary fraction is, all its digits. */
function toDecimal(value: JavaNumber): JavaDecimal {
  if (value instanceof JavaDecimal) return value;
  if (!(value instanceof JavaDouble) && !(typeof value === 'number') && !isLong(value))
    return new JavaDecimal(value, 0);
  const double = toDouble(value);
  if (!Number.isFinite(double)) throw new JavaException('java.lang.NumberFormatException', 'Infinite or NaN');
  let scale = 0;
  let mantissa = double;
  // Doubling is exact, so that after at most 1074 steps no fraction is left; 2^-scale = 5^scale · 10^-scale.
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    scale++;
  }
  return new JavaDecimal(BigInt(mantissa) * 5n ** BigInt(scale), scale);
}
