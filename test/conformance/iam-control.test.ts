/** IAM and STS with the official clients: what AWS CLI, CDK and Terraform call, and IAM's own refusals. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import * as iam from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ManualClock } from '../../src/base/clock.ts';
import { createCredentials } from '../../src/companions/credentials/credentials.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { allowInvoke, type IamUnderTest, iamUnderTest, policyOf, trusting } from '../support/iam-under-test.ts';

let gatewright: TestGatewright;
let own: IamUnderTest;
const send: IamUnderTest['iam']['send'] = ((command: never) => own.iam.send(command)) as never;

before(async () => {
  gatewright = await startTestGatewright();
  own = iamUnderTest(gatewright, '333333333333');
});

after(async () => {
  own.close();
  await gatewright.close();
});

/** A call to the companion without a wire. */
const call = {
  account: '333333333333',
  region: 'us-east-1',
  requestId: 'r',
  accessKeyId: undefined,
  callerArn: 'arn:aws:iam::333333333333:root',
  endpoint: 'http://localhost',
};

const anyone = trusting({ AWS: '333333333333' });
const invoke = policyOf(allowInvoke());

test('a user is made, found, renamed, tagged and deleted', async () => {
  const { User } = await send(
    new iam.CreateUserCommand({ UserName: 'Ann', Path: '/staff/', Tags: [{ Key: 'team', Value: 'rides' }] }),
  );
  assert.equal(User!.Arn, 'arn:aws:iam::333333333333:user/staff/Ann');
  assert.match(User!.UserId!, /^AIDA[A-Z2-7]{17}$/);
  assert.equal(User!.CreateDate!.getMilliseconds(), 0);
  await assert.rejects(send(new iam.CreateUserCommand({ UserName: 'ann' })), {
    name: 'EntityAlreadyExistsException',
    message: 'User with name ann already exists.',
  });
  await send(new iam.TagUserCommand({ UserName: 'Ann', Tags: [{ Key: 'Team', Value: 'other' }] }));
  assert.deepEqual((await send(new iam.GetUserCommand({ UserName: 'Ann' }))).User!.Tags, [
    { Key: 'Team', Value: 'other' },
  ]);
  await send(new iam.UpdateUserCommand({ UserName: 'Ann', NewUserName: 'Anna', NewPath: '/' }));
  assert.equal((await send(new iam.GetUserCommand({ UserName: 'Anna' }))).User!.UserId, User!.UserId);
  await assert.rejects(send(new iam.GetUserCommand({ UserName: 'Ann' })), {
    name: 'NoSuchEntityException',
    message: 'The user with name Ann cannot be found.',
  });
  await send(new iam.DeleteUserCommand({ UserName: 'Anna' }));
  await assert.rejects(send(new iam.DeleteUserCommand({ UserName: 'Anna' })), { name: 'NoSuchEntityException' });
});

