/** What may be a tag (row CP-27). */
import { invalidValue, tooMany } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import type { RestLimits } from './limits.ts';

type Tags = Readonly<Record<string, string>>;

const letters = /^[\p{L}\p{N}\p{Z}.:+=@_/-]*$/u;

/** Throws unless every tag is one AWS accepts and there are not too many. */
export function checkTags(tags: Tags, limits: Pick<RestLimits, 'tagsPerResource'>): void {
  const keys = Object.keys(tags);
  if (keys.length > limits.tagsPerResource) throw tooMany('tags', 'resource', limits.tagsPerResource);
  for (const key of keys) {
    if (key.toLowerCase().startsWith('aws:')) {
      throw badRequest('aws: prefixed tag key names are not allowed for external use.');
    }
    if (key.length < 1 || key.length > 128 || !letters.test(key)) throw invalidValue('tag key', key);
    const value = tags[key]!;
    if (value.length > 256 || !letters.test(value)) throw invalidValue('tag value', value);
  }
}
