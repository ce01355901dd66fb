/** Answers kept by a stage, on the whole product: enabled, flushed and invalidated with the official SDK. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { FlushStageCacheCommand, GetStageCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi } from '../support/api-under-test.ts';
import { type Backend, httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

let gatewright: TestGatewright;
let backend: Backend;
let api: ApiUnderTest;
let asked = 0;

before(async () => {
  gatewright = await startTestGatewright();
  backend = await httpBackend((_, response) => {
    asked++;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ asked }));
  });
  api = await createApi(gatewright, {
    'GET /pets': { type: 'HTTP_PROXY', verb: 'GET', uri: `${backend.origin}/` },
  });
  await api.deploy('prod');
});
after(async () => {
  await gatewright.close();
  await backend.close();
});

const get = async (headers: Record<string, string> = {}): Promise<{ asked: number }> =>
  (await (await fetch(api.url('prod', '/pets'), { headers })).json()) as { asked: number };

const update = (...paths: [string, string][]) =>
  gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: 'prod',
      patchOperations: paths.map(([path, value]) => ({ op: 'replace', path, value })),
    }),
  );

test('[CACHE-01] [CACHE-10] [CACHE-11] a stage caches when told to, at once; a flush and max-age=0 ask anew', async () => {
  await get();
  assert.equal((await get()).asked, 2);
  const stage = await update(
    ['/cacheClusterEnabled', 'true'],
    ['/cacheClusterSize', '0.5'],
    ['/*/*/caching/enabled', 'true'],
  );
  assert.equal(stage.cacheClusterStatus, 'AVAILABLE');
  assert.equal((await get()).asked, 3);
  assert.equal((await get()).asked, 3);
  await gatewright.apigateway.send(new FlushStageCacheCommand({ restApiId: api.id, stageName: 'prod' }));
  assert.equal((await get()).asked, 4);
  // Without execute-api:InvalidateCache the kept answer comes.
  assert.equal((await get({ 'Cache-Control': 'max-age=0' })).asked, 4);
  await update(['/*/*/caching/requireAuthorizationForCacheControl', 'false']);
  assert.equal((await get({ 'Cache-Control': 'max-age=0' })).asked, 5);
  assert.equal((await get()).asked, 5);
  await update(['/cacheClusterEnabled', 'false']);
  const { cacheClusterStatus } = await gatewright.apigateway.send(
    new GetStageCommand({ restApiId: api.id, stageName: 'prod' }),
  );
  assert.equal(cacheClusterStatus, 'NOT_AVAILABLE');
  assert.equal((await get()).asked, 6);
});

test('[CACHE-08] a cache that is switched off and on again, or resized, has forgotten everything', async () => {
  await update(['/cacheClusterEnabled', 'true']);
  const first = (await get()).asked;
  assert.equal((await get()).asked, first);
  await update(['/cacheClusterEnabled', 'false']);
  await update(['/cacheClusterEnabled', 'true']);
  assert.equal((await get()).asked, first + 1);
  await update(['/cacheClusterSize', '1.6']);
  assert.equal((await get()).asked, first + 2);
  assert.equal((await get()).asked, first + 2);
});