test('what is still in use is not deleted', async () => {
  const conflict = (message: string) => ({ name: 'DeleteConflictException', message });
  await send(new iam.CreateUserCommand({ UserName: 'bob' }));
  await send(new iam.CreateGroupCommand({ GroupName: 'all' }));
  const { Policy } = await send(new iam.CreatePolicyCommand({ PolicyName: 'used', PolicyDocument: invoke }));
  const PolicyArn = Policy!.Arn!;
  await send(new iam.AttachUserPolicyCommand({ UserName: 'bob', PolicyArn }));
  await send(new iam.PutUserPolicyCommand({ UserName: 'bob', PolicyName: 'p', PolicyDocument: invoke }));
  const { AccessKey } = await send(new iam.CreateAccessKeyCommand({ UserName: 'bob' }));
  await send(new iam.AddUserToGroupCommand({ UserName: 'bob', GroupName: 'all' }));
  const remove = (): Promise<unknown> => send(new iam.DeleteUserCommand({ UserName: 'bob' }));
  await assert.rejects(remove(), conflict('Cannot delete entity, must detach all policies first.'));
  await assert.rejects(
    send(new iam.DeletePolicyCommand({ PolicyArn })),
    conflict('Cannot delete a policy attached to entities.'),
  );
  await send(new iam.DetachUserPolicyCommand({ UserName: 'bob', PolicyArn }));
  await assert.rejects(remove(), conflict('Cannot delete entity, must delete policies first.'));
  await send(new iam.DeleteUserPolicyCommand({ UserName: 'bob', PolicyName: 'p' }));
  await assert.rejects(remove(), conflict('Cannot delete entity, must delete access keys first.'));
  await send(new iam.DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: AccessKey!.AccessKeyId! }));
  await assert.rejects(remove(), conflict('Cannot delete entity, must remove users from group first.'));
  await assert.rejects(
    send(new iam.DeleteGroupCommand({ GroupName: 'all' })),
    conflict('Cannot delete entity, must remove users from group first.'),
  );
  await send(new iam.RemoveUserFromGroupCommand({ UserName: 'bob', GroupName: 'all' }));
  await remove();
  await send(new iam.DeleteGroupCommand({ GroupName: 'all' }));
  await send(new iam.DeletePolicyCommand({ PolicyArn }));
});

test('documents come back as they were given; a malformed one is refused in IAM’s words', async () => {
  const trust = anyone.replace('{', '{\n  ');
  await send(new iam.CreateRoleCommand({ RoleName: 'worded', AssumeRolePolicyDocument: trust, Description: 'd' }));
  const { Role } = await send(new iam.GetRoleCommand({ RoleName: 'worded' }));
  assert.equal(decodeURIComponent(Role!.AssumeRolePolicyDocument!), trust);
  assert.equal(Role!.MaxSessionDuration, 3600);
  const malformed = { name: 'MalformedPolicyDocumentException' };
  await assert.rejects(send(new iam.CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: '{' })), {
    ...malformed,
    message: 'This policy contains invalid Json',
  });
  await assert.rejects(
    send(new iam.PutRolePolicyCommand({ RoleName: 'worded', PolicyName: 'p', PolicyDocument: anyone })),
    { ...malformed, message: 'Policy document should not specify a principal.' },
  );
  await send(new iam.PutRolePolicyCommand({ RoleName: 'worded', PolicyName: 'p', PolicyDocument: invoke }));
  const { PolicyDocument } = await send(new iam.GetRolePolicyCommand({ RoleName: 'worded', PolicyName: 'p' }));
  assert.equal(decodeURIComponent(PolicyDocument!), invoke);
  await assert.rejects(send(new iam.GetRolePolicyCommand({ RoleName: 'worded', PolicyName: 'none' })), {
    name: 'NoSuchEntityException',
    message: 'The role policy with name none cannot be found.',
  });
});

test('a managed policy has up to five versions, one of them the default', async () => {
  const { Policy } = await send(
    new iam.CreatePolicyCommand({ PolicyName: 'versions', PolicyDocument: invoke, Description: 'd' }),
  );
  const PolicyArn = Policy!.Arn!;
  for (let i = 2; i <= 5; i++) {
    const { PolicyVersion } = await send(
      new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: invoke, SetAsDefault: i === 3 }),
    );
    assert.deepEqual([PolicyVersion!.VersionId, PolicyVersion!.IsDefaultVersion], [`v${i}`, i === 3]);
  }
  await assert.rejects(send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: invoke })), {
    name: 'LimitExceededException',
    message:
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
  });
  await assert.rejects(send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v3' })), {
    message: 'Cannot delete the default version of a policy.',
  });
  await send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  await send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v5' }));
  assert.equal((await send(new iam.GetPolicyCommand({ PolicyArn }))).Policy!.DefaultVersionId, 'v5');
  await assert.rejects(send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' })), {
    message: `Policy ${PolicyArn} version v1 does not exist or is not attachable.`,
  });
  await assert.rejects(send(new iam.GetPolicyCommand({ PolicyArn: `${PolicyArn}x` })), {
    name: 'NoSuchEntityException',
    message: `Policy ${PolicyArn}x was not found.`,
  });
});

