/** A user pool in front of an API: sign up, sign in, call; the token of the pool is what the Cognito authorizer of a REST API believes. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { CreateAuthorizerCommand, UpdateMethodCommand } from '@aws-sdk/client-api-gateway';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createApi, createFunction, lambdaProxy } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

let gatewright: TestGatewright;
let cognito: CognitoIdentityProviderClient;
before(async () => {
  gatewright = await startTestGatewright();
  cognito = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
});
after(async () => {
  cognito.destroy();
  await gatewright.close();
});

interface Pool {
  readonly arn: string;
  signIn(): Promise<{ IdToken: string; AccessToken: string }>;
}

async function newPool(): Promise<Pool> {
  const UserPoolId = (await cognito.send(new CreateUserPoolCommand({ PoolName: 'riders' }))).UserPool!.Id!;
  const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const;
  const made = await cognito.send(
    new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'app', ExplicitAuthFlows: [...ExplicitAuthFlows] }),
  );
  const who = { UserPoolId, Username: 'ana' };
  await cognito.send(new AdminCreateUserCommand({ ...who, MessageAction: 'SUPPRESS' }));
  await cognito.send(new AdminSetUserPasswordCommand({ ...who, Password: 'Sesame-1234', Permanent: true }));
  const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
  return {
    arn: UserPool!.Arn!,
    async signIn() {
      const { AuthenticationResult } = await cognito.send(
        new InitiateAuthCommand({
          ClientId: made.UserPoolClient!.ClientId!,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: 'ana', PASSWORD: 'Sesame-1234' },
        }),
      );
      return { IdToken: AuthenticationResult!.IdToken!, AccessToken: AuthenticationResult!.AccessToken! };
    },
  };
}

test('[COG-02] [COG-03] [COG-04] [COG-07] the ID token of a sign-in opens the method, its claims reach the function; other tokens do not', async () => {
  const pool = await newPool();
  const stranger = await newPool();
  const arn = await createFunction(
    gatewright,
    'claims',
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer) });',
  );
  const api = await createApi(gatewright, { 'GET /ride': lambdaProxy(arn) });
  const { id: authorizerId } = await gatewright.apigateway.send(
    new CreateAuthorizerCommand({
      restApiId: api.id,
      name: 'pool',
      type: 'COGNITO_USER_POOLS',
      providerARNs: [pool.arn],
      identitySource: 'method.request.header.Authorization',
    }),
  );
  await gatewright.apigateway.send(
    new UpdateMethodCommand({
      ...api.method('GET /ride'),
      patchOperations: [
        { op: 'replace', path: '/authorizationType', value: 'COGNITO_USER_POOLS' },
        { op: 'replace', path: '/authorizerId', value: authorizerId },
      ],
    }),
  );
  await api.deploy('dev');
  const ask = (authorization: string): Promise<Response> =>
    fetch(api.url('dev', '/ride'), { headers: { authorization } });
  const { IdToken, AccessToken } = await pool.signIn();
  for (const token of [IdToken, `Bearer ${IdToken}`]) {
    const reply = await ask(token);
    assert.equal(reply.status, 200);
    const { claims } = (await reply.json()) as { claims: Record<string, string> };
    assert.deepEqual([claims['cognito:username'], claims['token_use']], ['ana', 'id']);
  }
  const foreign = await stranger.signIn();
  for (const token of [AccessToken, foreign.IdToken, `${IdToken}x`, 'nonsense']) {
    const reply = await ask(token);
    assert.deepEqual([reply.status, await reply.json()], [401, { message: 'Unauthorized' }]);
  }
});
