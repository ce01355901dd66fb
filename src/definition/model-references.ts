/** How models refer to each other: by the address AWS gives them, whatever the region or endpoint (recorded; row MOD-01). */

const canonical = /^https:\/\/apigateway\.amazonaws\.com\/restapis\/([^/#?]+)\/models\/([^/#?]+)(#.*)?$/;

/** The address of a model, as a `$ref` names it. */
export const modelUri = (restApiId: string, modelName: string): string =>
  `https://apigateway.amazonaws.com/restapis/${restApiId}/models/${modelName}`;

/** A `$ref` to a model, taken apart. */
export interface ModelReference {
  readonly restApiId: string;
  readonly modelName: string;
  /** What of the model is meant, e.g. `#/definitions/name`; empty when it is all of it. */
  readonly fragment: string;
}

/** A reference within the schema itself: `#`, `#/definitions/name`. */
export const isLocalReference = (reference: string): boolean => reference === '' || reference.startsWith('#');

/** The parts of a reference to a model; undefined when it is of another form. */
export function parseModelReference(reference: string): ModelReference | undefined {
  const found = canonical.exec(reference);
  if (found === null) return undefined;
  return { restApiId: found[1]!, modelName: found[2]!, fragment: found[3] ?? '' };
}

/** The schema with each `$ref` replaced by what `change` makes of it; other values are kept as they are. */
export function withReferences(schema: unknown, change: (reference: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withReferences(item, change));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === '$ref' && typeof value === 'string' ? change(value) : withReferences(value, change),
    ]),
  );
}

/** Every `$ref` of a schema, in order. */
export function referencesOf(schema: unknown): string[] {
  const references: string[] = [];
  withReferences(schema, (reference) => {
    references.push(reference);
    return reference;
  });
  return references;
}
