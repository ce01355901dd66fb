/** A user pool in front of an API: the token of a sign-in opens it. */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Tour } from './context.ts';
import { call, expectAnswer } from './expect.ts';
import { lambdaFunction } from './function.ts';
import { lambdaProxy, restApi } from './rest-api.ts';

export async function cognito(tour: Tour): Promise<string> {
  const { arn, idToken } = await signIn(tour);
  const source = `export const handler = async ({ requestContext }) =>
    ({ statusCode: 200, body: 'hello ' + requestContext.authorizer.claims['cognito:username'] });`;
  const functionArn = await lambdaFunction(tour, 'greeter', source);
  const pool = {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'cognito_user_pools',
    'x-amazon-apigateway-authorizer': { type: 'cognito_user_pools', providerARNs: [arn] },
  };
  const api = await restApi(
    tour,
    { 'GET /': lambdaProxy(functionArn, { security: [{ pool: [] }] }) },
    { components: { securitySchemes: { pool } } },
  );
  await api.deploy();
  const withToken = (Authorization: string) => call(api.url('/'), { headers: { Authorization } });
  const stranger = '{"message":"Unauthorized"}';
  expectAnswer('Without a token the method', await call(api.url('/')), 401, stranger);
  const [head, claims] = idToken.split('.');
  expectAnswer('With a forged token the method', await withToken(`${head}.${claims}.c2lnbmVk`), 401, stranger);
  expectAnswer('With the ID token the method', await withToken(idToken), 200, 'hello ana');
  return 'no token and a forged one got 401, the ID token of a sign-in reached the function as "hello ana"';
}

/** The ARN of a new pool and the ID token of its user. */
async function signIn({ client, run, afterwards }: Tour): Promise<{ arn: string; idToken: string }> {
  const pools = new CognitoIdentityProviderClient(client);
  afterwards(() => pools.destroy());
  const { UserPool } = await pools.send(new CreateUserPoolCommand({ PoolName: `tour-${run}` }));
  const UserPoolId = UserPool!.Id!;
  afterwards(() => pools.send(new DeleteUserPoolCommand({ UserPoolId })));
  const { UserPoolClient } = await pools.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'tour',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  const user = { UserPoolId, Username: 'ana' };
  const password = 'Sesame-1234';
  await pools.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await pools.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  const { AuthenticationResult } = await pools.send(
    new InitiateAuthCommand({
      ClientId: UserPoolClient!.ClientId!,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ana', PASSWORD: password },
    }),
  );
  return { arn: UserPool!.Arn!, idToken: AuthenticationResult!.IdToken! };
}
