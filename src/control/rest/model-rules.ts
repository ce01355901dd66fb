/** What a model must fulfil to be kept, and to be deleted (rows V1-27, V1-28). */
import {
  isLocalReference,
  modelUri,
  parseModelReference,
  referencesOf,
  withReferences,
} from '../../definition/model-references.ts';
import type { Model } from '../../definition/rest-api.ts';
import { modelFaults } from '../../plan/models.ts';
import { methods, models, resources } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import { modelIsReferredTo, modelNameNotFound, schemaMissing, schemaTooLong } from './chosen-refusals.ts';
import { badRequest, conflict } from './errors.ts';
import type { RestLimits } from './limits.ts';

export function checkModelName(name: string): void {
  if (!/^[a-zA-Z0-9]+$/.test(name)) throw badRequest(`Model name must be alphanumeric: ${name}`);
}

/** Throws when the schema is none, or refers to what is not there. `others` are the API's models; one of the same name is the model's own past. */
export function checkSchema(
  restApiId: string,
  model: Model,
  others: readonly Model[],
  limits: Pick<RestLimits, 'schemaCharacters'>,
): void {
  const all = [...others.filter(({ name }) => name !== model.name), model];
  schemaCheck(restApiId, all, limits)(model);
}

/** The same for many models of one API at a time. `all` are its models as they are to be. */
export function schemaCheck(
  restApiId: string,
  all: readonly Model[],
  limits: Pick<RestLimits, 'schemaCharacters'>,
): (model: Model) => void {
  const names = new Set(all.map(({ name }) => name));
  const faultOf = modelFaults(restApiId, all);
  return (model) => checkOneSchema(restApiId, model, names, limits, faultOf);
}

function checkOneSchema(
  restApiId: string,
  model: Model,
  names: ReadonlySet<string>,
  limits: Pick<RestLimits, 'schemaCharacters'>,
  faultOf: (name: string) => string | undefined,
): void {
  if (model.schema === '') throw schemaMissing();
  if (model.schema.length > limits.schemaCharacters) throw schemaTooLong(limits.schemaCharacters);
  const errors = [
    ...new Set(referencesOf(parsedSchema(model)).flatMap((each) => referenceFault(restApiId, each, names))),
  ];
  // With a faulty reference the schema cannot be compiled, so nothing more is known of it.
  if (errors.length === 0 && faultOf(model.name) !== undefined) errors.push('Invalid model schema specified');
  if (errors.length > 0) throw invalidModel(errors);
}

function referenceFault(restApiId: string, text: string, names: ReadonlySet<string>): string[] {
  if (isLocalReference(text)) return [];
  const reference = parseModelReference(text);
  if (reference?.restApiId !== restApiId) return ['Model reference must be in canonical form'];
  return names.has(reference.modelName) ? [] : [modelNameNotFound(reference.modelName)];
}

function parsedSchema({ schema }: Model): unknown {
  try {
    return JSON.parse(schema);
  } catch {
    throw invalidModel(['Invalid model schema specified']);
  }
}

/** As users quote AWS. */
const invalidModel = (errors: readonly string[]) =>
  badRequest(`Invalid model specified: Validation Result: warnings : [], errors : [${errors.join(', ')}]`);

export async function modelsOf(tx: ReadTransaction, restApiId: string): Promise<Model[]> {
  return (await tx.list(models, [restApiId])).map(({ value }) => value);
}

/** Throws while a method or another model refers to the model; the place is written as recorded, `//ANY` for the root. */
export async function checkUnused(tx: ReadTransaction, restApiId: string, modelName: string): Promise<void> {
  const uses = (byContentType: Readonly<Record<string, string>> | undefined): boolean =>
    Object.values(byContentType ?? {}).includes(modelName);
  for (const { key, value: method } of await tx.list(methods, [restApiId])) {
    const inResponse = Object.values(method.methodResponses ?? {}).some(({ responseModels }) => uses(responseModels));
    if (!inResponse && !uses(method.requestModels)) continue;
    const resource = await tx.get(resources, [restApiId, key[1]!]);
    const side = uses(method.requestModels) ? 'request' : 'response';
    throw conflict(
      `Cannot delete model '${modelName}', is referenced in method ${side}: ${resource?.path}/${method.httpMethod}`,
    );
  }
  const uri = modelUri(restApiId, modelName);
  for (const other of await modelsOf(tx, restApiId)) {
    if (other.name === modelName) continue;
    const refers = referencesOf(JSON.parse(other.schema)).some((each) => each === uri || each.startsWith(`${uri}#`));
    if (refers) throw modelIsReferredTo(modelName, other.name);
  }
}

/** A model as it must be in a copy of its API: references to the API's own models lead to the copy's. */
export function movedModel(model: Model, fromApiId: string, toApiId: string): Model {
  if (!model.schema.includes('$ref')) return model;
  let isMoved = false;
  const schema = withReferences(JSON.parse(model.schema), (text) => {
    const reference = parseModelReference(text);
    if (reference?.restApiId !== fromApiId) return text;
    isMoved = true;
    return modelUri(toApiId, reference.modelName) + reference.fragment;
  });
  return isMoved ? { ...model, schema: JSON.stringify(schema) } : model;
}