test('lists come in pages', async () => {
  for (const name of ['p1', 'p2', 'p3']) await send(new iam.CreateUserCommand({ UserName: name, Path: '/paged/' }));
  const first = await send(new iam.ListUsersCommand({ PathPrefix: '/paged/', MaxItems: 2 }));
  assert.deepEqual([first.Users!.length, first.IsTruncated], [2, true]);
  const second = await send(new iam.ListUsersCommand({ PathPrefix: '/paged/', MaxItems: 2, Marker: first.Marker }));
  assert.deepEqual(
    second.Users!.map(({ UserName }) => UserName),
    ['p3'],
  );
  assert.deepEqual([second.IsTruncated, second.Marker], [false, undefined]);
});

test('AWS’s policies can be looked at and attached, not changed', async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';
  const { Policy } = await send(new iam.GetPolicyCommand({ PolicyArn }));
  assert.equal(Policy!.Path, '/service-role/');
  const { PolicyVersion } = await send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  assert.equal(JSON.parse(decodeURIComponent(PolicyVersion!.Document!)).Statement[0].Effect, 'Allow');
  await send(
    new iam.CreateRoleCommand({
      RoleName: 'pusher',
      AssumeRolePolicyDocument: trusting({ Service: 'apigateway.amazonaws.com' }),
    }),
  );
  await send(new iam.AttachRolePolicyCommand({ RoleName: 'pusher', PolicyArn }));
  const { PolicyRoles } = await send(new iam.ListEntitiesForPolicyCommand({ PolicyArn }));
  assert.deepEqual(
    PolicyRoles!.map(({ RoleName }) => RoleName),
    ['pusher'],
  );
  await assert.rejects(send(new iam.DeletePolicyCommand({ PolicyArn })), { name: 'AccessDenied' });
  await assert.rejects(send(new iam.AttachRolePolicyCommand({ RoleName: 'pusher', PolicyArn: `${PolicyArn}2` })), {
    message: `Policy ${PolicyArn}2 does not exist or is not attachable.`,
  });
});

test('an instance profile holds one role, which then cannot be deleted', async () => {
  await send(new iam.CreateRoleCommand({ RoleName: 'held', AssumeRolePolicyDocument: anyone }));
  await send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'profile' }));
  const names = { InstanceProfileName: 'profile', RoleName: 'held' };
  await send(new iam.AddRoleToInstanceProfileCommand(names));
  const { InstanceProfile } = await send(new iam.GetInstanceProfileCommand({ InstanceProfileName: 'profile' }));
  assert.equal(InstanceProfile!.Roles![0]!.RoleName, 'held');
  await assert.rejects(send(new iam.DeleteRoleCommand({ RoleName: 'held' })), {
    message: 'Cannot delete entity, must remove roles from instance profile first.',
  });
  await send(new iam.RemoveRoleFromInstanceProfileCommand(names));
  await send(new iam.DeleteRoleCommand({ RoleName: 'held' }));
  await send(new iam.DeleteInstanceProfileCommand({ InstanceProfileName: 'profile' }));
});

test('a service-linked role is its service’s: nobody else changes it', async () => {
  const { Role } = await send(
    new iam.CreateServiceLinkedRoleCommand({ AWSServiceName: 'ops.apigateway.amazonaws.com' }),
  );
  const RoleName = Role!.RoleName!;
  assert.equal(Role!.Arn, `arn:aws:iam::333333333333:role/aws-service-role/ops.apigateway.amazonaws.com/${RoleName}`);
  await assert.rejects(send(new iam.DeleteRoleCommand({ RoleName })), { name: 'UnmodifiableEntityException' });
  const { DeletionTaskId } = await send(new iam.DeleteServiceLinkedRoleCommand({ RoleName }));
  const { Status } = await send(new iam.GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId: DeletionTaskId! }));
  assert.equal(Status, 'SUCCEEDED');
});

