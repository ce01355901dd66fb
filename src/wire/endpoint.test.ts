import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  APIGatewayClient,
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetRestApiCommand,
  GetRestApisCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, GetApiCommand, NotFoundException as V2NotFound } from '@aws-sdk/client-apigatewayv2';
import { ManualClock, systemClock } from '../base/clock.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import { Problem } from '../base/problem.ts';
import { rootAccessKey } from '../ports/credentials.ts';
import { type Log, silentLog } from '../ports/telemetry.ts';
import type { Call } from './call.ts';
import { createEndpoint, type Endpoint } from './endpoint.ts';
import { createService, type Service, serviceOf } from './service.ts';
import { loadModel, type ModelName } from './service-model.ts';
import { headerRecord, sdkHandlerFor } from './testing/sdk-request.ts';

const atMs = Date.UTC(2026, 2, 4, 5, 6, 7, 890);

function endpointOf(services: readonly Service[], log: Log = silentLog): Endpoint {
  return createEndpoint({ services, clock: new ManualClock(), newRequestId: () => 'request-1', log, mode: 'dev' });
}

function request(
  method: string,
  path: string,
  options: { headers?: string[]; body?: string | Buffer } = {},
): HttpRequest {
  const [bare, query = ''] = path.split('?') as [string, string?];
  return {
    method,
    path: bare,
    query,
    headers: ['Host', 'localhost:4566', ...(options.headers ?? [])],
    body: Buffer.from(options.body ?? ''),
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  };
}

const signedAs = (service: string, key = 'AKIDEXAMPLE', region = 'eu-west-1'): string[] => [
  'Authorization',
  `AWS4-HMAC-SHA256 Credential=${key}/20260304/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc`,
];

/** A service whose every operation answers with an empty output. */
const silentService = (name: ModelName): Service => {
  const model = loadModel(name);
  const handled = model.operationNames.filter((operation) => operation !== 'InvokeWithResponseStream');
  return serviceOf(model, Object.fromEntries(handled.map((operation) => [operation, () => ({})])));
};

/** The status of every operation of a model, asked with the least input that is valid. */
async function statusesOf(name: ModelName): Promise<Map<string, number>> {
  const service = silentService(name);
  const { model } = service;
  const statuses = new Map<string, number>();
  for (const operationName of model.operationNames) {
    const operation = model.operation(operationName);
    const unchecked: Service = { ...service, run: async () => ({}) };
    const reply = await endpointOf([unchecked])(
      request(operation.method, operation.requestUri.replace(/\{[^}]+\}/g, 'value'), {
        headers: ['Accept', 'application/json'],
      }),
    );
    statuses.set(operationName, reply.status);
  }
  return statuses;
}

test('[CP-09, CP-10] REST API operations answer 201, 200, 202 or 204 by what they do', async () => {
  const statuses = await statusesOf('apigateway');
  assert.equal(statuses.size, 124);
  const special: Record<string, number> = {
    UpdateMethodResponse: 201,
    CreateVpcLink: 202,
    RejectDomainNameAccessAssociation: 202,
    DeleteMethod: 204,
    DeleteMethodResponse: 204,
    DeleteIntegration: 204,
    DeleteIntegrationResponse: 204,
    TagResource: 204,
    UntagResource: 204,
    GenerateClientCertificate: 201,
    ImportApiKeys: 201,
    ImportRestApi: 201,
    FlushStageCache: 202,
    FlushStageAuthorizersCache: 202,
  };
  for (const [operation, status] of statuses) {
    const usual = /^(Create|PutMethod|PutIntegration|PutGatewayResponse)/.test(operation)
      ? 201
      : operation.startsWith('Delete')
        ? 202
        : 200;
    assert.equal(status, special[operation] ?? usual, operation);
  }
});

