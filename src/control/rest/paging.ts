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

/**
 * One page of items in an order of their own, newest first for instance. `placeOf` says where an item stands, in what `order` looks at; that is what the
 * position holds, so that a page also follows one whose last item is gone.
 */
export function sortedPageOf<T, Place>(
  sorted: readonly T[],
  placeOf: (item: T) => Place,
  order: (item: T, other: T & Place) => number,
  input: { readonly limit?: number; readonly position?: string },
  limits: RestLimits,
): Page<T> {
  const limit = Math.min(input.limit ?? limits.defaultPageSize, limits.maximumPageSize);
  if (limit < 1) throw invalidValue('limit', String(limit));
  const after = input.position === undefined ? undefined : (placeBefore(input.position) as T & Place);
  const rest = after === undefined ? sorted : sorted.filter((item) => order(item, after) > 0);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  if (last === undefined || rest.length <= limit) return { items };
  return { items, position: Buffer.from(JSON.stringify(placeOf(last))).toString('base64') };
}

function placeBefore(position: string): object {
  try {
    const place: unknown = JSON.parse(Buffer.from(position, 'base64').toString());
    if (typeof place === 'object' && place !== null) return place;
  } catch {
    // Said below.
  }
  throw invalidValue('position', position);
}
