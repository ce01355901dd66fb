/** From a sign-in to a signed call: a user pool's token, an identity, credentials in a role, and a method with AWS_IAM that sees who it was. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  CognitoIdentityClient,
  CreateIdentityPoolCommand,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  GetOpenIdTokenCommand,
  SetIdentityPoolRolesCommand,
} from '@aws-sdk/client-cognito-identity';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { createApi, createFunction, lambdaProxy } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { allowInvoke, type IamUnderTest, iamUnderTest, policyOf, signedFetch } from '../support/iam-under-test.ts';

let gatewright: TestGatewright;
let users: CognitoIdentityProviderClient;
let identities: CognitoIdentityClient;
let iam: IamUnderTest;
before(async () => {
  gatewright = await startTestGatewright();
  users = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
  identities = new CognitoIdentityClient(clientConfig(gatewright.endpoint));
  iam = iamUnderTest(gatewright);
});
after(async () => {
  users.destroy();
  identities.destroy();
  iam.close();
  await gatewright.close();
});

/** `{ [provider]: ID token }` of a signed-in user, and the client the token is for. */
async function signedInUser(): Promise<{ Logins: Record<string, string>; ProviderName: string; ClientId: string }> {
  const UserPoolId = (await users.send(new CreateUserPoolCommand({ PoolName: 'riders' }))).UserPool!.Id!;
  const { UserPoolClient } = await users.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  const ClientId = UserPoolClient!.ClientId!;
  await users.send(new AdminCreateUserCommand({ UserPoolId, Username: 'ana', MessageAction: 'SUPPRESS' }));
  await users.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: 'ana', Password: 'Sesame-1234', Permanent: true }),
  );
  const { AuthenticationResult } = await users.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ana', PASSWORD: 'Sesame-1234' },
    }),
  );
  const ProviderName = `cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`;
  return { Logins: { [ProviderName]: AuthenticationResult!.IdToken! }, ProviderName, ClientId };
}

/** Trust as the console makes it: identities of this pool, of this kind. */
const trustOf = (IdentityPoolId: string, kind: 'authenticated' | 'unauthenticated'): string =>
  policyOf({
    Effect: 'Allow',
    Principal: { Federated: 'cognito-identity.amazonaws.com' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { 'cognito-identity.amazonaws.com:aud': IdentityPoolId },
      'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': kind },
    },
  });

test('[COG-11] [IAM-06] credentials of an identity sign a call, and the method sees the identity', async () => {
  const { Logins, ProviderName, ClientId } = await signedInUser();
  const { IdentityPoolId } = await identities.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: 'riders',
      AllowUnauthenticatedIdentities: true,
      AllowClassicFlow: true,
      CognitoIdentityProviders: [{ ProviderName, ClientId }],
    }),
  );
  const authenticated = await iam.role('rider', trustOf(IdentityPoolId!, 'authenticated'), policyOf(allowInvoke()));
  const unauthenticated = await iam.role('guest', trustOf(IdentityPoolId!, 'unauthenticated'));
  await identities.send(new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles: { authenticated, unauthenticated } }));
  const { IdentityId } = await identities.send(new GetIdCommand({ IdentityPoolId, Logins }));
  const { Credentials } = await identities.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }));
  const keys = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretKey!,
    sessionToken: Credentials!.SessionToken!,
  };
  const arn = await createFunction(
    gatewright,
    'identity',
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.identity) });',
  );
  const api = await createApi(gatewright, { 'GET /me': { ...lambdaProxy(arn), authorization: 'AWS_IAM' } });
  await api.deploy('dev');
  const reply = await signedFetch(api.url('dev', '/me'), keys);
  assert.equal(reply.status, 200);
  const identity = JSON.parse(reply.body) as Record<string, string>;
  assert.deepEqual(
    [identity['cognitoIdentityId'], identity['cognitoIdentityPoolId'], identity['cognitoAuthenticationType']],
    [IdentityId, IdentityPoolId, 'authenticated'],
  );
  assert.match(
    identity['cognitoAuthenticationProvider']!,
    new RegExp(`^${ProviderName},${ProviderName}:CognitoSignIn:`),
  );
  assert.match(identity['userArn']!, /assumed-role\/rider\/CognitoIdentityCredentials$/);

  const stranger = await identities.send(new GetIdCommand({ IdentityPoolId }));
  const guest = await identities.send(new GetCredentialsForIdentityCommand({ IdentityId: stranger.IdentityId }));
  const refused = await signedFetch(api.url('dev', '/me'), {
    accessKeyId: guest.Credentials!.AccessKeyId!,
    secretAccessKey: guest.Credentials!.SecretKey!,
    sessionToken: guest.Credentials!.SessionToken!,
  });
  assert.equal(refused.status, 403);

  // The classic flow: the identity's own token, and STS.
  const { Token } = await identities.send(new GetOpenIdTokenCommand({ IdentityId, Logins }));
  const assumed = await iam.sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: authenticated,
      RoleSessionName: 'classic',
      WebIdentityToken: Token!,
    }),
  );
  assert.equal(assumed.SubjectFromWebIdentityToken, IdentityId);
  await assert.rejects(
    iam.sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: unauthenticated,
        RoleSessionName: 'classic',
        WebIdentityToken: Token!,
      }),
    ),
    { name: 'AccessDenied' },
  );
});

test('a role that trusts another pool gives no credentials', async () => {
  const { Logins, ProviderName, ClientId } = await signedInUser();
  const { IdentityPoolId } = await identities.send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: 'others',
      AllowUnauthenticatedIdentities: false,
      CognitoIdentityProviders: [{ ProviderName, ClientId }],
    }),
  );
  const authenticated = await iam.role(
    'of-another-pool',
    trustOf('us-east-1:another', 'authenticated'),
    policyOf(allowInvoke()),
  );
  await identities.send(new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles: { authenticated } }));
  const { IdentityId } = await identities.send(new GetIdCommand({ IdentityPoolId, Logins }));
  await assert.rejects(identities.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins })), {
    name: 'InvalidIdentityPoolConfigurationException',
    message: 'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
  });
});
