/** Errors the gateway answers itself, in AWS's words or in one's own. */
import type { Tour } from './context.ts';
import { call, expectAnswer } from './expect.ts';
import { lambdaFunction } from './function.ts';
import { lambdaProxy, restApi } from './rest-api.ts';

export async function errors(tour: Tour): Promise<string> {
  const arn = await lambdaFunction(tour, 'broken', `export const handler = async () => { throw new Error('boom'); };`);
  const methods = { 'GET /broken': lambdaProxy(arn) };
  const api = await restApi(tour, methods);
  await api.deploy();
  const broken = '{"message": "Internal server error"}';
  expectAnswer('A function that throws', await call(api.url('/broken')), 502, broken);
  const nowhere = '{"message":"Missing Authentication Token"}';
  expectAnswer('A path that is not there', await call(api.url('/nowhere')), 403, nowhere);
  await api.replace(methods, {
    'x-amazon-apigateway-gateway-responses': {
      MISSING_AUTHENTICATION_TOKEN: {
        statusCode: 404,
        responseTemplates: { 'application/json': '{"nothing at":"$context.path"}' },
      },
    },
  });
  await api.deploy();
  const own = '{"nothing at":"/prod/nowhere"}';
  expectAnswer('A path with a gateway response of its own', await call(api.url('/nowhere')), 404, own);
  return 'a function that throws is 502, an unknown path 403, or 404 once a gateway response says so';
}
