/** Model: CreateModel, GetModel, GetModels, GetModelTemplate, UpdateModel, DeleteModel (rows V1-27, V1-28). */
import { newChildId } from '../../base/ids.ts';
import type { Model } from '../../definition/rest-api.ts';
import { models } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { CreateModelRequest, Operations } from '../../wire/generated/apigateway.ts';
import { requireText } from './chosen-refusals.ts';
import { conflict } from './errors.ts';
import { findApi, findModel } from './find.ts';
import { flatSchema } from './flat-model.ts';
import { checkModelName, checkSchema, checkUnused, modelsOf } from './model-rules.ts';
import { modelTemplate } from './model-template.ts';
import { pageOf } from './paging.ts';
import { applyPatch, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';

/** What UpdateModel can change (row PATCH-13). An empty description is fine for models (recorded). */
const modelPatches: PatchTable<Model> = {
  rows: [
    { path: '/schema', replace: (model, { value }) => withMember(model, 'schema', value) },
    { path: '/description', replace: (model, { value }) => withMember(model, 'description', value) },
  ],
};

export function modelHandlers({ store, limits }: RestPorts): Handlers<Operations> {
  return {
    CreateModel: (input, call) =>
      store.write(async (tx) => {
        const { id: restApiId } = await findApi(tx, call, input.restApiId);
        checkModelName(input.name);
        requireText(input.contentType, 'Content type');
        if ((await tx.get(models, [restApiId, input.name])) !== undefined) {
          throw conflict('Model name already exists for this REST API');
        }
        const model = newModel(input);
        checkSchema(restApiId, model, await modelsOf(tx, restApiId), limits);
        tx.put(models, [restApiId, model.name], model);
        return model;
      }),

    GetModel: ({ restApiId, modelName, flatten }, call) =>
      store.read(async (tx) => {
        const model = await findModel(tx, call, restApiId, modelName);
        if (!flatten) return model;
        return { ...model, schema: flatSchema(restApiId, model, await modelsOf(tx, restApiId)) };
      }),

    GetModels: (input, call) =>
      store.read(async (tx) => {
        await findApi(tx, call, input.restApiId);
        const all = (await modelsOf(tx, input.restApiId)).sort((a, b) => (a.id < b.id ? -1 : 1));
        return pageOf(all, ({ id }) => id, input, limits);
      }),

    GetModelTemplate: ({ restApiId, modelName }, call) =>
      store.read(async (tx) => {
        const model = await findModel(tx, call, restApiId, modelName);
        return { value: modelTemplate(JSON.parse(flatSchema(restApiId, model, await modelsOf(tx, restApiId)))) };
      }),

    UpdateModel: ({ restApiId, modelName, patchOperations }, call) =>
      store.write(async (tx) => {
        const model = await findModel(tx, call, restApiId, modelName);
        const patched = applyPatch(modelPatches, model, patchOperations);
        checkSchema(restApiId, patched, await modelsOf(tx, restApiId), limits);
        tx.put(models, [restApiId, modelName], patched);
        return patched;
      }),

    DeleteModel: ({ restApiId, modelName }, call) =>
      store.write(async (tx) => {
        await findModel(tx, call, restApiId, modelName);
        await checkUnused(tx, restApiId, modelName);
        tx.delete(models, [restApiId, modelName]);
      }),
  };
}

const newModel = ({ name, description, schema, contentType }: CreateModelRequest): Model => ({
  id: newChildId(),
  name,
  ...(description !== undefined && { description }),
  schema: schema ?? '',
  contentType,
});
