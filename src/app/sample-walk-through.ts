/**
 * The sample `walk-through`: a user pool with one confirmed user, a site of its own origin where that user signs in and asks for a ride, POST /ride
 * behind a Cognito authorizer, the function that answers it, and the DynamoDB table it writes to. Made with the calls a user would make, at every start:
 * table and site end with the process. docs/walk-through.md goes through it.
 */
import { join } from 'node:path';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import type { Log } from '../ports/telemetry.ts';
import { type AwsClient, createAwsClient } from './aws-client.ts';
import { startSampleTable } from './sample-table.ts';
import { startWalkThroughSite } from './walk-through-site.ts';

type Services = (request: HttpRequest) => Promise<HttpReply>;

const examples = join(import.meta.dirname, '../../examples/rides');
const region = 'us-east-1';
const account = '000000000000';
const functionName = 'WalkThroughRide';
const apiName = 'WalkThrough';
const poolName = 'WalkThrough';
const tableName = 'Rides';
export const walkThroughUser = { name: 'ana', password: 'Sesame-1234' } as const;

export interface WalkThrough {
  readonly introduction: string;
  close(): Promise<void>;
}

/** Everything of the walk-through, ready to be used; its site's files lie in the data directory, where there is one. */
export async function startWalkThrough(
  services: Services,
  endpoint: string,
  { dataDirectory, log }: { readonly dataDirectory: string | undefined; readonly log: Log },
): Promise<WalkThrough> {
  const aws = createAwsClient(services);
  const cognito = cognitoOf(services);
  await removeEarlier(aws, cognito);
  const table = await startSampleTable(tableName, 'RideId');
  const { poolId, clientId } = await createPool(cognito);
  await createFunction(aws, table.endpoint);
  const apiId = await createApi(aws, poolId);
  const invokeUrl = `${endpoint}/_aws/execute-api/${apiId}/prod`;
  const cognitoConfig = { userPoolId: poolId, userPoolClientId: clientId, region, endpoint };
  const config = { cognito: cognitoConfig, api: { invokeUrl } };
  const site = await startWalkThroughSite(config, dataDirectory, log);
  const { name, password } = walkThroughUser;
  return {
    introduction: [
      `Walk-through: open ${site.origin} and sign in as ${name} with ${password}`,
      `  API ${invokeUrl}, user pool ${poolId}, client ${clientId}, DynamoDB ${table.endpoint}; docs/walk-through.md goes on`,
      `  the site lies in ${site.folder}; saving its js/config.js deploys it again`,
    ].join('\n'),
    async close() {
      await site.close();
      await table.close();
    },
  };
}

/** Calls of user pools, which speak JSON with the operation in a header. */
type Cognito = (operation: string, input: unknown) => Promise<Record<string, unknown>>;