test('[CP-11] HTTP and WebSocket API operations answer 201, 200, 202 or 204 by what they do', async () => {
  const statuses = await statusesOf('apigatewayv2');
  assert.equal(statuses.size, 103);
  const special: Record<string, number> = {
    DeleteVpcLink: 202,
    ImportApi: 201,
    ReimportApi: 201,
    // Recorded; the model says 200.
    UpdateRoute: 201,
    TagResource: 201,
    PublishPortal: 202,
    PreviewPortal: 202,
    DisablePortal: 204,
    UntagResource: 204,
    ResetAuthorizersCache: 204,
    PutRoutingRule: 200,
  };
  for (const [operation, status] of statuses) {
    const usual = operation.startsWith('Create') ? 201 : operation.startsWith('Delete') ? 204 : 200;
    assert.equal(status, special[operation] ?? usual, operation);
  }
});

test('[CP-02] v1 sends epoch seconds, v2 ISO 8601, and the SDKs read both', async () => {
  const endpoint = endpointOf([
    createService({
      model: 'apigateway',
      handlers: { GetRestApi: () => ({ id: 'abc', createdDate: atMs }) },
      notBuilt: 'the rest',
    }),
    createService({
      model: 'apigatewayv2',
      handlers: { GetApi: () => ({ ApiId: 'def', CreatedDate: atMs }) },
      notBuilt: 'the rest',
    }),
  ]);
  const v1 = await endpoint(request('GET', '/restapis/abc', { headers: ['Accept', 'application/json'] }));
  assert.deepEqual(JSON.parse(v1.body.toString()), { id: 'abc', createdDate: Math.floor(atMs / 1000) });
  const v2 = await endpoint(request('GET', '/v2/apis/def'));
  assert.deepEqual(JSON.parse(v2.body.toString()), { apiId: 'def', createdDate: '2026-03-04T05:06:07Z' });

  const client = new ApiGatewayV2Client({ ...sdkSettings, requestHandler: sdkHandlerFor(endpoint) });
  const api = await client.send(new GetApiCommand({ ApiId: 'def' }));
  assert.equal(api.CreatedDate?.getTime(), Math.floor(atMs / 1000) * 1000);
  client.destroy();
});

const sdkSettings = {
  region: 'eu-west-1',
  endpoint: 'http://localhost:4566',
  credentials: { accessKeyId: '123456789012', secretAccessKey: 'secret' },
  maxAttempts: 1,
};

test('an SDK call reaches its handler with input, account, region and endpoint', async () => {
  let seen: { input: unknown; call: Call } | undefined;
  const service = createService({
    model: 'apigateway',
    handlers: {
      CreateRestApi(input, call) {
        seen = { input, call };
        return { id: 'abc', name: input.name, binaryMediaTypes: ['image/png'] };
      },
      DeleteRestApi: () => {},
    },
    notBuilt: 'the rest',
  });
  const client = new APIGatewayClient({ ...sdkSettings, requestHandler: sdkHandlerFor(endpointOf([service])) });
  const created = await client.send(new CreateRestApiCommand({ name: 'Rides', tags: { a: 'b' } }));
  assert.equal(created.id, 'abc');
  assert.equal(created.$metadata.httpStatusCode, 201);
  assert.equal(created.$metadata.requestId, 'request-1');
  assert.deepEqual(seen?.input, { name: 'Rides', tags: { a: 'b' } });
  assert.deepEqual(seen?.call, {
    account: '123456789012',
    region: 'eu-west-1',
    requestId: 'request-1',
    accessKeyId: '123456789012',
    callerArn: 'arn:aws:iam::123456789012:root',
    endpoint: 'http://localhost:4566',
    basePath: '',
  });
  const deleted = await client.send(new DeleteRestApiCommand({ restApiId: 'abc' }));
  assert.equal(deleted.$metadata.httpStatusCode, 202);
  client.destroy();
});

test('an unsigned call is of the default account and region', async () => {
  let call: Call | undefined;
  const service = createService({
    model: 'apigateway',
    handlers: {
      GetRestApis(_input, of) {
        call = of;
        return {};
      },
    },
    notBuilt: 'the rest',
  });
  await endpointOf([service])(request('GET', '/restapis'));
  assert.equal(call?.account, '000000000000');
  assert.equal(call?.region, 'us-east-1');
  assert.equal(call?.accessKeyId, undefined);
});

