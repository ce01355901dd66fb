/** Ends of logical ids that change with what they stand for: a deployment for another document, a version for other code. */
import { createHash } from 'node:crypto';
import type { Json } from '../records.ts';

function sorted(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item as Json)]),
  );
}

/** 40 hex digits. */
export const hashOf = (value: Json): string =>
  createHash('sha1')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
export const shortHash = (value: Json): string => hashOf(value).slice(0, 10);
