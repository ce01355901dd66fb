/** Customised gateway responses on the whole product: made through the SDK, seen by callers of the API. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import {
  BadRequestException,
  DeleteGatewayResponseCommand,
  type GatewayResponseType,
  GetGatewayResponseCommand,
  GetGatewayResponsesCommand,
  NotFoundException,
  PutGatewayResponseCommand,
  type PutGatewayResponseCommandInput,
  UpdateGatewayResponseCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, type MethodUnderTest, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask, type PlainReply } from '../support/plain-http.ts';

let gatewright: TestGatewright;

before(async () => {
  gatewright = await startTestGatewright();
});

after(() => gatewright.close());

type Customization = Omit<PutGatewayResponseCommandInput, 'restApiId' | 'responseType'>;

const put = (api: ApiUnderTest, responseType: GatewayResponseType, customization: Customization) =>
  gatewright.apigateway.send(new PutGatewayResponseCommand({ restApiId: api.id, responseType, ...customization }));

const text = (template: string): Customization => ({ responseTemplates: { 'text/plain': template } });

/** Where nobody listens any more. */
async function unreachable(): Promise<MethodUnderTest> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return { type: 'HTTP_PROXY', verb: 'GET', uri: `http://127.0.0.1:${port}/` };
}
/** A MOCK without integration responses, which AWS calls a configuration error. */
const misconfigured: MethodUnderTest = {
  type: 'MOCK',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
};

/** One request to stage `s`. */
async function call(
  api: ApiUnderTest,
  path: string,
  more: { method?: string; headers?: readonly string[]; body?: string | Uint8Array } = {},
): Promise<PlainReply> {
  const url = new URL(api.url('s', path));
  return await ask({ port: gatewright.port, path: url.pathname + url.search, ...more });
}

const summary = ({ status, text: body }: PlainReply): string => `${status} ${body}`;

async function throttle(api: ApiUnderTest): Promise<void> {
  const patchOperations = ['rateLimit', 'burstLimit'].map((limit) => ({
    op: 'replace' as const,
    path: `/*/*/throttling/${limit}`,
    value: '0',
  }));
  await gatewright.apigateway.send(new UpdateStageCommand({ restApiId: api.id, stageName: 's', patchOperations }));
}

test('[V1-30] the SDK puts, reads, updates, lists and deletes a gateway response', async () => {
  const { apigateway } = gatewright;
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  const restApiId = api.id;
  const responseType = 'MISSING_AUTHENTICATION_TOKEN';
  const made = await put(api, responseType, { statusCode: '404', ...text('no') });
  assert.equal(made.$metadata.httpStatusCode, 201);
  assert.equal(made.defaultResponse, false);

  const updated = await apigateway.send(
    new UpdateGatewayResponseCommand({
      restApiId,
      responseType,
      patchOperations: [{ op: 'add', path: '/responseParameters/gatewayresponse.header.X-A', value: "'a'" }],
    }),
  );
  assert.equal(updated.$metadata.httpStatusCode, 200);
  const { $metadata: _, ...shown } = await apigateway.send(new GetGatewayResponseCommand({ restApiId, responseType }));
  assert.deepEqual(shown, {
    responseType,
    statusCode: '404',
    responseParameters: { 'gatewayresponse.header.X-A': "'a'" },
    responseTemplates: { 'text/plain': 'no' },
    defaultResponse: false,
  });

  const { items } = await apigateway.send(new GetGatewayResponsesCommand({ restApiId }));
  assert.equal(items!.length, 21);
  assert.deepEqual(
    items!.filter(({ defaultResponse }) => !defaultResponse),
    [shown],
  );

  const remove = new DeleteGatewayResponseCommand({ restApiId, responseType });
  assert.equal((await apigateway.send(remove)).$metadata.httpStatusCode, 202);
  await assert.rejects(apigateway.send(remove), NotFoundException);
});

test('[GWR-05] a header that is no mapping expression is a BadRequestException in AWS’s words', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await assert.rejects(
    put(api, 'DEFAULT_4XX', { responseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': '*' } }),
    (error: unknown) => {
      assert.ok(error instanceof BadRequestException);
      assert.equal(
        error.message,
        'Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: *]',
      );
      return true;
    },
  );
});

test('[DEP-01] [GWR-11] a customised response acts with the next deployment, and is gone with the one after it is deleted', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  const nowhere = async () => summary(await call(api, '/nowhere'));
  const usual = '403 {"message":"Missing Authentication Token"}';
  const customized = '404 nothing for GET';
  await api.deploy('s');
  await put(api, 'MISSING_AUTHENTICATION_TOKEN', { statusCode: '404', ...text('nothing for $context.httpMethod') });
  assert.equal(await nowhere(), usual);
  await api.deploy('s');
  assert.equal(await nowhere(), customized);
  await gatewright.apigateway.send(
    new DeleteGatewayResponseCommand({ restApiId: api.id, responseType: 'MISSING_AUTHENTICATION_TOKEN' }),
  );
  assert.equal(await nowhere(), customized);
  await api.deploy('s');
  assert.equal(await nowhere(), usual);
});

