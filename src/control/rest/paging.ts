/** Pages of a v1 list (row CP-06). */
import { invalidValue } from './chosen-refusals.ts';
import type { RestLimits } from './limits.ts';

/** The page asked for. `position` is there only when more pages follow. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly position?: string;
}

/** The position token of AWS: base64 of the last key of the page, in the notation of its own store (`id=S` and the id). */
const positionAfter = (id: string): string => Buffer.from(`id=S${id}`).toString('base64');

function idBefore(position: string): string {
  const text = Buffer.from(position, 'base64').toString();
  if (!text.startsWith('id=S')) throw invalidValue('position', position);
  return text.slice('id=S'.length);
}

/** One page of items sorted by id, beginning after `position`. A limit above the maximum is the maximum. */
export function pageOf<T>(
  sorted: readonly T[],
  idOf: (item: T) => string,
  input: { readonly limit?: number; readonly position?: string },
  limits: RestLimits,
): Page<T> {
  const limit = Math.min(input.limit ?? limits.defaultPageSize, limits.maximumPageSize);
  if (limit < 1) throw invalidValue('limit', String(limit));
  const after = input.position === undefined ? undefined : idBefore(input.position);
  const rest = after === undefined ? sorted : sorted.filter((item) => idOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return last !== undefined && rest.length > limit ? { items, position: positionAfter(idOf(last)) } : { items };
}