test('[CP-03] a v1 failure is a status, x-amzn-ErrorType and a message, and the SDK throws its typed exception', async () => {
  const kinds: Record<string, number> = {
    BadRequestException: 400,
    UnauthorizedException: 401,
    NotFoundException: 404,
    ConflictException: 409,
    LimitExceededException: 429,
    TooManyRequestsException: 429,
    ServiceUnavailableException: 503,
  };
  for (const [kind, status] of Object.entries(kinds)) {
    const service = createService({
      model: 'apigateway',
      handlers: {
        GetRestApis() {
          throw new Problem(kind, 'What went wrong');
        },
      },
      notBuilt: 'the rest',
    });
    const reply = await endpointOf([service])(request('GET', '/restapis'));
    assert.equal(reply.status, status);
    assert.equal(headerRecord(reply)['x-amzn-errortype'], kind);
    assert.equal(reply.body, '{"message":"What went wrong"}');
    const client = new APIGatewayClient({ ...sdkSettings, requestHandler: sdkHandlerFor(endpointOf([service])) });
    await assert.rejects(client.send(new GetRestApisCommand({})), { name: kind, message: 'What went wrong' });
    client.destroy();
  }
});

test('[CP-04] Retry-After is a header, not a member of the body', async () => {
  for (const kind of ['LimitExceededException', 'TooManyRequestsException', 'ServiceUnavailableException']) {
    const service = createService({
      model: 'apigateway',
      handlers: {
        GetRestApis() {
          throw new Problem(kind, 'Later', { members: { retryAfterSeconds: '7' } });
        },
      },
      notBuilt: 'the rest',
    });
    const reply = await endpointOf([service])(request('GET', '/restapis'));
    assert.equal(headerRecord(reply)['retry-after'], '7');
    assert.equal(reply.body, '{"message":"Later"}');
  }
});

test('[CP-05] v2 failures carry resourceType and limitType', async () => {
  const service = createService({
    model: 'apigatewayv2',
    handlers: {
      GetApi() {
        throw new Problem('NotFoundException', 'Invalid API identifier specified', {
          members: { ResourceType: 'Api' },
        });
      },
      GetApis() {
        throw new Problem('TooManyRequestsException', 'Slow down', { members: { LimitType: 'Rate' } });
      },
      GetStages() {
        throw new Problem('AccessDeniedException', 'No');
      },
      GetRoutes() {
        throw new Problem('ConflictException', 'Busy');
      },
    },
    notBuilt: 'the rest',
  });
  const endpoint = endpointOf([service]);
  const missing = await endpoint(request('GET', '/v2/apis/abc'));
  assert.equal(missing.status, 404);
  assert.deepEqual(JSON.parse(missing.body.toString()), {
    message: 'Invalid API identifier specified',
    resourceType: 'Api',
  });
  const limited = await endpoint(request('GET', '/v2/apis'));
  assert.equal(limited.status, 429);
  assert.deepEqual(JSON.parse(limited.body.toString()), { message: 'Slow down', limitType: 'Rate' });
  assert.equal((await endpoint(request('GET', '/v2/apis/abc/stages'))).status, 403);
  assert.equal((await endpoint(request('GET', '/v2/apis/abc/routes'))).status, 409);

  const client = new ApiGatewayV2Client({ ...sdkSettings, requestHandler: sdkHandlerFor(endpoint) });
  await assert.rejects(
    client.send(new GetApiCommand({ ApiId: 'abc' })),
    (error) => error instanceof V2NotFound && error.ResourceType === 'Api',
  );
  client.destroy();
});

test("Lambda's failures say whose fault they are", async () => {
  const service = createService({
    model: 'lambda',
    handlers: {
      GetFunction() {
        throw new Problem('ResourceNotFoundException', 'Function not found: arn');
      },
      ListFunctions() {
        throw new Error('the disk is on fire');
      },
    },
    notBuilt: 'the rest',
  });
  const missing = await endpointOf([service])(request('GET', '/2015-03-31/functions/f'));
  assert.equal(missing.status, 404);
  assert.deepEqual(JSON.parse(missing.body.toString()), { Type: 'User', Message: 'Function not found: arn' });
  const broken = await endpointOf([service])(request('GET', '/2015-03-31/functions/'));
  assert.equal(broken.status, 500);
  assert.equal(headerRecord(broken)['x-amzn-errortype'], 'ServiceException');
});

