/** Mapping templates and parameters: what the backend gets and what the caller gets are both rewritten. */
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { lambdaFunction } from './function.ts';
import { invocationUri, restApi } from './rest-api.ts';

const toFunction = `#set($order = $input.path('$.order'))
{"customer": "$util.escapeJavaScript($input.params('customer'))", "pieces": [#foreach($item in $order.items)$item.count#if($foreach.hasNext), #end#end]}`;

export async function mapping(tour: Tour): Promise<string> {
  const sum = await lambdaFunction(
    tour,
    'sum',
    `export const handler = async ({ customer, pieces }) => ({ for: customer, total: pieces.reduce((a, b) => a + b) });`,
  );
  const header = 'method.response.header.X-Total';
  const api = await restApi(tour, {
    'POST /orders/{customer}': {
      parameters: [{ name: 'customer', in: 'path', required: true, schema: { type: 'string' } }],
      responses: { 201: { description: 'Made', headers: { 'X-Total': { schema: { type: 'string' } } } } },
      'x-amazon-apigateway-integration': {
        type: 'aws',
        httpMethod: 'POST',
        uri: invocationUri(sum),
        passthroughBehavior: 'never',
        requestTemplates: { 'application/json': toFunction },
        responses: {
          default: {
            statusCode: '201',
            responseParameters: { [header]: 'integration.response.body.total' },
            responseTemplates: { 'application/json': `$input.path('$.for') ordered $input.path('$.total') pieces` },
          },
        },
      },
    },
  });
  await api.deploy();
  const answer = await call(api.url('/orders/Ana'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ order: { items: [{ count: 2 }, { count: 5 }] } }),
  });
  expectAnswer('The mapped method', answer, 201, 'Ana ordered 7 pieces');
  const total = answer.headers.get('x-total');
  expect(total === '7', `The mapped header X-Total was ${total}`);
  return `a template made the function's event and another its answer: "${answer.body}"`;
}
