/** Two nodes over one PostgreSQL database and one Redis: what is fast and shared. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { type PostgresUnderTest, skipWithoutPostgres, startPostgres } from '../support/postgres-under-test.ts';
import { type RedisUnderTest, skipWithoutRedis, startRedis } from '../support/redis-under-test.ts';

describe('nodes that share Redis', { skip: skipWithoutPostgres() || skipWithoutRedis() }, () => {
  let postgres: PostgresUnderTest;
  let redis: RedisUnderTest;
  let one: TestGatewright;
  let two: TestGatewright;
  before(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const settings = { store: await postgres.newDatabase(), shared: redis.newAddress() };
    [one, two] = await Promise.all([startTestGatewright(settings), startTestGatewright(settings)]);
  });
  after(async () => {
    await Promise.all([one?.close(), two?.close()]);
    await redis.stop();
    await postgres.stop();
  });

  const ask = (node: TestGatewright, api: ApiUnderTest, path = '/'): Promise<Response> =>
    fetch(`${node.invokeUrl(api.id, 'prod')}${path}`);

  /** Asks until the answer is as wanted. */
  async function until(node: TestGatewright, api: ApiUnderTest, status: number): Promise<void> {
    let last = 0;
    for (let i = 0; i < 2_000; i++) {
      last = (await ask(node, api)).status;
      if (last === status) return;
    }
    throw new Error(`The node never answered ${status}, last ${last}`);
  }

  test('[THR-01] a limit holds for all nodes together: what one lets through the other has no more', async () => {
    const api = await createApi(one, { 'GET /': mock('in') });
    await api.deploy('prod');
    // A token an hour: time plays no part.
    const limit = [
      { op: 'replace', path: '/*/*/throttling/rateLimit', value: '0.0003' },
      { op: 'replace', path: '/*/*/throttling/burstLimit', value: '400' },
    ] as const;
    await until(two, api, 200);
    await one.apigateway.send(
      new UpdateStageCommand({ restApiId: api.id, stageName: 'prod', patchOperations: [...limit] }),
    );
    for (let i = 0; i < 400; i++) assert.equal((await ask(one, api)).status, 200, `request ${i}`);
    assert.equal((await ask(one, api)).status, 429);
    // The other hears of the limit, and that it is used up, long before it could have let through as many.
    let passed = 0;
    while ((await ask(two, api)).status === 200) passed++;
    assert.ok(passed < 400, String(passed));
    assert.equal((await ask(two, api)).status, 429);
  });
});

describe('the start of a node', { skip: skipWithoutRedis() }, () => {
  let redis: RedisUnderTest;
  before(async () => {
    redis = await startRedis(['--requirepass', 'open sesame']);
  });
  after(() => redis.stop());

  test('without Redis, or with a wrong password, it does not start and says why in one sentence, the password left out', async () => {
    await assert.rejects(
      startTestGatewright({ shared: `redis://:swordfish@127.0.0.1:${redis.port}` }),
      (error: Error) =>
        /^Cannot use Redis at 127\.0\.0\.1:\d+: WRONGPASS [^\n]*$/.test(error.message) &&
        !/swordfish/.test(error.message),
    );
    await assert.rejects(startTestGatewright({ shared: 'redis://:swordfish@127.0.0.1:1' }), {
      message: 'Cannot use Redis at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
    });
    const node = await startTestGatewright({ shared: `redis://:open%20sesame@127.0.0.1:${redis.port}` });
    await node.close();
  });
});
