/** Ranges of IP addresses in CIDR form, `192.0.2.0/24` or `2001:db8::/32`; an address alone is a range of one. */
import { isIP } from 'node:net';

/** Whether an address lies in the range. An address that is none lies in no range. */
export type IpRange = (address: string) => boolean;

/** Undefined when the text is no range. Bits below the prefix are ignored, as AWS does. */
export function compileIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const base = addressBytes(slash === -1 ? text : text.slice(0, slash));
  if (base === undefined) return undefined;
  const prefix = slash === -1 ? base.length * 8 : prefixLength(text.slice(slash + 1));
  if (prefix === undefined || prefix > base.length * 8) return undefined;
  return function isInRange(address) {
    const bytes = addressBytes(address);
    if (bytes === undefined || bytes.length !== base.length) return false;
    const whole = prefix >> 3;
    for (let i = 0; i < whole; i++) if (bytes[i] !== base[i]) return false;
    const rest = prefix & 7;
    return rest === 0 || (bytes[whole]! ^ base[whole]!) >> (8 - rest) === 0;
  };
}

/**
 * Many ranges as one: an address is read once and looked up once for each length of prefix there is, so ten thousand ranges cost no more than ten. Undefined
 * when one of the texts is no range.
 */
export function compileIpRanges(texts: readonly string[]): IpRange | undefined {
  /** By bytes of an address, then by the length of the prefix. */
  const sets = new Map<number, Map<number, Set<string>>>();
  for (const text of texts) {
    const slash = text.indexOf('/');
    const base = addressBytes(slash === -1 ? text : text.slice(0, slash));
    const prefix = base && (slash === -1 ? base.length * 8 : prefixLength(text.slice(slash + 1)));
    if (base === undefined || prefix === undefined || prefix > base.length * 8) return undefined;
    const byPrefix = sets.get(base.length) ?? new Map<number, Set<string>>();
    sets.set(base.length, byPrefix);
    const known = byPrefix.get(prefix) ?? new Set<string>();
    byPrefix.set(prefix, known);
    known.add(leadingBits(base, prefix));
  }
  return function isInOneOf(address) {
    const bytes = addressBytes(address);
    const byPrefix = bytes && sets.get(bytes.length);
    if (byPrefix === undefined) return false;
    for (const [prefix, known] of byPrefix) if (known.has(leadingBits(bytes!, prefix))) return true;
    return false;
  };
}

/** Unique for the first `prefix` bits of addresses of one length. */
function leadingBits(bytes: readonly number[], prefix: number): string {
  const whole = prefix >> 3;
  const rest = prefix & 7;
  const head = String.fromCharCode(...bytes.slice(0, whole));
  return rest === 0 ? head : head + String.fromCharCode(bytes[whole]! >> (8 - rest));
}

function prefixLength(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

/** 4 or 16 bytes; undefined for what is no address. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address it is. */
export function addressBytes(address: string): readonly number[] | undefined {
  const version = isIP(address);
  if (version === 4) return address.split('.').map(Number);
  if (version !== 6 || address.includes('%')) return undefined;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  let text = address;
  if (dotted !== null) {
    const [a, b, c, d] = dotted[2]!.split('.').map(Number) as [number, number, number, number];
    text = `${dotted[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  }
  const [head = '', tail] = text.split('::');
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const first = words(head);
  const last = tail === undefined ? [] : words(tail);
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  const isMapped = all.slice(0, 5).every((word) => word === 0) && all[5] === 0xffff;
  const bytes = all.flatMap((word) => [word >> 8, word & 0xff]);
  return isMapped ? bytes.slice(12) : bytes;
}
