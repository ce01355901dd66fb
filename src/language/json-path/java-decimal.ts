/** Decimal numbers of any length, as Java's BigDecimal: json-smart makes them of long literals, and filters compare all numbers as such. */
import { decimalText, JavaDouble } from '../java-values.ts';

/** A BigDecimal: `unscaled` · 10^-`scale`. To whoever only knows Doubles it is the nearest one, printed with all its digits. */
export class JavaDecimal extends JavaDouble {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    super(Number(`${unscaled}e${-scale}`));
    this.unscaled = unscaled;
    this.scale = scale;
  }

  override toString(): string {
    return decimalText(this.unscaled, this.scale);
  }
}

const syntax = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/;

/** Reading longer numbers takes a time that grows with the square of their length. BigDecimal has no such bound. */
export const maxDecimalLength = 10_000;

/** BigDecimal's own bound. */
const maxScale = 2_147_483_647;

/** The number a text denotes; undefined for a text `new BigDecimal` refuses. */
export function parseDecimal(text: string): JavaDecimal | undefined {
  const found = text.length > maxDecimalLength ? null : syntax.exec(text);
  if (found === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  if (whole === '' && fraction === '') return undefined;
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > maxScale) return undefined;
  const unscaled = BigInt(whole + fraction);
  return new JavaDecimal(sign === '-' ? -unscaled : unscaled, scale);
}

/** Negative, zero or positive: which is the greater, whatever their scales. */
export function compareDecimals(a: JavaDecimal, b: JavaDecimal): number {
  const signA = signOf(a.unscaled);
  const signB = signOf(b.unscaled);
  if (signA !== signB || signA === 0) return signA - signB;
  // Lengths first: writing 1E1000000000 out to compare it with 1 would take a gigabyte.
  const lengthA = digitsOf(a.unscaled).length - a.scale;
  const lengthB = digitsOf(b.unscaled).length - b.scale;
  if (lengthA !== lengthB) return lengthA > lengthB ? signA : -signA;
  const scale = Math.max(a.scale, b.scale);
  const left = a.unscaled * 10n ** BigInt(scale - a.scale);
  const right = b.unscaled * 10n ** BigInt(scale - b.scale);
  return signOf(left - right);
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

function digitsOf(value: bigint): string {
  return (value < 0n ? -value : value).toString();
}
