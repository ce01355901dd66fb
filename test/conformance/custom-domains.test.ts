/** Custom domain names in use: which API a request reaches by Host and path, and what the API is told of the way. */
import { strict as assert } from 'node:assert';
import { Agent } from 'node:http';
import { after, before, describe, test } from 'node:test';
import {
  CreateBasePathMappingCommand,
  CreateDomainNameCommand,
  DeleteBasePathMappingCommand,
  DeleteStageCommand,
  UpdateAccountCommand,
  UpdateBasePathMappingCommand,
  UpdateDomainNameCommand,
  UpdateMethodCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import {
  ApiGatewayV2Client,
  CreateApiMappingCommand,
  CreateDomainNameCommand as CreateDomain,
  CreateRoutingRuleCommand,
  UpdateApiCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { askDomain, type DomainReply, lookupHere } from '../support/domain-client.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, lambdaRoute } from '../support/http-api-under-test.ts';
import { awaitLines } from '../support/log-lines.ts';
import { exchangeBytes } from '../support/plain-http.ts';
import { createSocketApi, mock as socketMock } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

const arn = 'arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555';
const echoSource = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';
const forbidden = '{"message":"Forbidden"}';

describe('custom domain names', () => {
  let gatewright: TestGatewright;
  let v2: ApiGatewayV2Client;
  let echo: string;
  let pets: ApiUnderTest;
  let domains = 0;

  before(async () => {
    gatewright = await startTestGatewright();
    v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
    echo = await createFunction(gatewright, 'echo', echoSource);
    pets = await createApi(gatewright, {
      'GET /': mock('root'),
      'GET /pets': mock('pets'),
      'GET /echo': lambdaProxy(echo),
      'GET /ping': mock('own ping'),
      'ANY /any/{proxy+}': lambdaProxy(echo),
    });
    await pets.deploy('prod');
    await pets.deploy('beta');
  });

  after(async () => {
    v2.destroy();
    await gatewright.close();
  });

  /** A new regional domain with these mappings, key → `api:stage`. */
  async function domainWith(
    mappings: Readonly<Record<string, string>>,
    domainName = `d${domains++}.example.com`,
  ): Promise<string> {
    await gatewright.apigateway.send(
      new CreateDomainNameCommand({
        domainName,
        regionalCertificateArn: arn,
        endpointConfiguration: { types: ['REGIONAL'] },
        securityPolicy: 'TLS_1_2',
      }),
    );
    for (const [ApiMappingKey, target] of Object.entries(mappings)) {
      const [ApiId, Stage] = target.split(':');
      await v2.send(new CreateApiMappingCommand({ DomainName: domainName, ApiMappingKey, ApiId, Stage }));
    }
    return domainName;
  }

  const go = (host: string, path = '/', headers: Record<string, string> = {}): Promise<DomainReply> =>
    askDomain({ port: gatewright.port, host, path, headers });

  async function assertForbidden(host: string, path: string): Promise<void> {
    const reply = await go(host, path);
    assert.deepEqual(
      [reply.status, reply.text, reply.headers['x-amzn-errortype']],
      [403, forbidden, 'ForbiddenException'],
      path,
    );
  }

  test('[DOM-07] the longest mapping of whole segments answers, the empty one takes the rest, without it 403', async () => {
    const other = await createApi(gatewright, { 'GET /': mock('other root'), 'GET /pets': mock('other pets') });
    await other.deploy('s');
    const host = await domainWith({ shop: `${pets.id}:prod`, 'shop/v2': `${other.id}:s` });
    assert.equal((await go(host, '/shop/pets')).text, 'pets');
    assert.equal((await go(host, '/shop/v2/pets')).text, 'other pets');
    assert.equal((await go(host, '/shop/v2')).text, 'other root');
    assert.equal((await go(host, '/shop/')).text, 'root');
    for (const path of ['/', '/pets', '/shopX/pets', '/Shop/pets', '//shop/pets', '/shop%2Fpets', '/x/../shop/pets']) {
      await assertForbidden(host, path);
    }
    await v2.send(new CreateApiMappingCommand({ DomainName: host, ApiMappingKey: '', ApiId: other.id, Stage: 's' }));
    assert.equal((await go(host, '/pets')).text, 'other pets');
    assert.equal((await go(host, '/shop/pets')).text, 'pets');
  });

  test('[DOM-08] a REST API routes without the base path, and its functions see it in `path`', async () => {
    const host = await domainWith({ 'base/path': `${pets.id}:prod` });
    const event = (await go(host, '/base/path/echo?a=1')).json;
    const context = event['requestContext'] as Record<string, unknown>;
    assert.equal(event['resource'], '/echo');
    assert.equal(event['path'], '/base/path/echo');
    assert.equal(context['path'], '/base/path/echo');
    assert.equal(context['resourcePath'], '/echo');
    assert.equal(context['stage'], 'prod');
    assert.equal(context['apiId'], pets.id);
    const proxied = (await go(host, '/base/path/any/x%2Fy/')).json;
    assert.equal(proxied['path'], '/base/path/any/x%2Fy/');
    assert.deepEqual(proxied['pathParameters'], { proxy: 'x/y' });
  });

  test('[DOM-08] an HTTP API tells the base path in format 1.0 only; 2.0 has the stage where it has a name', async () => {
    const routes = { 'GET /echo': lambdaRoute(echo), 'GET /old': lambdaRoute(echo, { PayloadFormatVersion: '1.0' }) };
    const api = await createHttpApi(gatewright, routes);
    await api.deploy('dev');
    const host = await domainWith({ 'a/b': `${api.id}:$default`, c: `${api.id}:dev` });
    const paths = async (path: string) => {
      const event = (await go(host, path)).json;
      const { path: inContext, http } = event['requestContext'] as { path?: string; http?: { path: string } };
      return [event['rawPath'] ?? event['path'], http?.path ?? inContext];
    };
    assert.deepEqual(await paths('/a/b/echo'), ['/echo', '/echo']);
    assert.deepEqual(await paths('/c/echo'), ['/dev/echo', '/dev/echo']);
    assert.deepEqual(await paths('/a/b/old'), ['/a/b/old', '/a/b/old']);
    assert.deepEqual(await paths('/c/old'), ['/c/old', '/c/old']);
    assert.equal((await go(host, '/a/b/unknown')).text, '{"message":"Not Found"}');
  });

  test('[DOM-04] a name of its own beats the wildcard, and events have the host that was asked for', async () => {
    const wildcard = await domainWith({ '': `${pets.id}:prod` }, '*.wild.example.com');
    assert.equal(wildcard, '*.wild.example.com');
    await domainWith({ own: `${pets.id}:beta` }, 'own.wild.example.com');
    const context = (await go('a.wild.example.com', '/echo')).json['requestContext'] as Record<string, unknown>;
    assert.equal(context['domainName'], 'a.wild.example.com');
    assert.equal(context['domainPrefix'], 'a');
    await assertForbidden('own.wild.example.com', '/echo');
    assert.equal((await go('own.wild.example.com', '/own/pets')).text, 'pets');
    // Two labels are no subdomain of a wildcard: such a host is nobody's, and a call of AWS like any other.
    assert.notEqual((await go('a.b.wild.example.com', '/pets')).text, 'pets');
  });

  test('[DOM-09] a mapping without a stage lets the next segment name it', async () => {
    const host = await domainWith({});
    const add = (basePath: string | undefined) =>
      gatewright.apigateway.send(
        new CreateBasePathMappingCommand({ domainName: host, restApiId: pets.id, ...(basePath && { basePath }) }),
      );
    await add('base');
    const event = (await go(host, '/base/beta/echo')).json;
    assert.equal((event['requestContext'] as Record<string, unknown>)['stage'], 'beta');
    assert.equal(event['path'], '/base/beta/echo');
    assert.equal((await go(host, '/base/prod')).text, 'root');
    for (const path of ['/base', '/base/', '/base/nothing/pets', '/base//prod/pets']) await assertForbidden(host, path);
    await add(undefined);
    assert.equal((await go(host, '/prod/pets')).text, 'pets');
    assert.equal((await go(host, '/base/prod/pets')).text, 'pets');
  });

  test('[DOM-10] $context.customDomain.basePathMatched is the key of the mapping, in access logs', async () => {
    const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'domain-accesses' }));
    logs.destroy();
    const role = { op: 'replace' as const, path: '/cloudwatchRoleArn', value: 'arn:aws:iam::000000000000:role/logs' };
    await gatewright.apigateway.send(new UpdateAccountCommand({ patchOperations: [role] }));
    const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
    await api.deploy('s');
    const format =
      '$context.customDomain.basePathMatched $context.domainName $context.path $context.stage $context.requestId';
    await gatewright.apigateway.send(
      new UpdateStageCommand({
        restApiId: api.id,
        stageName: 's',
        patchOperations: [
          { op: 'replace', path: '/accessLogSettings/format', value: format },
          {
            op: 'replace',
            path: '/accessLogSettings/destinationArn',
            value: 'arn:aws:logs:us-east-1:000000000000:log-group:domain-accesses',
          },
        ],
      }),
    );
    const host = await domainWith({ 'v1/orders': `${api.id}:s` });
    await go(host, '/v1/orders/pets');
    await fetch(api.url('s', '/pets'));
    const [first, second] = await awaitLines(gatewright, 'domain-accesses', 2);
    assert.ok(first?.startsWith(`v1/orders ${host} /v1/orders/pets s `), String(first));
    assert.match(second!, /^- \S+ \/s\/pets s /);
  });

  test('[DOM-11] a mapping that is made, moved or deleted acts with the next request', async () => {
    const host = await domainWith({});
    await assertForbidden(host, '/m/echo');
    const named = { domainName: host, basePath: 'm' };
    await gatewright.apigateway.send(new CreateBasePathMappingCommand({ ...named, restApiId: pets.id, stage: 'prod' }));
    const stage = async () => ((await go(host, '/m/echo')).json['requestContext'] as Record<string, unknown>)['stage'];
    assert.equal(await stage(), 'prod');
    for (const value of ['beta', 'prod', 'beta']) {
      const patchOperations = [{ op: 'replace' as const, path: '/stage', value }];
      await gatewright.apigateway.send(new UpdateBasePathMappingCommand({ ...named, patchOperations }));
      assert.equal(await stage(), value);
    }
    await gatewright.apigateway.send(new DeleteBasePathMappingCommand(named));
    await assertForbidden(host, '/m/echo');
  });

  test('[EP-08] a default endpoint that is switched off leaves custom domains alone', async () => {
    const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
    await gatewright.apigateway.send(
      new UpdateRestApiCommand({
        restApiId: api.id,
        patchOperations: [{ op: 'replace', path: '/disableExecuteApiEndpoint', value: 'true' }],
      }),
    );
    await api.deploy('s');
    const httpApi = await createHttpApi(gatewright, { 'GET /echo': lambdaRoute(echo) });
    await v2.send(new UpdateApiCommand({ ApiId: httpApi.id, DisableExecuteApiEndpoint: true }));
    await httpApi.deploy('again');
    const host = await domainWith({ rest: `${api.id}:s`, http: `${httpApi.id}:again` });
    assert.equal((await fetch(api.url('s', '/pets'))).status, 403);
    assert.equal((await go(host, '/rest/pets')).text, 'pets');
    assert.equal((await fetch(httpApi.url('/echo', 'again'))).status, 404);
    assert.equal((await go(host, '/http/echo')).status, 200);
  });

  test('[EP-12] /ping and /sping are the domain’s own, but for HTTP APIs', async () => {
    const api = await createHttpApi(gatewright, { 'GET /ping': lambdaRoute(echo) });
    const host = await domainWith({ '': `${pets.id}:prod` });
    for (const path of ['/ping', '/sping']) {
      const reply = await go(host, path);
      assert.deepEqual([reply.status, reply.text], [200, 'healthy']);
    }
    assert.equal((await fetch(pets.url('prod', '/ping'))).status, 200);
    assert.equal((await go(await domainWith({}), '/ping')).text, 'healthy');
    assert.equal((await go(await domainWith({ '': `${api.id}:$default` }), '/ping')).json['rawPath'], '/ping');
  });

  test('a mapping whose stage is deleted leads nowhere, and again to it when it is back', async () => {
    const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
    await api.deploy('s');
    await api.deploy('other');
    const host = await domainWith({ rest: `${api.id}:s` });
    assert.equal((await go(host, '/rest/pets')).text, 'pets');
    await gatewright.apigateway.send(new DeleteStageCommand({ restApiId: api.id, stageName: 's' }));
    for (const path of ['/rest/pets', '/rest/other/pets', '/rest']) await assertForbidden(host, path);
    await api.deploy('s');
    assert.equal((await go(host, '/rest/pets')).text, 'pets');
  });

  test('Host is a name however it is written: port, capitals, a dot at the end; two of them or a whole URL are refused', async () => {
    const host = await domainWith({ '': `${pets.id}:prod` });
    for (const written of [host, `${host}:${gatewright.port}`, host.toUpperCase(), `${host}.`, `${host}.:443`]) {
      const reply = await go(written, '/echo');
      assert.equal(reply.status, 200, written);
      assert.equal((reply.json['requestContext'] as Record<string, unknown>)['domainName'], host);
    }
    const raw = (head: string) => exchangeBytes(gatewright.port, `${head}\r\n\r\n`, /\r\n\r\n/);
    assert.match(await raw(`GET /pets HTTP/1.1\r\nHost: ${host}\r\nHost: ${host}`), /^HTTP\/1.1 400/);
    assert.match(await raw(`GET http://${host}/pets HTTP/1.1\r\nHost: ${host}`), /^HTTP\/1.1 400/);
    assert.match(await raw(`GET /pets HTTP/1.1\r\nHost: ${host}@localhost`), /^HTTP\/1.1 400/);
    assert.match(await raw(`GET /pets HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: ${host}`), /^HTTP\/1.1 4/);
  });

  test('what is ours by path is the API’s by a custom domain', async () => {
    const host = await domainWith({ '': `${pets.id}:prod` });
    for (const path of ['/_/health', '/_/plans', '/restapis', `/_aws/execute-api/${pets.id}/prod/pets`]) {
      assert.equal((await go(host, path)).status, 403, path);
      assert.equal((await go(host, path)).text, '{"message":"Missing Authentication Token"}', path);
    }
  });

  test('an API of one account is not reached through a domain of another, and a name belongs to one account', async () => {
    const stranger = new ApiGatewayV2Client({
      ...clientConfig(gatewright.endpoint),
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'test' },
    });
    const DomainNameConfigurations = [
      { CertificateArn: arn.replace('000000000000', '111122223333'), EndpointType: 'REGIONAL' as const },
    ];
    await stranger.send(new CreateDomain({ DomainName: 'stranger.example.com', DomainNameConfigurations }));
    const mapping = { DomainName: 'stranger.example.com', ApiId: pets.id, Stage: 'prod' };
    await assert.rejects(stranger.send(new CreateApiMappingCommand(mapping)));
    await assertForbidden('stranger.example.com', '/pets');
    const mine = await domainWith({});
    await assert.rejects(stranger.send(new CreateDomain({ DomainName: mine, DomainNameConfigurations })));
    stranger.destroy();
  });

  test('[DOM-21] [DOM-24] routing rules come before mappings where the domain says so', async () => {
    const host = await domainWith({ '': `${pets.id}:prod` });
    const stage = async (headers: Record<string, string>, path = '/echo') =>
      ((await go(host, path, headers)).json['requestContext'] as Record<string, unknown>)['stage'];
    const mode = (value: string) =>
      gatewright.apigateway.send(
        new UpdateDomainNameCommand({
          domainName: host,
          patchOperations: [{ op: 'replace', path: '/routingMode', value }],
        }),
      );
    await mode('ROUTING_RULE_THEN_BASE_PATH_MAPPING');
    await v2.send(
      new CreateRoutingRuleCommand({
        DomainName: host,
        Priority: 10,
        Conditions: [{ MatchHeaders: { AnyOf: [{ Header: 'X-Version', ValueGlob: 'b*' }] } }],
        Actions: [{ InvokeApi: { ApiId: pets.id, Stage: 'beta' } }],
      }),
    );
    await v2.send(
      new CreateRoutingRuleCommand({
        DomainName: host,
        Priority: 20,
        Conditions: [{ MatchBasePaths: { AnyOf: ['users'] } }],
        Actions: [{ InvokeApi: { ApiId: pets.id, Stage: 'beta', StripBasePath: true } }],
      }),
    );
    assert.equal(await stage({}), 'prod');
    assert.equal(await stage({ 'x-version': 'beta' }), 'beta');
    assert.equal(await stage({}, '/users/echo'), 'beta');
    await mode('ROUTING_RULE_ONLY');
    await assertForbidden(host, '/echo');
    assert.equal(await stage({ 'x-version': 'beta' }), 'beta');
    await mode('BASE_PATH_MAPPING_ONLY');
    assert.equal(await stage({ 'x-version': 'beta' }), 'prod');
  });

  test('[WS-22] a WebSocket API is spoken to, and its connections are called, below the mapping’s key', async () => {
    const apiId = await createSocketApi(v2, {
      whoami: socketMock('{"id":"$context.connectionId","domain":"$context.domainName","stage":"$context.stage"}'),
    });
    const host = await domainWith({ chat: `${apiId}:dev` });
    const { port } = gatewright;
    const headers = { Host: `${host}:${port}` };
    const socket = await openSocket(`ws://127.0.0.1:${port}/chat`, [], { headers });
    socket.send({ action: 'whoami' });
    const told = await socket.nextJson();
    assert.deepEqual([told['domain'], told['stage']], [`${host}:${port}`, 'dev']);
    const management = new ApiGatewayManagementApiClient({
      ...clientConfig(`http://${host}:${port}/chat`),
      requestHandler: { httpAgent: new Agent({ lookup: lookupHere }) },
    });
    const ConnectionId = told['id'] as string;
    await management.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('hello') }));
    assert.equal(await socket.next(), 'hello');
    assert.ok((await management.send(new GetConnectionCommand({ ConnectionId }))).ConnectedAt);
    const unsigned = await go(host, `/chat/@connections/${encodeURIComponent(ConnectionId)}`);
    assert.equal(unsigned.text, '{"message":"Missing Authentication Token"}');
    await assertForbidden(host, `/@connections/${encodeURIComponent(ConnectionId)}`);
    management.destroy();
    await socket.close();
    await assert.rejects(openSocket(`ws://127.0.0.1:${port}/`, [], { headers }), { status: 403 });
    await assert.rejects(openSocket(`ws://127.0.0.1:${port}/chat/dev`, [], { headers }), { status: 403 });
  });

  test('a path that a mapping of parameters writes is the one events have, by a custom domain too', async () => {
    const RequestParameters = { 'overwrite:path': '/written' };
    const routes = {
      'GET /new': lambdaRoute(echo, { RequestParameters }),
      'GET /old': lambdaRoute(echo, { RequestParameters, PayloadFormatVersion: '1.0' }),
    };
    const api = await createHttpApi(gatewright, routes);
    const host = await domainWith({ a: `${api.id}:$default` });
    assert.equal((await go(host, '/a/new')).json['rawPath'], '/written');
    assert.equal((await go(host, '/a/old')).json['path'], '/written');
  });

  test('CORS of an HTTP API and API keys of a REST API hold below a mapping', async () => {
    const cors = { AllowOrigins: ['https://site.example'], AllowMethods: ['GET'] };
    const open = await createHttpApi(gatewright, { 'GET /echo': lambdaRoute(echo) }, { CorsConfiguration: cors });
    const keyed = await createApi(gatewright, { 'GET /pets': mock('pets') });
    await gatewright.apigateway.send(
      new UpdateMethodCommand({
        ...keyed.method('GET /pets'),
        patchOperations: [{ op: 'replace', path: '/apiKeyRequired', value: 'true' }],
      }),
    );
    await keyed.deploy('s');
    const host = await domainWith({ open: `${open.id}:$default`, keyed: `${keyed.id}:s` });
    const origin = { Origin: 'https://site.example' };
    assert.equal((await go(host, '/open/echo', origin)).headers['access-control-allow-origin'], 'https://site.example');
    const { port } = gatewright;
    const asked = { ...origin, 'Access-Control-Request-Method': 'GET' };
    const preflight = await askDomain({ port, host, path: '/open/echo', method: 'OPTIONS', headers: asked });
    assert.equal(preflight.headers['access-control-allow-methods'], 'GET');
    await assertForbidden(host, '/keyed/pets');
  });

  test('a resource policy is asked about the path below the mapping, whatever the client wrote before it', async () => {
    const statement = (Effect: string, resource: string) => ({
      ...{ Effect, Principal: '*', Action: 'execute-api:Invoke' },
      Resource: `execute-api:/*/GET/${resource}`,
    });
    const Statement = [statement('Allow', '*'), statement('Deny', 'secret')];
    const api = await createApi(
      gatewright,
      { 'GET /secret': mock('secret'), 'GET /pets': mock('pets') },
      { policy: JSON.stringify({ Version: '2012-10-17', Statement }) },
    );
    await api.deploy('s');
    const host = await domainWith({ a: `${api.id}:s`, 'a/pets': `${api.id}:s` });
    assert.equal((await go(host, '/a/pets/pets')).text, 'pets');
    for (const path of [
      '/a/secret',
      '/a//secret',
      '/a/%73ecret',
      '/a/pets/secret',
      '/a/pets/%2e%2e/secret',
      '/a/secret/',
    ]) {
      const { status, text } = await go(host, path);
      assert.ok(status === 403 && text !== 'secret', `${path}: ${text}`);
    }
  });

  test('[V2-21] a domain made by one API is served as the other shows it', async () => {
    const DomainNameConfigurations = [
      { CertificateArn: arn, EndpointType: 'REGIONAL' as const, SecurityPolicy: 'TLS_1_2' as const },
    ];
    await v2.send(new CreateDomain({ DomainName: 'made-by-v2.example.com', DomainNameConfigurations }));
    await gatewright.apigateway.send(
      new CreateBasePathMappingCommand({
        domainName: 'made-by-v2.example.com',
        basePath: 'v1',
        restApiId: pets.id,
        stage: 'prod',
      }),
    );
    assert.equal((await go('made-by-v2.example.com', '/v1/pets')).text, 'pets');
  });
});
