/** The rules of a certificate's tags. */
import type { Tag } from './records.ts';
import { repeatedTag, reservedTag, tooManyTags } from './refusals.ts';

const maxTags = 50;

/** Tags given with a new certificate. Throws a Problem. */
export function checkedTags(given: readonly Tag[] | undefined): readonly Tag[] {
  const tags = given ?? [];
  if (tags.some(({ Key }) => /^aws:/i.test(Key))) throw reservedTag();
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw repeatedTag();
  return tags.map(({ Key, Value }) => ({ Key, ...(Value !== undefined && { Value }) }));
}

/** A key that is there gets the new value. Throws a Problem. */
export function withTags(arn: string, known: readonly Tag[], given: readonly Tag[]): readonly Tag[] {
  const byKey = new Map(known.map((tag) => [tag.Key, tag]));
  for (const tag of checkedTags(given)) byKey.set(tag.Key, tag);
  if (byKey.size > maxTags) throw tooManyTags(arn);
  return [...byKey.values()];
}

/** A tag given with a value goes only where it has that value. */
export function withoutTags(known: readonly Tag[], given: readonly Tag[]): readonly Tag[] {
  const isGiven = (tag: Tag): boolean =>
    given.some(({ Key, Value }) => Key === tag.Key && (Value === undefined || Value === (tag.Value ?? '')));
  return known.filter((tag) => !isGiven(tag));
}
