/** Edge-optimized, regional and private endpoints, and the addresses that lead to them. */
import { UpdateRestApiCommand } from '@aws-sdk/client-api-gateway';
import { callByHost } from './by-host.ts';
import type { Tour } from './context.ts';
import { call, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function endpoints(tour: Tour): Promise<string> {
  const api = await restApi(tour, { 'GET /pets': mock('pets') });
  await api.deploy();
  const turn = (from: string, to: string) =>
    tour.apigateway.send(
      new UpdateRestApiCommand({
        restApiId: api.id,
        patchOperations: [{ op: 'replace', path: `/endpointConfiguration/types/${from}`, value: to }],
      }),
    );
  const paths = ['_aws/execute-api/{api}/prod/pets', 'restapis/{api}/prod/_user_request_/pets'];
  for (const [from, to] of [['EDGE', 'REGIONAL'] as const, ['REGIONAL', 'EDGE'] as const]) {
    await turn(from, to);
    for (const path of paths) {
      expectAnswer(`The ${to} API`, await call(`${tour.endpoint}/${path.replace('{api}', api.id)}`), 200, 'pets');
    }
    const host = `${api.id}.execute-api.us-east-1.amazonaws.com`;
    expectAnswer(`The ${to} API by Host`, await callByHost(tour.endpoint, host, '/prod/pets'), 200, 'pets');
  }
  await turn('EDGE', 'PRIVATE');
  expectAnswer('The private API', await call(api.url('/pets')), 403, '{"message":"Forbidden"}');
  return 'regional and edge-optimized APIs answered at three addresses each, a private one is shut to the public';
}
