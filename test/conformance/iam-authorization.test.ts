/** The guide's flows with IAM: users, groups, roles and policies made with the official clients, then protected methods called with their keys. */
import { strict as assert } from 'node:assert';
import { execFile, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { UpdateRestApiCommand } from '@aws-sdk/client-api-gateway';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import {
  allowInvoke,
  type IamUnderTest,
  iamUnderTest,
  policyOf,
  signedFetch,
  trusting,
} from '../support/iam-under-test.ts';

const run = promisify(execFile);
let gatewright: TestGatewright;
let iam: IamUnderTest;
let api: ApiUnderTest;

const echo = `exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) })`;

before(async () => {
  gatewright = await startTestGatewright();
  iam = iamUnderTest(gatewright);
  const functionArn = await createFunction(gatewright, 'echo', echo);
  api = await createApi(gatewright, {
    'GET /pets': { ...mock('pets'), authorization: 'AWS_IAM' },
    'POST /pets': { ...mock('made'), authorization: 'AWS_IAM' },
    'GET /who': { ...lambdaProxy(functionArn), authorization: 'AWS_IAM' },
  });
  await api.deploy('prod');
});

after(async () => {
  iam.close();
  await gatewright.close();
});

const url = (path: string): string => api.url('prod', path);

test('[IAM-01] [IAM-04] a user whose policy allows GET may GET, and not POST', async () => {
  const arn = `arn:aws:execute-api:us-east-1:000000000000:${api.id}/prod/GET/*`;
  const ann = await iam.user('ann', policyOf(allowInvoke(arn)));
  assert.deepEqual(await signedFetch(url('/pets'), ann), { status: 200, body: 'pets', errorType: null });
  assert.equal((await signedFetch(url('/pets'), ann, { presign: true })).body, 'pets');
  const refused = await signedFetch(url('/pets'), ann, { method: 'POST', body: '{}' });
  assert.equal(refused.status, 403);
  assert.equal(
    refused.body,
    JSON.stringify({
      Message: `User: ${ann.arn} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0000:${api.id}/prod/POST/pets because no identity-based policy allows the execute-api:Invoke action`,
    }),
  );
});

test('[IAM-02] unsigned, unknown, inactive and expired keys are refused', async () => {
  const unsigned = await fetch(url('/pets'));
  assert.equal(unsigned.status, 403);
  assert.equal(await unsigned.text(), '{"message":"Missing Authentication Token"}');
  const bob = await iam.user('bob', policyOf(allowInvoke()));
  assert.equal((await signedFetch(url('/pets'), bob)).status, 200);
  const { errorType } = await signedFetch(url('/pets'), { ...bob, secretAccessKey: 'guessed' });
  assert.equal(errorType, 'InvalidSignatureException');
  const { status, body } = await signedFetch(url('/pets'), bob, { region: 'eu-west-1' });
  assert.deepEqual(
    [status, body],
    [403, `{"message":"Credential should be scoped to a valid region, not 'eu-west-1'. "}`],
  );
  await iam.iam.send(new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId: bob.accessKeyId, Status: 'Inactive' }));
  const inactive = await signedFetch(url('/pets'), bob);
  assert.equal(inactive.body, '{"message":"The security token included in the request is invalid."}');
});

