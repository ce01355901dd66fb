/** What CloudWatch tells about deployed APIs, asked by the SDK (which speaks json), by an SDK that speaks CBOR, and by the AWS CLI. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  UpdateStageCommand as UpdateV2StageCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  ListMetricsCommand,
  PutAnomalyDetectorCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { type ApiUnderTest, createApi, createFunction, type MethodUnderTest } from '../support/api-under-test.ts';
import { awsCli } from '../support/aws-cli.ts';
import { httpBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';
import { createSocketApi, mock as socketMock } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

const answering = (status: number): MethodUnderTest => ({
  type: 'MOCK',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
  responses: [{ statusCode: String(status) }],
});

let gatewright: TestGatewright;
let json: CloudWatchClient;
let cbor: CloudWatchClient;
let api: ApiUnderTest;

before(async () => {
  gatewright = await startTestGatewright();
  json = new CloudWatchClient(clientConfig(gatewright.endpoint));
  cbor = new CloudWatchClient({
    ...clientConfig(gatewright.endpoint),
    protocol: new SmithyRpcV2CborProtocol({ defaultNamespace: 'com.amazonaws.cloudwatch', errorTypeRegistries: [] }),
  } as never);
  api = await createApi(
    gatewright,
    { 'GET /pets': answering(200), 'GET /broken': answering(500), 'GET /none': answering(404) },
    { name: 'Tiere 동물' },
  );
  await api.deploy('prod');
});
after(async () => {
  json.destroy();
  cbor.destroy();
  await gatewright.close();
});

const call = async (path: string): Promise<number> => (await fetch(api.url('prod', path))).status;

const now = Date.now();
const span = { StartTime: new Date(now - 3_600_000), EndTime: new Date(now + 3_600_000), Period: 60 };
const dimensions = (of: Record<string, string>) => Object.entries(of).map(([Name, Value]) => ({ Name, Value }));

/** Sum, SampleCount and the rest of a metric of API Gateway over the hours around now. */
async function statistics(
  client: CloudWatchClient,
  MetricName: string,
  of: Record<string, string>,
  more: Partial<GetMetricStatisticsCommandInput> = {},
) {
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/ApiGateway',
      MetricName,
      Dimensions: dimensions(of),
      Statistics: ['Sum', 'SampleCount', 'Average', 'Maximum'],
      ...span,
      Period: 7200,
      ...more,
    }),
  );
  return Datapoints;
}

const patch = (patchOperations: { op: 'replace'; path: string; value: string }[]) =>
  gatewright.apigateway.send(new UpdateStageCommand({ restApiId: api.id, stageName: 'prod', patchOperations }));

test('[MET-01][MET-03][MET-04] a stage counts requests, errors and latencies; an error rate is the average', async () => {
  const statuses = [];
  for (const path of ['/pets', '/pets', '/broken', '/none', '/nowhere']) statuses.push(await call(path));
  assert.deepEqual(statuses, [200, 200, 500, 404, 403]);
  for (const client of [json, cbor]) {
    // The Korean letters are not in the dimension.
    const stage = { ApiName: 'Tiere', Stage: 'prod' };
    const [count] = await statistics(client, 'Count', stage);
    assert.equal(count?.Sum, 5);
    assert.equal(count?.SampleCount, 5);
    assert.equal(count?.Unit, 'Count');
    assert.ok(count?.Timestamp instanceof Date);
    const [clientErrors] = await statistics(client, '4XXError', stage);
    assert.equal(clientErrors?.Sum, 2);
    assert.equal(clientErrors?.Average, 0.4);
    const [serverErrors] = await statistics(client, '5XXError', { ApiName: 'Tiere' });
    assert.equal(serverErrors?.Sum, 1);
    assert.equal(serverErrors?.SampleCount, 5);
    const [latency] = await statistics(client, 'Latency', stage);
    assert.equal(latency?.SampleCount, 5);
    assert.equal(latency?.Unit, 'Milliseconds');
    const [percentiles] = await statistics(client, 'Latency', stage, {
      Statistics: undefined,
      ExtendedStatistics: ['p50', 'p99', 'tm95'],
    });
    const { p50, p99 } = percentiles!.ExtendedStatistics!;
    assert.ok(p50! > 0 && p50! <= p99! && p99! <= latency!.Maximum!);
  }
});

