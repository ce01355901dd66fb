/**
 * The sample `chat`: a WebSocket API whose routes all run one function, a DynamoDB table of connections, and a page served by a REST API. Made with the
 * calls a user would make, at every start: the table lives in memory, so a chat does not outlive the process.
 */
import { join } from 'node:path';
import type { AwsClient } from './aws-client.ts';
import { type SampleTable, startSampleTable } from './sample-table.ts';

const folder = join(import.meta.dirname, '../../examples/chat');
const region = 'us-east-1';
const account = '000000000000';
const TableName = 'GatewrightChat';

/** An in-memory DynamoDB with the table of connections. */
export const startChatTable = (): Promise<SampleTable> => startSampleTable(TableName, 'connectionId');

export interface ChatSample {
  readonly pageUrl: string;
  readonly chatUrl: string;
}

/** Makes the functions and both APIs, after removing those of an earlier start. */
export async function createChatSample(aws: AwsClient, endpoint: string, table: SampleTable): Promise<ChatSample> {
  await removeEarlier(aws);
  const chatApiId = await createChatApi(aws, table);
  const chatUrl = `${endpoint.replace(/^http/, 'ws')}/_aws/execute-api/${chatApiId}/prod`;
  await createFunction(aws, 'GatewrightChatPage', 'page', { CHAT_URL: chatUrl });
  const pageApiId = await createPageApi(aws);
  return { pageUrl: `${endpoint}/_aws/execute-api/${pageApiId}/prod/`, chatUrl };
}

async function removeEarlier(aws: AwsClient): Promise<void> {
  const found = async (path: string, list: string): Promise<Record<string, string>[]> =>
    ((await aws('GET', path))[list] ?? []) as Record<string, string>[];
  for (const api of await found('/v2/apis', 'items')) {
    if (api['name'] === 'GatewrightChat') await aws('DELETE', `/v2/apis/${api['apiId']}`);
  }
  for (const api of await found('/restapis', 'item')) {
    if (api['name'] === 'GatewrightChatPage') await aws('DELETE', `/restapis/${api['id']}`);
  }
  for (const name of ['GatewrightChat', 'GatewrightChatPage']) {
    await aws('DELETE', `/2015-03-31/functions/${name}`).catch(() => {});
  }
}

async function createChatApi(aws: AwsClient, table: SampleTable): Promise<string> {
  await createFunction(aws, 'GatewrightChat', 'chat', { TABLE_NAME: TableName, DYNAMODB_ENDPOINT: table.endpoint });
  const api = await aws('POST', '/v2/apis', {
    name: 'GatewrightChat',
    protocolType: 'WEBSOCKET',
    routeSelectionExpression: '$request.body.action',
  });
  const apiId = String(api['apiId']);
  const integration = await aws('POST', `/v2/apis/${apiId}/integrations`, {
    integrationType: 'AWS_PROXY',
    integrationUri: invocationUri('GatewrightChat'),
  });
  for (const routeKey of ['$connect', '$disconnect', '$default', 'say']) {
    const route = await aws('POST', `/v2/apis/${apiId}/routes`, {
      routeKey,
      target: `integrations/${integration['integrationId']}`,
    });
    if (routeKey === '$connect' || routeKey === '$disconnect') continue;
    await aws('POST', `/v2/apis/${apiId}/routes/${route['routeId']}/routeresponses`, { routeResponseKey: '$default' });
  }
  const deployment = await aws('POST', `/v2/apis/${apiId}/deployments`, {});
  await aws('POST', `/v2/apis/${apiId}/stages`, { stageName: 'prod', deploymentId: deployment['deploymentId'] });
  await permit(aws, 'GatewrightChat', `${apiId}/*`);
  return apiId;
}

async function createPageApi(aws: AwsClient): Promise<string> {
  const api = await aws('POST', '/restapis', { name: 'GatewrightChatPage' });
  const apiId = String(api['id']);
  const method = `/restapis/${apiId}/resources/${api['rootResourceId']}/methods/GET`;
  await aws('PUT', method, { authorizationType: 'NONE' });
  await aws('PUT', `${method}/integration`, {
    type: 'AWS_PROXY',
    httpMethod: 'POST',
    uri: invocationUri('GatewrightChatPage'),
  });
  await aws('POST', `/restapis/${apiId}/deployments`, { stageName: 'prod' });
  await permit(aws, 'GatewrightChatPage', `${apiId}/*/GET/`);
  return apiId;
}

const functionArn = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

const invocationUri = (name: string): string =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn(name)}/invocations`;

async function createFunction(
  aws: AwsClient,
  name: string,
  subfolder: string,
  variables: Record<string, string>,
): Promise<void> {
  await aws('POST', '/2015-03-31/functions', {
    FunctionName: name,
    Runtime: 'nodejs26.x',
    Handler: 'index.handler',
    Role: `arn:aws:iam::${account}:role/GatewrightChat`,
    Timeout: 10,
    Environment: { Variables: variables },
    // Read in place: the folder's imports are found where the sample lies.
    Code: { S3Bucket: 'file', S3Key: join(folder, subfolder) },
  });
}

async function permit(aws: AwsClient, name: string, path: string): Promise<void> {
  await aws('POST', `/2015-03-31/functions/${name}/policy`, {
    StatementId: 'api',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: `arn:aws:execute-api:${region}:${account}:${path}`,
  });
}

/** What `npm start -- --sample chat` prints below the ready line. */
export function chatIntroduction({ pageUrl, chatUrl }: ChatSample): string {
  return [
    `Sample chat: open ${pageUrl} in two windows`,
    `  or: gatewright connect '${chatUrl}?name=me' and type {"action":"say","text":"hello"}`,
  ].join('\n');
}
