/** Custom domains where callers are looked at: signatures in secure mode, private domains behind VPC endpoints. */
import { strict as assert } from 'node:assert';
import { Agent } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateBasePathMappingCommand,
  CreateDomainNameAccessAssociationCommand,
  CreateDomainNameCommand,
  DeleteDomainNameAccessAssociationCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import {
  ApiGatewayV2Client,
  CreateApiMappingCommand,
  CreateDomainNameCommand as CreateDomain,
} from '@aws-sdk/client-apigatewayv2';
import { createApi, mock } from '../support/api-under-test.ts';
import { lookupHere } from '../support/domain-client.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask } from '../support/plain-http.ts';
import { createSocketApi, mock as socketMock } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

const forbidden = '{"message":"Forbidden"}';
const requestHandler = { httpAgent: new Agent({ lookup: lookupHere }) };

describe('custom domains in secure mode', () => {
  const keys = { accessKeyId: 'AKIAGATEWRIGHTTEST01', secretAccessKey: 'secret of the tests' };
  let gatewright: TestGatewright;

  before(async () => {
    gatewright = await startTestGatewright({ mode: 'secure', credentials: [{ ...keys, account: '000000000000' }] });
  });
  after(() => gatewright.close());

  test('[WS-22] @connections below a domain take the signature of the address that was called, and no other', async () => {
    const signed = { ...clientConfig(gatewright.endpoint), credentials: keys };
    const v2 = new ApiGatewayV2Client(signed);
    const acm = new ACMClient(signed);
    const { CertificateArn } = await acm.send(new RequestCertificateCommand({ DomainName: 'ws.example.com' }));
    const DomainNameConfigurations = [{ CertificateArn, EndpointType: 'REGIONAL' as const }];
    await v2.send(new CreateDomain({ DomainName: 'ws.example.com', DomainNameConfigurations }));
    const apiId = await createSocketApi(v2, { id: socketMock('{"id":"$context.connectionId"}') });
    const mapping = { DomainName: 'ws.example.com', ApiMappingKey: 'chat', ApiId: apiId, Stage: 'dev' };
    await v2.send(new CreateApiMappingCommand(mapping));
    const { port } = gatewright;
    const headers = { Host: `ws.example.com:${port}` };
    const socket = await openSocket(`ws://127.0.0.1:${port}/chat`, [], { headers });
    socket.send({ action: 'id' });
    const { id: ConnectionId } = (await socket.nextJson()) as { id: string };
    const at = (credentials: typeof keys) =>
      new ApiGatewayManagementApiClient({
        ...clientConfig(`http://ws.example.com:${port}/chat`),
        ...{ credentials, requestHandler },
      });
    const [good, bad] = [at(keys), at({ ...keys, secretAccessKey: 'another' })];
    await good.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('hello') }));
    assert.equal(await socket.next(), 'hello');
    await assert.rejects(bad.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('no') })));
    for (const client of [good, bad, v2, acm]) client.destroy();
    await socket.close();
  });

  test('a certificate nobody knows is no certificate in secure mode', async () => {
    const v2 = new ApiGatewayV2Client({ ...clientConfig(gatewright.endpoint), credentials: keys });
    const CertificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555';
    const DomainNameConfigurations = [{ CertificateArn, EndpointType: 'REGIONAL' as const }];
    await assert.rejects(v2.send(new CreateDomain({ DomainName: 'unknown.example.com', DomainNameConfigurations })));
    v2.destroy();
  });
});

describe('private custom domains', () => {
  const own = 'vpce-0aaaaaaaaaaaaaaa1';
  const other = 'vpce-0aaaaaaaaaaaaaaa2';
  const everybody = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
  const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const host = 'private.example.com';
  let gatewright: TestGatewright;
  let apiId: string;

  before(async () => {
    const vpcId = 'vpc-0bbbbbbbbbbbbbbb1';
    gatewright = await startTestGatewright({
      vpcEndpoints: { [own]: { vpcId, listen: '127.0.0.1:0' }, [other]: { vpcId, listen: '127.0.0.1:0' } },
    });
    const endpointConfiguration = { types: ['PRIVATE' as const] };
    const api = await createApi(
      gatewright,
      { 'GET /pets': mock('pets') },
      { endpointConfiguration, policy: policyOf(everybody) },
    );
    await api.deploy('s');
    apiId = api.id;
  });
  after(() => gatewright.close());

  const go = async (by?: string): Promise<string> => {
    const port = by === undefined ? gatewright.port : gatewright.vpcEndpointPort(by);
    return (await ask({ port, path: '/base/pets', headers: ['Host', host] })).text;
  };

  test('[DOM-25] a private domain answers what came through an associated VPC endpoint and its policy lets in', async () => {
    const { apigateway } = gatewright;
    const policy = policyOf(everybody, {
      ...{ ...everybody, Effect: 'Deny' },
      Condition: { StringEquals: { 'aws:UserAgent': 'unwanted' } },
    });
    const { domainNameId, domainNameArn } = await apigateway.send(
      new CreateDomainNameCommand({
        domainName: host,
        certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555',
        endpointConfiguration: { types: ['PRIVATE'] },
        securityPolicy: 'TLS_1_2',
        policy,
      }),
    );
    const named = { domainName: host, domainNameId };
    await apigateway.send(
      new CreateBasePathMappingCommand({ ...named, basePath: 'base', restApiId: apiId, stage: 's' }),
    );
    assert.equal(await go(own), forbidden);
    const { domainNameAccessAssociationArn } = await apigateway.send(
      new CreateDomainNameAccessAssociationCommand({
        domainNameArn,
        accessAssociationSource: own,
        accessAssociationSourceType: 'VPCE',
      }),
    );
    assert.equal(await go(own), 'pets');
    assert.equal(await go(other), forbidden);
    assert.equal(await go(), forbidden);
    const port = gatewright.vpcEndpointPort(own);
    const unwanted = await ask({ port, path: '/base/pets', headers: ['Host', host, 'User-Agent', 'unwanted'] });
    assert.equal(unwanted.text, forbidden);
    await apigateway.send(new DeleteDomainNameAccessAssociationCommand({ domainNameAccessAssociationArn }));
    assert.equal(await go(own), forbidden);
  });

  test('[PRV-05] a public domain is not reached through a VPC endpoint, nor a private API by a public domain', async () => {
    const { apigateway } = gatewright;
    const api = await createApi(gatewright, { 'GET /pets': mock('public pets') });
    await api.deploy('s');
    const domainName = 'public.example.com';
    await apigateway.send(
      new CreateDomainNameCommand({
        domainName,
        regionalCertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555',
        endpointConfiguration: { types: ['REGIONAL'] },
      }),
    );
    await apigateway.send(new CreateBasePathMappingCommand({ domainName, restApiId: api.id, stage: 's' }));
    const ofDomain = { path: '/pets', headers: ['Host', domainName] };
    assert.equal((await ask({ port: gatewright.port, ...ofDomain })).text, 'public pets');
    assert.equal((await ask({ port: gatewright.vpcEndpointPort(own), ...ofDomain })).text, forbidden);
    const mapped = { domainName, basePath: 'inner', restApiId: apiId, stage: 's' };
    const isRefused = await apigateway.send(new CreateBasePathMappingCommand(mapped)).then(
      () => false,
      () => true,
    );
    const reached = await ask({ port: gatewright.port, path: '/inner/pets', headers: ['Host', domainName] });
    assert.ok(isRefused || reached.text === forbidden, reached.text);
    assert.notEqual(reached.text, 'pets');
  });
});
