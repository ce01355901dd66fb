/** `Fn::Cidr`: so many blocks of a size within a block. */
import { templateError } from '../refusals.ts';

/** `bits` is the number of bits of a block that count its addresses: 8 makes /24 of IPv4. */
export function cidrBlocks(block: string, count: number, bits: number | undefined): string[] {
  const [address, prefixText] = block.split('/');
  const isV6 = address!.includes(':');
  const width = isV6 ? 128 : 32;
  const prefix = Number(prefixText);
  const size = bits ?? (isV6 ? 64 : 8);
  const start = address === undefined ? undefined : isV6 ? numberOfV6(address) : numberOfV4(address);
  if (start === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > width) {
    throw templateError(`Fn::Cidr: ${block} is not a valid CIDR block`);
  }
  if (!Number.isInteger(count) || count < 1 || count > 256)
    throw templateError('Fn::Cidr: count must be between 1 and 256');
  if (!Number.isInteger(size) || size < 1 || size > width) throw templateError('Fn::Cidr: cidrBits is out of range');
  const step = 1n << BigInt(size);
  const first = (start >> BigInt(width - prefix)) << BigInt(width - prefix);
  if (BigInt(count) * step > 1n << BigInt(width - prefix)) {
    throw templateError(`Fn::Cidr: ${block} does not have enough space for ${count} blocks`);
  }
  return Array.from({ length: count }, (_, index) => {
    const number = first + BigInt(index) * step;
    return `${isV6 ? textOfV6(number) : textOfV4(number)}/${width - size}`;
  });
}

function numberOfV4(text: string): bigint | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

const textOfV4 = (number: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.');

function numberOfV6(text: string): bigint | undefined {
  const [head, tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const groups = (part: string | undefined): string[] => (part === undefined || part === '' ? [] : part.split(':'));
  const left = groups(head);
  const right = groups(tail);
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return undefined;
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function textOfV6(number: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((number >> BigInt(112 - index * 16)) & 0xffffn).toString(16));
  const text = groups.join(':');
  const zeros = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)[0];
  if (zeros === undefined) return text;
  const before = text.slice(0, zeros.index);
  const after = text.slice(zeros.index + zeros[0].length);
  return `${before}::${after.replace(/^:/, '')}`;
}
