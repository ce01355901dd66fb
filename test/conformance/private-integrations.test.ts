/** HTTP integrations through VPC links on the whole product: where the connection goes, and what the backend is told. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  CreateVpcLinkCommand,
  DeleteVpcLinkCommand,
  GetVpcLinkCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  CreateVpcLinkCommand as CreateV2VpcLinkCommand,
  DeleteVpcLinkCommand as DeleteV2VpcLinkCommand,
} from '@aws-sdk/client-apigatewayv2';
import { type ApiUnderTest, createApi, type MethodUnderTest } from '../support/api-under-test.ts';
import { type Backend, httpBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const arnOf = (name: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/${name}/50dc6c495c0c9188`;

let gatewright: TestGatewright;
let backends: Backend[];

before(async () => {
  backends = await Promise.all(
    ['one', 'two', 'three'].map((name) =>
      httpBackend((request, response) => response.end(`${name} ${request.headers.host} ${request.url}`)),
    ),
  );
  const [one, two, three] = backends.map(({ origin }) => origin) as [string, string, string];
  gatewright = await startTestGatewright({
    vpcLinkTargets: { [arnOf('orders')]: [one], shipping: [two], [arnOf('spread')]: [one, two, three] },
  });
});

after(async () => {
  await gatewright.close();
  for (const backend of backends) await backend.close();
});

async function makeLink(name: string, targetArn = arnOf(name)): Promise<string> {
  const { id } = await gatewright.apigateway.send(new CreateVpcLinkCommand({ name, targetArns: [targetArn] }));
  return id!;
}

const through = (connectionId: string, more: Partial<MethodUnderTest> = {}): MethodUnderTest => ({
  type: 'HTTP_PROXY',
  verb: 'GET',
  uri: 'http://orders.internal:8080/pets',
  connectionType: 'VPC_LINK',
  connectionId,
  ...more,
});

async function deployed(method: MethodUnderTest, variables?: Record<string, string>): Promise<ApiUnderTest> {
  const api = await createApi(gatewright, { 'GET /': method });
  await api.deploy('s', variables && { variables });
  return api;
}

async function ask(api: ApiUnderTest, query = ''): Promise<string> {
  const reply = await fetch(api.url('s', `/${query}`));
  return `${reply.status} ${await reply.text()}`;
}

test('[PRV-07] [INT-19] [V1-45] behind a link the URI gives Host and path, and the connection goes where the load balancer is mapped to', async () => {
  const api = await deployed(through(await makeLink('orders')));
  assert.equal(await ask(api, '?a=b'), '200 one orders.internal:8080 /pets?a=b');
});

test('[INT-19] an HTTP integration goes through a link as a proxy does', async () => {
  const responses = [{ statusCode: '200' }];
  const api = await deployed(through(await makeLink('orders'), { type: 'HTTP', responses }));
  assert.equal(await ask(api), '200 one orders.internal:8080 /pets');
});

test('[INT-19] a link whose load balancer is not mapped leads where its name does', async () => {
  const api = await deployed(through(await makeLink('shipping')));
  assert.equal(await ask(api), '200 two orders.internal:8080 /pets');
});

test('several targets of one load balancer are asked in turn', async () => {
  const api = await deployed(through(await makeLink('spread')));
  const names: string[] = [];
  for (let i = 0; i < 6; i++) names.push((await ask(api)).split(' ')[1]!);
  assert.deepEqual(names, ['one', 'two', 'three', 'one', 'two', 'three']);
});

test('[SV-06] a stage variable names the link, and a change of it acts without a deployment', async () => {
  const orders = await makeLink('orders');
  const shipping = await makeLink('shipping');
  const api = await deployed(through('${stageVariables.link}'), { link: orders });
  assert.match(await ask(api), /^200 one /);
  await gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: 's',
      patchOperations: [{ op: 'replace', path: '/variables/link', value: shipping }],
    }),
  );
  assert.match(await ask(api), /^200 two /);
});

test('a link that leads nowhere is 500 and the log names the setting; the host of the URI is never asked instead', async () => {
  const uri = `${backends[0]!.origin}/pets`;
  const api = await deployed(through(await makeLink('unmapped'), { uri }));
  const before = gatewright.complaints.length;
  assert.equal(await ask(api), '500 {"message": "Internal server error"}');
  assert.ok(gatewright.complaints.length > before);
  const problems = await deployed(through('${stageVariables.none}', { uri }));
  assert.equal(await ask(problems), '500 {"message": "Internal server error"}');
});

test('[INT-20] a link of version 2 leads to the load balancer of the integration, the stage before the path, and is not deleted while in use', async () => {
  const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const { VpcLinkId = '' } = await v2.send(new CreateV2VpcLinkCommand({ Name: 'second', SubnetIds: ['subnet-1'] }));
  const withoutTarget = await deployed(through(VpcLinkId));
  assert.match(await ask(withoutTarget), /^500 /);
  const api = await deployed(through(VpcLinkId, { integrationTarget: arnOf('orders') }));
  assert.equal(await ask(api, '?a=b'), '200 one orders.internal:8080 /s/pets?a=b');
  await assert.rejects(v2.send(new DeleteV2VpcLinkCommand({ VpcLinkId })), {
    name: 'BadRequestException',
    message: new RegExp(`Vpc link '${VpcLinkId}', is referenced in \\[.*${api.id}:GET:.*:s`),
  });
  v2.destroy();
});

test('[PRV-07] [NEW-07] an HTTP API and a REST API go through the same link of version 2', async () => {
  const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const { VpcLinkId = '' } = await v2.send(new CreateV2VpcLinkCommand({ Name: 'shared', SubnetIds: ['subnet-1'] }));
  const rest = await deployed(through(VpcLinkId, { integrationTarget: arnOf('orders') }));
  const { ApiId = '' } = await v2.send(new CreateApiCommand({ Name: 'http', ProtocolType: 'HTTP' }));
  const listener = `${arnOf('orders').replace(':loadbalancer/', ':listener/')}/0467ef3c8400ae65`;
  const { IntegrationId } = await v2.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationMethod: 'GET',
      IntegrationUri: listener,
      ConnectionType: 'VPC_LINK',
      ConnectionId: VpcLinkId,
      PayloadFormatVersion: '1.0',
    }),
  );
  await v2.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /pets', Target: `integrations/${IntegrationId}` }));
  await v2.send(new CreateStageCommand({ ApiId, StageName: 's', AutoDeploy: true }));
  const { host } = new URL(backends[0]!.origin);
  const reply = await fetch(`${gatewright.invokeUrl(ApiId, 's')}/pets?a=b`);
  assert.equal(`${reply.status} ${await reply.text()}`, `200 one ${host} /s/pets?a=b`);
  assert.equal(await ask(rest, '?a=b'), '200 one orders.internal:8080 /s/pets?a=b');
  v2.destroy();
});

test('[V1-45] a deleted link is gone', async () => {
  const vpcLinkId = await makeLink('orders');
  await gatewright.apigateway.send(new DeleteVpcLinkCommand({ vpcLinkId }));
  await assert.rejects(gatewright.apigateway.send(new GetVpcLinkCommand({ vpcLinkId })), { name: 'NotFoundException' });
});
