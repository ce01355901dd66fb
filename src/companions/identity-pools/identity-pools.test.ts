/** Identity pools: identities for logins, the role they act in, and who is refused. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { poolCall, type UserPoolsUnderTest, userPoolsUnderTest } from '../../../test/support/user-pools-under-test.ts';
import { createTokenIssuers, firstOf } from '../../app/token-issuers.ts';
import { Problem } from '../../base/problem.ts';
import type { SessionRequest } from '../../ports/sessions.ts';
import { createMemoryStore } from '../../store/memory.ts';
import type {
  CreateIdentityPoolInput,
  Operations,
  SetIdentityPoolRolesInput,
} from '../../wire/generated/cognito-identity.ts';
import { createIdentityPools } from './identity-pools.ts';

type Run = <Name extends keyof Operations>(
  name: Name,
  input: Operations[Name]['input'],
) => Promise<Operations[Name]['output']>;

interface UnderTest {
  readonly cognito: UserPoolsUnderTest;
  readonly run: Run;
  readonly assumed: SessionRequest[];
}

function underTest(): UnderTest {
  const cognito = userPoolsUnderTest();
  const companion = createIdentityPools({ store: createMemoryStore(), clock: cognito.clock });
  const assumed: SessionRequest[] = [];
  const handlers = companion.handlers(createTokenIssuers(firstOf(cognito, companion)), {
    async assumeRole(request) {
      if (request.roleArn.endsWith('/distrustful')) throw new Problem('AccessDeniedException', 'Not authorized');
      assumed.push(request);
      return { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't', expiresAtMs: 3_600_000 };
    },
  });
  const run: Run = async (name, input) => (handlers[name] as (input: unknown, call: unknown) => never)(input, poolCall);
  return { cognito, run, assumed };
}

const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;

async function withPools(
  { cognito, run }: UnderTest,
  more: Partial<CreateIdentityPoolInput> = {},
  roles: Partial<SetIdentityPoolRolesInput> = {},
) {
  const users = await cognito.pool();
  await users.user('ana');
  const provider = `cognito-idp.eu-west-1.amazonaws.com/${users.id}`;
  const ClientId = users.client.ClientId!;
  const { IdentityPoolId } = await run('CreateIdentityPool', {
    IdentityPoolName: 'riders',
    AllowUnauthenticatedIdentities: false,
    CognitoIdentityProviders: [{ ClientId, ProviderName: provider }],
    ...more,
  });
  await run('SetIdentityPoolRoles', {
    IdentityPoolId,
    Roles: { authenticated: role('rider'), unauthenticated: role('guest') },
    ...roles,
  });
  return { users, provider, ClientId, IdentityPoolId };
}

test('[COG-11] a signed-in user gets one identity, and credentials in the role of the authenticated', async () => {
  const parts = underTest();
  const { users, provider, IdentityPoolId } = await withPools(parts);
  const { IdToken } = await users.signIn('ana');
  const Logins = { [provider]: IdToken! };
  const { IdentityId } = await parts.run('GetId', { IdentityPoolId, Logins });
  assert.match(IdentityId!, /^eu-west-1:[0-9a-f-]{36}$/);
  assert.equal((await parts.run('GetId', { IdentityPoolId, Logins })).IdentityId, IdentityId);
  const { Credentials } = await parts.run('GetCredentialsForIdentity', { IdentityId: IdentityId!, Logins });
  assert.deepEqual(Credentials, { AccessKeyId: 'ASIA1', SecretKey: 's', SessionToken: 't', Expiration: 3_600_000 });
  const [request] = parts.assumed;
  const sub = String(decodeJwt(IdToken!)['sub']);
  assert.deepEqual(
    [request!.roleArn, request!.action, request!.principal],
    [role('rider'), 'sts:AssumeRoleWithWebIdentity', { kind: 'Federated', names: ['cognito-identity.amazonaws.com'] }],
  );
  assert.equal(request!.context!.get('cognito-identity.amazonaws.com:aud'), IdentityPoolId);
  assert.deepEqual(request!.cognito, {
    identityId: IdentityId,
    identityPoolId: IdentityPoolId,
    authenticationType: 'authenticated',
    authenticationProvider: `${provider},${provider}:CognitoSignIn:${sub}`,
  });
  assert.deepEqual((await parts.run('DescribeIdentity', { IdentityId: IdentityId! })).Logins, [provider]);
});

test('tokens of other clients, of other kinds, expired or changed are no logins', async () => {
  const parts = underTest();
  const { users, provider, IdentityPoolId } = await withPools(parts);
  const { IdToken, AccessToken } = await users.signIn('ana');
  const refuse = (Logins: Record<string, string>, message: RegExp | string) =>
    assert.rejects(parts.run('GetId', { IdentityPoolId, Logins }), { kind: 'NotAuthorizedException', message });
  await refuse({}, 'Unauthenticated access is not supported for this identity pool.');
  await refuse({ 'accounts.google.com': IdToken! }, 'Token is not from a supported provider of this identity pool.');
  await refuse({ [provider]: AccessToken! }, 'Invalid login token. Not a valid OpenId Connect identity token.');
  await refuse({ [provider]: 'no token' }, 'Invalid login token. Not a valid OpenId Connect identity token.');
  const [head, , signature] = IdToken!.split('.');
  const forged = Buffer.from(JSON.stringify({ ...decodeJwt(IdToken!), sub: 'another' })).toString('base64url');
  await refuse({ [provider]: `${head}.${forged}.${signature}` }, "Invalid login token. Couldn't verify signed token.");
  const other = await parts.cognito.run('CreateUserPoolClient', {
    UserPoolId: users.id,
    ClientName: 'other',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  const foreign = await parts.cognito.run('InitiateAuth', {
    ClientId: other.UserPoolClient!.ClientId!,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ana', PASSWORD: 'Sesame-1234' },
  });
  await refuse(
    { [provider]: foreign.AuthenticationResult!.IdToken! },
    'Invalid login token. Incorrect token audience.',
  );
  parts.cognito.clock.advance(3_600_000);
  await refuse({ [provider]: IdToken! }, /^Invalid login token\. Token expired: \d+ < \d+$/);
});

test('an identity with logins is nobody’s without one of them, and no other user’s', async () => {
  const parts = underTest();
  const { users, provider, IdentityPoolId } = await withPools(parts, { AllowUnauthenticatedIdentities: true });
  await users.user('bo');
  const ana = await users.signIn('ana');
  const bo = await users.signIn('bo');
  const { IdentityId } = await parts.run('GetId', { IdentityPoolId, Logins: { [provider]: ana.IdToken! } });
  await assert.rejects(parts.run('GetCredentialsForIdentity', { IdentityId: IdentityId! }), {
    kind: 'NotAuthorizedException',
    message: `Access to Identity '${IdentityId}' is forbidden.`,
  });
  await assert.rejects(
    parts.run('GetCredentialsForIdentity', { IdentityId: IdentityId!, Logins: { [provider]: bo.IdToken! } }),
    {
      kind: 'NotAuthorizedException',
    },
  );
  const guest = await parts.run('GetId', { IdentityPoolId });
  await parts.run('GetCredentialsForIdentity', { IdentityId: guest.IdentityId! });
  assert.equal(parts.assumed.at(-1)!.roleArn, role('guest'));
});

test('rules and tokens choose the role; where they choose none the pool’s setting decides', async () => {
  const parts = underTest();
  const { users, provider, ClientId, IdentityPoolId } = await withPools(parts);
  const { run, cognito } = parts;
  const act = async (): Promise<string> => {
    const { IdToken } = await users.signIn('ana');
    const Logins = { [provider]: IdToken! };
    const { IdentityId } = await run('GetId', { IdentityPoolId, Logins });
    await run('GetCredentialsForIdentity', { IdentityId: IdentityId!, Logins });
    return parts.assumed.at(-1)!.roleArn;
  };
  const Roles = { authenticated: role('rider') };
  const name = `${provider}:${ClientId}`;
  await run('SetIdentityPoolRoles', {
    IdentityPoolId,
    Roles,
    RoleMappings: {
      [name]: {
        Type: 'Rules',
        AmbiguousRoleResolution: 'Deny',
        RulesConfiguration: {
          Rules: [{ Claim: 'cognito:username', MatchType: 'StartsWith', Value: 'an', RoleARN: role('by-rule') }],
        },
      },
    },
  });
  assert.equal(await act(), role('by-rule'));
  await run('SetIdentityPoolRoles', {
    IdentityPoolId,
    Roles,
    RoleMappings: { [name]: { Type: 'Token', AmbiguousRoleResolution: 'Deny' } },
  });
  await assert.rejects(act(), { kind: 'NotAuthorizedException' });
  await cognito.run('CreateGroup', { UserPoolId: users.id, GroupName: 'staff', RoleArn: role('staff'), Precedence: 1 });
  await cognito.run('AdminAddUserToGroup', { UserPoolId: users.id, Username: 'ana', GroupName: 'staff' });
  assert.equal(await act(), role('staff'));
});

test('a role that does not trust the pool is a mistake in the pool’s configuration', async () => {
  const parts = underTest();
  const { IdentityPoolId } = await withPools(
    parts,
    { AllowUnauthenticatedIdentities: true },
    { Roles: { unauthenticated: role('distrustful') } },
  );
  const { IdentityId } = await parts.run('GetId', { IdentityPoolId });
  await assert.rejects(parts.run('GetCredentialsForIdentity', { IdentityId: IdentityId! }), {
    kind: 'InvalidIdentityPoolConfigurationException',
    message: 'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
  });
});

test('a developer’s own token gets credentials in the role of the authenticated, for its identity only', async () => {
  const parts = underTest();
  const { run, assumed } = parts;
  const { IdentityPoolId } = await run('CreateIdentityPool', {
    IdentityPoolName: 'own',
    AllowUnauthenticatedIdentities: false,
    DeveloperProviderName: 'login.example',
  });
  await run('SetIdentityPoolRoles', { IdentityPoolId, Roles: { authenticated: role('own') } });
  const sign = (user: string) =>
    run('GetOpenIdTokenForDeveloperIdentity', { IdentityPoolId, Logins: { 'login.example': user } });
  const { IdentityId, Token } = await sign('ana');
  const Logins = { 'cognito-identity.amazonaws.com': Token! };
  await run('GetCredentialsForIdentity', { IdentityId: IdentityId!, Logins });
  assert.equal(assumed.at(-1)!.roleArn, role('own'));
  const other = await sign('bo');
  await assert.rejects(run('GetCredentialsForIdentity', { IdentityId: other.IdentityId!, Logins }), {
    kind: 'NotAuthorizedException',
    message: `Access to Identity '${other.IdentityId}' is forbidden.`,
  });
  parts.cognito.clock.advance(900_000);
  await assert.rejects(run('GetCredentialsForIdentity', { IdentityId: IdentityId!, Logins }), /Token expired/);
});

test('identities of a developer’s own sign-in are found, merged and unlinked', async () => {
  const { run } = underTest();
  const DeveloperProviderName = 'login.example';
  const { IdentityPoolId } = await run('CreateIdentityPool', {
    IdentityPoolName: 'own',
    AllowUnauthenticatedIdentities: false,
    DeveloperProviderName,
  });
  const sign = async (user: string) =>
    (await run('GetOpenIdTokenForDeveloperIdentity', { IdentityPoolId, Logins: { [DeveloperProviderName]: user } }))
      .IdentityId!;
  const ana = await sign('ana');
  const bo = await sign('bo');
  assert.equal(await sign('ana'), ana);
  assert.deepEqual(await run('LookupDeveloperIdentity', { IdentityPoolId, DeveloperUserIdentifier: 'ana' }), {
    IdentityId: ana,
    DeveloperUserIdentifierList: ['ana'],
  });
  const merged = await run('MergeDeveloperIdentities', {
    IdentityPoolId,
    DeveloperProviderName,
    SourceUserIdentifier: 'ana',
    DestinationUserIdentifier: 'bo',
  });
  assert.equal(merged.IdentityId, bo);
  await assert.rejects(run('DescribeIdentity', { IdentityId: ana }), {
    kind: 'ResourceNotFoundException',
    message: `Identity '${ana}' not found.`,
  });
  await run('UnlinkDeveloperIdentity', {
    IdentityPoolId,
    IdentityId: bo,
    DeveloperProviderName,
    DeveloperUserIdentifier: 'bo',
  });
  assert.deepEqual(
    (await run('LookupDeveloperIdentity', { IdentityPoolId, IdentityId: bo })).DeveloperUserIdentifierList,
    [],
  );
});
