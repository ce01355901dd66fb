/** GetModel with `flatten`: a schema that stands on its own (row V1-27). The models it refers to become its `definitions`, under their names. */
import { modelUri, parseModelReference, withReferences } from '../../definition/model-references.ts';
import type { Model } from '../../definition/rest-api.ts';

/** The schema of `model`, with all that it refers to, directly or through others, inside. Its text is as given when it refers to none. */
export function flatSchema(restApiId: string, model: Model, all: readonly Model[]): string {
  const byUri = new Map(all.map((each) => [modelUri(restApiId, each.name), each]));
  const root = asObject(JSON.parse(model.schema));
  const own = asObject(root['definitions'] ?? {});
  /** Where each model stands in the flat schema, as a pointer. */
  const places = new Map([[model.name, '#']]);
  const definitions: Record<string, unknown> = { ...own };

  function flat(schema: unknown, place: string): unknown {
    return withReferences(schema, (text) => {
      if (text.startsWith('#')) return place + text.slice(1);
      const reference = parseModelReference(text);
      const target = reference && byUri.get(modelUri(reference.restApiId, reference.modelName));
      return target === undefined ? text : placeOf(target) + reference!.fragment.slice(1);
    });
  }

  function placeOf(target: Model): string {
    const known = places.get(target.name);
    if (known !== undefined) return known;
    const name = freeName(target.name, definitions);
    const place = `#/definitions/${name}`;
    places.set(target.name, place);
    // Taken before its contents are made flat, which may refer back to it.
    definitions[name] = {};
    definitions[name] = flat(JSON.parse(target.schema), place);
    return place;
  }

  const flattened = asObject(flat({ ...root, definitions: own }, '#'));
  if (places.size === 1) return model.schema;
  return JSON.stringify({ ...flattened, definitions: { ...definitions, ...asObject(flattened['definitions']) } });
}

const asObject = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

/** The schema may have a definition of its own under the name of a model. */
function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  let free = name;
  for (let i = 2; Object.hasOwn(taken, free); i++) free = `${name}${i}`;
  return free;
}
