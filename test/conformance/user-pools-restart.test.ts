/** What a restart leaves of user pools: everything, sign-ins and keys included. And what the wire refuses before an operation is asked. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  GetUserCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientConfig, startTestGatewright } from '../support/gatewright-in-process.ts';

test('users, sign-ins and keys outlive the process', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'gatewright-pools-'));
  try {
    const first = await startTestGatewright({ dataDirectory });
    const before = new CognitoIdentityProviderClient(clientConfig(first.endpoint));
    const UserPoolId = (await before.send(new CreateUserPoolCommand({ PoolName: 'riders' }))).UserPool!.Id!;
    const made = await before.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'app',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      }),
    );
    const ClientId = made.UserPoolClient!.ClientId!;
    await before.send(new AdminCreateUserCommand({ UserPoolId, Username: 'ana', MessageAction: 'SUPPRESS' }));
    await before.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username: 'ana', Password: 'Sesame-1234', Permanent: true }),
    );
    const { AuthenticationResult: tokens } = await before.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'ana', PASSWORD: 'Sesame-1234' },
      }),
    );
    const jwks = async (endpoint: string): Promise<unknown> =>
      (await fetch(`${endpoint}/${UserPoolId}/.well-known/jwks.json`)).json();
    const keys = await jwks(first.endpoint);
    before.destroy();
    await first.close();

    const second = await startTestGatewright({ dataDirectory });
    const after = new CognitoIdentityProviderClient(clientConfig(second.endpoint));
    assert.deepEqual(await jwks(second.endpoint), keys);
    const user = await after.send(new GetUserCommand({ AccessToken: tokens!.AccessToken! }));
    assert.equal(user.Username, 'ana');
    const AuthParameters = { REFRESH_TOKEN: tokens!.RefreshToken! };
    const refreshed = await after.send(
      new InitiateAuthCommand({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters }),
    );
    assert.ok(refreshed.AuthenticationResult!.AccessToken);
    after.destroy();
    await second.close();
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
});

test('an input that breaks the model is InvalidParameterException here; secrets are not repeated', async () => {
  const gatewright = await startTestGatewright();
  const cognito = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
  await assert.rejects(cognito.send(new DescribeUserPoolCommand({ UserPoolId: 'bad' })), {
    name: 'InvalidParameterException',
    message:
      "1 validation error detected: Value 'bad' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+",
  });
  await assert.rejects(
    cognito.send(new AdminSetUserPasswordCommand({ UserPoolId: 'us-east-1_abc', Username: 'ana', Password: ' ' })),
    ({ name, message }: Error) => {
      assert.equal(name, 'InvalidParameterException');
      assert.match(message, /^1 validation error detected: Value at 'password' failed to satisfy constraint/);
      return true;
    },
  );
  cognito.destroy();
  await gatewright.close();
});
