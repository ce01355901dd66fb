/** Serving HTTP APIs on the whole product: made with the official SDK, called with fetch, real functions and backends behind them. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { CreateVpcLinkCommand, UpdateApiCommand, UpdateStageCommand } from '@aws-sdk/client-apigatewayv2';
import { createFunction } from '../support/api-under-test.ts';
import { type Backend, echoOf, httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, type HttpApiUnderTest, lambdaRoute, proxyRoute } from '../support/http-api-under-test.ts';
import { ask } from '../support/plain-http.ts';

let gatewright: TestGatewright;
let backend: Backend;
let api: HttpApiUnderTest;

const listener =
  'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/inside/50dc6c495c0c9188/0467ef3c8400ae65';

const source = `
exports.handler = async (event) => {
  const path = event.rawPath ?? event.path;
  if (path.endsWith('/plain')) return { hello: 'you' };
  if (path.endsWith('/throw')) throw new Error('boom');
  return {
    statusCode: 201,
    headers: { 'x-probe': 'yes', 'content-type': 'application/json' },
    cookies: ['a=1', 'b=2'],
    body: JSON.stringify(event),
  };
};`;

before(async () => {
  backend = await httpBackend(async (request, response) => {
    const echo = await echoOf(request);
    response.writeHead(200, { 'Content-Type': 'application/json', 'x-backend': 'b' });
    response.end(JSON.stringify(echo));
  });
  gatewright = await startTestGatewright({ vpcLinkTargets: { [listener]: [backend.origin] } });
  const functionArn = await createFunction(gatewright, 'events', source);
  api = await createHttpApi(
    gatewright,
    {
      'GET /pets/{id}': lambdaRoute(functionArn),
      'POST /pets': lambdaRoute(functionArn),
      'ANY /v1': lambdaRoute(functionArn, { PayloadFormatVersion: '1.0' }),
      'ANY /store/{proxy+}': proxyRoute(`${backend.origin}/shop/{proxy}`),
      'GET /mapped/{id}': proxyRoute(backend.origin, {
        RequestParameters: { 'append:header.x-id': '$request.path.id', 'overwrite:path': '/ids/${request.path.id}' },
        ResponseParameters: { '200': { 'append:header.x-stage': '$context.stage', 'overwrite:statuscode': '203' } },
      }),
      $default: proxyRoute(`${backend.origin}/rest`),
    },
    { CorsConfiguration: { AllowOrigins: ['https://www.example.com'], AllowMethods: ['GET'], MaxAge: 60 } },
    { StageVariables: { color: 'blue' } },
  );
});

after(async () => {
  api.client.destroy();
  await gatewright.close();
  await backend.close();
});

test('[LPV2-01] [LPV2-09] [EP-02] a function gets the event of format 2.0 and its answer comes back with its cookies', async () => {
  const reply = await fetch(api.url('/pets/a%20b?x=1&x=2'), { headers: { cookie: 'c=3; d=4' } });
  assert.equal(reply.status, 201);
  assert.equal(reply.headers.get('x-probe'), 'yes');
  assert.deepEqual(reply.headers.getSetCookie(), ['a=1', 'b=2']);
  const event = (await reply.json()) as Record<string, unknown>;
  assert.equal(event['version'], '2.0');
  assert.equal(event['routeKey'], 'GET /pets/{id}');
  assert.equal(event['rawPath'], '/pets/a b');
  assert.deepEqual(event['pathParameters'], { id: 'a b' });
  assert.deepEqual(event['queryStringParameters'], { x: '1,2' });
  assert.deepEqual(event['cookies'], ['c=3', 'd=4']);
  assert.deepEqual(event['stageVariables'], { color: 'blue' });
  assert.equal((event['requestContext'] as { requestId: string }).requestId, reply.headers.get('apigw-requestid'));
  assert.equal(reply.headers.get('x-amzn-requestid'), null);
});

test('[LPV2-07] bytes arrive as base64', async () => {
  const reply = await fetch(api.url('/pets'), {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: new Uint8Array([0, 255]),
  });
  const { body, isBase64Encoded } = (await reply.json()) as { body: string; isBase64Encoded: boolean };
  assert.deepEqual([body, isBase64Encoded], ['AP8=', true]);
});

test('[BIN-09] an HTTP API takes no settings of binary media types or compression, and packs no answer', async () => {
  const made = await fetch(`${gatewright.endpoint}/v2/apis`, {
    method: 'POST',
    body: JSON.stringify({
      ...{ name: 'plain', protocolType: 'HTTP' },
      ...{ binaryMediaTypes: ['text/plain'], minimumCompressionSize: 0 },
    }),
  });
  const members = (await made.json()) as Record<string, unknown>;
  assert.equal(made.status, 201);
  assert.deepEqual([members['binaryMediaTypes'], members['minimumCompressionSize']], [undefined, undefined]);
  const { port } = gatewright;
  const headers = ['Accept-Encoding', 'gzip', 'x-long', 'a'.repeat(8_000)];
  const reply = await ask({ port, path: `/_aws/execute-api/${api.id}/pets/1`, headers });
  assert.ok(reply.body.length > 8_000);
  assert.deepEqual(reply.all('content-encoding'), []);
  assert.equal((reply.json as Record<string, unknown>)['rawPath'], '/pets/1');
});

test('[LPV2-08] [LPV2-10] JSON alone is a 200, a function that throws a 500', async () => {
  const plain = await fetch(api.url('/pets/plain'));
  assert.deepEqual(
    [plain.status, plain.headers.get('content-type'), await plain.text()],
    [200, 'application/json', '{"hello":"you"}'],
  );
  const thrown = await fetch(api.url('/pets/throw'));
  assert.deepEqual([thrown.status, await thrown.text()], [500, '{"message":"Internal Server Error"}']);
});

test('[HRT-01] [HRT-04] [HRT-05] HTTP_PROXY: variables in the URI, the whole path on $default, named stages cut from it', async () => {
  await api.deploy('beta');
  const urlSeen = async (path: string, stage?: string) =>
    ((await (await fetch(api.url(path, stage))).json()) as { url: string }).url;
  assert.equal(await urlSeen('/store/a/b?x=%2B'), '/shop/a/b?x=%2B');
  assert.equal(await urlSeen('/other/place?y'), '/rest/other/place?y');
  assert.equal(await urlSeen('/store/a', 'beta'), '/shop/a');
  assert.equal(await urlSeen('/other', 'beta'), '/rest/other');
  assert.equal(await urlSeen('/other', '$default'), '/rest/other');
  assert.equal(await urlSeen('/'), '/rest/');
});

test('[EP-01] the execute-api host reaches the same API', async () => {
  const { request } = await import('node:http');
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { Host: `${api.id}.execute-api.us-east-1.amazonaws.com` };
    request({ port: gatewright.port, path: '/store/a', headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode!);
    })
      .on('error', reject)
      .end();
  });
  assert.equal(status, 200);
});

test('[HPM-01] [HPM-03] parameter mapping both ways', async () => {
  const reply = await fetch(api.url('/mapped/7?q=1'));
  assert.deepEqual([reply.status, reply.headers.get('x-stage')], [203, '$default']);
  const { url, headers } = (await reply.json()) as { url: string; headers: Record<string, string> };
  assert.deepEqual([url, headers['x-id']], ['/ids/7?q=1', '7']);
});

test('[CORS-06] [CORS-07] preflights and answers as the API is configured', async () => {
  const preflight = (origin: string) =>
    fetch(api.url('/pets/1'), {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
    });
  const allowed = await preflight('https://www.example.com');
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://www.example.com');
  assert.equal(allowed.headers.get('access-control-allow-methods'), 'GET');
  assert.equal(allowed.headers.get('access-control-max-age'), '60');
  assert.equal((await preflight('https://evil.example')).headers.get('access-control-allow-origin'), null);
  const answer = await fetch(api.url('/other'), { headers: { Origin: 'https://www.example.com' } });
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://www.example.com');
});

test('[THR-06] [THR-03] a route’s own limit: the request beyond it is 429', async () => {
  const limit = { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 };
  const stage = { ApiId: api.id, StageName: '$default' };
  await api.client.send(new UpdateStageCommand({ ...stage, RouteSettings: { 'ANY /v1': limit } }));
  assert.equal((await fetch(api.url('/v1'))).status, 201);
  const refused = await fetch(api.url('/v1'));
  assert.deepEqual([refused.status, await refused.text()], [429, '{"message":"Too Many Requests"}']);
  assert.equal((await fetch(api.url('/pets/1'))).status, 201);
});

test('[HRT-09] [LIM-03] [LIM-04] a body over 10 MB is 413, headers over 10,240 bytes are 431, in the words of HTTP APIs', async () => {
  const { port } = gatewright;
  const path = `/_aws/execute-api/${api.id}/other`;
  const large = await ask({ port, path, method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
  assert.deepEqual([large.status, large.text], [413, '{"message":"Request Entity Too Large"}']);
  const long = await ask({ port, path, headers: ['x-long', 'a'.repeat(10_241)] });
  assert.deepEqual([long.status, long.text], [431, '{"message":"Request Header Fields Too Large"}']);
});

test('[INT-15] [LIM-03] an integration that takes longer than its timeout is 503', async () => {
  const slow = await httpBackend(() => {});
  const late = await createHttpApi(gatewright, { $default: proxyRoute(slow.origin, { TimeoutInMillis: 50 }) });
  const reply = await fetch(late.url('/'));
  assert.deepEqual([reply.status, await reply.text()], [503, '{"message":"Service Unavailable"}']);
  late.client.destroy();
  await slow.close();
});

test('[VS-02] [HPM-06] a private integration goes through its VPC link to where the settings say, with the stage in the path', async () => {
  const { VpcLinkId } = await api.client.send(new CreateVpcLinkCommand({ Name: 'inside', SubnetIds: ['subnet-1'] }));
  const inside = (RequestParameters?: Record<string, string>) =>
    proxyRoute(listener, {
      ConnectionType: 'VPC_LINK',
      ConnectionId: VpcLinkId,
      ...(RequestParameters && { RequestParameters }),
    });
  const routes = { 'GET /{proxy+}': inside(), 'POST /{proxy+}': inside({ 'overwrite:path': '$request.path' }) };
  const hidden = await createHttpApi(gatewright, routes);
  await hidden.deploy('beta');
  const urlSeen = async (method: string) => {
    const reply = await fetch(hidden.url('/a/b?x=1', 'beta'), { method });
    return ((await reply.json()) as { url: string }).url;
  };
  assert.equal(await urlSeen('GET'), '/beta/a/b?x=1');
  assert.equal(await urlSeen('POST'), '/a/b?x=1');
  hidden.client.destroy();
});

test('[EP-08] a disabled default endpoint is 404', async () => {
  const { id } = api;
  const switched = async (DisableExecuteApiEndpoint: boolean) => {
    await api.client.send(new UpdateApiCommand({ ApiId: id, DisableExecuteApiEndpoint }));
    await api.deploy(`after${DisableExecuteApiEndpoint}`);
  };
  await switched(true);
  const refused = await fetch(api.url('/other', 'aftertrue'));
  assert.deepEqual([refused.status, await refused.text()], [404, '{"message":"Not Found"}']);
  await switched(false);
  assert.equal((await fetch(api.url('/other', 'afterfalse'))).status, 200);
});

test('the plan prints itself at /_/plans, and metrics count by route', async () => {
  const plan = await (await fetch(`${gatewright.endpoint}/_/plans/${api.id}/$default`)).text();
  assert.match(
    plan,
    /^GET \/pets\/\{id\}: .*lambda-proxy 2\.0 arn:aws:lambda:us-east-1:000000000000:function:events · cors$/m,
  );
  assert.match(plan, /^cors: origins https:\/\/www\.example\.com · methods GET · max age 60 s$/m);
  const metrics = await (await fetch(`${gatewright.endpoint}/_/metrics`)).text();
  assert.match(metrics, new RegExp(`"apiId":"${api.id}"[^}]*"resource":"/pets/\\{id\\}"`));
});
