/** The models of a WebSocket API. */
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { useParam } from '../../shell/page-context.ts';
import { ModelList } from './model-list.tsx';

export default function V2Models() {
  const ApiId = useParam('apiId');
  const { data, error } = useItems('apigatewayv2', 'GetModels', { ApiId });
  const models = data?.map(({ ModelId = '', Name = '', ContentType = '', Description = '', Schema = '' }) => ({
    ...{ id: ModelId, name: Name, contentType: ContentType, description: Description, schema: Schema },
  }));
  const source = {
    models,
    error,
    create: ({
      name,
      contentType,
      description,
      schema,
    }: {
      name: string;
      contentType: string;
      description: string;
      schema: string;
    }) =>
      call('apigatewayv2', 'CreateModel', {
        ApiId,
        Name: name,
        ContentType: contentType,
        Description: description,
        Schema: schema,
      }),
    update: (ModelId: string, { schema, description }: { schema: string; description: string }) =>
      call('apigatewayv2', 'UpdateModel', { ApiId, ModelId, Schema: schema, Description: description }),
    remove: (ModelId: string) => call('apigatewayv2', 'DeleteModel', { ApiId, ModelId }),
    template: async (ModelId: string) =>
      (await call('apigatewayv2', 'GetModelTemplate', { ApiId, ModelId })).Value ?? '',
  };
  return <ModelList source={source} />;
}
