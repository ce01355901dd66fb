/** The models of a REST API. */
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { replaced } from '../../shared/map-patches.ts';
import { useParam } from '../../shell/page-context.ts';
import { ModelList } from './model-list.tsx';

export default function Models() {
  const restApiId = useParam('apiId');
  const { data, error } = useItems('apigateway', 'GetModels', { restApiId });
  const models = data?.map(({ name = '', contentType = '', description = '', schema = '' }) => ({
    ...{ id: name, name, contentType, description, schema },
  }));
  const source = {
    models,
    error,
    create: (model: { name: string; contentType: string; description: string; schema: string }) =>
      call('apigateway', 'CreateModel', { restApiId, ...model }),
    update: (modelName: string, { schema, description }: { schema: string; description: string }) =>
      call('apigateway', 'UpdateModel', {
        ...{ restApiId, modelName },
        patchOperations: [replaced('/schema', schema), replaced('/description', description)],
      }),
    remove: (modelName: string) => call('apigateway', 'DeleteModel', { restApiId, modelName }),
    template: async (modelName: string) =>
      (await call('apigateway', 'GetModelTemplate', { restApiId, modelName })).value ?? '',
  };
  return <ModelList source={source} />;
}
