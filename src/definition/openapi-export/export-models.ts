/** Models as the schemas of a document, and references to them. */
import { parseModelReference, withReferences } from '../model-references.ts';
import type { Exporting } from './export-document.ts';
import type { Json } from './json.ts';

/** Every model by name. Only JSON can be said in a document, and only a schema that is an object. */
export function exportedModels({ snapshot, schemaPrefix, documentationOf }: Exporting): Json {
  const schemas: Record<string, unknown> = {};
  for (const { name, contentType, schema } of snapshot.models ?? []) {
    if (!contentType.startsWith('application/json')) continue;
    const parsed = parsedSchema(schema);
    if (parsed === undefined) continue;
    // A document says itself which JSON Schema its schemas are of.
    const { $schema: _, ...rest } = withReferences(parsed, (reference) =>
      localReference(reference, schemaPrefix),
    ) as Json;
    schemas[name] = { ...rest, ...documentationOf({ type: 'MODEL', name }) };
  }
  return schemas;
}

/** A reference to a model of the API becomes one within the document. */
function localReference(reference: string, schemaPrefix: string): string {
  const model = parseModelReference(reference);
  return model === undefined ? reference : `${schemaPrefix}${model.modelName}${model.fragment.replace(/^#/, '')}`;
}

function parsedSchema(schema: string): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(schema);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Json) : undefined;
  } catch {
    return undefined;
  }
}
