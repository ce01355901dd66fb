/** The models of an API as checks of request bodies. A model is compiled when the first method asks for it. */
import { createHash } from 'node:crypto';
import { modelUri } from '../definition/model-references.ts';
import type { Model } from '../definition/rest-api.ts';
import { type SchemaCheck, type SchemaSet, schemaSet } from '../language/json-schema.ts';

/** The check of a model by name. Throws an Error that says why there is none. */
export type ModelChecks = (modelName: string) => SchemaCheck;

/**
 * What was compiled last, by content: every stage of a deployment has a plan, and every change of a stage makes a new one, while a model takes a
 * millisecond to compile. The latest stands last.
 */
const recent = new Map<string, SchemaSet>();
const maxRecent = 16;

/** Compiles the models of one API; they may refer to each other. */
export function modelChecks(restApiId: string, models: readonly Model[]): ModelChecks {
  const names = new Set(models.map(({ name }) => name));
  let schemas: SchemaSet | undefined;
  return (name) => {
    if (!names.has(name)) throw new Error('there is no such model');
    schemas ??= recentSchemas(textsByUri(restApiId, models));
    return schemas.check(modelUri(restApiId, name));
  };
}

const textsByUri = (restApiId: string, models: readonly Model[]): ReadonlyMap<string, string> =>
  new Map(models.map(({ name, schema }) => [modelUri(restApiId, name), schema]));

function recentSchemas(texts: ReadonlyMap<string, string>): SchemaSet {
  const key = createHash('sha256')
    .update(JSON.stringify([...texts]))
    .digest('base64');
  const schemas = recent.get(key) ?? schemaSet(texts);
  recent.delete(key);
  recent.set(key, schemas);
  if (recent.size > maxRecent) recent.delete(recent.keys().next().value!);
  return schemas;
}

/** Why a model among the models of its API cannot check anything; undefined when it can. What several models share is compiled once. */
export function modelFaults(restApiId: string, models: readonly Model[]): (name: string) => string | undefined {
  let schemas: SchemaSet | undefined;
  return (name) => {
    try {
      schemas ??= schemaSet(textsByUri(restApiId, models));
      schemas.check(modelUri(restApiId, name));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}
