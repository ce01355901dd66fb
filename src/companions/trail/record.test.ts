import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { allPermissions } from '../../base/permissions.ts';
import type { AccessKey } from '../../ports/credentials.ts';
import type { AnsweredCall } from '../../wire/endpoint.ts';
import type { HalLinks } from '../../wire/hal.ts';
import { serviceOf } from '../../wire/service.ts';
import { loadModel, type ModelName } from '../../wire/service-model.ts';
import { recordOf } from './record.ts';
import { eventName, isReadOnly, isRecorded } from './recorded-calls.ts';

const links: HalLinks = () => ({
  curies: [{ href: 'https://docs/{rel}', name: 'resource', templated: true }],
  self: { href: '/restapis/api1/resources/res1' },
  'resource:create-child': { href: '/restapis/api1/resources/res1' },
  'method:put': { href: '/restapis/api1/resources/res1/methods/{http_method}', templated: true },
  'resource:methods': [{ href: '/restapis/api1/resources/res1/methods/GET', name: 'GET' }],
});

function called(name: ModelName, operation: string, more: Partial<AnsweredCall> = {}): AnsweredCall {
  const service = serviceOf(loadModel(name), {}, 'the rest', name === 'apigateway' ? links : undefined);
  return {
    service,
    operation: service.model.operation(operation),
    request: {
      ...{ method: 'GET', path: '/', query: '', body: Buffer.alloc(0), protocol: 'HTTP/1.1', secure: false },
      headers: ['Host', 'localhost:4566', 'User-Agent', 'some/1.0'],
      sourceIp: '203.0.113.11',
    },
    call: {
      ...{ account: '123456789012', region: 'us-east-1', requestId: 'request-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
      ...{ callerArn: 'arn:aws:iam::123456789012:root', endpoint: '' },
    },
    ...{ caller: undefined, input: {}, output: {}, failure: undefined },
    startedAtMs: Date.UTC(2015, 5, 17, 0, 47, 28, 900),
    ...more,
  };
}

const recorded = (...made: Parameters<typeof called>): Record<string, unknown> =>
  JSON.parse(recordOf(called(...made)).record) as Record<string, unknown>;

const callerOf = (more: Partial<AccessKey>, context: Record<string, string>): AccessKey => ({
  ...{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 's', account: '123456789012', callerArn: '', userId: '' },
  principal: { kind: 'AWS', names: [] },
  permissions: allPermissions,
  context: new Map(Object.entries(context)),
  ...more,
});

test('[MET-10] a reading call of API Gateway is recorded as the guide shows GetResource', () => {
  const { eventID, ...record } = recorded('apigateway', 'GetResource', {
    input: { restApiId: '3rbEXAMPLE', resourceId: '5tfEXAMPLE' },
    output: { id: '5tfEXAMPLE' },
  });
  assert.match(String(eventID), /^[0-9a-f-]{36}$/);
  assert.deepEqual(record, {
    eventVersion: '1.11',
    userIdentity: {
      type: 'Root',
      principalId: '123456789012',
      arn: 'arn:aws:iam::123456789012:root',
      accountId: '123456789012',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    },
    eventTime: '2015-06-17T00:47:28Z',
    eventSource: 'apigateway.amazonaws.com',
    eventName: 'GetResource',
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.11',
    userAgent: 'some/1.0',
    requestParameters: { restApiId: '3rbEXAMPLE', resourceId: '5tfEXAMPLE', template: false },
    responseElements: null,
    requestID: 'request-1',
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '123456789012',
    eventCategory: 'Management',
  });
});

test('[MET-10] what REST operations are sent in the body stands under the name of their input, and answers carry their links', () => {
  const record = recorded('apigateway', 'CreateResource', {
    input: { restApiId: 'api1', parentId: 'root1', pathPart: 'iam' },
    output: { id: 'res1', parentId: 'root1', pathPart: 'iam', path: '/iam' },
  });
  assert.deepEqual(record['requestParameters'], {
    ...{ restApiId: 'api1', parentId: 'root1', template: false },
    createResourceInput: { pathPart: 'iam' },
  });
  const resource = { restApiId: 'api1', resourceId: 'res1' };
  assert.deepEqual(record['responseElements'], {
    ...{ id: 'res1', parentId: 'root1', pathPart: 'iam', path: '/iam' },
    self: { ...resource, template: false },
    resourceCreateChild: { parentId: 'res1', restApiId: 'api1', template: false },
    methodPut: { ...resource, template: true },
    resourceMethods: [{ ...resource, httpMethod: 'GET', template: false }],
  });
  assert.equal(record['readOnly'], false);
});

test('[MET-10] records of HTTP APIs are plain, times are Java’s', () => {
  const { requestParameters, responseElements, eventSource } = recorded('apigatewayv2', 'CreateDeployment', {
    input: { ApiId: 'abc' },
    output: { DeploymentId: 'd', AutoDeployed: false, CreatedDate: Date.UTC(2026, 10, 26, 23, 5, 9) },
  });
  assert.deepEqual(requestParameters, { apiId: 'abc' });
  assert.deepEqual(responseElements, {
    autoDeployed: false,
    createdDate: 'Nov 26, 2026, 11:05:09 PM',
    deploymentId: 'd',
  });
  assert.equal(eventSource, 'apigateway.amazonaws.com');
  assert.equal(recorded('apigatewayv2', 'DeleteApi', { input: { ApiId: 'abc' } })['responseElements'], null);
});

test('[MET-10] nothing secret is in a record, and neither code nor documents', () => {
  const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  const parametersOf = (...[name, operation, input]: [ModelName, string, Record<string, unknown>]): unknown =>
    recorded(name, operation, { input })['requestParameters'];
  assert.deepEqual(parametersOf('apigateway', 'CreateApiKey', { name: 'k', value: 'a-key-of-a-customer' }), {
    createApiKeyInput: { name: 'k', value: hidden },
  });
  assert.deepEqual(parametersOf('apigateway', 'ImportRestApi', { failOnWarnings: true, body: Buffer.from('{}') }), {
    failOnWarnings: true,
  });
  assert.deepEqual(
    parametersOf('cognito-idp', 'InitiateAuth', {
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: 'client1',
      AuthParameters: { USERNAME: 'ann', PASSWORD: 'Secret-1' },
    }),
    {
      authFlow: 'USER_PASSWORD_AUTH',
      authParameters: { USERNAME: hidden, PASSWORD: hidden },
      clientId: 'client1',
    },
  );
  assert.deepEqual(
    parametersOf('lambda', 'CreateFunction', {
      FunctionName: 'f',
      Code: { ZipFile: Buffer.from('zip') },
      Environment: { Variables: { KEY: 'secret' } },
    }),
    { functionName: 'f', code: {}, environment: {} },
  );
  const made = recorded('iam', 'CreateAccessKey', {
    input: { UserName: 'ann' },
    output: { AccessKey: { UserName: 'ann', AccessKeyId: 'AKIA1', Status: 'Active', SecretAccessKey: 'shh' } },
  });
  assert.deepEqual(made['responseElements'], {
    accessKey: { userName: 'ann', accessKeyId: 'AKIA1', status: 'Active', secretAccessKey: hidden },
  });
  // AssumeRole only reads, and its answer is kept.
  const assumed = recorded('sts', 'AssumeRole', {
    input: { RoleArn: 'arn:aws:iam::123456789012:role/r', RoleSessionName: 's' },
    output: { Credentials: { AccessKeyId: 'ASIA1', SecretAccessKey: 'shh', SessionToken: 'shh', Expiration: 0 } },
  });
  assert.equal(assumed['readOnly'], true);
  assert.deepEqual(assumed['responseElements'], {
    credentials: {
      accessKeyId: 'ASIA1',
      secretAccessKey: hidden,
      sessionToken: hidden,
      expiration: 'Jan 1, 1970, 12:00:00 AM',
    },
  });
});

test('[MET-10] more than 100 KB of parameters are left out', () => {
  const { requestParameters } = recorded('apigateway', 'PutRestApi', {
    input: { restApiId: 'a', parameters: { basepath: 'x'.repeat(110_000) } },
  });
  assert.equal((requestParameters as Record<string, unknown>)['omitted'], true);
});

test('[MET-10] a refused call says why, and a call that was not let in says AccessDenied', () => {
  const failure = { status: 404, code: 'NotFoundException', exceptionName: 'NotFoundException', isFault: false };
  const more = { output: undefined, message: 'Invalid API identifier specified', members: {}, headers: [] };
  const lost = recorded('apigateway', 'DeleteRestApi', { output: undefined, failure: { ...failure, ...more } });
  assert.equal(lost['errorCode'], 'NotFoundException');
  assert.equal(lost['errorMessage'], 'Invalid API identifier specified');
  assert.equal(lost['responseElements'], null);
  const denied = { ...failure, ...more, exceptionName: 'AccessDeniedException', code: 'AccessDeniedException' };
  assert.equal(recorded('apigateway', 'DeleteRestApi', { failure: denied })['errorCode'], 'AccessDenied');
});

test('[MET-10] users, roles, sessions and nobody are told apart', () => {
  const { call } = called('iam', 'ListUsers');
  const identity = (more: Partial<AnsweredCall>): unknown => recorded('iam', 'ListUsers', more)['userIdentity'];
  const userArn = 'arn:aws:iam::123456789012:user/ann';
  const user = callerOf({ callerArn: userArn, userId: 'AIDA1' }, { 'aws:username': 'ann' });
  assert.deepEqual(identity({ caller: user, call: { ...call, callerArn: userArn } }), {
    ...{ type: 'IAMUser', principalId: 'AIDA1', arn: userArn, accountId: '123456789012' },
    ...{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', userName: 'ann' },
  });
  const sessionArn = 'arn:aws:sts::123456789012:assumed-role/deployer/ci';
  const session = callerOf(
    { callerArn: sessionArn, userId: 'AROA1:ci' },
    {
      'aws:principalarn': 'arn:aws:iam::123456789012:role/deployer',
      'aws:tokenissuetime': '2026-01-02T03:04:05.678Z',
      'aws:multifactorauthpresent': 'false',
    },
  );
  assert.deepEqual(identity({ caller: session, call: { ...call, callerArn: sessionArn, accessKeyId: 'ASIA1' } }), {
    ...{ type: 'AssumedRole', principalId: 'AROA1:ci', arn: sessionArn, accountId: '123456789012' },
    accessKeyId: 'ASIA1',
    sessionContext: {
      sessionIssuer: {
        ...{ type: 'Role', principalId: 'AROA1', arn: 'arn:aws:iam::123456789012:role/deployer' },
        ...{ accountId: '123456789012', userName: 'deployer' },
      },
      attributes: { creationDate: '2026-01-02T03:04:05Z', mfaAuthenticated: 'false' },
    },
  });
  assert.equal(
    recordOf(called('iam', 'ListUsers', { caller: session, call: { ...call, callerArn: sessionArn } })).userName,
    'ci',
  );
  const nobody = recorded('cognito-idp', 'SignUp', { call: { ...call, accessKeyId: undefined } });
  assert.deepEqual(nobody['userIdentity'], { type: 'Unknown', principalId: 'Anonymous' });
});

test('[MET-10] TestInvokeMethod and calls that move data are no management events; Lambda’s names carry dates', () => {
  assert.ok(isRecorded('apigateway', 'GetRestApis'));
  assert.ok(!isRecorded('apigateway', 'TestInvokeMethod'));
  assert.ok(!isRecorded('apigateway', 'TestInvokeAuthorizer'));
  assert.ok(!isRecorded('lambda', 'Invoke'));
  assert.ok(!isRecorded('apigatewaymanagementapi', 'PostToConnection'));
  const lambda = loadModel('lambda');
  const nameOf = (operation: string): string => eventName('lambda', lambda.operation(operation));
  assert.deepEqual(
    ['CreateFunction', 'UpdateFunctionCode', 'PutFunctionConcurrency', 'CreateFunctionUrlConfig'].map(nameOf),
    [
      'CreateFunction20150331',
      'UpdateFunctionCode20150331v2',
      'PutFunctionConcurrency20171031',
      'CreateFunctionUrlConfig',
    ],
  );
  assert.ok(isReadOnly('logs', 'FilterLogEvents'));
  assert.ok(!isReadOnly('cognito-idp', 'VerifyUserAttribute'));
});
