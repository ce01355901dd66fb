/** Huge policies, groups within groups and oversized tokens on the whole product: a clear error, nothing half kept, and nobody let in. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { CreateRestApiCommand, GetRestApiCommand, UpdateRestApiCommand } from '@aws-sdk/client-api-gateway';
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetGroupCommand,
  IAMClient,
  ListPoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { guardedApi } from '../../src/plan/authorizers/authorizer-fixture.ts';
import { issuersOf, testIssuer } from '../../src/plan/authorizers/token-fixture.ts';
import { VerifiedTokens } from '../../src/plan/authorizers/verified-tokens.ts';
import { functionsAnswering } from '../../src/plan/plan-fixture.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { allowInvoke, policyOf, trusting } from '../support/iam-under-test.ts';

let gatewright: TestGatewright;
let iam: IAMClient;

before(async () => {
  gatewright = await startTestGatewright();
  iam = new IAMClient(clientConfig(gatewright.endpoint));
});

after(async () => {
  iam.destroy();
  await gatewright.close();
});

const megabyte = 1024 * 1024;
const resources = (bytes: number): string[] =>
  Array.from({ length: Math.ceil(bytes / 64) }, (_, i) => `arn:aws:execute-api:*:*:${String(i).padStart(38, '0')}`);

test('policies of a megabyte, and those just over AWS’s quotas, are refused wherever they are given, and nothing of them is kept', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'large' }));
  await iam.send(new CreateGroupCommand({ GroupName: 'large' }));
  const tooLarge = { name: /^(?:LimitExceeded|ValidationError)(?:Exception)?$/ };
  for (const bytes of [megabyte, 11_000]) {
    const PolicyDocument = policyOf(allowInvoke(resources(bytes)));
    const own = { PolicyName: 'p', PolicyDocument };
    await assert.rejects(iam.send(new PutUserPolicyCommand({ UserName: 'large', ...own })), tooLarge);
    await assert.rejects(iam.send(new PutGroupPolicyCommand({ GroupName: 'large', ...own })), tooLarge);
    await assert.rejects(iam.send(new CreatePolicyCommand(own)), tooLarge);
    const people = Array.from({ length: bytes / 32 }, () => 'arn:aws:iam::000000000000:root');
    const AssumeRolePolicyDocument = trusting({ AWS: people });
    await assert.rejects(iam.send(new CreateRoleCommand({ RoleName: 'large', AssumeRolePolicyDocument })), tooLarge);
  }
  assert.deepEqual((await iam.send(new ListUserPoliciesCommand({ UserName: 'large' }))).PolicyNames, []);
  assert.deepEqual((await iam.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies, []);

  const { apigateway } = gatewright;
  const { id: restApiId } = await apigateway.send(new CreateRestApiCommand({ name: 'large' }));
  for (const bytes of [megabyte, 9_000]) {
    const value = policyOf({ ...allowInvoke(resources(bytes)), Principal: '*' });
    const patchOperations = [{ op: 'replace' as const, path: '/policy', value }];
    await assert.rejects(apigateway.send(new UpdateRestApiCommand({ restApiId: restApiId!, patchOperations })), {
      name: 'BadRequestException',
    });
    await assert.rejects(apigateway.send(new CreateRestApiCommand({ name: 'x', policy: value })), {
      name: 'BadRequestException',
    });
  }
  assert.equal((await apigateway.send(new GetRestApiCommand({ restApiId: restApiId! }))).policy, undefined);
  const { Roles } = await iam.send(new ListRolesCommand({}));
  assert.ok(!Roles!.some(({ RoleName }) => RoleName === 'large'));
});

test('groups hold users only: neither a group nor itself can be put into one', async () => {
  for (const GroupName of ['outer', 'inner']) await iam.send(new CreateGroupCommand({ GroupName }));
  for (const UserName of ['outer', 'inner', 'arn:aws:iam::000000000000:group/inner']) {
    await assert.rejects(iam.send(new AddUserToGroupCommand({ GroupName: 'outer', UserName })), {
      name: /^(?:NoSuchEntity|ValidationError)(?:Exception)?$/,
    });
  }
  assert.deepEqual((await iam.send(new GetGroupCommand({ GroupName: 'outer' }))).Users, []);
});

test('a good token of more than 8 KB lets nobody in, and one of less does', async () => {
  const issuer = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123');
  const seconds = Date.now() / 1000;
  const functions = functionsAnswering({ statusCode: 200, body: 'in' });
  const api = guardedApi(functions, {
    authorizer: {
      type: 'COGNITO_USER_POOLS',
      providerARNs: ['arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123'],
    },
    tools: { verifiedTokens: new VerifiedTokens(issuersOf(issuer)) },
  });
  const statusOf = async (letters: number): Promise<number> => {
    const claims = { sub: 'ann', aud: 'c', token_use: 'id', iat: seconds - 10, exp: seconds + 1e9 };
    const token = await issuer.sign({ ...claims, more: 'x'.repeat(letters) });
    return (await api.send({ headers: ['Authorization', token] })).status;
  };
  assert.equal(await statusOf(4_000), 200);
  assert.equal(await statusOf(6_500), 401);
  assert.equal(await statusOf(megabyte), 401);
});
