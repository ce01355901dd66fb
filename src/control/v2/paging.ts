/** Pages of a list (row CP-08): `maxResults` is a text in the query, `nextToken` is opaque. */
import { invalidValue } from './chosen-refusals.ts';
import type { V2Limits } from './limits.ts';

export interface Page<T> {
  readonly Items: readonly T[];
  /** There only when more pages follow. */
  readonly NextToken?: string;
}

const tokenAfter = (id: string): string => Buffer.from(`after=${id}`).toString('base64');

function idBefore(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('after=')) throw invalidValue('NextToken', token);
  return text.slice('after='.length);
}

/** One page of items sorted by id, as answered. */
export function pageOf<T, Answer>(
  sorted: readonly T[],
  idOf: (item: T) => string,
  answer: (item: T) => Answer,
  input: { readonly MaxResults?: string | undefined; readonly NextToken?: string | undefined },
  limits: Pick<V2Limits, 'pageSize'>,
): Page<Answer> {
  const size = sizeOf(input.MaxResults, limits);
  const after = input.NextToken ? idBefore(input.NextToken) : undefined;
  const rest = after === undefined ? sorted : sorted.filter((item) => idOf(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  return {
    Items: items.map(answer),
    ...(last !== undefined && rest.length > size && { NextToken: tokenAfter(idOf(last)) }),
  };
}

function sizeOf(maxResults: string | undefined, { pageSize }: Pick<V2Limits, 'pageSize'>): number {
  if (maxResults === undefined || maxResults === '') return pageSize;
  if (!/^\d{1,9}$/.test(maxResults) || Number(maxResults) < 1) throw invalidValue('MaxResults', maxResults);
  return Math.min(Number(maxResults), pageSize);
}
