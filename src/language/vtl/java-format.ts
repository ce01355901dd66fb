/** String.format, as far as templates use it: %s %d %x %o %c %b %f %e %n %% with flags, width and precision. */
import { JavaDouble } from '../java-values.ts';
import { textOf } from './java-text.ts';
import { JavaChar, JavaException, type VtlValue } from './values.ts';

const specifier = /%(\d+\$)?([-#+ 0,(]*)(\d+)?(\.\d+)?([a-zA-Z%])/g;
const maxWidth = 10_000;

export function javaFormat(format: string, args: readonly VtlValue[]): string {
  let next = 0;
  const rest = format.replace(specifier, '');
  if (rest.includes('%')) throw new JavaException('java.util.UnknownFormatConversionException', "Conversion = '%'");
  return format.replace(
    specifier,
    (whole, position: string | undefined, flags: string, width?: string, precision?: string, conversion?: string) => {
      if (conversion === 'n') return '\n';
      if (Number(width ?? 0) > maxWidth || Number(precision?.slice(1) ?? 0) > 100) {
        throw new JavaException('java.util.IllegalFormatException', whole);
      }
      if (conversion === '%') return padded('%', flags, width);
      const at = position === undefined ? next++ : Number.parseInt(position, 10) - 1;
      if (at >= args.length)
        throw new JavaException('java.util.MissingFormatArgumentException', `Format specifier '${whole}'`);
      return padded(converted(args[at]!, conversion!, flags, precision), flags, width);
    },
  );
}

function converted(value: VtlValue, conversion: string, flags: string, precision: string | undefined): string {
  const lower = conversion.toLowerCase();
  const text = convertedLower(value, lower, flags, precision === undefined ? undefined : Number(precision.slice(1)));
  return conversion === lower ? text : text.toUpperCase();
}

function convertedLower(value: VtlValue, conversion: string, flags: string, precision: number | undefined): string {
  switch (conversion) {
    case 's':
      return textOf(value).slice(0, precision);
    case 'b':
      return String(value !== null && value !== false).slice(0, precision);
    default:
  }
  if (value === null) return 'null';
  switch (conversion) {
    case 'c':
      if (value instanceof JavaChar) return value.value;
      if (typeof value === 'number') return String.fromCodePoint(value);
      throw mismatch(conversion, value);
    case 'd':
      if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch(conversion, value);
      return signed(String(value), flags);
    case 'x':
    case 'o': {
      if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch(conversion, value);
      const bits = typeof value === 'number' ? BigInt.asUintN(32, BigInt(value)) : BigInt.asUintN(64, value);
      return bits.toString(conversion === 'x' ? 16 : 8);
    }
    case 'f':
      if (!(value instanceof JavaDouble)) throw mismatch(conversion, value);
      return signed(value.value.toFixed(precision ?? 6), flags);
    case 'e':
      if (!(value instanceof JavaDouble)) throw mismatch(conversion, value);
      return signed(value.value.toExponential(precision ?? 6).replace(/([+-])(\d)$/, '$10$2'), flags);
    default:
      throw new JavaException('java.util.UnknownFormatConversionException', `Conversion = '${conversion}'`);
  }
}

function mismatch(conversion: string, value: VtlValue): JavaException {
  return new JavaException('java.util.IllegalFormatConversionException', `${conversion} != ${textOf(value)}`);
}

function signed(text: string, flags: string): string {
  const isNegative = text.startsWith('-');
  const [whole, fraction] = (isNegative ? text.slice(1) : text).split('.') as [string, string?];
  const grouped = flags.includes(',') ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  if (isNegative) return flags.includes('(') ? `(${digits})` : `-${digits}`;
  return (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + digits;
}

function padded(text: string, flags: string, width: string | undefined): string {
  const length = Number(width ?? 0);
  if (flags.includes('-')) return text.padEnd(length);
  if (!flags.includes('0')) return text.padStart(length);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(length - sign.length, '0');
}
