/** The models of an API as checks of request bodies. A model is compiled when the first method asks for it, once per plan. */
import { modelUri } from '../definition/model-references.ts';
import type { Model } from '../definition/rest-api.ts';
import { type SchemaCheck, schemaSet } from '../language/json-schema.ts';

/** The check of a model by name. Throws an Error that says why there is none. */
export type ModelChecks = (modelName: string) => SchemaCheck;

/** Compiles the models of one API; they may refer to each other. */
export function modelChecks(restApiId: string, models: readonly Model[]): ModelChecks {
  const names = new Set(models.map(({ name }) => name));
  const schemas = schemaSet(new Map(models.map(({ name, schema }) => [modelUri(restApiId, name), schema])));
  return (name) => {
    if (!names.has(name)) throw new Error('there is no such model');
    return schemas.check(modelUri(restApiId, name));
  };
}

/** Why a model among the models of its API cannot check anything; undefined when it can. */
export function modelFault(restApiId: string, models: readonly Model[], name: string): string | undefined {
  try {
    modelChecks(restApiId, models)(name);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