test('an exception without members and words has no body', async () => {
  const service = createService({
    model: 'apigatewaymanagementapi',
    handlers: {
      GetConnection() {
        throw new Problem('GoneException', '');
      },
      DeleteConnection() {
        throw new Problem('ForbiddenException', 'Forbidden');
      },
    },
    notBuilt: 'the rest',
  });
  const gone = await endpointOf([service])(request('GET', '/dev/@connections/abc%3D'));
  assert.equal(gone.status, 410);
  assert.equal(gone.body, '');
  assert.equal(headerRecord(gone)['x-amzn-errortype'], 'GoneException');
  const refused = await endpointOf([service])(request('DELETE', '/dev/@connections/abc'));
  assert.equal(refused.body, '{"message":"Forbidden"}');
});

test('a connection may stand below a base path, which the handler is told', async () => {
  let seen: unknown;
  const service = createService({
    model: 'apigatewaymanagementapi',
    handlers: {
      PostToConnection(input, call) {
        seen = { ...input, Data: Buffer.from(input.Data).toString(), basePath: call.basePath };
      },
    },
    notBuilt: 'the rest',
  });
  const reply = await endpointOf([service])(request('POST', '/api/dev/@connections/a%3D', { body: 'hello' }));
  assert.equal(reply.status, 200);
  assert.deepEqual(seen, { ConnectionId: 'a=', Data: 'hello', basePath: '/api/dev' });
});

test('whatever else is thrown is a 500 that says nothing, and a log entry that says all', async () => {
  const logged: unknown[] = [];
  const log: Log = { ...silentLog, error: (message, fields) => logged.push([message, fields]) };
  for (const thrown of [
    new Error('password is 1234'),
    new Problem('NO_SUCH_KIND', 'password is 1234'),
    'password is 1234',
  ]) {
    const service = createService({
      model: 'apigateway',
      handlers: {
        GetRestApis() {
          throw thrown;
        },
      },
      notBuilt: 'the rest',
    });
    const reply = await endpointOf([service], log)(request('GET', '/restapis'));
    assert.equal(reply.status, 500);
    assert.equal(headerRecord(reply)['x-amzn-errortype'], 'InternalFailure');
    assert.ok(!reply.body.toString().includes('1234'));
  }
  assert.equal(logged.length, 3);
  assert.ok(JSON.stringify(logged[0]).includes('password is 1234'));
  assert.ok(JSON.stringify(logged[0]).includes('request-1'));
});

test('an operation that is not built says so, by name, whatever its input', async () => {
  const service = createService({ model: 'apigateway', handlers: {}, notBuilt: 'the rest' });
  const reply = await endpointOf([service])(request('POST', '/vpclinks', { body: '{}' }));
  assert.equal(reply.status, 501);
  assert.equal(headerRecord(reply)['x-amzn-errortype'], 'NotImplementedException');
  assert.match(JSON.parse(reply.body.toString()).message, /^CreateVpcLink is not built yet in Gatewright/);
});

test("a path no operation has is answered in the service's words", async () => {
  const endpoint = endpointOf([silentService('apigateway'), silentService('lambda')]);
  const v1 = await endpoint(request('GET', '/restapis/a/nothing/here'));
  assert.equal(v1.status, 403);
  assert.equal(headerRecord(v1)['x-amzn-errortype'], 'MissingAuthenticationTokenException');
  assert.equal(v1.body, '{"message":"Missing Authentication Token"}');
  const lambda = await endpoint(request('GET', '/2015-03-31/nothing', { headers: signedAs('lambda') }));
  assert.equal(lambda.status, 404);
  assert.equal(headerRecord(lambda)['x-amzn-errortype'], 'UnknownOperationException');
});

