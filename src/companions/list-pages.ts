/** Pages of lists as Cognito's services give them: the token is the key of the last item. */
import { Problem } from '../base/problem.ts';

export interface Page<T> {
  readonly items: T[];
  readonly next: string | undefined;
}

/** Items sorted by `keyOf`, from behind the token on. Throws InvalidParameterException for a token that is none of ours. */
export function pageOf<T>(
  sorted: readonly T[],
  keyOf: (item: T) => string,
  token: string | undefined,
  limit: number,
): Page<T> {
  const after = token === undefined ? undefined : keyIn(token);
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && rest.length > limit ? tokenAfter(keyOf(last)) : undefined };
}

const tokenAfter = (key: string): string => Buffer.from(`after:${key}`).toString('base64');

function keyIn(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('after:')) throw new Problem('InvalidParameterException', 'Invalid pagination token');
  return text.slice('after:'.length);
}
