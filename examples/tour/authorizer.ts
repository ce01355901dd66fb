/** A Lambda authorizer: a function reads the token and answers with a policy. */
import type { Tour } from './context.ts';
import { call, expectAnswer } from './expect.ts';
import { lambdaFunction } from './function.ts';
import { invocationUri, lambdaProxy, restApi } from './rest-api.ts';

const guardSource = `export const handler = async ({ authorizationToken, methodArn }) => {
  if (authorizationToken === 'lost') throw new Error('Unauthorized');
  const Effect = authorizationToken === 'open sesame' ? 'Allow' : 'Deny';
  const Statement = [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }];
  return { principalId: 'ali', policyDocument: { Version: '2012-10-17', Statement }, context: { caves: 40 } };
};`;

export async function authorizer(tour: Tour): Promise<string> {
  const guardArn = await lambdaFunction(tour, 'guard', guardSource);
  const source = `export const handler = async ({ requestContext: { authorizer } }) =>
    ({ statusCode: 200, body: authorizer.principalId + ' ' + authorizer.caves });`;
  const functionArn = await lambdaFunction(tour, 'guarded', source);
  const guard = {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': {
      type: 'token',
      authorizerUri: invocationUri(guardArn),
      authorizerResultTtlInSeconds: 0,
    },
  };
  const api = await restApi(
    tour,
    { 'GET /': lambdaProxy(functionArn, { security: [{ guard: [] }] }) },
    { components: { securitySchemes: { guard } } },
  );
  await api.deploy();
  const withToken = (Authorization: string) => call(api.url('/'), { headers: { Authorization } });
  expectAnswer('Without a token the method', await call(api.url('/')), 401, '{"message":"Unauthorized"}');
  expectAnswer('A token the guard throws at', await withToken('lost'), 401, '{"message":"Unauthorized"}');
  expectAnswer('A token the guard denies', await withToken('open barley'), 403);
  expectAnswer('A token the guard allows', await withToken('open sesame'), 200, 'ali 40');
  return "the guard's Allow passed with its context, its Deny was 403, and no token 401";
}
