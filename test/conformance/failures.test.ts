/** What a caller reads of everything that can go wrong behind the gateway, provoked once each on the whole product. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { CreateAuthorizerCommand, UpdateMethodCommand } from '@aws-sdk/client-api-gateway';
import {
  type ApiUnderTest,
  createApi,
  createFunction,
  lambdaProxy,
  type MethodUnderTest,
  mock,
} from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, type HttpApiUnderTest, lambdaRoute, proxyRoute } from '../support/http-api-under-test.ts';
import { ask } from '../support/plain-http.ts';

const source = `
exports.handler = async (event) => {
  const path = event.rawPath ?? event.path;
  if (path === undefined) return { principalId: 'ann' };
  if (path.endsWith('/malformed')) return { anything: 'else' };
  throw new Error('a secret of the function');
};`;

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
  await rest.deploy('s');
  http = await createHttpApi(gatewright, {
    'GET /nobody': proxyRoute(nobody),
    'GET /silent': proxyRoute(silentUri, { TimeoutInMillis: 50 }),
    'GET /thrown': lambdaRoute(functionArn),
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