test('[MET-02] a method has series of its own only while detailed metrics are on', async () => {
  const pets = { ApiName: 'Tiere', Stage: 'prod', Resource: '/pets', Method: 'GET' };
  assert.deepEqual(await statistics(json, 'Count', pets), []);
  await patch([
    { op: 'replace', path: '/*/*/metrics/enabled', value: 'true' },
    { op: 'replace', path: '/~1broken/GET/metrics/enabled', value: 'false' },
  ]);
  await call('/pets');
  await call('/broken');
  assert.equal((await statistics(json, 'Count', pets))[0]?.Sum, 1);
  assert.deepEqual(await statistics(json, 'Count', { ...pets, Resource: '/broken' }), []);
  await patch([{ op: 'replace', path: '/*/*/metrics/enabled', value: 'false' }]);
  await call('/pets');
  assert.equal((await statistics(json, 'Count', pets))[0]?.Sum, 1);
});

test('[MET-01] ListMetrics names what there is, by namespace, name and dimensions', async () => {
  const listed = await json.send(
    new ListMetricsCommand({
      Namespace: 'AWS/ApiGateway',
      MetricName: 'Count',
      Dimensions: [{ Name: 'Stage' }],
      RecentlyActive: 'PT3H',
    }),
  );
  const shown = listed.Metrics!.map(({ Dimensions }) =>
    Dimensions!.map(({ Name, Value }) => `${Name}=${Value}`).join(),
  );
  assert.deepEqual(shown.sort(), ['ApiName=Tiere,Method=GET,Resource=/pets,Stage=prod', 'ApiName=Tiere,Stage=prod']);
  assert.deepEqual((await json.send(new ListMetricsCommand({ Namespace: 'Nobody' }))).Metrics, []);
});

test('[MET-05] HTTP APIs have names, units and dimensions of their own', async () => {
  const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const { ApiId, ApiEndpoint: _ } = await v2.send(new CreateApiCommand({ Name: 'orders', ProtocolType: 'HTTP' }));
  const { IntegrationId } = await v2.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationMethod: 'GET',
      IntegrationUri: `${gatewright.endpoint}/_/health`,
      PayloadFormatVersion: '1.0',
    }),
  );
  await v2.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /orders', Target: `integrations/${IntegrationId}` }));
  await v2.send(
    new CreateStageCommand({
      ApiId,
      StageName: 'dev',
      AutoDeploy: true,
      DefaultRouteSettings: { DetailedMetricsEnabled: true },
      RouteSettings: { 'GET /orders': { DetailedMetricsEnabled: false } },
    }),
  );
  v2.destroy();
  const reply = await fetch(`${gatewright.invokeUrl(ApiId!, 'dev')}/orders`);
  const body = await reply.text();
  assert.equal(reply.status, 200);
  const own = { ApiId: ApiId!, Stage: 'dev', Route: 'GET /orders' };
  const all: Record<string, string>[] = [{ ApiId: ApiId! }, { ApiId: ApiId!, Stage: 'dev' }, own];
  for (const of of all) {
    for (const name of ['4xx', '5xx']) {
      const [errors] = await statistics(json, name, of);
      assert.deepEqual([errors?.Sum, errors?.SampleCount, errors?.Unit], [0, 1, 'None'], name);
    }
    assert.equal((await statistics(json, 'Count', of))[0]?.Sum, 1);
    const [processed] = await statistics(json, 'DataProcessed', of);
    assert.equal(processed?.Unit, 'Bytes');
    // The answer's body, and something of the request.
    assert.ok(processed!.Sum! > body.length);
    const [latency] = await statistics(json, 'Latency', of);
    const [integration] = await statistics(json, 'IntegrationLatency', of);
    assert.ok(latency!.Sum! >= integration!.Sum! && integration!.Sum! > 0);
  }
});