test('services are told apart by credential scope, then Host, then path', async () => {
  const named = (name: ModelName): Service => ({
    ...silentService(name),
    run: async () => Promise.reject(new Problem('BadRequestException', name)),
  });
  const endpoint = endpointOf([
    named('apigateway'),
    named('apigatewayv2'),
    named('lambda'),
    named('apigatewaymanagementapi'),
  ]);
  const who = async (method: string, path: string, headers: string[] = []): Promise<string> => {
    const reply = await endpoint({ ...request(method, path), headers });
    return reply.body === '' ? headerRecord(reply)['x-amzn-errortype']! : JSON.parse(reply.body.toString()).message;
  };
  assert.equal(await who('GET', '/restapis'), 'apigateway');
  assert.equal(await who('GET', '/v2/apis', signedAs('apigateway')), 'apigatewayv2');
  assert.equal(await who('GET', '/v2/apis'), 'apigatewayv2');
  assert.equal(await who('GET', '/restapis', signedAs('apigateway')), 'apigateway');
  // The scope wins over the path: Lambda has no such path.
  assert.equal(await who('GET', '/restapis', signedAs('lambda')), '');
  assert.equal(await who('GET', '/restapis', ['Host', 'lambda.us-east-1.amazonaws.com']), '');
  assert.equal(await who('GET', '/v2/apis', ['Host', 'apigateway.us-east-1.localhost:4566']), 'apigatewayv2');
  assert.equal(await who('DELETE', '/dev/@connections/x'), 'apigatewaymanagementapi');
  assert.equal(await who('DELETE', '/dev/@connections/x', signedAs('execute-api')), 'apigatewaymanagementapi');
  assert.match(await who('GET', '/restapis', signedAs('dynamodb')), /no service that is signed as 'dynamodb'/);
});

test('[CP-12] who does not ask for plain JSON also sees links and embedded elements', async () => {
  const service = createService({
    model: 'apigateway',
    handlers: { GetRestApis: () => ({ items: [{ id: 'abc' }] }), GetRestApi: ({ restApiId }) => ({ id: restApiId }) },
    notBuilt: 'the rest',
    halLinks: (operation) => ({ self: { href: `/${operation}` } }),
  });
  const ask = async (path: string, accept: string[]): Promise<{ reply: HttpReply; body: unknown }> => {
    const reply = await endpointOf([service])(request('GET', path, { headers: accept }));
    return { reply, body: JSON.parse(reply.body.toString()) };
  };
  const plain = await ask('/restapis', ['Accept', 'application/json']);
  assert.deepEqual(plain.body, { item: [{ id: 'abc' }] });
  const raw = await ask('/restapis', []);
  assert.deepEqual(raw.body, {
    _links: { self: { href: '/GetRestApis' } },
    _embedded: { item: [{ id: 'abc' }] },
    item: [{ id: 'abc' }],
  });
  assert.equal(headerRecord(raw.reply)['content-type'], 'application/json');
  const hal = await ask('/restapis/abc', ['Accept', 'application/hal+json']);
  assert.deepEqual(hal.body, { _links: { self: { href: '/GetRestApi' } }, id: 'abc' });
  assert.equal(headerRecord(hal.reply)['content-type'], 'application/hal+json');
});

test('bytes come back as they are, with the headers the model binds', async () => {
  const service = createService({
    model: 'lambda',
    handlers: {
      Invoke: ({ Payload, InvocationType }) => ({
        StatusCode: InvocationType === 'Event' ? 202 : 200,
        FunctionError: 'Unhandled',
        Payload: Payload ?? new Uint8Array(),
      }),
    },
    notBuilt: 'the rest',
  });
  const endpoint = endpointOf([service]);
  const bytes = Buffer.from([0, 255, 1]);
  const reply = await endpoint(request('POST', '/2015-03-31/functions/f/invocations', { body: bytes }));
  assert.equal(reply.status, 200);
  assert.deepEqual(Buffer.from(reply.body as Uint8Array), bytes);
  assert.equal(headerRecord(reply)['x-amz-function-error'], 'Unhandled');
  const event = await endpoint(
    request('POST', '/2015-03-31/functions/f/invocations', { headers: ['X-Amz-Invocation-Type', 'Event'] }),
  );
  assert.equal(event.status, 202);
});

