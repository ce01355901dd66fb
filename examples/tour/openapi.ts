/** An API that is described rather than built: imported, its models enforced, exported again. */
import { GetExportCommand } from '@aws-sdk/client-api-gateway';
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function openApi(tour: Tour): Promise<string> {
  const Pet = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };
  const api = await restApi(
    tour,
    {
      'POST /pets': mock('made', {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
        },
      }),
      'GET /pets': mock('pets'),
    },
    {
      components: { schemas: { Pet } },
      'x-amazon-apigateway-request-validators': { body: { validateRequestBody: true } },
      'x-amazon-apigateway-request-validator': 'body',
    },
  );
  await api.deploy();
  const post = (pet: object) =>
    call(api.url('/pets'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(pet),
    });
  expectAnswer('A pet with a name', await post({ name: 'Rex' }), 200, 'made');
  expectAnswer('A pet without a name', await post({}), 400, '{"message":"Invalid request body"}');
  const exported = await tour.apigateway.send(
    new GetExportCommand({ restApiId: api.id, stageName: 'prod', exportType: 'oas30', accepts: 'application/json' }),
  );
  const described = JSON.parse(Buffer.from(exported.body!).toString()) as {
    paths: Record<string, object>;
    components: { schemas: Record<string, object> };
  };
  const methods = Object.keys(described.paths['/pets'] ?? {}).sort();
  expect(methods.join() === 'get,post', `The export has ${methods.join()} of /pets`);
  expect('Pet' in described.components.schemas, 'The export has lost the model Pet');
  return 'a document became an API that refuses a body against its model, and came back as a document';
}