test('[CORS-04] a page reads a refusal only when DEFAULT_4XX and DEFAULT_5XX say which origins may', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets'), 'GET /broken': misconfigured });
  const origin = 'Access-Control-Allow-Origin';
  const allowed = async () => {
    const replies = [await call(api, '/nowhere'), await call(api, '/broken')];
    return replies.map((reply) => [summary(reply), ...reply.all(origin)]);
  };
  const missing = '403 {"message":"Missing Authentication Token"}';
  const broken = '500 {"message": "Internal server error"}';
  await api.deploy('s');
  assert.deepEqual(await allowed(), [[missing], [broken]]);

  const cors = { responseParameters: { [`gatewayresponse.header.${origin}`]: "'*'" } };
  await put(api, 'DEFAULT_4XX', cors);
  await put(api, 'DEFAULT_5XX', cors);
  await api.deploy('s');
  assert.deepEqual(await allowed(), [
    [missing, '*'],
    [broken, '*'],
  ]);
  await throttle(api);
  const throttled = await call(api, '/pets');
  assert.deepEqual([summary(throttled), ...throttled.all(origin)], ['429 {"message":"Too Many Requests"}', '*']);
});

test('[GWR-03] the type itself, then its default, then AWS: each failure finds its own', async () => {
  const api = await createApi(gatewright, {
    'GET /pets': mock('pets'),
    'GET /broken': misconfigured,
    'GET /unreachable': await unreachable(),
  });
  const template = '$context.error.responseType: $context.error.message';
  await put(api, 'INTEGRATION_FAILURE', { statusCode: '503', ...text(`own ${template}`) });
  await put(api, 'DEFAULT_5XX', text(`default ${template}`));
  await api.deploy('s');
  assert.equal(summary(await call(api, '/broken')), '500 default API_CONFIGURATION_ERROR: Internal server error');
  assert.equal(
    summary(await call(api, '/unreachable')),
    '503 own INTEGRATION_FAILURE: Network error communicating with endpoint',
  );
  assert.equal(summary(await call(api, '/nowhere')), '403 {"message":"Missing Authentication Token"}');
});

test('[GWR-05] [GWR-06] [SV-08] headers and text are filled from request, context and stage variables', async () => {
  const api = await createApi(gatewright, { 'GET /pets/{id}': await unreachable() });
  await put(api, 'DEFAULT_5XX', {
    responseParameters: {
      'gatewayresponse.header.x-id': 'method.request.path.id',
      'gatewayresponse.header.x-q': 'method.request.querystring.q',
      'gatewayresponse.header.x-origin': 'method.request.header.Origin',
      'gatewayresponse.header.x-path': 'context.resourcePath',
      'gatewayresponse.header.x-colour': 'stageVariables.colour',
    },
    responseTemplates: {
      'application/json':
        '#set($a = 1)["$method.request.path.id", "$stageVariables.colour", $context.error.messageString, "$context.stage"]',
    },
  });
  await api.deploy('s', { variables: { colour: 'blue' } });
  const reply = await call(api, '/pets/5?q=a%0d%0aX-Evil:%201', { headers: ['Origin', 'https://a.example'] });
  assert.equal(summary(reply), '504 #set($a = 1)["5", "blue", "Network error communicating with endpoint", "s"]');
  assert.deepEqual(
    ['x-id', 'x-origin', 'x-path', 'x-colour', 'x-amzn-errortype', 'content-type'].map((name) => reply.all(name)),
    [['5'], ['https://a.example'], ['/pets/{id}'], ['blue'], ['InternalServerErrorException'], ['application/json']],
  );
  assert.deepEqual(reply.all('x-evil'), [], 'a line break in the query makes no header');
  assert.deepEqual(
    reply.all('x-q').map((value) => value.replaceAll(' ', '')),
    ['aX-Evil:1'],
  );
});

test('the caller’s Accept chooses among templates', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await put(api, 'DEFAULT_4XX', {
    responseTemplates: { 'application/json': '{"refused":true}', 'application/xml': '<refused/>' },
  });
  await api.deploy('s');
  const bodyFor = async (...headers: string[]) => {
    const reply = await call(api, '/nowhere', { headers });
    return [...reply.all('content-type'), reply.text];
  };
  assert.deepEqual(await bodyFor('Accept', 'application/xml'), ['application/xml', '<refused/>']);
  assert.deepEqual(await bodyFor('Accept', 'image/png'), ['application/json', '{"refused":true}']);
  assert.deepEqual(await bodyFor(), ['application/json', '{"refused":true}']);
});

test('[GWR-09] a body over 10 MB is answered in AWS’s words however that is customised', async () => {
  const api = await createApi(gatewright, { 'POST /pets': mock('pets') });
  await put(api, 'REQUEST_TOO_LARGE', { statusCode: '400', ...text('mine') });
  await put(api, 'DEFAULT_4XX', text('mine'));
  await api.deploy('s');
  // The answer comes before the body was read, so nothing but its announced length is sent.
  const reply = await call(api, '/pets', {
    method: 'POST',
    headers: ['Content-Length', String(11 * 1024 * 1024), 'Connection', 'close'],
  });
  assert.equal(summary(reply), '413 {"message":"Request Too Long"}');
});

test('an unknown stage is refused before anything of the API is looked at', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await put(api, 'DEFAULT_4XX', { statusCode: '404', ...text('mine') });
  await api.deploy('s');
  const path = new URL(api.url('other', '/pets')).pathname;
  assert.equal(summary(await ask({ port: gatewright.port, path })), '403 {"message":"Forbidden"}');
});