test('a null in a map stays a null on the way out and is an empty text on the way in', async () => {
  let templates: unknown;
  const service = createService({
    model: 'apigateway',
    handlers: {
      PutIntegrationResponse(input) {
        templates = input.responseTemplates;
        return { statusCode: '200', responseTemplates: { 'application/json': null } };
      },
    },
    notBuilt: 'the rest',
  });
  const reply = await endpointOf([service])(
    request('PUT', '/restapis/a/resources/b/methods/GET/integration/responses/200', {
      headers: ['Accept', 'application/json'],
      body: '{"responseTemplates":{"application/json":null},"selectionPattern":null}',
    }),
  );
  assert.equal(reply.body, '{"responseTemplates":{"application/json":null},"statusCode":"200"}');
  assert.deepEqual(templates, { 'application/json': '' });
});

test('v1 takes a boolean sent as another type; a text must be a text', async () => {
  let required: unknown;
  const service = createService({
    model: 'apigateway',
    handlers: {
      PutMethod(input) {
        required = [input.apiKeyRequired, input.requestParameters];
        return {};
      },
    },
    notBuilt: 'the rest',
  });
  const put = (body: unknown): Promise<HttpReply> =>
    endpointOf([service])(request('PUT', '/restapis/a/resources/b/methods/GET', { body: JSON.stringify(body) }));
  await put({ authorizationType: 'NONE', apiKeyRequired: 'true', requestParameters: { a: 'no', b: 1 } });
  assert.deepEqual(required, [true, { a: false, b: true }]);
  const wrong = await put({ authorizationType: 1000 });
  assert.equal(wrong.status, 400);
  assert.equal(headerRecord(wrong)['x-amzn-errortype'], 'SerializationException');
  assert.equal(wrong.body, '{"message":"class java.lang.Short can not be converted to an String"}');
});

test('tag keys may be repeated or separated by commas', async () => {
  const seen: unknown[] = [];
  const service = createService({
    model: 'apigateway',
    handlers: {
      UntagResource(input) {
        seen.push(input);
      },
    },
    notBuilt: 'the rest',
  });
  const arn = 'arn:aws:apigateway:us-east-1::/restapis/abc';
  for (const query of ['tagKeys=a&tagKeys=b', 'tagKeys=a,b']) {
    const reply = await endpointOf([service])(request('DELETE', `/tags/${encodeURIComponent(arn)}?${query}`));
    assert.equal(reply.status, 204);
  }
  assert.deepEqual(seen, [
    { resourceArn: arn, tagKeys: ['a', 'b'] },
    { resourceArn: arn, tagKeys: ['a', 'b'] },
  ]);
});

test('an import takes every other query name as a parameter', async () => {
  let seen: unknown;
  const service = createService({
    model: 'apigateway',
    handlers: {
      ImportRestApi(input) {
        seen = { ...input, body: Buffer.from(input.body).toString() };
        return {};
      },
    },
    notBuilt: 'the rest',
  });
  await endpointOf([service])(
    request('POST', '/restapis?mode=import&failonwarnings=true&ignore=documentation&basepath=split', {
      body: 'swagger',
    }),
  );
  assert.deepEqual(seen, {
    failOnWarnings: true,
    parameters: { ignore: 'documentation', basepath: 'split' },
    body: 'swagger',
  });
});

