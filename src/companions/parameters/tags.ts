/** The rules of parameters' tags. */
import { Problem } from '../../base/problem.ts';
import type { Tag } from './records.ts';
import { tooManyTags } from './refusals.ts';

const maxTags = 50;

/** Tags given. Throws a Problem for one that AWS reserves, and for too many. */
export function checkedTags(given: readonly Tag[] | undefined): readonly Tag[] {
  return withTags([], given ?? []);
}

/** A key that is there gets the new value. */
export function withTags(known: readonly Tag[], given: readonly Tag[]): readonly Tag[] {
  if (given.some(({ Key }) => /^aws:/i.test(Key))) {
    throw new Problem('ValidationException', 'aws: prefixed tag key names are not allowed for external use.');
  }
  const byKey = new Map(known.map((tag) => [tag.Key, tag]));
  for (const { Key, Value } of given) byKey.set(Key, { Key, Value });
  if (byKey.size > maxTags) throw tooManyTags();
  return [...byKey.values()];
}
