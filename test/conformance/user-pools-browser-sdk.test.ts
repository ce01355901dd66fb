/** User pools as browser applications use them: amazon-cognito-identity-js, unchanged, which signs in by SRP and knows the server by its address only. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import cognito from 'amazon-cognito-identity-js';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } = cognito;
type User = InstanceType<typeof CognitoUser>;
type Session = cognito.CognitoUserSession;

let gatewright: TestGatewright;
let admin: CognitoIdentityProviderClient;
before(async () => {
  gatewright = await startTestGatewright({ fixedCode: '424242' });
  admin = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
});
after(async () => {
  admin.destroy();
  await gatewright.close();
});

/** A callback of the library as a promise. */
const promised = <T>(start: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value as T))));

async function newPool(): Promise<{ pool: InstanceType<typeof CognitoUserPool>; UserPoolId: string }> {
  const { UserPool } = await admin.send(
    new CreateUserPoolCommand({ PoolName: 'riders', AutoVerifiedAttributes: ['email'] }),
  );
  const UserPoolId = UserPool!.Id!;
  const { UserPoolClient } = await admin.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'site' }));
  return {
    UserPoolId,
    pool: new CognitoUserPool({ UserPoolId, ClientId: UserPoolClient!.ClientId!, endpoint: gatewright.endpoint }),
  };
}

const signIn = (user: User, name: string, Password: string): Promise<Session> =>
  new Promise((resolve, reject) =>
    user.authenticateUser(new AuthenticationDetails({ Username: name, Password }), {
      onSuccess: resolve,
      onFailure: reject,
      newPasswordRequired: () => reject(new Error('a new password is required')),
    }),
  );

test('sign up, confirm, sign in by SRP, read the account, refresh, sign out everywhere', async () => {
  const { pool } = await newPool();
  const email = new CognitoUserAttribute({ Name: 'email', Value: 'ana@example.com' });
  const signedUp = await promised<cognito.ISignUpResult>((done) =>
    pool.signUp('ana', 'Sesame-1234', [email], [], done),
  );
  assert.deepEqual([signedUp.userConfirmed, signedUp.codeDeliveryDetails?.Destination], [false, 'a***@e***']);

  const user = new CognitoUser({ Username: 'ana', Pool: pool });
  await assert.rejects(signIn(user, 'ana', 'Sesame-1234'), {
    code: 'UserNotConfirmedException',
    message: 'User is not confirmed.',
  });
  await assert.rejects(
    promised((done) => user.confirmRegistration('000000', false, done)),
    {
      code: 'CodeMismatchException',
      message: 'Invalid verification code provided, please try again.',
    },
  );
  assert.equal(await promised((done) => user.confirmRegistration('424242', false, done)), 'SUCCESS');

  await assert.rejects(signIn(user, 'ana', 'Sesame-1235'), {
    code: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  });
  const session = await signIn(user, 'ana', 'Sesame-1234');
  assert.equal(session.getIdToken().payload['email'], 'ana@example.com');
  assert.equal(session.getIdToken().payload['email_verified'], true);

  const attributes = await promised<cognito.CognitoUserAttribute[]>((done) => user.getUserAttributes(done as never));
  assert.deepEqual(
    attributes.map((attribute) => attribute.getName()),
    ['email', 'email_verified', 'sub'],
  );

  const refreshed = await promised<Session>((done) => user.refreshSession(session.getRefreshToken(), done));
  assert.notEqual(refreshed.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());

  await new Promise<string>((onSuccess, onFailure) => user.globalSignOut({ onSuccess, onFailure }));
  await assert.rejects(
    promised((done) => user.refreshSession(session.getRefreshToken(), done)),
    { code: 'NotAuthorizedException' },
  );
});

test('a user made by an administrator chooses a new password at the first sign-in', async () => {
  const { pool, UserPoolId } = await newPool();
  await admin.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: 'bo',
      TemporaryPassword: 'Temporary-1',
      MessageAction: 'SUPPRESS',
    }),
  );
  const user = new CognitoUser({ Username: 'bo', Pool: pool });
  const details = new AuthenticationDetails({ Username: 'bo', Password: 'Temporary-1' });
  const session = await new Promise<Session>((resolve, reject) =>
    user.authenticateUser(details, {
      onSuccess: () => reject(new Error('signed in with a temporary password')),
      onFailure: reject,
      newPasswordRequired: () =>
        user.completeNewPasswordChallenge('Sesame-1234', {}, { onSuccess: resolve, onFailure: reject }),
    }),
  );
  assert.equal(session.isValid(), true);
  await signIn(new CognitoUser({ Username: 'bo', Pool: pool }), 'bo', 'Sesame-1234');
});

test('a forgotten password is set anew with the code that was sent', async () => {
  const { pool, UserPoolId } = await newPool();
  await admin.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: 'cy',
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: 'cy@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  );
  const user = new CognitoUser({ Username: 'cy', Pool: pool });
  await assert.rejects(new Promise((onSuccess, onFailure) => user.forgotPassword({ onSuccess, onFailure })), {
    message: 'User password cannot be reset in the current state.',
  });
});

test('pages of any site may make the calls that AWS leaves unsigned, and no others', async () => {
  const { UserPoolId } = await newPool();
  const ask = (operation: string, input: unknown, origin: string): Promise<Response> =>
    fetch(gatewright.endpoint, {
      method: 'POST',
      headers: {
        origin,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(input),
    });
  const site = 'https://app.example.com';
  const preflight = await fetch(gatewright.endpoint, {
    method: 'OPTIONS',
    headers: {
      origin: site,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-amz-target,x-amz-user-agent',
    },
  });
  assert.equal(preflight.status, 200);
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'content-type,x-amz-target,x-amz-user-agent');
  const open = await ask('InitiateAuth', { ClientId: 'nobody', AuthFlow: 'USER_SRP_AUTH' }, site);
  assert.deepEqual([open.status, open.headers.get('access-control-allow-origin')], [400, '*']);
  assert.equal(((await open.json()) as { __type: string }).__type, 'ResourceNotFoundException');
  const closed = await ask('DescribeUserPool', { UserPoolId }, site);
  assert.deepEqual([closed.status, closed.headers.get('access-control-allow-origin')], [403, null]);
  const local = await ask('DescribeUserPool', { UserPoolId }, 'http://localhost:3000');
  assert.deepEqual([local.status, local.headers.get('access-control-allow-origin')], [200, '*']);
});
