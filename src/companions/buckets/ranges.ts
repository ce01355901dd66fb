/** The part of an object that is asked for: by `Range` (RFC 9110 §14.2), one range only as S3 has it, or by the number of an uploaded part. */
import type { ObjectVersion } from './records.ts';
import { badPartNumber, badRange } from './refusals.ts';

export interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Undefined for all of it: without a range, and where the header is none. Throws InvalidRange. */
export function rangeOf(header: string | undefined, size: number): Range | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (found === null) return undefined;
  const [, first, last] = found as unknown as [string, string, string];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw badRange(header!, size);
    return { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw badRange(header!, size);
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}

/** Throws InvalidPartNumber. */
export function partRange({ partSizes, size }: ObjectVersion, partNumber: number): Range {
  const sizes = partSizes ?? [size];
  if (partNumber < 1 || partNumber > sizes.length) throw badPartNumber();
  const start = sizes.slice(0, partNumber - 1).reduce((sum, each) => sum + each, 0);
  return { start, end: start + sizes[partNumber - 1]! };
}