test('accounts do not see each other; aliases and summaries are the account’s own', async () => {
  const other = iamUnderTest(gatewright, '444444444444');
  await assert.rejects(other.iam.send(new iam.GetUserCommand({ UserName: 'p1' })), { name: 'NoSuchEntityException' });
  await send(new iam.CreateAccountAliasCommand({ AccountAlias: 'rides' }));
  assert.deepEqual((await send(new iam.ListAccountAliasesCommand({}))).AccountAliases, ['rides']);
  assert.deepEqual((await other.iam.send(new iam.ListAccountAliasesCommand({}))).AccountAliases, []);
  assert.equal((await other.iam.send(new iam.GetAccountSummaryCommand({}))).SummaryMap!['Users'], 0);
  other.close();
});

test('STS says who one is; a federated user is within its maker and its own policy', async () => {
  const keys = await own.user('maker', invoke);
  const as = own.stsAs(keys);
  assert.equal((await as.send(new GetCallerIdentityCommand({}))).Arn, keys.arn);
  const { FederatedUser, Credentials } = await as.send(
    new GetFederationTokenCommand({ Name: 'guest', Policy: invoke }),
  );
  assert.equal(FederatedUser!.Arn, 'arn:aws:sts::333333333333:federated-user/guest');
  const guest = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
  assert.equal((await own.stsAs(guest).send(new GetCallerIdentityCommand({}))).UserId, '333333333333:guest');
  assert.equal(
    (await own.sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: keys.accessKeyId }))).Account,
    '333333333333',
  );
  const roleArn = await own.role('short', anyone);
  await assert.rejects(own.assume(roleArn, undefined, { DurationSeconds: 7200 }), {
    message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  });
  await assert.rejects(own.assume(roleArn, undefined, { DurationSeconds: 1 }), { name: 'ValidationError' });
});