test('[WS-28] WebSocket APIs count connections, messages both ways and errors by kind, zeros included', async () => {
  const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const refusing = await httpBackend((_, response) => response.writeHead(500).end('{}'));
  const unavailable = await createFunction(
    gatewright,
    'unavailable',
    'exports.handler = async () => ({ statusCode: 503, body: "later" });',
  );
  const nowhere = 'arn:aws:lambda:us-east-1:000000000000:function:nowhere';
  const apiId = await createSocketApi(v2, {
    $connect: { integration: { RequestTemplates: { $default: '{"statusCode": 200}' } } },
    echo: socketMock('{"echo":true}'),
    unavailable: {
      integration: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${unavailable}/invocations`,
      },
      twoWay: true,
    },
    refusing: {
      integration: { IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'POST', IntegrationUri: `${refusing.origin}/` },
      twoWay: true,
    },
    broken: {
      integration: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${nowhere}/invocations`,
      },
    },
  });
  const DefaultRouteSettings = { DetailedMetricsEnabled: true };
  await v2.send(new UpdateV2StageCommand({ ApiId: apiId, StageName: 'dev', DefaultRouteSettings }));
  v2.destroy();
  const client = await openSocket(gatewright.invokeUrl(apiId, 'dev').replace(/^http/, 'ws'));
  let frame = '';
  for (const action of ['echo', 'echo', 'broken', 'unavailable', 'refusing', 'nowhere']) {
    client.send({ action });
    frame = await client.next();
  }
  const { connectionId: ConnectionId } = JSON.parse(frame) as { connectionId: string };
  const management = new ApiGatewayManagementApiClient(clientConfig(gatewright.invokeUrl(apiId, 'dev')));
  await management.send(new PostToConnectionCommand({ ConnectionId, Data: 'from behind' }));
  management.destroy();
  assert.equal(await client.next(), 'from behind');
  await client.close();
  await refusing.close();
  const sums = async (name: string, of: Record<string, string>) => {
    const [point] = await statistics(json, name, { ApiId: apiId, ...of });
    return point && [point.Sum, point.SampleCount];
  };
  const stage = { Stage: 'dev' };
  assert.deepEqual(await sums('ConnectCount', stage), [1, 1]);
  // The handshake, four messages with their answers, the one that failed, and what was posted; not the one that no route took (recorded R4).
  assert.deepEqual(await sums('MessageCount', {}), [11, 11]);
  assert.deepEqual(await sums('ClientError', stage), [1, 8]);
  assert.deepEqual(await sums('IntegrationError', stage), [1, 8]);
  // A function that answers 503 counts as one that could not be called does (recorded I5).
  assert.deepEqual(await sums('ExecutionError', stage), [2, 8]);
  assert.deepEqual(await sums('ExecutionError', { ...stage, Route: 'unavailable' }), [1, 1]);
  assert.deepEqual(await sums('IntegrationError', { ...stage, Route: 'refusing' }), [1, 1]);
  assert.deepEqual(await sums('MessageCount', { ...stage, Route: 'echo' }), [4, 4]);
  assert.equal(await sums('ConnectCount', { ...stage, Route: 'echo' }), undefined);
  assert.equal((await sums('IntegrationLatency', { ...stage, Route: 'broken' }))?.[1], 1);
});

