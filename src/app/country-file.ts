/**
 * ports/countries from a file: one range a line, `192.0.2.0/24,DE` or `192.0.2.0,192.0.2.255,DE`, IPv4 and IPv6, quoted or not, as the free databases of countries
 * come. Read once, at the start; an address is found by halving.
 */
import { readFileSync } from 'node:fs';
import { addressBytes } from '../base/ip-ranges.ts';
import type { Countries } from '../ports/countries.ts';

/** Throws an Error of one sentence, with the line that cannot be read. */
export function openCountryFile(file: string): Countries {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`Cannot read the country file ${JSON.stringify(file)}: ${(error as Error).message}`);
  }
  return readCountries(text, file);
}

interface Range {
  readonly start: bigint;
  readonly end: bigint;
  readonly country: string;
}

/** As openCountryFile, for a text; `name` is for the complaint. */
export function readCountries(text: string, name: string): Countries {
  const ranges: Record<4 | 16, Range[]> = { 4: [], 16: [] };
  for (const [i, line] of text.split('\n').entries()) {
    const plain = line.replaceAll('"', '').trim();
    if (plain === '' || plain.startsWith('#')) continue;
    const range = readLine(plain);
    if (range === undefined) {
      throw new Error(`Cannot read the country file ${JSON.stringify(name)}: line ${i + 1} is no range with a country`);
    }
    ranges[range.bytes].push(range);
  }
  const tables = { 4: tableOf(ranges[4]), 16: tableOf(ranges[16]) };
  return {
    of(address) {
      const bytes = addressBytes(address);
      return bytes && tables[bytes.length as 4 | 16](numberOf(bytes));
    },
  };
}

function readLine(line: string): (Range & { readonly bytes: 4 | 16 }) | undefined {
  const fields = line.split(',').map((field) => field.trim());
  const country = fields.at(-1)!.toUpperCase();
  if (!/^[A-Z]{2}$/.test(country) || fields.length < 2 || fields.length > 3) return undefined;
  const [first = '', prefix] = fields[0]!.split('/') as [string, string?];
  const start = addressBytes(first);
  if (start === undefined) return undefined;
  const bits = start.length * 8;
  if (fields.length === 3) {
    const last = addressBytes(fields[1]!);
    if (prefix !== undefined || last?.length !== start.length || numberOf(last) < numberOf(start)) return undefined;
    return { start: numberOf(start), end: numberOf(last), country, bytes: start.length as 4 };
  }
  const length = prefix === undefined ? bits : Number(prefix);
  if (!Number.isInteger(length) || length < 0 || length > bits) return undefined;
  const size = 1n << BigInt(bits - length);
  const begin = (numberOf(start) / size) * size;
  return { start: begin, end: begin + size - 1n, country, bytes: start.length as 4 };
}

const numberOf = (bytes: readonly number[]): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** Of ranges that overlap the one that begins last counts, which is the narrower. */
function tableOf(ranges: Range[]): (address: bigint) => string | undefined {
  ranges.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.end > b.end ? -1 : 1));
  /** The furthest end of all ranges so far: how far back a look has to go. */
  const furthest: bigint[] = [];
  for (const { end } of ranges) furthest.push(furthest.length === 0 || end > furthest.at(-1)! ? end : furthest.at(-1)!);
  return function countryAt(address) {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle]!.start <= address) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0 && furthest[i]! >= address; i--) {
      if (ranges[i]!.end >= address) return ranges[i]!.country;
    }
    return undefined;
  };
}
