import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/rest-control.ts';
import { makeHttpApi, makeWebSocketApi, v2Control } from '../../../test/support/v2-control.ts';
import { serviceActions } from '../../definition/first-class-services.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:pets';
const invocationArn = `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
const role = 'arn:aws:iam::123456789012:role/caller';

async function httpApi() {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  const create = (input: object) =>
    control.call('CreateIntegration', {
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationMethod: 'GET',
      IntegrationUri: 'http://example.com/pets',
      PayloadFormatVersion: '1.0',
      ...input,
    });
  return { control, ApiId, create };
}

async function webSocketApi() {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  const create = (input: object) => control.call('CreateIntegration', { ApiId, IntegrationType: 'MOCK', ...input });
  return { control, ApiId, create };
}

test('[V2-10] a function is named by its ARN or by the ARN that invokes it; the defaults are those recorded', async () => {
  const { create } = await httpApi();
  for (const IntegrationUri of [functionArn, invocationArn]) {
    const integration = await create({
      IntegrationType: 'AWS_PROXY',
      IntegrationMethod: undefined,
      IntegrationUri,
      PayloadFormatVersion: '2.0',
    });
    assert.match(integration.IntegrationId!, /^[a-z0-9]{7}$/);
    assert.deepEqual(integration, {
      ConnectionType: 'INTERNET',
      IntegrationId: integration.IntegrationId,
      IntegrationMethod: 'POST',
      IntegrationType: 'AWS_PROXY',
      IntegrationUri,
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 30_000,
    });
  }
  await assertRefused(
    create({ IntegrationType: 'AWS_PROXY', IntegrationUri: 'arn:aws:s3:::bucket' }),
    'BadRequestException',
  );
});

test('[V2-08] an HTTP API integrates by proxy only, a WebSocket API in all five ways', async () => {
  const http = await httpApi();
  for (const IntegrationType of ['MOCK', 'AWS', 'HTTP']) {
    await assertRefused(
      http.create({ IntegrationType }),
      'BadRequestException',
      'Currently, an API with a protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)',
    );
  }
  await assertRefused(http.create({ PayloadFormatVersion: '2.0' }), 'BadRequestException');
  await assertRefused(
    http.create({ IntegrationType: 'AWS_PROXY', IntegrationUri: functionArn, PayloadFormatVersion: '3.0' }),
    'BadRequestException',
  );
  const webSocket = await webSocketApi();
  const backend = { IntegrationUri: 'http://example.com', IntegrationMethod: 'POST' };
  const lambda = { IntegrationUri: invocationArn, IntegrationMethod: 'POST' };
  const made = [
    await webSocket.create({}),
    await webSocket.create({ IntegrationType: 'HTTP', ...backend }),
    await webSocket.create({ IntegrationType: 'HTTP_PROXY', ...backend }),
    await webSocket.create({ IntegrationType: 'AWS', ...lambda }),
    await webSocket.create({ IntegrationType: 'AWS_PROXY', ...lambda }),
  ];
  for (const integration of made) {
    assert.equal(integration.PayloadFormatVersion, '1.0');
    assert.equal(integration.PassthroughBehavior, 'WHEN_NO_MATCH');
    assert.equal(integration.TimeoutInMillis, 29_000);
  }
});

test('[V2-11] what selects an integration response differs by type', async () => {
  const { create } = await webSocketApi();
  const selection = async (input: object) => (await create(input)).IntegrationResponseSelectionExpression;
  assert.equal(await selection({}), '${integration.response.statuscode}');
  assert.equal(
    await selection({ IntegrationType: 'AWS', IntegrationUri: invocationArn, IntegrationMethod: 'POST' }),
    '${integration.response.body.errorMessage}',
  );
  // What a proxy answers goes out as it is.
  const proxied = { IntegrationType: 'HTTP_PROXY', IntegrationUri: 'http://b.example', IntegrationMethod: 'GET' };
  assert.equal(await selection(proxied), undefined);
});

test('[V2-11] a function behind a WebSocket API is called by POST without being told so', async () => {
  const { create } = await webSocketApi();
  for (const IntegrationType of ['AWS', 'AWS_PROXY']) {
    const { IntegrationMethod } = await create({ IntegrationType, IntegrationUri: invocationArn });
    assert.equal(IntegrationMethod, 'POST');
  }
});

test('[V2-11] integration responses of a WebSocket API go through create, read, update, delete', async () => {
  const { control, ApiId, create } = await webSocketApi();
  const { IntegrationId } = await create({});
  const at = { ApiId, IntegrationId: IntegrationId! };
  const response = await control.call('CreateIntegrationResponse', {
    ...at,
    IntegrationResponseKey: '/2\\d\\d/',
    ResponseTemplates: { ok: '{}' },
    TemplateSelectionExpression: '${integration.response.body.kind}',
  });
  const IntegrationResponseId = response.IntegrationResponseId!;
  assert.deepEqual(await control.call('GetIntegrationResponse', { ...at, IntegrationResponseId }), response);
  await control.call('CreateIntegrationResponse', { ...at, IntegrationResponseKey: '$default' });
  assert.equal((await control.call('GetIntegrationResponses', at)).Items!.length, 2);
  for (const IntegrationResponseKey of ['200', '//', '/(/']) {
    await assertRefused(
      control.call('CreateIntegrationResponse', { ...at, IntegrationResponseKey }),
      'BadRequestException',
    );
  }
  await assertRefused(
    control.call('CreateIntegrationResponse', { ...at, IntegrationResponseKey: '$default' }),
    'ConflictException',
  );
  const changed = await control.call('UpdateIntegrationResponse', {
    ...at,
    IntegrationResponseId,
    ResponseTemplates: {},
    ContentHandlingStrategy: 'CONVERT_TO_TEXT',
  });
  assert.equal(changed.ResponseTemplates, undefined);
  assert.equal(changed.TemplateSelectionExpression, '${integration.response.body.kind}');
  await control.call('DeleteIntegrationResponse', { ...at, IntegrationResponseId });
  await assertRefused(control.call('GetIntegrationResponse', { ...at, IntegrationResponseId }), 'NotFoundException');
});

test('[V2-08] what an integration lacks, or has of the other kind of API, is named', async () => {
  const http = await httpApi();
  const webSocket = await webSocketApi();
  const backend = { IntegrationType: 'HTTP', IntegrationUri: 'http://example.com', IntegrationMethod: 'POST' };
  const refusals: [typeof http | typeof webSocket, object, RegExp][] = [
    [http, { IntegrationUri: undefined }, /IntegrationUri/],
    [http, { IntegrationMethod: 'FETCH' }, /FETCH/],
    [http, { RequestTemplates: { ok: '{}' } }, /RequestTemplates/],
    [webSocket, { ...backend, IntegrationUri: undefined }, /IntegrationUri/],
    [webSocket, { ...backend, IntegrationMethod: undefined }, /^Enumeration value for HttpMethod must be non-empty$/],
    [webSocket, { ...backend, IntegrationMethod: 'FETCH' }, /FETCH/],
    [webSocket, { ...backend, PayloadFormatVersion: '2.0' }, /2\.0/],
    [
      webSocket,
      { ...backend, IntegrationSubtype: 'SQS-SendMessage' },
      /^IntegrationSubtype cannot be set for WEBSOCKET/,
    ],
    [webSocket, { ...backend, RequestParameters: { 'nowhere.at.all': 'route.request.body.id' } }, /nowhere\.at\.all/],
  ];
  for (const [{ create }, input, message] of refusals) {
    await assertRefused(create(input), 'BadRequestException', message);
  }
});

test('[V2-11] integration responses are of WebSocket APIs, and map what such an answer has', async () => {
  const http = await httpApi();
  const webSocket = await webSocketApi();
  for (const { control, ApiId, create } of [http, webSocket]) {
    const { IntegrationId } = await create({});
    await assertRefused(
      control.call('CreateIntegrationResponse', {
        ApiId,
        IntegrationId: IntegrationId!,
        IntegrationResponseKey: '$default',
        ResponseParameters: { 'nowhere.at.all': 'integration.response.header.x' },
      }),
      'BadRequestException',
      control === http.control ? /HTTP/ : /nowhere\.at\.all/,
    );
  }
});

test('[V2-09] a timeout has 50 ms to 30 s on an HTTP API, to 29 s on a WebSocket API', async () => {
  const http = await httpApi();
  for (const TimeoutInMillis of [50, 30_000]) await http.create({ TimeoutInMillis });
  for (const TimeoutInMillis of [49, 30_001]) {
    await assertRefused(
      http.create({ TimeoutInMillis }),
      'BadRequestException',
      'Timeout should be between 50 ms and 30000 ms',
    );
  }
  const webSocket = await webSocketApi();
  await webSocket.create({ TimeoutInMillis: 29_000 });
  await assertRefused(webSocket.create({ TimeoutInMillis: 29_001 }), 'BadRequestException');
});

test('[AWSI-01] each of the ten first-class services is created with its parameters and a role', async () => {
  const { create } = await httpApi();
  assert.equal(Object.keys(serviceActions).length, 10);
  for (const [IntegrationSubtype, { required }] of Object.entries(serviceActions)) {
    const input = {
      IntegrationType: 'AWS_PROXY',
      IntegrationSubtype,
      IntegrationUri: undefined,
      IntegrationMethod: undefined,
      CredentialsArn: role,
      RequestParameters: Object.fromEntries(required.map((name) => [name, `$request.body.${name}`])),
    };
    const made = await create(input);
    assert.equal(made.IntegrationSubtype, IntegrationSubtype);
    assert.equal(made.IntegrationMethod, undefined);
    await assertRefused(create({ ...input, CredentialsArn: undefined }), 'BadRequestException');
    await assertRefused(create({ ...input, PayloadFormatVersion: '2.0' }), 'BadRequestException');
    await assertRefused(create({ ...input, IntegrationType: 'HTTP_PROXY' }), 'BadRequestException');
  }
  await assertRefused(
    create({ IntegrationType: 'AWS_PROXY', IntegrationSubtype: 'SNS-Publish', IntegrationUri: undefined }),
    'BadRequestException',
  );
});

for (const [row, subtypes] of [
  ['AWSI-02', ['EventBridge-PutEvents']],
  ['AWSI-03', ['SQS-SendMessage', 'SQS-ReceiveMessage', 'SQS-DeleteMessage', 'SQS-PurgeQueue']],
  [
    'AWSI-04',
    [
      'StepFunctions-StartExecution',
      'StepFunctions-StartSyncExecution',
      'StepFunctions-StopExecution',
      'Kinesis-PutRecord',
      'AppConfig-GetConfiguration',
    ],
  ],
] as const) {
  test(`[${row}] ${subtypes.join(', ')}: a missing parameter is named, an unknown one refused`, async () => {
    const { create } = await httpApi();
    for (const IntegrationSubtype of subtypes) {
      const { required, optional } = serviceActions[IntegrationSubtype]!;
      const all = Object.fromEntries([...required, ...optional].map((name) => [name, 'x']));
      const input = {
        IntegrationType: 'AWS_PROXY',
        IntegrationSubtype,
        IntegrationUri: undefined,
        CredentialsArn: role,
      };
      await create({ ...input, RequestParameters: all });
      for (const name of required) {
        const { [name]: _, ...rest } = all;
        await assertRefused(
          create({ ...input, RequestParameters: rest }),
          'BadRequestException',
          `Missing required request parameters for ${IntegrationSubtype}: [${name}]`,
        );
      }
      await assertRefused(
        create({ ...input, RequestParameters: { ...all, Nonsense: 'x' } }),
        'BadRequestException',
        /Invalid request parameter specified: Nonsense/,
      );
      await assertRefused(
        create({ ...input, RequestParameters: { ...all, [required[0]!]: '$request.nonsense' } }),
        'BadRequestException',
        `Invalid selection expression specified: Validation Result: warnings : [], errors : [Invalid source: $request.nonsense specified for destination: ${required[0]}]`,
      );
    }
  });
}

test('[HPM-01] request mappings append, overwrite and remove headers and query parameters, and overwrite the path', async () => {
  const { create } = await httpApi();
  const RequestParameters = {
    'append:header.a': 'x',
    'overwrite:header.b': '$request.header.c',
    'remove:header.c': "''",
    'append:querystring.a': '$request.querystring.b',
    'overwrite:querystring.b': '$request.body.name',
    'remove:querystring.c': '',
    'overwrite:path': '/v2/$request.path',
  };
  const { 'remove:querystring.c': _, ...kept } = RequestParameters;
  assert.deepEqual((await create({ RequestParameters: kept })).RequestParameters, kept);
  for (const key of ['append:path', 'remove:path', 'header.a', 'set:header.a', 'append:body.a', 'overwrite:header.']) {
    await assertRefused(
      create({ RequestParameters: { [key]: 'x' } }),
      'BadRequestException',
      `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${key}]`,
    );
  }
});

test('[HPM-02] what a request mapping may read, alone and between braces', async () => {
  const { create } = await httpApi();
  const map = (value: string) => create({ RequestParameters: { 'append:header.x': value } });
  for (const value of [
    '$request.header.x',
    '$request.querystring.x',
    '$request.body',
    '$request.body.a.b[0]',
    '$request.path',
    '$request.path.id',
    '$context.requestId',
    '$stageVariables.env',
    '${request.header.a} and ${context.requestId}',
    'static',
  ]) {
    await map(value);
  }
  for (const value of ['$response.header.x', '$request.cookie.x', '$request.body..x', '${request.nothing.x}']) {
    await assertRefused(map(value), 'BadRequestException');
  }
});

test('[HPM-03] response mappings stand by status and change headers and the status', async () => {
  const { create } = await httpApi();
  const ResponseParameters = {
    '500': { 'append:header.a': '$context.requestId', 'overwrite:statuscode': '403' },
    '404': { 'remove:header.b': 'x', 'overwrite:header.c': '$response.body.message' },
  };
  assert.deepEqual((await create({ ResponseParameters })).ResponseParameters, ResponseParameters);
  for (const wrong of [
    { '199': { 'append:header.a': 'x' } },
    { '600': { 'append:header.a': 'x' } },
    { ok: { 'append:header.a': 'x' } },
    { '200': { 'append:querystring.a': 'x' } },
    { '200': { 'append:header.a': '$request.header.b' } },
    { '200': { 'overwrite:statuscode': 'fine' } },
  ]) {
    await assertRefused(create({ ResponseParameters: wrong }), 'BadRequestException');
  }
});

test('[HPM-05] reserved headers can be mapped neither in requests nor in responses', async () => {
  const { create } = await httpApi();
  for (const header of [
    'access-control-allow-origin',
    'apigw-requestid',
    'Authorization',
    'Connection',
    'Content-Encoding',
    'Content-Length',
    'Content-Location',
    'Forwarded',
    'Keep-Alive',
    'Origin',
    'Proxy-Authenticate',
    'Proxy-Authorization',
    'TE',
    'Trailers',
    'Transfer-Encoding',
    'Upgrade',
    'x-amz-date',
    'x-amzn-trace-id',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'Via',
  ]) {
    const mapping = { [`overwrite:header.${header}`]: 'x' };
    await assertRefused(
      create({ RequestParameters: mapping }),
      'BadRequestException',
      `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Operations on header ${header.toLowerCase()} are restricted]`,
    );
    await assertRefused(create({ ResponseParameters: { '200': mapping } }), 'BadRequestException');
  }
});

test('[CP-19] parameter maps merge on update: an empty text takes a key out, an empty map a status', async () => {
  const { control, ApiId, create } = await httpApi();
  const { IntegrationId } = await create({
    RequestParameters: { 'append:header.a': '1', 'append:header.b': '2' },
    ResponseParameters: {
      '200': { 'append:header.a': '1' },
      '404': { 'append:header.a': '1', 'append:header.b': '2' },
    },
  });
  const at = { ApiId, IntegrationId: IntegrationId! };
  const changed = await control.call('UpdateIntegration', {
    ...at,
    RequestParameters: { 'append:header.a': '', 'append:header.c': '3' },
    ResponseParameters: { '200': {}, '404': { 'append:header.b': '' } },
  });
  assert.deepEqual(changed.RequestParameters, { 'append:header.b': '2', 'append:header.c': '3' });
  assert.deepEqual(changed.ResponseParameters, { '404': { 'append:header.a': '1' } });
  assert.equal(changed.IntegrationUri, 'http://example.com/pets');
  const described = await control.call('UpdateIntegration', { ...at, Description: 'x', TimeoutInMillis: 100 });
  assert.deepEqual(described.RequestParameters, changed.RequestParameters);
  assert.equal(described.TimeoutInMillis, 100);
});

test('an empty role is no role, and the caller’s own credentials are not for these APIs', async () => {
  const { control, ApiId, create } = await httpApi();
  const made = await create({ CredentialsArn: '' });
  assert.equal('CredentialsArn' in made, false);
  await assertRefused(create({ CredentialsArn: 'arn:aws:iam::*:user/*' }), 'BadRequestException');
  const at = { ApiId, IntegrationId: made.IntegrationId! };
  assert.equal((await control.call('UpdateIntegration', { ...at, CredentialsArn: role })).CredentialsArn, role);
  await assertRefused(
    control.call('UpdateIntegration', { ...at, CredentialsArn: 'arn:aws:iam::*:user/*' }),
    'BadRequestException',
  );
  assert.equal((await control.call('UpdateIntegration', { ...at, CredentialsArn: '' })).CredentialsArn, undefined);
});

test('[V2-20] a VPC link is PENDING in the answer that makes it and AVAILABLE afterwards; only its name changes', async () => {
  const control = v2Control();
  const created = await control.call('CreateVpcLink', {
    Name: 'inside',
    SubnetIds: ['subnet-1', 'subnet-2'],
    SecurityGroupIds: ['sg-1'],
    Tags: { a: 'b' },
  });
  assert.equal(created.VpcLinkStatus, 'PENDING');
  assert.equal(created.VpcLinkVersion, 'V2');
  const VpcLinkId = created.VpcLinkId!;
  const renamed = await control.call('UpdateVpcLink', { VpcLinkId, Name: 'outside' });
  assert.deepEqual(renamed, {
    ...created,
    Name: 'outside',
    VpcLinkStatus: 'AVAILABLE',
    VpcLinkStatusMessage: 'VPC link is ready to route traffic',
  });
  assert.deepEqual((await control.call('GetVpcLinks', {})).Items, [renamed]);
  await control.call('DeleteVpcLink', { VpcLinkId });
  await assertRefused(control.call('GetVpcLink', { VpcLinkId }), 'NotFoundException');
});

test('[PRV-08] a VPC link that carried nothing for sixty days is shown INACTIVE', async () => {
  const control = v2Control();
  const { VpcLinkId } = await control.call('CreateVpcLink', { Name: 'inside', SubnetIds: ['subnet-1'] });
  const status = async () => (await control.call('GetVpcLink', { VpcLinkId: VpcLinkId! })).VpcLinkStatus;
  control.clock.advance(60 * 86_400_000);
  assert.equal(await status(), 'AVAILABLE');
  control.clock.advance(1);
  assert.equal(await status(), 'INACTIVE');
  assert.equal((await control.call('GetVpcLinks', {})).Items?.[0]?.VpcLinkStatus, 'INACTIVE');
});

test('[VS-02] a private integration of an HTTP API goes through a VPC link that is there', async () => {
  const { control, create } = await httpApi();
  const { VpcLinkId } = await control.call('CreateVpcLink', { Name: 'inside', SubnetIds: ['subnet-1'] });
  const listener = 'arn:aws:elasticloadbalancing:us-east-2:123456789012:listener/app/my/50dc/0467';
  const input = { ConnectionType: 'VPC_LINK', ConnectionId: VpcLinkId, IntegrationUri: listener };
  const made = await create({ ...input, TlsConfig: { ServerNameToVerify: 'example.com' } });
  assert.deepEqual(made.TlsConfig, { ServerNameToVerify: 'example.com' });
  await assertRefused(create({ ...input, ConnectionId: undefined }), 'BadRequestException');
  await assertRefused(create({ ...input, ConnectionId: 'zzzzzz' }), 'BadRequestException');
  await assertRefused(create({ IntegrationUri: listener }), 'BadRequestException');
  await assertRefused(
    control.call('DeleteVpcLink', { VpcLinkId: VpcLinkId! }),
    'BadRequestException',
    `Cannot delete vpc link. Vpc link '${VpcLinkId}', is referenced in [${made.IntegrationMethod}:${made.IntegrationId}] in format of [Method:Resource].`,
  );
});