test('[CACHE-15] a stage with a cache counts hits and misses; their average is the share of all requests', async () => {
  const cached = await createApi(gatewright, { 'GET /kept': answering(200) }, { name: 'kept' });
  await cached.deploy('prod', { cacheClusterEnabled: true, cacheClusterSize: '0.5' });
  await gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: cached.id,
      stageName: 'prod',
      patchOperations: [{ op: 'replace', path: '/*/*/caching/enabled', value: 'true' }],
    }),
  );
  for (let i = 0; i < 4; i++) await (await fetch(cached.url('prod', '/kept'))).text();
  const stage = { ApiName: 'kept', Stage: 'prod' };
  const [hits] = await statistics(json, 'CacheHitCount', stage);
  const [misses] = await statistics(json, 'CacheMissCount', stage);
  assert.deepEqual([hits?.Sum, hits?.Average, misses?.Sum, misses?.SampleCount], [3, 0.75, 1, 4]);
  assert.deepEqual(await statistics(json, 'CacheHitCount', { ApiName: 'Tiere' }), []);
});

test('[CAN-08] requests of a canary count for its stage, and once more by themselves', async () => {
  const split = await createApi(gatewright, { 'GET /': answering(200) }, { name: 'split' });
  await split.deploy('prod');
  const call = async () => (await fetch(split.url('prod', '/'))).text();
  await call();
  await split.deploy('prod', { canarySettings: { percentTraffic: 100 } });
  await call();
  await call();
  const sum = async (Stage: string) => (await statistics(json, 'Count', { ApiName: 'split', Stage }))[0]?.Sum;
  assert.deepEqual([await sum('prod'), await sum('prod/Canary')], [3, 2]);
});

test('what is put comes back: values, values with counts, and sums; refusals are typed in every protocol', async () => {
  const at = new Date(Math.floor(now / 60_000) * 60_000 - 600_000);
  for (const [i, client] of [json, cbor].entries()) {
    const Namespace = `Shop${i}`;
    const Dimensions = dimensions({ Till: '1' });
    await client.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          { MetricName: 'Sale', Dimensions, Timestamp: at, Unit: 'Bytes', Value: 3 },
          { MetricName: 'Sale', Dimensions, Timestamp: at, Unit: 'Bytes', Values: [1, 2.5], Counts: [2, 1] },
          { MetricName: 'Sums', Timestamp: at, StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 5 } },
        ],
      }),
    );
    const query = { Namespace, StartTime: at, EndTime: new Date(at.getTime() + 60_000), Period: 60 };
    const { Datapoints, Label } = await client.send(
      new GetMetricStatisticsCommand({ ...query, MetricName: 'Sale', Dimensions, ExtendedStatistics: ['p50', 'p100'] }),
    );
    assert.equal(Label, 'Sale');
    assert.deepEqual(Datapoints, [{ Timestamp: at, Unit: 'Bytes', ExtendedStatistics: { p50: 1, p100: 3 } }]);
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        ...query,
        MetricDataQueries: [
          { Id: 'a', MetricStat: { Metric: { Namespace, MetricName: 'Sale', Dimensions }, Period: 60, Stat: 'Sum' } },
          {
            Id: 'b',
            MetricStat: { Metric: { Namespace, MetricName: 'Sums' }, Period: 60, Stat: 'Average' },
            Label: 'mean',
          },
          {
            Id: 'c',
            MetricStat: { Metric: { Namespace, MetricName: 'Sums' }, Period: 60, Stat: 'p50' },
            Label: 'unknown',
          },
          { Id: 'd', Expression: 'a * 2 + b' },
          { Id: 'e', Expression: 'SUM(METRICS())', Label: 'together' },
        ],
      }),
    );
    const shown = MetricDataResults!.map(({ Id, Label, Values, StatusCode }) => [Id, Label, Values, StatusCode]);
    assert.deepEqual(shown, [
      ['a', 'Sale', [7.5], 'Complete'],
      ['b', 'mean', [2.5], 'Complete'],
      ['c', 'unknown', [], 'Complete'],
      ['d', 'd', [17.5], 'Complete'],
      ['e', 'together', [10], 'Complete'],
    ]);
    const refused = client.send(
      new PutMetricDataCommand({ Namespace: 'AWS/Mine', MetricData: [{ MetricName: 'a', Value: 1 }] }),
    );
    await assert.rejects(refused, {
      name: 'InvalidParameterValueException',
      message: 'The value AWS/ for parameter Namespace is invalid.',
    });
    const tooMany = client.send(
      new GetMetricStatisticsCommand({
        ...query,
        MetricName: 'Sale',
        Statistics: ['Sum'],
        EndTime: new Date(at.getTime() + 2 * 86_400_000),
      }),
    );
    await assert.rejects(tooMany, {
      name: 'InvalidParameterCombinationException',
      message:
        'You have requested up to 2,880 datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    });
  }
});

