/** `AWS::Include`: part of a template stands in an object of S3. */
import type { Json, JsonMap } from '../records.ts';
import { validationError } from '../refusals.ts';
import { isMap } from './intrinsics.ts';
import { readTemplate } from './read-template.ts';

/** The value with every `Fn::Transform` of AWS::Include replaced by what it names. `read` gets the text at a location. */
export async function included(
  value: Json,
  read: (location: string) => Promise<string>,
  parameters: ReadonlyMap<string, string>,
): Promise<Json> {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value as readonly Json[]) items.push(await included(item, read, parameters));
    return items;
  }
  const { 'Fn::Transform': transform, ...rest } = value as JsonMap;
  const entries: [string, Json][] = [];
  for (const [name, item] of Object.entries(rest)) entries.push([name, await included(item, read, parameters)]);
  const own = Object.fromEntries(entries);
  if (transform === undefined) return own;
  const name = isMap(transform) ? transform['Name'] : undefined;
  if (name !== 'AWS::Include') throw validationError(`No transform named ${String(name)} found.`);
  const given = (transform as JsonMap)['Parameters'];
  const location = isMap(given) ? given['Location'] : undefined;
  const place = isMap(location) && typeof location['Ref'] === 'string' ? parameters.get(location['Ref']) : location;
  if (typeof place !== 'string') throw validationError('The Location of AWS::Include must be a string.');
  return { ...readTemplate(await read(place)), ...own };
}