test('junk is a 400 in the same form as every failure, and changes no prototype', async () => {
  const endpoint = endpointOf([silentService('apigateway')]);
  const post = async (body: string | Buffer, path = '/restapis'): Promise<string> => {
    const reply = await endpoint(request('POST', path, { body }));
    assert.ok(reply.status === 400 || reply.status === 413, `${reply.status} ${reply.body}`);
    assert.equal(typeof JSON.parse(reply.body.toString()).message, 'string');
    return headerRecord(reply)['x-amzn-errortype']!;
  };
  const serialization = 'SerializationException';
  assert.equal(await post('{"name":'), serialization);
  assert.equal(await post('[]'), serialization);
  assert.equal(await post('"text"'), serialization);
  assert.equal(await post('{"name":{}}'), serialization);
  assert.equal(await post('{"name":[]}'), serialization);
  assert.equal(await post('{"name":"a","tags":[]}'), serialization);
  assert.equal(await post('{"name":"a","tags":"b"}'), serialization);
  assert.equal(await post('{"name":"a","minimumCompressionSize":1.5}'), serialization);
  assert.equal(await post('{"name":"a","minimumCompressionSize":1e999}'), serialization);
  assert.equal(await post(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22])), serialization);
  assert.equal(await post(Buffer.alloc(9 * 1024 * 1024, '[')), serialization);
  assert.equal(await post(Buffer.alloc(9 * 1024 * 1024, '{"a":')), serialization);
  assert.equal(await post(Buffer.alloc(9 * 1024 * 1024, '"')), serialization);
  assert.equal(await post(Buffer.alloc(9 * 1024 * 1024, '\\"')), serialization);
  assert.equal(await post(Buffer.alloc(11 * 1024 * 1024, 'x')), 'RequestEntityTooLargeException');
  assert.equal(await post('{"name":"a","tags":{"__proto__":"b"}}'), serialization);
  assert.equal(await post('{"__proto__":{"name":"a"}}'), 'ValidationException');
  assert.equal(await post('{"name":"\\ud800"}'), serialization);
  assert.equal(await post('{"name":"a","tags":{"\\udc00":"b"}}'), serialization);
  assert.equal(await post('{}', '/restapis/%ff/deployments'), serialization);
  assert.equal(await post('{}', '/restapis/%zz/deployments'), serialization);
  assert.equal(({} as { name?: unknown }).name, undefined);
});

test('of a repeated key the last value counts, an unknown member is ignored, a null one absent', async () => {
  let seen: unknown;
  const service = createService({
    model: 'apigateway',
    handlers: {
      CreateRestApi(input) {
        seen = input;
        return {};
      },
    },
    notBuilt: 'the rest',
  });
  await endpointOf([service])(
    request('POST', '/restapis', { body: '{"name":"a","name":"b","unknown":1,"description":null}' }),
  );
  assert.deepEqual(seen, { name: 'b' });
});

test('an unreadable Authorization header counts as none in dev mode', async () => {
  const endpoint = endpointOf([silentService('apigateway')]);
  for (const value of [
    'Bearer abc',
    'AWS4-HMAC-SHA256',
    'AWS4-HMAC-SHA256 Credential=',
    'AWS4-HMAC-SHA256 Credential=a/b',
    '\u0000',
    '=,=,=',
  ]) {
    const reply = await endpoint(request('GET', '/restapis', { headers: ['Authorization', value] }));
    assert.equal(reply.status, 200);
  }
});

test('Lambda takes larger bodies than the others', async () => {
  const endpoint = endpointOf([silentService('apigateway'), silentService('lambda')]);
  const body = Buffer.alloc(11 * 1024 * 1024, ' ');
  assert.equal((await endpoint(request('POST', '/restapis', { body }))).status, 413);
  const invoked = await endpoint(request('POST', '/2015-03-31/functions/f/invocations', { body }));
  assert.equal(invoked.status, 200);
});

