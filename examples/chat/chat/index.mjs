/**
 * The function behind every route of the chat sample: keeps who is connected in a DynamoDB table, and pushes what one says to all of them through the
 * API's own @connections address, found in each event.
 */
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';

const TableName = process.env.TABLE_NAME;
const table = new DynamoDBClient({ endpoint: process.env.DYNAMODB_ENDPOINT });

const routes = {
  $connect: connect,
  $disconnect: disconnect,
  say,
  $default: async () => ({ statusCode: 200, body: JSON.stringify({ hint: 'Send {"action":"say","text":"…"}' }) }),
};

export async function handler(event) {
  return routes[event.requestContext.routeKey](event);
}

async function connect({ requestContext, queryStringParameters }) {
  const name = (queryStringParameters?.name ?? '').trim().slice(0, 40);
  if (name === '') return { statusCode: 400, body: JSON.stringify({ message: 'Say who you are: ?name=…' }) };
  const Item = { connectionId: { S: requestContext.connectionId }, name: { S: name } };
  await table.send(new PutItemCommand({ TableName, Item }));
  return { statusCode: 200 };
}

async function disconnect({ requestContext }) {
  await forget(requestContext.connectionId);
  return { statusCode: 200 };
}

async function say({ requestContext, body }) {
  const { connectionId } = requestContext;
  const { Item } = await table.send(new GetItemCommand({ TableName, Key: { connectionId: { S: connectionId } } }));
  const text = String(JSON.parse(body).text ?? '').slice(0, 2000);
  const message = JSON.stringify({ from: Item?.name.S ?? 'somebody', text });
  const { Items } = await table.send(new ScanCommand({ TableName }));
  const connections = managementOf(requestContext);
  const delivered = await Promise.all(Items.map((item) => push(connections, item.connectionId.S, message)));
  return { statusCode: 200, body: JSON.stringify({ delivered: delivered.filter(Boolean).length }) };
}

/** Whether the message was taken; one that went away without a word is forgotten. */
async function push(connections, connectionId, message) {
  try {
    await connections.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: message }));
    return true;
  } catch (error) {
    if (error.name !== 'GoneException') throw error;
    await forget(connectionId);
    return false;
  }
}

async function forget(connectionId) {
  await table.send(new DeleteItemCommand({ TableName, Key: { connectionId: { S: connectionId } } }));
}

/** On AWS the address is `https://{domainName}/{stage}`; here the endpoint that every SDK call of a function goes to carries the API in its path. */
function managementOf({ apiId, domainName, stage }) {
  const local = process.env.AWS_ENDPOINT_URL;
  const endpoint =
    local === undefined ? `https://${domainName}/${stage}` : `${local}/_aws/execute-api/${apiId}/${stage}`;
  return new ApiGatewayManagementApiClient({ endpoint });
}