test('[IAM-06] [IAM-08] a role is assumed and invokes; the function learns of the session', async () => {
  const roleArn = await iam.role('caller', trusting({ AWS: '000000000000' }), policyOf(allowInvoke()));
  const keys = await iam.assume(roleArn);
  const { status, body } = await signedFetch(url('/who'), keys);
  assert.equal(status, 200, body);
  const event = JSON.parse(body);
  const { identity } = event.requestContext;
  assert.equal(identity.userArn, 'arn:aws:sts::000000000000:assumed-role/caller/test');
  assert.match(identity.user, /^AROA[A-Z2-7]{17}:test$/);
  assert.equal(identity.caller, identity.user);
  assert.equal(identity.accessKey, keys.accessKeyId);
  assert.equal(identity.accountId, '000000000000');
  assert.equal(event.headers.Authorization, undefined);
  assert.equal(event.headers['x-amz-security-token'], keys.sessionToken);
  const { sessionToken: _, ...without } = keys;
  assert.equal((await signedFetch(url('/who'), without)).errorType, 'UnrecognizedClientException');
  await iam.iam.send(new DeleteRolePolicyCommand({ RoleName: 'caller', PolicyName: 'own' }));
  assert.equal((await signedFetch(url('/who'), keys)).status, 403, 'a policy taken away acts at once');
  await iam.iam.send(new DeleteRoleCommand({ RoleName: 'caller' }));
  assert.equal((await signedFetch(url('/who'), keys)).errorType, 'UnrecognizedClientException');
});

test('[IAM-08] a group’s policy counts for its users, an explicit deny beats it', async () => {
  await iam.iam.send(new CreateGroupCommand({ GroupName: 'callers' }));
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonAPIGatewayInvokeFullAccess';
  await iam.iam.send(new AttachGroupPolicyCommand({ GroupName: 'callers', PolicyArn }));
  const cy = await iam.user('cy');
  assert.equal((await signedFetch(url('/pets'), cy)).status, 403);
  await iam.iam.send(new AddUserToGroupCommand({ GroupName: 'callers', UserName: 'cy' }));
  assert.equal((await signedFetch(url('/pets'), cy)).status, 200);
  const deny = policyOf({ Effect: 'Deny', Action: 'execute-api:*', Resource: `*/POST/*` });
  await iam.iam.send(new PutUserPolicyCommand({ UserName: 'cy', PolicyName: 'no-post', PolicyDocument: deny }));
  assert.equal((await signedFetch(url('/pets'), cy)).status, 200);
  assert.match(
    (await signedFetch(url('/pets'), cy, { method: 'POST' })).body,
    /with an explicit deny in an identity-based policy/,
  );
});

test('a session policy and a boundary take away, and never add', async () => {
  const roleArn = await iam.role('bounded', trusting({ AWS: '000000000000' }));
  await iam.iam.send(
    new AttachRolePolicyCommand({ RoleName: 'bounded', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  );
  const Policy = policyOf(allowInvoke('*/GET/pets'));
  const limited = await iam.assume(roleArn, undefined, { Policy });
  assert.equal((await signedFetch(url('/pets'), limited)).status, 200);
  assert.match(
    (await signedFetch(url('/who'), limited)).body,
    /because no session policy allows the execute-api:Invoke action/,
  );
  const boundary = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const { Policy: made } = await iam.iam.send(
    new CreatePolicyCommand({ PolicyName: 'edge', PolicyDocument: boundary }),
  );
  await iam.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'bounded', PermissionsBoundary: made!.Arn! }));
  const whole = await iam.assume(roleArn);
  assert.match((await signedFetch(url('/pets'), whole)).body, /because no permissions boundary allows/);
});

test('a role is assumed by whom it trusts, and by nobody else', async () => {
  const dan = await iam.user('dan');
  const byAccount = await iam.role('by-account', trusting({ AWS: 'arn:aws:iam::000000000000:root' }));
  const denied = { name: 'AccessDenied' };
  await assert.rejects(iam.assume(byAccount, dan), {
    ...denied,
    message: `User: ${dan.arn} is not authorized to perform: sts:AssumeRole on resource: ${byAccount}`,
  });
  const assumes = policyOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: byAccount });
  await iam.iam.send(new PutUserPolicyCommand({ UserName: 'dan', PolicyName: 'assumes', PolicyDocument: assumes }));
  assert.ok(await iam.assume(byAccount, dan));
  const byName = await iam.role(
    'by-name',
    trusting({ AWS: dan.arn }, { Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }),
  );
  await assert.rejects(iam.assume(byName, dan), denied);
  assert.ok(await iam.assume(byName, dan, { ExternalId: 'x1' }));
  const byService = await iam.role('by-service', trusting({ Service: 'lambda.amazonaws.com' }));
  await assert.rejects(iam.assume(byService, dan), denied);
  await assert.rejects(iam.assume('arn:aws:iam::000000000000:role/nobody', dan), denied);
});

