/** A resource policy: the API itself says who may call what. */
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function policy(tour: Tour): Promise<string> {
  const everybody = { Principal: '*', Action: 'execute-api:Invoke' };
  const methods = { 'GET /pets': mock('pets'), 'GET /vault': mock('gold') };
  const api = await restApi(tour, methods, {
    'x-amazon-apigateway-policy': {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', ...everybody, Resource: 'execute-api:/*' },
        { Effect: 'Deny', ...everybody, Resource: 'execute-api:/prod/GET/vault' },
      ],
    },
  });
  await api.deploy();
  expectAnswer('What the policy allows', await call(api.url('/pets')), 200, 'pets');
  const denied = await call(api.url('/vault'));
  expectAnswer('What the policy denies', denied, 403);
  expect(
    denied.body.includes('with an explicit deny in a resource-based policy'),
    `The refusal of the resource policy was ${denied.body}`,
  );
  return 'GET /pets passed, GET /vault got 403 "with an explicit deny in a resource-based policy"';
}