test('in secure mode the signature decides who calls; an unsigned or wrong one is refused before anything is looked up', async () => {
  const callers: string[] = [];
  const service = createService({
    model: 'apigateway',
    handlers: {
      GetRestApis(_input, call) {
        callers.push(`${call.callerArn} ${call.account} ${call.region}`);
        return {};
      },
    },
    notBuilt: 'the rest',
  });
  const ann = {
    ...rootAccessKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', account: '123456789012' }),
    callerArn: 'arn:aws:iam::123456789012:user/ann',
  };
  const parts = { services: [service], clock: systemClock, newRequestId: () => 'request-1', log: silentLog } as const;
  const endpoint = createEndpoint({
    ...parts,
    mode: 'secure',
    credentials: { accessKey: (id) => (id === ann.accessKeyId ? ann : undefined) },
  });
  const as = async (accessKeyId: string, secretAccessKey: string): Promise<void> => {
    const client = new APIGatewayClient({
      ...sdkSettings,
      credentials: { accessKeyId, secretAccessKey },
      requestHandler: sdkHandlerFor(endpoint),
    });
    await client.send(new GetRestApisCommand({ limit: 5, position: 'a+b/c=' }));
    client.destroy();
  };
  await as('AKIDEXAMPLE', 'secret');
  assert.deepEqual(callers, ['arn:aws:iam::123456789012:user/ann 123456789012 eu-west-1']);
  await assert.rejects(as('AKIDEXAMPLE', 'guess'), { name: 'InvalidSignatureException' });
  await assert.rejects(as('123456789012', 'secret'), {
    name: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  });
  for (const path of ['/restapis', '/nothing', '/vpclinks']) {
    const reply = await endpoint(request('GET', path));
    assert.equal(reply.status, 403);
    assert.equal(headerRecord(reply)['x-amzn-errortype'], 'MissingAuthenticationTokenException');
  }
  assert.equal(callers.length, 1);
  assert.throws(
    () => createEndpoint({ ...parts, mode: 'secure' }),
    /there are no credentials to verify signatures with/,
  );
});

test('[MET-10] whoever keeps records hears of every call whose caller is known, with what became of it, and of no other', async () => {
  const heard: (string | undefined)[] = [];
  const key = rootAccessKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', account: '123456789012' });
  const endpoint = createEndpoint({
    services: [
      createService({
        model: 'apigateway',
        handlers: {
          GetRestApis: () => ({}),
          GetRestApi() {
            throw new Problem('NotFoundException', 'Invalid API identifier specified');
          },
        },
        notBuilt: 'the rest',
      }),
    ],
    ...{ clock: systemClock, newRequestId: () => 'request-1', log: silentLog, mode: 'secure' },
    credentials: { accessKey: (id) => (id === key.accessKeyId ? key : undefined) },
    authorize(_key, { operation }) {
      if (operation === 'DeleteRestApi') throw new Problem('AccessDeniedException', 'not yours');
    },
    answered: ({ operation, caller, input, output, failure }) =>
      heard.push(
        `${operation.name} ${caller?.account} ${JSON.stringify(input)} ${JSON.stringify(output)} ${failure?.code}`,
      ),
  });
  const as = async (secretAccessKey: string): Promise<void> => {
    const client = new APIGatewayClient({
      ...sdkSettings,
      credentials: { accessKeyId: key.accessKeyId, secretAccessKey },
      requestHandler: sdkHandlerFor(endpoint),
    });
    await client.send(new GetRestApisCommand({ limit: 5 }));
    await assert.rejects(client.send(new GetRestApiCommand({ restApiId: 'a' })));
    await assert.rejects(client.send(new DeleteRestApiCommand({ restApiId: 'a' })));
    client.destroy();
  };
  await as('secret');
  assert.deepEqual(heard, [
    'GetRestApis 123456789012 {"limit":5} {} undefined',
    'GetRestApi 123456789012 {"restApiId":"a"} undefined NotFoundException',
    'DeleteRestApi 123456789012 {"restApiId":"a"} undefined AccessDeniedException',
  ]);
  await assert.rejects(as('guess'), { name: 'InvalidSignatureException' });
  await endpoint(request('GET', '/restapis'));
  assert.equal(heard.length, 3);
});

test('a failure has its headers in the recorded order, with an extended request id where AWS has one', async () => {
  const v1 = await endpointOf([silentService('apigateway')])(request('GET', '/nothing'));
  assert.deepEqual(
    v1.headers.filter((_, i) => i % 2 === 0),
    ['Content-Type', 'x-amzn-RequestId', 'x-amzn-ErrorType', 'x-amz-apigw-id'],
  );
  const lambda = await endpointOf([silentService('lambda')])(request('GET', '/nothing'));
  assert.equal(headerRecord(lambda)['x-amz-apigw-id'], undefined);
});
