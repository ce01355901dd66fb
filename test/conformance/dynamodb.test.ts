/**
 * An API over DynamoDB without a function between, as the tutorials build it, against dynalite. dynalite looks at what is signed but not at the
 * signature, so a stand-in before it does, and lets through only what the SDK would have signed the same way.
 */
import { strict as assert } from 'node:assert';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type ApiUnderTest, createApi, type MethodUnderTest } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { type SignedService, signedService } from '../support/signed-services.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };

let database: Server;
let guard: SignedService;
let table: DynamoDBClient;
let gatewright: TestGatewright;
let api: ApiUnderTest;

/** What the page of one item answers: the item itself, 404 when there is none, made by a template over DynamoDB's JSON. */
const oneItem = `#set($item = $input.path('$.Item'))
#if($item == '')
#set($context.responseOverride.status = 404)
{"message": "No comment $input.params('id')"}
#else
{"id": "$item.commentId.S", "page": "$item.pageId.S", "text": "$util.escapeJavaScript($item.message.S)", "likes": $item.likes.N}
#end`;

const manyItems = `{"comments": [#foreach($item in $input.path('$.Items'))
{"id": "$item.commentId.S", "text": "$util.escapeJavaScript($item.message.S)"}#if($foreach.hasNext),#end
#end]}`;

const action = (name: string, request: string, responses: MethodUnderTest['responses']): MethodUnderTest => ({
  type: 'AWS',
  verb: 'POST',
  uri: `arn:aws:apigateway:us-east-1:dynamodb:action/${name}`,
  credentials: 'arn:aws:iam::000000000000:role/comments',
  requestTemplates: { 'application/json': request },
  responses,
});

const answering = (template: string) => ({
  statusCode: '200',
  responseTemplates: { 'application/json': template },
});
const badRequest = {
  statusCode: '400',
  selectionPattern: '400',
  responseTemplates: { 'application/json': `{"error": "$input.path('$.__type').split('#').get(1)"}` },
};