test('[IAM-07] across accounts both the caller’s policy and the API’s must allow', async () => {
  const there = iamUnderTest(gatewright, '222222222222');
  const eve = await there.user('eve', policyOf(allowInvoke()));
  const guest = await createApi(gatewright, { 'GET /pets': { ...mock('pets'), authorization: 'AWS_IAM' } });
  await guest.deploy('prod');
  const target = guest.url('prod', '/pets');
  assert.match(
    (await signedFetch(target, eve)).body,
    /because no resource-based policy allows the execute-api:Invoke action/,
  );
  const policy = policyOf({ ...allowInvoke('execute-api:/prod/GET/pets'), Principal: { AWS: [eve.arn] } });
  const patchOperations = [{ op: 'replace', path: '/policy', value: policy }] as const;
  await gatewright.apigateway.send(
    new UpdateRestApiCommand({ restApiId: guest.id, patchOperations: [...patchOperations] }),
  );
  assert.equal((await signedFetch(target, eve)).status, 403, 'a policy acts once it is deployed');
  await guest.deploy('prod');
  assert.equal((await signedFetch(target, eve)).status, 200);
  const fay = await there.user('fay');
  assert.equal((await signedFetch(target, fay)).status, 403);
  there.close();
});

test('keys of a user’s session, and the test keys of dev mode, are believed by their signature', async () => {
  const gus = await iam.user('gus', policyOf(allowInvoke()));
  const { Credentials } = await iam.stsAs(gus).send(new GetSessionTokenCommand({}));
  const keys = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
  assert.equal((await signedFetch(url('/pets'), keys)).status, 200);
  for (const accessKeyId of ['test', '000000000000']) {
    assert.equal((await signedFetch(url('/pets'), { accessKeyId, secretAccessKey: 'test' })).status, 200);
    assert.equal((await signedFetch(url('/pets'), { accessKeyId, secretAccessKey: 'guess' })).status, 403);
  }
  assert.equal((await signedFetch(url('/pets'), { accessKeyId: 'AKIAANYBODY', secretAccessKey: 'test' })).status, 403);
});

test('[IAM-01] what aws4 signs is believed, too', async () => {
  const aws4 = createRequire(import.meta.url)('aws4') as {
    sign(request: Record<string, unknown>, keys: object): { headers: Record<string, string>; path: string };
  };
  const hal = await iam.user('hal', policyOf(allowInvoke()));
  const { host, pathname } = new URL(url('/pets'));
  for (const signQuery of [false, true]) {
    const signed = aws4.sign({ host, path: pathname, service: 'execute-api', region: 'us-east-1', signQuery }, hal);
    const { Host: _, ...headers } = signed.headers;
    const reply = await fetch(`http://${host}${signed.path}`, { headers });
    assert.equal(await reply.text(), 'pets');
  }
});

const python = `
import sys, urllib.request
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
url, key, secret = sys.argv[1:4]
request = AWSRequest(method='GET', url=url)
SigV4Auth(Credentials(key, secret), 'execute-api', 'us-east-1').add_auth(request)
print(urllib.request.urlopen(urllib.request.Request(url, headers=dict(request.headers))).read().decode())
`;

import { programPath } from '../support/programs.ts';

const debiansPython = programPath('python3') ?? 'python3';
const withoutBoto3 =
  spawnSync(debiansPython, ['-c', 'import boto3']).status === 0 ? false : 'needs boto3: apt-get install python3-boto3';

test('[IAM-01] what boto3 signs is believed, too', { skip: withoutBoto3 }, async () => {
  const ida = await iam.user('ida', policyOf(allowInvoke()));
  const { stdout } = await run(debiansPython, ['-c', python, url('/pets'), ida.accessKeyId, ida.secretAccessKey]);
  assert.equal(stdout, 'pets\n');
});
