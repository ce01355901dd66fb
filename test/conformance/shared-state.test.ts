/** Two nodes over one PostgreSQL database and one Redis: what is fast and shared. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { FlushStageCacheCommand, GetRestApiCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { type Backend, httpBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { startGatewright } from '../support/gatewright-process.ts';
import { type PostgresUnderTest, skipWithoutPostgres, startPostgres } from '../support/postgres-under-test.ts';
import { type RedisUnderTest, skipWithoutRedis, startRedis } from '../support/redis-under-test.ts';
import { createSocketApi, mock as socketMock } from '../support/socket-api.ts';
import { openSocket, type SocketClient } from '../support/socket-client.ts';

describe('nodes that share Redis', { skip: skipWithoutPostgres() || skipWithoutRedis() }, () => {
  let postgres: PostgresUnderTest;
  let redis: RedisUnderTest;
  let one: TestGatewright;
  let two: TestGatewright;
  /** What the backend of $disconnect was told: `{connectionId} {status code}`. */
  const told: string[] = [];
  let backend: Backend;
  let settings: { store: string; shared: string };
  before(async () => {
    backend = await httpBackend((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        told.push(body);
        response.end();
      });
    });
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    settings = { store: await postgres.newDatabase(), shared: redis.newAddress() };
    [one, two] = await Promise.all([startTestGatewright(settings), startTestGatewright(settings)]);
  });
  after(async () => {
    await Promise.all([one?.close(), two?.close()]);
    await backend.close();
    await redis.stop();
    await postgres.stop();
  });

  const ask = (node: TestGatewright, api: ApiUnderTest, path = '/'): Promise<Response> =>
    fetch(`${node.invokeUrl(api.id, 'prod')}${path}`);

  /** Does it again until it resolves to true. */
  async function eventually(what: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 20_000; i++) if (await what()) return;
    throw new Error(`It never came to ${what}`);
  }

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

  test('[CACHE-10] an answer that one node keeps the other finds; flushed on one, all ask anew', async () => {
    let asked = 0;
    const pets = await httpBackend((_, response) => response.end(`${++asked}`));
    const api = await createApi(one, { 'GET /': { type: 'HTTP_PROXY', verb: 'GET', uri: `${pets.origin}/` } });
    await api.deploy('prod');
    const stage = { restApiId: api.id, stageName: 'prod' };
    const replaced = Object.entries({
      '/cacheClusterEnabled': 'true',
      '/cacheClusterSize': '0.5',
      '/*/*/caching/enabled': 'true',
      '/*/*/caching/dataEncrypted': 'true',
      '/*/*/caching/requireAuthorizationForCacheControl': 'false',
    });
    const patchOperations = replaced.map(([path, value]) => ({ op: 'replace' as const, path, value }));
    await one.apigateway.send(new UpdateStageCommand({ ...stage, patchOperations }));
    const answer = async (node: TestGatewright, headers = {}): Promise<number> =>
      Number(await (await fetch(`${node.invokeUrl(api.id, 'prod')}/`, { headers })).text());
    // Until both nodes know the stage as it is now, answers differ.
    await eventually(
      async () => new Set([await answer(one), await answer(two), await answer(one), await answer(two)]).size === 1,
    );
    const before = asked;
    assert.deepEqual([await answer(one), await answer(two)], [before, before]);
    await two.apigateway.send(new FlushStageCacheCommand(stage));
    // Whoever is asked first asks the backend; the one that keeps its answer after all have flushed is what all answer.
    await eventually(async () => (await answer(one)) > before && (await answer(two)) > before);
    const fresh = await answer(one, { 'Cache-Control': 'max-age=0' });
    assert.ok(fresh > before);
    await eventually(async () => (await answer(two)) >= fresh);
    await pets.close();
  });

  test('[MET-01] GetMetricStatistics adds up what all nodes have served, whichever is asked', async () => {
    const api = await createApi(one, { 'GET /': mock('in') });
    await api.deploy('prod');
    await until(two, api, 200);
    const { name } = await one.apigateway.send(new GetRestApiCommand({ restApiId: api.id }));
    const clients = [one, two].map((node) => new CloudWatchClient(clientConfig(node.endpoint)));
    const counted = async (client: CloudWatchClient): Promise<number> => {
      const { Datapoints } = await client.send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: 'AWS/ApiGateway', MetricName: 'Count', Period: 3_600, Statistics: ['Sum'] },
          Dimensions: [{ Name: 'ApiName', Value: name! }],
          ...{ StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 60_000) },
        }),
      );
      return Datapoints!.reduce((sum, { Sum }) => sum + Sum!, 0);
    };
    const before = await counted(clients[0]!);
    for (let i = 0; i < 5; i++) await ask(one, api);
    for (let i = 0; i < 7; i++) await ask(two, api);
    // More than 12: what the other node had counted before may be told only now.
    for (const client of clients) await eventually(async () => (await counted(client)) >= before + 12);
    for (const client of clients) client.destroy();
  });

  async function untilTold(ends: number): Promise<void> {
    while (told.length < ends) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  const urlOf = (node: { invokeUrl(apiId: string, stage: string): string }, apiId: string): string =>
    node.invokeUrl(apiId, 'dev').replace(/^http/, 'ws');

  async function connect(url: string): Promise<{ client: SocketClient; id: string }> {
    const client = await openSocket(url);
    client.send({ action: 'whoami' });
    return { client, id: String((await client.nextJson())['id']) };
  }

  /** A WebSocket API that tells its id to who asks, and the backend of each end. */
  async function socketApi(): Promise<string> {
    told.length = 0;
    const v2 = new ApiGatewayV2Client(clientConfig(one.endpoint));
    const apiId = await createSocketApi(v2, {
      whoami: socketMock('{"id":"$context.connectionId"}'),
      $disconnect: {
        integration: {
          IntegrationType: 'HTTP',
          IntegrationMethod: 'POST',
          IntegrationUri: `${backend.origin}/`,
          RequestTemplates: { $default: '$context.connectionId $context.disconnectStatusCode' },
          TemplateSelectionExpression: '\\$default',
        },
      },
    });
    v2.destroy();
    // The other node knows the API when it answers a handshake.
    await eventually(async () => {
      const probe = await openSocket(urlOf(two, apiId)).catch(() => undefined);
      await probe?.close();
      return probe !== undefined;
    });
    await untilTold(1);
    return apiId;
  }

  const answered =
    (status: number) =>
    (error: unknown): boolean =>
      (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === status;

  const management = (node: TestGatewright, apiId: string): ApiGatewayManagementApiClient =>
    new ApiGatewayManagementApiClient(clientConfig(node.invokeUrl(apiId, 'dev')));

  test('[WS-19] [WS-21] a connection of one node is told of, written to and closed by the other', async () => {
    const apiId = await socketApi();
    const { client, id: ConnectionId } = await connect(urlOf(one, apiId));
    const other = management(two, apiId);
    const state = await other.send(new GetConnectionCommand({ ConnectionId }));
    assert.match(state.Identity!.SourceIp!, /127\.0\.0\.1/);
    const posts = Array.from({ length: 100 }, (_, i) =>
      other.send(new PostToConnectionCommand({ ConnectionId, Data: `${i}` })),
    );
    await Promise.all(posts);
    const seen: number[] = [];
    for (let i = 0; i < 100; i++) seen.push(Number(await client.next()));
    assert.deepEqual(
      seen.toSorted((a, b) => a - b),
      posts.map((_, i) => i),
    );
    for (const Data of ['first', 'second', 'third'])
      await other.send(new PostToConnectionCommand({ ConnectionId, Data }));
    assert.deepEqual([await client.next(), await client.next(), await client.next()], ['first', 'second', 'third']);
    const most = 'x'.repeat(128 * 1024);
    await other.send(new PostToConnectionCommand({ ConnectionId, Data: most }));
    assert.equal(await client.next(), most);
    await assert.rejects(other.send(new PostToConnectionCommand({ ConnectionId, Data: `${most}x` })), answered(413));
    // Without an API in the address it is found as well.
    const bare = new ApiGatewayManagementApiClient(clientConfig(two.endpoint));
    await bare.send(new PostToConnectionCommand({ ConnectionId, Data: 'bare' }));
    assert.equal(await client.next(), 'bare');
    await other.send(new DeleteConnectionCommand({ ConnectionId }));
    assert.deepEqual(await client.closed, { code: 1000, reason: 'Connection Closed Normally' });
    for (const node of [one, two]) {
      const gone = management(node, apiId).send(new PostToConnectionCommand({ ConnectionId, Data: 'x' }));
      await assert.rejects(gone, { name: 'GoneException' });
    }
    for (const each of [other, bare]) each.destroy();
  });

  test('[WS-06] a node that is killed takes its connections along: 410 for each, and its $disconnect is told once', async () => {
    const apiId = await socketApi();
    told.length = 0;
    const third = await startGatewright(['--memory', '--store', settings.store, '--shared', settings.shared]);
    try {
      const url = `${third.endpoint.replace(/^http/, 'ws')}/_aws/execute-api/${apiId}/dev`;
      const opened = [await connect(url), await connect(url), await connect(url)];
      const kept = await connect(urlOf(one, apiId));
      const client = management(two, apiId);
      await client.send(new PostToConnectionCommand({ ConnectionId: opened[0]!.id, Data: 'alive' }));
      assert.equal(await opened[0]!.client.next(), 'alive');
      third.child.kill('SIGKILL');
      await Promise.all(opened.map(({ client: each }) => each.closed));
      // Asked while nobody knows: answered when it is known.
      await assert.rejects(client.send(new PostToConnectionCommand({ ConnectionId: opened[1]!.id, Data: 'x' })), {
        name: 'GoneException',
      });
      await untilTold(3);
      const wanted = opened.map(({ id }) => `${id} 1006`).sort();
      assert.deepEqual(told.toSorted(), wanted);
      await client.send(new PostToConnectionCommand({ ConnectionId: kept.id, Data: 'still here' }));
      assert.equal(await kept.client.next(), 'still here');
      await kept.client.close();
      await untilTold(4);
      assert.deepEqual(told.toSorted(), [...wanted, `${kept.id} 1000`].sort());
      client.destroy();
    } finally {
      await third.stop();
    }
  });

  test('while Redis is away a node serves its own connections and says of others’ that it does not know; then all is as before', async () => {
    const apiId = await socketApi();
    const { client, id: ConnectionId } = await connect(urlOf(one, apiId));
    const [own, other] = [management(one, apiId), management(two, apiId)];
    await redis.kill();
    await own.send(new PostToConnectionCommand({ ConnectionId, Data: 'own' }));
    assert.equal(await client.next(), 'own');
    await assert.rejects(other.send(new PostToConnectionCommand({ ConnectionId, Data: 'x' })), answered(500));
    await redis.start();
    await eventually(() =>
      other.send(new PostToConnectionCommand({ ConnectionId, Data: 'again' })).then(
        () => true,
        (error: Error) => {
          assert.notEqual(error.name, 'GoneException', 'it is there');
          return false;
        },
      ),
    );
    assert.equal(await client.next(), 'again');
    assert.ok(one.complaints.includes('Redis is away; this node goes on alone until it is back'));
    await client.close();
    own.destroy();
    other.destroy();
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