before(async () => {
  database = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(database.address() as AddressInfo).port}`;
  table = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: keys });
  await table.send(
    new CreateTableCommand({
      TableName: 'Comments',
      AttributeDefinitions: [
        { AttributeName: 'pageId', AttributeType: 'S' },
        { AttributeName: 'commentId', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pageId', KeyType: 'HASH' },
        { AttributeName: 'commentId', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  guard = await signedService('dynamodb', keys, async (request, response) => {
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const body = Buffer.from(request.body, 'latin1');
    const reply = await fetch(`${endpoint}${request.url}`, { method: request.method, headers, body });
    response.writeHead(reply.status, { 'Content-Type': reply.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await reply.arrayBuffer()));
  });
  gatewright = await startTestGatewright({ awsEndpoints: { dynamodb: guard.origin }, awsKeys: keys });
  api = await createApi(gatewright, {
    'POST /comments': action(
      'PutItem',
      `{"TableName": "Comments", "Item": {
        "pageId": {"S": "$input.path('$.page')"}, "commentId": {"S": "$context.requestId"},
        "message": {"S": "$util.escapeJavaScript($input.path('$.text')).replaceAll("\\\\'", "'")"}, "likes": {"N": "0"}}}`,
      [answering('{"id": "$context.requestId"}'), badRequest],
    ),
    'GET /comments/{page}': action(
      'Query',
      `{"TableName": "Comments", "KeyConditionExpression": "pageId = :v1",
        "ExpressionAttributeValues": {":v1": {"S": "$input.params('page')"}}}`,
      [answering(manyItems), badRequest],
    ),
    'GET /comments/{page}/{id}': action(
      'GetItem',
      `{"TableName": "Comments", "Key": {"pageId": {"S": "$input.params('page')"}, "commentId": {"S": "$input.params('id')"}}}`,
      [answering(oneItem), badRequest],
    ),
    'POST /comments/{page}/{id}/likes': action(
      'UpdateItem',
      `{"TableName": "Comments", "ReturnValues": "UPDATED_NEW", "UpdateExpression": "ADD likes :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
        "Key": {"pageId": {"S": "$input.params('page')"}, "commentId": {"S": "$input.params('id')"}}}`,
      [answering(`{"likes": $input.path('$.Attributes.likes.N')}`), badRequest],
    ),
    'DELETE /comments/{page}/{id}': action(
      'DeleteItem',
      `{"TableName": "$stageVariables.table", "Key": {"pageId": {"S": "$input.params('page')"}, "commentId": {"S": "$input.params('id')"}}}`,
      [answering('{}'), badRequest],
    ),
  });
  await api.deploy('s', { variables: { table: 'Comments' } });
  await api.deploy('wrong', { variables: { table: 'Nothing' } });
});

after(async () => {
  await gatewright.close();
  table.destroy();
  await guard.close();
  database.close();
  database.closeAllConnections();
});

async function ask(method: string, path: string, input?: unknown, stage = 's'): Promise<[number, unknown]> {
  const reply = await fetch(api.url(stage, path), {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(input !== undefined && { body: JSON.stringify(input) }),
  });
  return [reply.status, await reply.json()];
}

async function written(page: string, text: string): Promise<string> {
  const [status, answer] = await ask('POST', '/comments', { page, text });
  assert.equal(status, 200, JSON.stringify(answer));
  return (answer as { id: string }).id;
}

test('[INT-06] an item put through the API is in the table as the template wrote it', async () => {
  const id = await written('home', 'It "works",\nO\'Neil – ü');
  const key = { pageId: { S: 'home' }, commentId: { S: id } };
  const { Item } = await table.send(new GetItemCommand({ TableName: 'Comments', Key: key }));
  assert.deepEqual(Item, { ...key, message: { S: 'It "works",\nO\'Neil – ü' }, likes: { N: '0' } });
  assert.equal(guard.refusals.length, 0);
});

test('[INT-06] items are read, counted up and deleted by action', async () => {
  const id = await written('blog', 'first');
  assert.deepEqual(await ask('GET', `/comments/blog/${id}`), [200, { id, page: 'blog', text: 'first', likes: 0 }]);
  assert.deepEqual(await ask('POST', `/comments/blog/${id}/likes`), [200, { likes: 1 }]);
  assert.deepEqual(await ask('POST', `/comments/blog/${id}/likes`), [200, { likes: 2 }]);
  assert.deepEqual(await ask('GET', '/comments/blog'), [200, { comments: [{ id, text: 'first' }] }]);
  assert.deepEqual(await ask('DELETE', `/comments/blog/${id}`), [200, {}]);
  assert.deepEqual(await ask('GET', `/comments/blog/${id}`), [404, { message: `No comment ${id}` }]);
});

test('a query of many items is one list, of none an empty one', async () => {
  const ids = [await written('many', 'a'), await written('many', 'b'), await written('many', 'c')];
  const [status, answer] = await ask('GET', '/comments/many');
  assert.equal(status, 200);
  const { comments } = answer as { comments: { id: string }[] };
  assert.deepEqual(comments.map(({ id }) => id).sort(), ids.sort());
  assert.deepEqual(await ask('GET', '/comments/none'), [200, { comments: [] }]);
});

test('[INT-25] what DynamoDB refuses comes back through the response its status picks', async () => {
  const before = (await table.send(new ScanCommand({ TableName: 'Comments' }))).Count;
  assert.deepEqual(await ask('DELETE', '/comments/home/x', undefined, 'wrong'), [
    400,
    { error: 'ResourceNotFoundException' },
  ]);
  assert.deepEqual(await ask('POST', '/comments', { page: '', text: 'x' }), [400, { error: 'ValidationException' }]);
  assert.equal((await table.send(new ScanCommand({ TableName: 'Comments' }))).Count, before);
});
