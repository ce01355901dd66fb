/** What a caller reads of everything that can go wrong behind the gateway, provoked once each on the whole product. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import {
  CreateAuthorizerCommand,
  PutGatewayResponseCommand,
  UpdateAccountCommand,
  UpdateMethodCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateRouteCommand, CreateAuthorizerCommand as CreateV2Authorizer } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type ApiUnderTest,
  createApi,
  createFunction,
  lambdaProxy,
  type MethodUnderTest,
  mock,
} from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, type HttpApiUnderTest, lambdaRoute, proxyRoute } from '../support/http-api-under-test.ts';
import { linesOf } from '../support/log-lines.ts';
import { ask } from '../support/plain-http.ts';

const source = `
exports.handler = async (event) => {
  const path = event.rawPath ?? event.path;
  if (path === undefined) return { principalId: 'ann' };
  if (path.endsWith('/malformed')) return { anything: 'else' };
  throw new Error('a secret of the function');
};`;

const logGroups = 'arn:aws:logs:us-east-1:000000000000:log-group:';

let gatewright: TestGatewright;
let rest: ApiUnderTest;
let http: HttpApiUnderTest;
/** Accepts connections and never answers. */
const silent = createServer();

/** Where nobody listens any more. */
async function unreachable(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/`;
}

before(async () => {
  gatewright = await startTestGatewright();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const silentUri = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const nobody = await unreachable();
  const functionArn = await createFunction(gatewright, 'failing', source);
  const proxyTo = (uri: string): MethodUnderTest => ({ type: 'HTTP_PROXY', verb: 'GET', uri, timeoutInMillis: 50 });
  rest = await createApi(gatewright, {
    'GET /unmapped': { type: 'MOCK', requestTemplates: { 'application/json': '{"statusCode": 200}' } },
    'GET /guarded': mock('{}'),
    'GET /signed': mock('{}'),
    'GET /keyed': mock('{}'),
    'GET /malformed': lambdaProxy(functionArn),
    'GET /thrown': lambdaProxy(functionArn),
    'GET /nobody': proxyTo(nobody),
    'GET /silent': proxyTo(silentUri),
  });
  const { id: authorizerId } = await gatewright.apigateway.send(
    new CreateAuthorizerCommand({
      ...{ restApiId: rest.id, name: 'malformed', type: 'TOKEN' },
      authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      identitySource: 'method.request.header.Authorization',
    }),
  );
  await gatewright.apigateway.send(
    new UpdateMethodCommand({
      ...rest.method('GET /guarded'),
      patchOperations: [
        { op: 'replace', path: '/authorizationType', value: 'CUSTOM' },
        { op: 'replace', path: '/authorizerId', value: authorizerId! },
      ],
    }),
  );
  for (const [label, path, value] of [
    ['GET /signed', '/authorizationType', 'AWS_IAM'],
    ['GET /keyed', '/apiKeyRequired', 'true'],
  ] as const) {
    const patchOperations = [{ op: 'replace' as const, path, value }];
    await gatewright.apigateway.send(new UpdateMethodCommand({ ...rest.method(label), patchOperations }));
  }
  await rest.deploy('s');
  http = await createHttpApi(gatewright, {
    'GET /nobody': proxyRoute(nobody),
    'GET /silent': proxyRoute(silentUri, { TimeoutInMillis: 50 }),
    'GET /thrown': lambdaRoute(functionArn),
    'GET /limited': lambdaRoute(functionArn),
    'GET /signed': lambdaRoute(functionArn, { route: { AuthorizationType: 'AWS_IAM' } }),
  });
  const { AuthorizerId } = await http.client.send(
    new CreateV2Authorizer({
      ...{ ApiId: http.id, Name: 'guard', AuthorizerType: 'REQUEST', AuthorizerPayloadFormatVersion: '2.0' },
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      IdentitySource: ['$request.header.Authorization'],
    }),
  );
  await http.client.send(
    new CreateRouteCommand({ ApiId: http.id, RouteKey: 'GET /guarded', AuthorizationType: 'CUSTOM', AuthorizerId }),
  );
  const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'http' }));
  logs.destroy();
  await http.deploy('watched', {
    AccessLogSettings: { DestinationArn: `${logGroups}http`, Format: '$context.requestId $context.status' },
    RouteSettings: { 'GET /limited': { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } },
  });
});

after(async () => {
  http.client.destroy();
  await gatewright.close();
  silent.close();
});

const ofRest: readonly [string, number, string, string][] = [
  ['/unmapped', 500, '{"message": "Internal server error"}', 'InternalServerErrorException'],
  ['/guarded', 500, '{"message":null}', 'AuthorizerConfigurationException'],
  ['/malformed', 502, '{"message": "Internal server error"}', 'InternalServerErrorException'],
  ['/thrown', 502, '{"message": "Internal server error"}', 'InternalServerErrorException'],
  ['/nobody', 504, '{"message": "Network error communicating with endpoint"}', 'InternalServerErrorException'],
  ['/silent', 504, '{"message": "Endpoint request timed out"}', 'InternalServerErrorException'],
];

test('[ERR-02] [INT-17] configuration and authorizers are 500, functions 502, backends 504; of an HTTP API backends are 503 and functions 500', async () => {
  for (const [path, status, body, errorType] of ofRest) {
    const url = new URL(rest.url('s', path));
    const reply = await ask({ port: gatewright.port, path: url.pathname, headers: ['Authorization', 'me'] });
    const seen = [reply.status, reply.body.toString(), reply.all('x-amzn-errortype')];
    assert.deepEqual(seen, [status, body, [errorType]], path);
  }
  for (const [path, status, message] of [
    ['/nobody', 503, 'Service Unavailable'],
    ['/silent', 503, 'Service Unavailable'],
    ['/thrown', 500, 'Internal Server Error'],
  ] as const) {
    const reply = await fetch(http.url(path));
    assert.deepEqual([reply.status, await reply.text()], [status, `{"message":"${message}"}`], path);
  }
});

const ofHttp: readonly [string, number, string][] = [
  ['/guarded', 401, 'Unauthorized'],
  ['/signed', 403, 'Forbidden'],
  ['/limited', 429, 'Too Many Requests'],
  ['/thrown', 500, 'Internal Server Error'],
  ['/nobody', 503, 'Service Unavailable'],
];

test('[GWR-12] an HTTP API has few words for what goes wrong, and nobody can put others in their place', async () => {
  for (const [path, status, message] of [...ofHttp, ['/nowhere', 404, 'Not Found'] as const]) {
    const reply = await fetch(http.url(path, 'watched'));
    assert.deepEqual([reply.status, await reply.text()], [status, `{"message":"${message}"}`], path);
  }
  await assert.rejects(
    gatewright.apigateway.send(
      new PutGatewayResponseCommand({ restApiId: http.id, responseType: 'UNAUTHORIZED', statusCode: '418' }),
    ),
    { name: 'NotFoundException' },
  );
});

test('[ERR-03] every error the gateway makes counts as 4XX or 5XX, and the access log has its status', async () => {
  await gatewright.apigateway.send(
    new UpdateAccountCommand({
      patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value: 'arn:aws:iam::000000000000:role/logs' }],
    }),
  );
  await rest.deploy('watched');
  await gatewright.apigateway.send(
    new UpdateStageCommand({
      ...{ restApiId: rest.id, stageName: 'watched' },
      patchOperations: [
        { op: 'replace', path: '/accessLogSettings/destinationArn', value: `${logGroups}rest` },
        { op: 'replace', path: '/accessLogSettings/format', value: '$context.requestId $context.status' },
      ],
    }),
  );
  const metrics = new CloudWatchClient(clientConfig(gatewright.endpoint));
  const sum = async (MetricName: string, of: Record<string, string>): Promise<number> => {
    const now = Date.now();
    const { Datapoints } = await metrics.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: 'AWS/ApiGateway', MetricName, Statistics: ['Sum'], Period: 7200 },
        Dimensions: Object.entries(of).map(([Name, Value]) => ({ Name, Value })),
        ...{ StartTime: new Date(now - 3_600_000), EndTime: new Date(now + 3_600_000) },
      }),
    );
    return Datapoints?.[0]?.Sum ?? 0;
  };
  const apis = [
    {
      urls: [...ofRest.map(([path]) => path), '/signed', '/keyed', '/nowhere'].map((path) => rest.url('watched', path)),
      ...{ id: 'x-amzn-requestid', group: 'rest', names: ['4XXError', '5XXError'] },
      of: { ApiName: 'under test', Stage: 'watched' },
    },
    {
      urls: ofHttp.map(([path]) => http.url(path, 'watched')),
      ...{ id: 'apigw-requestid', group: 'http', names: ['4xx', '5xx'] },
      of: { ApiId: http.id, Stage: 'watched' },
    },
  ] as const;
  for (const { urls, id, group, names, of } of apis) {
    const before = await Promise.all(names.map((name) => sum(name, of)));
    const logged: string[] = [];
    const counted = [0, 0];
    for (const url of urls) {
      const reply = await fetch(url, {
        headers: url.includes('/guarded') && group === 'rest' ? { authorization: 'me' } : {},
      });
      await reply.text();
      assert.ok(reply.status >= 400, url);
      logged.push(`${reply.headers.get(id)} ${reply.status}`);
      counted[reply.status < 500 ? 0 : 1]! += 1;
    }
    const after = await Promise.all(names.map((name) => sum(name, of)));
    assert.deepEqual(
      after.map((value, i) => value - before[i]!),
      counted,
    );
    const lines = await linesOf(gatewright, group);
    for (const line of logged) assert.ok(lines.includes(line), `${line} is not among ${lines.join(', ')}`);
  }
  metrics.destroy();
});
