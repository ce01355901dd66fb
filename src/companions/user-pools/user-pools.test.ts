/** Users and pools: what operations answer, default and refuse, in Cognito's words. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  goodPassword,
  type UserPoolsUnderTest,
  userPoolsUnderTest,
} from '../../../test/support/user-pools-under-test.ts';
import { createIdentityPools } from '../identity-pools/identity-pools.ts';
import { identityPoolOperations } from '../identity-pools/lazy-identity-pools.ts';
import { userPoolOperations } from './lazy-user-pools.ts';

test('the operations listed for the start are those there are handlers for', () => {
  const cognito = userPoolsUnderTest();
  assert.deepEqual([...userPoolOperations], Object.keys(cognito.handlers).sort());
  const identity = createIdentityPools({ store: undefined as never, clock: cognito.clock });
  assert.deepEqual(
    [...identityPoolOperations],
    Object.keys(identity.handlers(undefined as never, undefined as never)).sort(),
  );
});

test('CreateUserPool answers with Cognito’s defaults', async () => {
  const { run, clock } = userPoolsUnderTest();
  const { UserPool } = await run('CreateUserPool', { PoolName: 'people' });
  const { SchemaAttributes, ...pool } = UserPool!;
  assert.match(pool.Id!, /^eu-west-1_[0-9a-zA-Z]{9}$/);
  assert.deepEqual(pool, {
    Id: pool.Id,
    Name: 'people',
    Arn: `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${pool.Id}`,
    DeletionProtection: 'INACTIVE',
    LambdaConfig: {},
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: [] },
    MfaConfiguration: 'OFF',
    UserPoolTier: 'ESSENTIALS',
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    Policies: {
      PasswordPolicy: {
        MinimumLength: 8,
        RequireUppercase: true,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: 7,
      },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
    },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
    UserPoolTags: {},
    EstimatedNumberOfUsers: 0,
    CreationDate: clock.now(),
    LastModifiedDate: clock.now(),
  });
  assert.equal(SchemaAttributes!.length, 21);
  assert.deepEqual(SchemaAttributes![0], {
    Name: 'sub',
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: false,
    Required: true,
    StringAttributeConstraints: { MinLength: '1', MaxLength: '2048' },
  });
});

test('what is configured and not enforced is refused, never skipped', async () => {
  const { run } = userPoolsUnderTest();
  for (const settings of [
    { LambdaConfig: { UserMigration: 'arn:aws:lambda:eu-west-1:123456789012:function:f' } },
    {
      LambdaConfig: {
        CustomEmailSender: { LambdaArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f', LambdaVersion: 'V1_0' },
      },
    },
    { UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } },
    { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } },
    { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
  ] as const) {
    await assert.rejects(run('CreateUserPool', { PoolName: 'p', ...settings }), { kind: 'NotImplementedException' });
  }
});

test('unknown pools, clients, users and groups', async () => {
  const cognito = userPoolsUnderTest();
  const { run } = cognito;
  const { id, client } = await cognito.pool();
  await assert.rejects(run('DescribeUserPool', { UserPoolId: 'eu-west-1_Nobodys12' }), {
    kind: 'ResourceNotFoundException',
    message: 'User pool eu-west-1_Nobodys12 does not exist.',
  });
  await assert.rejects(run('DescribeUserPoolClient', { UserPoolId: id, ClientId: 'x' }), {
    kind: 'ResourceNotFoundException',
    message: 'User pool client x does not exist.',
  });
  await assert.rejects(run('AdminGetUser', { UserPoolId: id, Username: 'x' }), {
    kind: 'UserNotFoundException',
    message: 'User does not exist.',
  });
  await assert.rejects(run('GetGroup', { UserPoolId: id, GroupName: 'x' }), {
    kind: 'ResourceNotFoundException',
    message: 'Group not found.',
  });
  const auth = { ClientId: client.ClientId!, AuthFlow: 'USER_PASSWORD_AUTH' as const };
  await assert.rejects(run('InitiateAuth', { ...auth, AuthParameters: { USERNAME: 'x', PASSWORD: 'y' } }), {
    kind: 'UserNotFoundException',
  });
  await assert.rejects(run('InitiateAuth', { ...auth, AuthParameters: { USERNAME: 'x' } }), {
    kind: 'InvalidParameterException',
    message: 'Missing required parameter PASSWORD',
  });
});

test('a client that hides who exists answers for strangers as for a wrong password', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool({}, { PreventUserExistenceErrors: 'ENABLED' });
  const refused = { kind: 'NotAuthorizedException', message: 'Incorrect username or password.' };
  await pool.user('ana');
  await assert.rejects(pool.signIn('ana', 'wrong'), refused);
  await assert.rejects(pool.signIn('nobody', 'wrong'), refused);
  const srp = {
    ClientId: pool.client.ClientId!,
    AuthFlow: 'USER_SRP_AUTH' as const,
    AuthParameters: { USERNAME: 'nobody', SRP_A: 'abc123' },
  };
  const first = await cognito.run('InitiateAuth', srp);
  const second = await cognito.run('InitiateAuth', srp);
  assert.equal(first.ChallengeName, 'PASSWORD_VERIFIER');
  assert.equal(first.ChallengeParameters!['SALT'], second.ChallengeParameters!['SALT']);
  const { SECRET_BLOCK } = first.ChallengeParameters!;
  await assert.rejects(
    cognito.run('RespondToAuthChallenge', {
      ClientId: pool.client.ClientId!,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: {
        USERNAME: 'nobody',
        PASSWORD_CLAIM_SIGNATURE: 'AAAA',
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK!,
        TIMESTAMP: 'Thu Jan 1 00:00:00 UTC 2026',
      },
    }),
    refused,
  );
});

test('an SRP_A that would make the key known to everybody is refused', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool();
  await pool.user('ana');
  for (const SRP_A of ['0', '00', 'not hexadecimal']) {
    const AuthParameters = { USERNAME: 'ana', SRP_A };
    await assert.rejects(
      cognito.run('InitiateAuth', { ClientId: pool.client.ClientId!, AuthFlow: 'USER_SRP_AUTH', AuthParameters }),
      { kind: 'InvalidParameterException' },
    );
  }
});

test('flows a client does not have are refused, each in its own words', async () => {
  const cognito = userPoolsUnderTest();
  const { client } = await cognito.pool({}, { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] });
  const AuthParameters = { USERNAME: 'ana', PASSWORD: 'x', SRP_A: '1' };
  for (const [AuthFlow, message] of [
    ['USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH flow not enabled for this client'],
    ['USER_SRP_AUTH', 'USER_SRP_AUTH is not enabled for the client.'],
    ['ADMIN_USER_PASSWORD_AUTH', 'Initiate Auth method not supported.'],
  ] as const) {
    await assert.rejects(cognito.run('InitiateAuth', { ClientId: client.ClientId!, AuthFlow, AuthParameters }), {
      kind: 'InvalidParameterException',
      message,
    });
  }
});

test('a client with a secret must prove it', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool({}, { GenerateSecret: true });
  await pool.user('ana');
  const { ClientId } = pool.client;
  const sign = (SECRET_HASH?: string) =>
    cognito.run('InitiateAuth', {
      ClientId: ClientId!,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ana', PASSWORD: goodPassword, ...(SECRET_HASH !== undefined && { SECRET_HASH }) },
    });
  await assert.rejects(sign(), {
    kind: 'NotAuthorizedException',
    message: `Client ${ClientId} is configured with secret but SECRET_HASH was not received`,
  });
  await assert.rejects(sign('AAAA'), { message: `Unable to verify secret hash for client ${ClientId}` });
  const { createHmac } = await import('node:crypto');
  const hash = createHmac('sha256', pool.client.ClientSecret!).update(`ana${ClientId}`).digest('base64');
  assert.ok((await sign(hash)).AuthenticationResult!.IdToken);
});

test('passwords are held to the policy, the first broken rule told', async () => {
  const cognito = userPoolsUnderTest();
  const { client } = await cognito.pool();
  for (const [Password, rule] of [
    ['Aa1!', 'Password not long enough'],
    ['abcdefg1!', 'Password must have uppercase characters'],
    ['ABCDEFG1!', 'Password must have lowercase characters'],
    ['Abcdefgh!', 'Password must have numeric characters'],
    ['Abcdefgh1', 'Password must have symbol characters'],
  ] as const) {
    await assert.rejects(cognito.run('SignUp', { ClientId: client.ClientId!, Username: 'ana', Password }), {
      kind: 'InvalidPasswordException',
      message: `Password did not conform with policy: ${rule}`,
    });
  }
});

test('five wrong passwords make the user wait', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool();
  await pool.user('ana');
  for (let i = 0; i < 5; i++)
    await assert.rejects(pool.signIn('ana', 'wrong'), { message: 'Incorrect username or password.' });
  await assert.rejects(pool.signIn('ana'), { kind: 'NotAuthorizedException', message: 'Password attempts exceeded' });
  cognito.clock.advance(1000);
  assert.ok((await pool.signIn('ana')).IdToken);
});

test('in a pool of e-mail addresses the username is the sub, and an address is taken once, whatever its case', async () => {
  const cognito = userPoolsUnderTest();
  const { id, client } = await cognito.pool({
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
  });
  const signUp = (Username: string) =>
    cognito.run('SignUp', { ClientId: client.ClientId!, Username, Password: goodPassword });
  await assert.rejects(signUp('ana'), { kind: 'InvalidParameterException', message: 'Username should be an email.' });
  const { UserSub } = await signUp('Ana@example.com');
  await assert.rejects(signUp('ana@EXAMPLE.com'), {
    kind: 'UsernameExistsException',
    message: 'An account with the given email already exists.',
  });
  const user = await cognito.run('AdminGetUser', { UserPoolId: id, Username: 'ana@example.com' });
  assert.deepEqual([user.Username, user.UserStatus], [UserSub, 'UNCONFIRMED']);
  assert.deepEqual(user.UserAttributes, [
    { Name: 'email', Value: 'Ana@example.com' },
    { Name: 'email_verified', Value: 'false' },
    { Name: 'sub', Value: UserSub },
  ]);
});

test('an alias counts once it is verified; another’s is AliasExistsException', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool({ AliasAttributes: ['email'] });
  const { run } = cognito;
  await assert.rejects(run('SignUp', { ClientId: pool.client.ClientId!, Username: 'a@b.c', Password: goodPassword }), {
    message: 'Username cannot be of email format, since user pool is configured for email alias.',
  });
  await pool.user('ana', { email: 'ana@example.com' });
  await assert.rejects(pool.signIn('ana@example.com'), { kind: 'UserNotFoundException' });
  const UserAttributes = [{ Name: 'email_verified', Value: 'true' }];
  await run('AdminUpdateUserAttributes', { UserPoolId: pool.id, Username: 'ana', UserAttributes });
  assert.ok((await pool.signIn('ana@example.com')).IdToken);
  await pool.user('bo', { email: 'ana@example.com' });
  await assert.rejects(run('AdminUpdateUserAttributes', { UserPoolId: pool.id, Username: 'bo', UserAttributes }), {
    kind: 'AliasExistsException',
    message: 'An account with the email already exists.',
  });
});

test('attributes are held to the schema', async () => {
  const cognito = userPoolsUnderTest();
  const { id, client } = await cognito.pool({
    Schema: [
      { Name: 'email', Required: true, Mutable: true },
      { Name: 'colour', AttributeDataType: 'String', StringAttributeConstraints: { MaxLength: '5' } },
      { Name: 'since', AttributeDataType: 'Number', Mutable: false },
    ],
  });
  const make = (attributes: Record<string, string>) =>
    cognito.run('SignUp', {
      ClientId: client.ClientId!,
      Username: 'ana',
      Password: goodPassword,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    });
  const email = 'ana@example.com';
  for (const [attributes, message] of [
    [{}, 'Attributes did not conform to the schema: email: The attribute email is required\n'],
    [{ email: 'ana' }, 'Invalid email address format.'],
    [{ email, phone_number: '123' }, 'Invalid phone number format.'],
    [
      { email, shoe: '42' },
      'Attributes did not conform to the schema: Type for attribute {shoe} could not be determined',
    ],
    [
      { email, 'custom:colour': 'vermilion' },
      'Attributes did not conform to the schema: custom:colour: String must be no longer than 5 characters\n',
    ],
  ] as const) {
    await assert.rejects(make(attributes), { kind: 'InvalidParameterException', message });
  }
  await make({ email, 'custom:since': '1999' });
  await assert.rejects(
    cognito.run('AdminUpdateUserAttributes', {
      UserPoolId: id,
      Username: 'ana',
      UserAttributes: [{ Name: 'custom:since', Value: '2000' }],
    }),
    { kind: 'InvalidParameterException', message: 'user.custom:since: Attribute cannot be updated.' },
  );
});

test('sign-up, confirmation and resending say what Cognito says', async () => {
  const cognito = userPoolsUnderTest();
  const { id, client } = await cognito.pool({ AutoVerifiedAttributes: ['email'] });
  const { run } = cognito;
  const ClientId = client.ClientId!;
  const who = { ClientId, Username: 'ana' };
  const UserAttributes = [{ Name: 'email', Value: 'ana@example.com' }];
  const made = await run('SignUp', { ...who, Password: goodPassword, UserAttributes });
  assert.deepEqual(made, {
    UserConfirmed: false,
    CodeDeliveryDetails: { Destination: 'a***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    UserSub: made.UserSub,
  });
  await assert.rejects(run('SignUp', { ...who, Password: goodPassword, UserAttributes }), {
    kind: 'UsernameExistsException',
    message: 'User already exists',
  });
  await assert.rejects(run('ConfirmSignUp', { ...who, ConfirmationCode: '999999' }), { kind: 'CodeMismatchException' });
  cognito.clock.advance(24 * 3_600_000);
  await assert.rejects(run('ConfirmSignUp', { ...who, ConfirmationCode: '123456' }), {
    kind: 'ExpiredCodeException',
    message: 'Invalid code provided, please request a code again.',
  });
  await run('ResendConfirmationCode', who);
  await run('ConfirmSignUp', { ...who, ConfirmationCode: '123456' });
  await assert.rejects(run('ConfirmSignUp', { ...who, ConfirmationCode: '123456' }), {
    kind: 'NotAuthorizedException',
    message: 'User cannot be confirmed. Current status is CONFIRMED',
  });
  await assert.rejects(run('ResendConfirmationCode', who), {
    kind: 'InvalidParameterException',
    message: 'User is already confirmed.',
  });
  const user = await run('AdminGetUser', { UserPoolId: id, Username: 'ana' });
  assert.deepEqual(
    user.UserAttributes!.find(({ Name }) => Name === 'email_verified'),
    { Name: 'email_verified', Value: 'true' },
  );
});

test('a code cannot be guessed: after five wrong ones the right one is refused too', async () => {
  const cognito = userPoolsUnderTest();
  const { client } = await cognito.pool({ AutoVerifiedAttributes: ['email'] });
  const who = { ClientId: client.ClientId!, Username: 'ana' };
  await cognito.run('SignUp', { ...who, Password: goodPassword, UserAttributes: [{ Name: 'email', Value: 'a@b.c' }] });
  for (let i = 0; i < 5; i++) {
    await assert.rejects(cognito.run('ConfirmSignUp', { ...who, ConfirmationCode: '999999' }), {
      kind: 'CodeMismatchException',
    });
  }
  await assert.rejects(cognito.run('ConfirmSignUp', { ...who, ConfirmationCode: '123456' }), {
    kind: 'LimitExceededException',
    message: 'Attempt limit exceeded, please try after some time.',
  });
});

test('a forgotten password is reset by code; an administrator’s reset asks for one', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool();
  const { run } = cognito;
  const who = { ClientId: pool.client.ClientId!, Username: 'ana' };
  await pool.user('ana', { email: 'ana@example.com', email_verified: 'true' });
  const { CodeDeliveryDetails } = await run('ForgotPassword', who);
  assert.equal(CodeDeliveryDetails!.Destination, 'a***@e***');
  await run('ConfirmForgotPassword', { ...who, ConfirmationCode: '123456', Password: 'Another-1234' });
  await pool.signIn('ana', 'Another-1234');
  await run('AdminResetUserPassword', { UserPoolId: pool.id, Username: 'ana' });
  await assert.rejects(pool.signIn('ana', 'Another-1234'), {
    kind: 'PasswordResetRequiredException',
    message: 'Password reset required for the user',
  });
  await pool.user('bo');
  await assert.rejects(run('ForgotPassword', { ...who, Username: 'bo' }), {
    kind: 'InvalidParameterException',
    message: 'Cannot reset password for the user as there is no registered/verified email or phone_number',
  });
});

test('tokens end with global sign-out, revocation, disabling and deletion', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool();
  const { run } = cognito;
  const ClientId = pool.client.ClientId!;
  await pool.user('ana');
  const refresh = (REFRESH_TOKEN: string) =>
    run('InitiateAuth', { ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } });

  const first = await pool.signIn('ana');
  const again = await refresh(first.RefreshToken!);
  assert.deepEqual(Object.keys(again.AuthenticationResult!), ['AccessToken', 'ExpiresIn', 'IdToken', 'TokenType']);
  await run('RevokeToken', { ClientId, Token: first.RefreshToken! });
  const revoked = { kind: 'NotAuthorizedException', message: 'Access Token has been revoked' };
  await assert.rejects(run('GetUser', { AccessToken: first.AccessToken! }), revoked);
  await assert.rejects(refresh(first.RefreshToken!), {
    kind: 'NotAuthorizedException',
    message: 'Refresh Token has been revoked',
  });
  await assert.rejects(run('RevokeToken', { ClientId, Token: first.AccessToken! }), {
    kind: 'UnsupportedTokenTypeException',
  });

  const second = await pool.signIn('ana');
  await run('GlobalSignOut', { AccessToken: second.AccessToken! });
  await assert.rejects(run('GetUser', { AccessToken: second.AccessToken! }), revoked);

  const third = await pool.signIn('ana');
  cognito.clock.advance(3_600_000);
  await assert.rejects(run('GetUser', { AccessToken: third.AccessToken! }), {
    kind: 'NotAuthorizedException',
    message: 'Access Token has expired',
  });
  await assert.rejects(run('GetUser', { AccessToken: 'not.a.token' }), {
    kind: 'NotAuthorizedException',
    message: 'Invalid Access Token',
  });

  const idToken = (await pool.signIn('ana')).IdToken!;
  await assert.rejects(run('GetUser', { AccessToken: idToken }), { message: 'Invalid Access Token' });
  await assert.rejects(run('GetUser', { AccessToken: `${idToken.slice(0, -4)}AAAA` }), {
    kind: 'NotAuthorizedException',
    message: 'Could not verify signature for Access Token',
  });
  const fourth = await pool.signIn('ana');
  await run('AdminDisableUser', { UserPoolId: pool.id, Username: 'ana' });
  await assert.rejects(pool.signIn('ana'), { kind: 'NotAuthorizedException', message: 'User is disabled.' });
  await run('AdminEnableUser', { UserPoolId: pool.id, Username: 'ana' });
  await assert.rejects(refresh(fourth.RefreshToken!), { kind: 'NotAuthorizedException' });
  const fifth = await pool.signIn('ana');
  await run('AdminDeleteUser', { UserPoolId: pool.id, Username: 'ana' });
  await assert.rejects(run('GetUser', { AccessToken: fifth.AccessToken! }), { kind: 'UserNotFoundException' });
});

test('a refresh token that is rotated is good for its grace, then no more', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool({}, { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 } });
  await pool.user('ana');
  const ClientId = pool.client.ClientId!;
  const { RefreshToken } = await pool.signIn('ana');
  const refresh = (token: string) => cognito.run('GetTokensFromRefreshToken', { ClientId, RefreshToken: token });
  const { AuthenticationResult } = await refresh(RefreshToken!);
  assert.notEqual(AuthenticationResult!.RefreshToken, RefreshToken);
  cognito.clock.advance(9_999);
  await refresh(AuthenticationResult!.RefreshToken!);
  cognito.clock.advance(10_001);
  await assert.rejects(refresh(RefreshToken!), { kind: 'NotAuthorizedException', message: 'Invalid Refresh Token' });
});

test('ListUsers filters and pages', async () => {
  const cognito = userPoolsUnderTest();
  const { id } = await cognito.pool();
  const { run } = cognito;
  for (const name of ['ana', 'anton', 'bo']) {
    await run('AdminCreateUser', {
      UserPoolId: id,
      Username: name,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }],
    });
  }
  const names = async (Filter: string) =>
    (await run('ListUsers', { UserPoolId: id, Filter })).Users!.map(({ Username }) => Username);
  assert.deepEqual(await names('username ^= "an"'), ['ana', 'anton']);
  assert.deepEqual(await names('email = "BO@example.com"'), ['bo']);
  assert.deepEqual(await names('cognito:user_status = "CONFIRMED"'), []);
  assert.deepEqual(await names('status = "Enabled"'), ['ana', 'anton', 'bo']);
  for (const filter of ['email', 'email ~ "x"', 'custom:x = "y"']) {
    await assert.rejects(names(filter), { kind: 'InvalidParameterException' });
  }
  const first = await run('ListUsers', { UserPoolId: id, Limit: 2, AttributesToGet: ['email'] });
  assert.deepEqual(
    first.Users!.map(({ Attributes }) => Attributes),
    [[{ Name: 'email', Value: 'ana@example.com' }], [{ Name: 'email', Value: 'anton@example.com' }]],
  );
  const second = await run('ListUsers', { UserPoolId: id, Limit: 2, PaginationToken: first.PaginationToken! });
  assert.deepEqual([second.Users!.length, second.PaginationToken], [1, undefined]);
});

test('clients are checked: OAuth flows, scopes, URLs, validity', async () => {
  const cognito = userPoolsUnderTest();
  const { id } = await cognito.pool();
  const make = (more: object) => cognito.run('CreateUserPoolClient', { UserPoolId: id, ClientName: 'c', ...more });
  for (const [more, kind, message] of [
    [
      { AllowedOAuthFlows: ['code', 'client_credentials'] },
      'InvalidOAuthFlowException',
      'client_credentials flow can not be selected along with code flow or implicit flow.',
    ],
    [
      { AllowedOAuthFlows: ['client_credentials'] },
      'InvalidOAuthFlowException',
      'client_credentials flow can not be selected if client does not have a client secret.',
    ],
    [
      { AllowedOAuthFlowsUserPoolClient: true },
      'InvalidOAuthFlowException',
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    ],
    [{ AllowedOAuthScopes: ['rides/read'] }, 'ScopeDoesNotExistException', 'Invalid scope requested: rides/read'],
    [
      { SupportedIdentityProviders: ['Google'] },
      'InvalidParameterException',
      `The provider Google does not exist for User Pool ${id}.`,
    ],
  ] as const) {
    await assert.rejects(make(more), { kind, message });
  }
  await assert.rejects(make({ CallbackURLs: ['http://example.com'] }), { kind: 'InvalidParameterException' });
  await assert.rejects(make({ AccessTokenValidity: 2, TokenValidityUnits: { AccessToken: 'days' } }), {
    kind: 'InvalidParameterException',
  });
  const { UserPoolClient } = await make({});
  const { ClientId, CreationDate, LastModifiedDate, ...client } = UserPoolClient!;
  assert.match(ClientId!, /^[a-z0-9]{26}$/);
  assert.deepEqual([CreationDate, LastModifiedDate], [cognito.clock.now(), cognito.clock.now()]);
  assert.deepEqual(client, {
    UserPoolId: id,
    ClientName: 'c',
    RefreshTokenValidity: 30,
    TokenValidityUnits: {},
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
  });
});

test('a domain keeps its pool from deletion', async () => {
  const cognito = userPoolsUnderTest();
  const { id } = await cognito.pool();
  await cognito.run('CreateUserPoolDomain', { UserPoolId: id, Domain: 'riders' });
  await assert.rejects(cognito.run('CreateUserPoolDomain', { UserPoolId: id, Domain: 'others' }), {
    kind: 'InvalidParameterException',
  });
  await assert.rejects(cognito.run('DeleteUserPool', { UserPoolId: id }), {
    kind: 'InvalidParameterException',
    message: 'User pool cannot be deleted. It has a domain configured that should be deleted first.',
  });
  assert.equal((await cognito.run('DescribeUserPool', { UserPoolId: id })).UserPool!.Domain, 'riders');
  await cognito.run('DeleteUserPoolDomain', { UserPoolId: id, Domain: 'riders' });
  assert.deepEqual((await cognito.run('DescribeUserPoolDomain', { Domain: 'riders' })).DomainDescription, {});
  await cognito.run('DeleteUserPool', { UserPoolId: id });
});

test('a user chooses how to sign in: the password, by SELECT_CHALLENGE or at once', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool({}, { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] });
  await pool.user('ana');
  const ClientId = pool.client.ClientId!;
  const begin = (AuthParameters: Record<string, string>) =>
    cognito.run('InitiateAuth', {
      ClientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'ana', ...AuthParameters },
    });
  const direct = await begin({ PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: goodPassword });
  assert.ok(direct.AuthenticationResult!.IdToken);
  const asked = await begin({});
  assert.deepEqual(
    [asked.ChallengeName, asked.AvailableChallenges],
    ['SELECT_CHALLENGE', ['PASSWORD', 'PASSWORD_SRP']],
  );
  const respond = (ChallengeResponses: Record<string, string>) =>
    cognito.run('RespondToAuthChallenge', {
      ClientId,
      ChallengeName: 'SELECT_CHALLENGE',
      ChallengeResponses,
      Session: asked.Session!,
    });
  const chosen = await respond({ USERNAME: 'ana', ANSWER: 'PASSWORD', PASSWORD: goodPassword });
  assert.ok(chosen.AuthenticationResult!.IdToken);
  await assert.rejects(respond({ USERNAME: 'bo', ANSWER: 'PASSWORD', PASSWORD: 'x' }), {
    kind: 'NotAuthorizedException',
  });
  await assert.rejects(respond({ USERNAME: 'ana', ANSWER: 'EMAIL_OTP' }), { kind: 'NotImplementedException' });
});

test('who remembers tokens is told of a pool that is deleted, after its keys are gone', async () => {
  const told: unknown[] = [];
  const cognito: UserPoolsUnderTest = userPoolsUnderTest({
    poolDeleted: () => told.push(cognito.keysOfIssuer(`https://cognito-idp.eu-west-1.amazonaws.com/${id}`)),
  });
  const { id } = await cognito.pool();
  await cognito.run('DeleteUserPool', { UserPoolId: id });
  assert.deepEqual(await Promise.all(told), [undefined]);
});