test('a long body that the SDK packs is read all the same', async () => {
  const Dimensions = dimensions({ Shelf: 'a long name of a shelf' });
  const MetricData = Array.from({ length: 500 }, (_, i) => ({ MetricName: 'Many', Value: i, Dimensions }));
  let encoding: string | undefined;
  json.middlewareStack.add(
    (next) => (args) => {
      encoding = (args.request as { headers: Record<string, string> }).headers['content-encoding'];
      return next(args);
    },
    { step: 'finalizeRequest', name: 'seeEncoding' },
  );
  await json.send(new PutMetricDataCommand({ Namespace: 'Packed', MetricData }));
  assert.equal(encoding, 'gzip');
  const shelf = { Shelf: 'a long name of a shelf' };
  const [found] = await statistics(json, 'Many', shelf, { Namespace: 'Packed' });
  assert.equal(found?.SampleCount, 500);
});

test('Prometheus finds the counters at /metrics', async () => {
  const reply = await fetch(`${gatewright.endpoint}/metrics`);
  assert.equal(reply.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const ofPets = new RegExp(
    `^gatewright_requests_total\\{api="${api.id}",.*,method="GET",resource="/pets"\\} \\d+$`,
    'm',
  );
  assert.match(await reply.text(), ofPets);
});

test('anomaly detectors are not built, and say so', async () => {
  const detector = { Namespace: 'Shop', MetricName: 'Sales', Stat: 'Sum' };
  for (const client of [json, cbor]) {
    await assert.rejects(
      client.send(new PutAnomalyDetectorCommand(detector)),
      (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 501,
    );
  }
});

test('[MET-01] the AWS CLI, and the older query protocol', { skip: skipWithout('aws') }, async () => {
  const iso = (date: Date): string => date.toISOString();
  const printed = await awsCli(gatewright.endpoint, [
    ...['cloudwatch', 'get-metric-statistics', '--namespace', 'AWS/ApiGateway', '--metric-name', 'Count'],
    ...['--dimensions', 'Name=ApiName,Value=Tiere', '--statistics', 'Sum', '--period', '7200'],
    ...['--start-time', iso(span.StartTime), '--end-time', iso(span.EndTime)],
  ]);
  const [point] = (JSON.parse(printed) as { Datapoints: { Sum: number; Unit: string }[] }).Datapoints;
  assert.ok(point!.Sum >= 8);
  const form = new URLSearchParams({
    Action: 'ListMetrics',
    Version: '2010-08-01',
    Namespace: 'AWS/ApiGateway',
    'Dimensions.member.1.Name': 'Route',
  });
  const reply = await fetch(gatewright.endpoint, { method: 'POST', body: form });
  const text = await reply.text();
  assert.equal(reply.headers.get('content-type'), 'text/xml');
  assert.match(
    text,
    /<ListMetricsResponse xmlns="http:\/\/monitoring\.amazonaws\.com\/doc\/2010-08-01\/"><ListMetricsResult><Metrics><member>/,
  );
  assert.match(text, /<Name>Route<\/Name><Value>GET \/orders<\/Value>/);
});