test('a role is assumed with a token its issuer signed, and with no other', async () => {
  const issuer = 'https://issuer.example.com';
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const stranger = await generateKeyPair('RS256');
  const clock = new ManualClock();
  const companion = createCredentials({ store: createMemoryStore(), clock, strictPermissions: false });
  const keys = [{ ...(await exportJWK(publicKey)), kty: 'RSA', kid: 'k1', alg: 'RS256' }];
  const sts = companion.sts(companion.credentials, { keysOf: async () => keys });
  const provider = await companion.iam.CreateOpenIDConnectProvider!({ Url: issuer, ClientIDList: ['app'] }, call);
  const Federated = provider.OpenIDConnectProviderArn!;
  const condition = {
    Condition: { StringEquals: { 'issuer.example.com:sub': 'ann', 'issuer.example.com:aud': 'app' } },
  };
  const trust = policyOf({
    Effect: 'Allow',
    Principal: { Federated },
    Action: 'sts:AssumeRoleWithWebIdentity',
    ...condition,
  });
  const { Role } = await companion.iam.CreateRole!({ RoleName: 'web', AssumeRolePolicyDocument: trust }, call);
  const token = (claims: { sub?: string; aud?: string; exp?: number } = {}, key = privateKey) =>
    new SignJWT({ sub: 'ann', aud: 'app', exp: clock.now() / 1000 + 60, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(issuer)
      .sign(key);
  const assume = async (WebIdentityToken: string) =>
    sts.AssumeRoleWithWebIdentity!({ RoleArn: Role!.Arn!, RoleSessionName: 'web', WebIdentityToken }, call);
  const made = await assume(await token());
  assert.equal(made.AssumedRoleUser!.Arn, 'arn:aws:sts::333333333333:assumed-role/web/web');
  assert.deepEqual([made.SubjectFromWebIdentityToken, made.Audience], ['ann', 'app']);
  const session = await companion.credentials.accessKey(made.Credentials!.AccessKeyId!);
  assert.equal(session!.context.get('aws:federatedprovider'), 'issuer.example.com');
  const refusals = [
    [await token({ sub: 'bob' }), 'AccessDeniedException'],
    [await token({ aud: 'other' }), 'InvalidIdentityTokenException'],
    [await token({ exp: clock.now() / 1000 - 1 }), 'ExpiredTokenException'],
    [await token({}, stranger.privateKey), 'InvalidIdentityTokenException'],
    [
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await token()).split('.')[1]}.`,
      'InvalidIdentityTokenException',
    ],
    ['nonsense', 'InvalidIdentityTokenException'],
  ] as const;
  for (const [text, kind] of refusals) await assert.rejects(assume(text), { kind }, kind);
  await companion.iam.DeleteOpenIDConnectProvider!({ OpenIDConnectProviderArn: Federated }, call);
  await assert.rejects(assume(await token()), {
    message: `No OpenIDConnect provider found in your account for ${issuer}`,
  });
});

test('[IAM-08] sessions outlive the process and end in time', async () => {
  const store = createMemoryStore();
  const clock = new ManualClock();
  const companion = createCredentials({ store, clock, strictPermissions: false });
  const { Role } = await companion.iam.CreateRole!({ RoleName: 'r', AssumeRolePolicyDocument: anyone }, call);
  const sts = companion.sts(companion.credentials, { keysOf: async () => [] });
  const { Credentials } = await sts.AssumeRole!(
    { RoleArn: Role!.Arn!, RoleSessionName: 'ss', DurationSeconds: 900 },
    call,
  );
  const later = createCredentials({ store, clock, strictPermissions: false });
  const key = await later.credentials.accessKey(Credentials!.AccessKeyId!);
  assert.equal(key!.sessionToken, Credentials!.SessionToken);
  assert.equal(key!.expiresAtMs, clock.now() + 900_000);
  assert.equal(await later.credentials.accessKey(`${Credentials!.AccessKeyId!.slice(0, -1)}1`), undefined);
});

test('a simulation asks the policies without doing anything', async () => {
  const user = await own.user('simulated', policyOf(allowInvoke('arn:aws:execute-api:*:*:abc/*')));
  const ask = async (command: iam.SimulatePrincipalPolicyCommand | iam.SimulateCustomPolicyCommand) =>
    (await own.iam.send(command as iam.SimulateCustomPolicyCommand)).EvaluationResults!.map(
      ({ EvalDecision }) => EvalDecision,
    );
  const ResourceArns = ['abc', 'xyz'].map((id) => `arn:aws:execute-api:us-east-1:333333333333:${id}/prod/GET/`);
  const asked = { ActionNames: ['execute-api:Invoke'], ResourceArns };
  assert.deepEqual(await ask(new iam.SimulatePrincipalPolicyCommand({ PolicySourceArn: user.arn, ...asked })), [
    'allowed',
    'implicitDeny',
  ]);
  const home = { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } };
  const PolicyInputList = [
    policyOf({ ...allowInvoke(), ...home }, { Effect: 'Deny', Action: '*', Resource: ResourceArns[1] }),
  ];
  const ContextEntries = [
    { ContextKeyName: 'aws:SourceIp', ContextKeyValues: ['10.1.2.3'], ContextKeyType: 'ip' as const },
  ];
  assert.deepEqual(await ask(new iam.SimulateCustomPolicyCommand({ PolicyInputList, ...asked, ContextEntries })), [
    'allowed',
    'explicitDeny',
  ]);
  assert.deepEqual(await ask(new iam.SimulateCustomPolicyCommand({ PolicyInputList, ...asked })), [
    'implicitDeny',
    'explicitDeny',
  ]);
});
