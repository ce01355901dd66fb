/** How deep the references of schemas lead: what a check may cost doubles with each, where a schema is one of several. */
import { unescapePointerSegment } from '../base/json-patch.ts';

/**
 * The most references one after the other that a check of the schema at `uri` may follow: 0 when there are none, Infinity when they lead in circles, as
 * in a tree, or to a place that is not found. `schemas` are parsed and stand under the addresses they refer to each other by.
 */
export function referenceDepth(schemas: ReadonlyMap<string, unknown>, uri: string): number {
  /** By place, `uri#pointer`; Infinity while its references are being followed. */
  const depths = new Map<string, number>();

  function depthAt(place: string): number {
    const known = depths.get(place);
    if (known !== undefined) return known;
    depths.set(place, Number.POSITIVE_INFINITY);
    const [base, pointer = ''] = place.split('#', 2) as [string, string?];
    const schema = valueAt(schemas.get(base), pointer);
    if (schema === undefined) return Number.POSITIVE_INFINITY;
    const depth = deepest(schema, base);
    depths.set(place, depth);
    return depth;
  }

  function deepest(value: unknown, base: string): number {
    if (typeof value !== 'object' || value === null) return 0;
    const reference = (value as { $ref?: unknown }).$ref;
    const own = typeof reference === 'string' ? 1 + depthAt(placeOf(reference, base)) : 0;
    return Object.values(value).reduce<number>((depth, member) => Math.max(depth, deepest(member, base)), own);
  }

  return depthAt(`${uri}#`);
}

/** `#/definitions/a` lies in the schema it stands in; the whole of a schema is `uri#`. */
function placeOf(reference: string, base: string): string {
  const [uri, pointer = ''] = reference.split('#', 2) as [string, string?];
  return `${uri === '' ? base : uri}#${pointer}`;
}

/** What a pointer such as `/definitions/a` points to; undefined when that is nothing. */
function valueAt(schema: unknown, pointer: string): unknown {
  let found = schema;
  for (const segment of pointer.split('/').slice(1)) {
    const name = unescapePointerSegment(segment);
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}