function cognitoOf(services: Services): Cognito {
  return async function callCognito(operation, input) {
    const reply = await services({
      method: 'POST',
      path: '/',
      query: '',
      headers: [
        ...['Host', 'localhost', 'Content-Type', 'application/x-amz-json-1.1'],
        ...['X-Amz-Target', `AWSCognitoIdentityProviderService.${operation}`],
      ],
      body: Buffer.from(JSON.stringify(input)),
      protocol: 'HTTP/1.1',
      secure: false,
      sourceIp: '127.0.0.1',
    });
    const text = Buffer.from(reply.body as string).toString('utf8');
    if (reply.status >= 400) throw new Error(`${operation} answered ${reply.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}

async function removeEarlier(aws: AwsClient, cognito: Cognito): Promise<void> {
  const apis = ((await aws('GET', '/restapis'))['item'] ?? []) as { id: string; name: string }[];
  for (const { id, name } of apis) if (name === apiName) await aws('DELETE', `/restapis/${id}`);
  const { UserPools } = await cognito('ListUserPools', { MaxResults: 60 });
  for (const { Id, Name } of UserPools as { Id: string; Name: string }[]) {
    if (Name === poolName) await cognito('DeleteUserPool', { UserPoolId: Id });
  }
  await aws('DELETE', `/2015-03-31/functions/${functionName}`).catch(() => {});
}

async function createPool(cognito: Cognito): Promise<{ poolId: string; clientId: string }> {
  const { UserPool } = await cognito('CreateUserPool', { PoolName: poolName, AutoVerifiedAttributes: ['email'] });
  const { Id: UserPoolId } = UserPool as { Id: string };
  const { UserPoolClient } = await cognito('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'site',
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  const { name: Username, password: Password } = walkThroughUser;
  const UserAttributes = [
    { Name: 'email', Value: 'ana@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ];
  await cognito('AdminCreateUser', { UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' });
  await cognito('AdminSetUserPassword', { UserPoolId, Username, Password, Permanent: true });
  return { poolId: UserPoolId, clientId: (UserPoolClient as { ClientId: string }).ClientId };
}

async function createFunction(aws: AwsClient, tableEndpoint: string): Promise<void> {
  await aws('POST', '/2015-03-31/functions', {
    FunctionName: functionName,
    Runtime: 'nodejs26.x',
    Handler: 'index.handler',
    Role: `arn:aws:iam::${account}:role/${functionName}`,
    Timeout: 10,
    Environment: { Variables: { RIDES_TABLE: tableName, DYNAMODB_ENDPOINT: tableEndpoint } },
    // Read in place: the SDK it imports is found from where the sample lies.
    Code: { S3Bucket: 'file', S3Key: join(examples, 'request-unicorn') },
  });
}

/** POST /ride for users of the pool; OPTIONS /ride and the gateway's own refusals answer pages of other origins. */
async function createApi(aws: AwsClient, poolId: string): Promise<string> {
  const api = await aws('POST', '/restapis', { name: apiName, endpointConfiguration: { types: ['REGIONAL'] } });
  const apiId = String(api['id']);
  const authorizer = await aws('POST', `/restapis/${apiId}/authorizers`, {
    name: 'riders',
    type: 'COGNITO_USER_POOLS',
    providerARNs: [`arn:aws:cognito-idp:${region}:${account}:userpool/${poolId}`],
    identitySource: 'method.request.header.Authorization',
  });
  const ride = await aws('POST', `/restapis/${apiId}/resources/${api['rootResourceId']}`, { pathPart: 'ride' });
  const methods = `/restapis/${apiId}/resources/${ride['id']}/methods`;
  await aws('PUT', `${methods}/POST`, {
    authorizationType: 'COGNITO_USER_POOLS',
    authorizerId: authorizer['id'],
  });
  const functionArn = `arn:aws:lambda:${region}:${account}:function:${functionName}`;
  await aws('PUT', `${methods}/POST/integration`, {
    type: 'AWS_PROXY',
    httpMethod: 'POST',
    uri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
  });
  await aws('POST', `/2015-03-31/functions/${functionName}/policy`, {
    StatementId: 'api',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/*/POST/ride`,
  });

  const cors: Readonly<Record<string, string>> = {
    'Access-Control-Allow-Headers': "'Content-Type,Authorization'",
    'Access-Control-Allow-Methods': "'POST,OPTIONS'",
    'Access-Control-Allow-Origin': "'*'",
  };
  const headers = (prefix: string, value: (name: string) => unknown) =>
    Object.fromEntries(Object.keys(cors).map((name) => [`${prefix}.header.${name}`, value(name)]));
  await aws('PUT', `${methods}/OPTIONS`, { authorizationType: 'NONE' });
  await aws('PUT', `${methods}/OPTIONS/integration`, {
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
  });
  await aws('PUT', `${methods}/OPTIONS/responses/200`, {
    responseParameters: headers('method.response', () => false),
  });
  await aws('PUT', `${methods}/OPTIONS/integration/responses/200`, {
    responseParameters: headers('method.response', (name) => cors[name]),
  });
  await aws('PUT', `/restapis/${apiId}/gatewayresponses/DEFAULT_4XX`, {
    responseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
  });
  await aws('POST', `/restapis/${apiId}/deployments`, { stageName: 'prod' });
  return apiId;
}
