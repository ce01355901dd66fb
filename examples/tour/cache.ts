/** A stage's cache keeps answers; a flush forgets them. */
import { FlushStageCacheCommand } from '@aws-sdk/client-api-gateway';
import type { Tour } from './context.ts';
import { call, expect } from './expect.ts';
import { lambdaFunction } from './function.ts';
import { lambdaProxy, restApi } from './rest-api.ts';

export async function cache(tour: Tour): Promise<string> {
  const source = `export const handler = async (_, { awsRequestId }) => ({ statusCode: 200, body: awsRequestId });`;
  const api = await restApi(tour, { 'GET /': lambdaProxy(await lambdaFunction(tour, 'uncached', source)) });
  await api.deploy();
  const ask = async () => (await call(api.url('/'))).body;
  const uncached = await ask();
  expect((await ask()) !== uncached, 'Without a cache two requests met one invocation');
  await api.set({
    '/cacheClusterEnabled': 'true',
    '/cacheClusterSize': '0.5',
    '/*/*/caching/enabled': 'true',
    '/*/*/caching/ttlInSeconds': '300',
  });
  const kept = await ask();
  expect((await ask()) === kept, 'With a cache a second request invoked the function again');
  await tour.apigateway.send(new FlushStageCacheCommand({ restApiId: api.id, stageName: 'prod' }));
  expect((await ask()) !== kept, 'After a flush the kept answer came');
  return 'the second request was answered without the function, the one after a flush was not';
}
