/** Model: CreateModel, GetModel, GetModels, UpdateModel, DeleteModel, GetModelTemplate (row V2-18). */
import { newChildId } from '../../base/ids.ts';
import type { Model } from '../../definition/rest-api.ts';
import type { V2Model } from '../../definition/v2-api.ts';
import { routes, v2Models } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { flatSchema } from '../rest/flat-model.ts';
import { checkModelName, checkSchema } from '../rest/model-rules.ts';
import { modelTemplate } from '../rest/model-template.ts';
import { answerModel } from './answers.ts';
import { changing } from './auto-deploy.ts';
import { isReferenced } from './chosen-refusals.ts';
import { conflict } from './errors.ts';
import { findApi, findModel, listOf } from './find.ts';
import { ourNames } from './member-names.ts';
import { pageOf } from './paging.ts';
import { updated, withoutEmpty } from './partial-update.ts';
import type { V2Ports } from './ports.ts';
import { checkTextLengths } from './text-lengths.ts';

export function modelHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, limits } = ports;

  async function keepModel(tx: WriteTransaction, apiId: string, model: V2Model): Promise<void> {
    checkModelName(model.name);
    checkTextLengths(model);
    const others = (await listOf(tx, v2Models, apiId)).filter(({ modelId }) => modelId !== model.modelId);
    if (others.some(({ name }) => name === model.name)) throw conflict('Model name already exists for this API');
    checkSchema(apiId, asRestModel(model), others.map(asRestModel), limits);
    tx.put(v2Models, [apiId, model.modelId], model);
  }

  return {
    CreateModel: ({ ApiId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const given = { contentType: 'application/json', ...ourNames(input) };
        const model: V2Model = withoutEmpty({ ...given, modelId: newChildId() }, ['name', 'schema']);
        await keepModel(tx, ApiId, model);
        return answerModel(model);
      }),

    GetModel: ({ ApiId, ModelId }, call) =>
      store.read(async (tx) => answerModel((await findModel(tx, call, ApiId, ModelId)).record)),

    GetModels: (input, call) =>
      store.read(async (tx) => {
        const { apiId } = await findApi(tx, call, input.ApiId);
        return pageOf(await listOf(tx, v2Models, apiId), ({ modelId }) => modelId, answerModel, input, limits);
      }),

    GetModelTemplate: ({ ApiId, ModelId }, call) =>
      store.read(async (tx) => {
        const { record } = await findModel(tx, call, ApiId, ModelId);
        const all = (await listOf(tx, v2Models, ApiId)).map(asRestModel);
        return { Value: modelTemplate(JSON.parse(flatSchema(ApiId, asRestModel(record), all))) };
      }),

    UpdateModel: ({ ApiId, ModelId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { record } = await findModel(tx, call, ApiId, ModelId);
        const changed = updated<V2Model>(record, ourNames(input), ['name', 'schema']);
        await keepModel(tx, ApiId, changed);
        return answerModel(changed);
      }),

    DeleteModel: ({ ApiId, ModelId }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { record } = await findModel(tx, call, ApiId, ModelId);
        await checkUnused(tx, ApiId, record.name);
        tx.delete(v2Models, [ApiId, ModelId]);
      }),
  };
}

/** Schemas are judged, flattened and turned into templates as those of REST APIs are. */
const asRestModel = ({ modelId, name, schema, contentType }: V2Model): Model => ({
  id: modelId,
  name,
  schema,
  contentType: contentType ?? 'application/json',
});

async function checkUnused(tx: ReadTransaction, apiId: string, modelName: string): Promise<void> {
  const names = (models: Readonly<Record<string, string>> | undefined) => Object.values(models ?? {});
  const user = (await listOf(tx, routes, apiId)).find((route) => names(route.requestModels).includes(modelName));
  if (user !== undefined) throw isReferenced('model', modelName, `route request: ${user.routeKey}`);
}
