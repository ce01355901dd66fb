/** Functions that call the endpoint that runs them, by the address AWS SDKs read from AWS_ENDPOINT_URL. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { skipWithout } from '../support/programs.ts';

let gatewright: TestGatewright;
let api: ApiUnderTest;

before(async () => {
  gatewright = await startTestGatewright();
  const curious = await createFunction(
    gatewright,
    'curious',
    `const { get } = require('node:http');
     const read = (url) => new Promise((resolve, reject) => {
       get(url, (incoming) => {
         let text = '';
         incoming.on('data', (chunk) => { text += chunk; });
         incoming.on('end', () => resolve(text));
       }).on('error', reject);
     });
     exports.handler = async () => {
       const { AWS_ENDPOINT_URL, AWS_LAMBDA_FUNCTION_NAME } = process.env;
       const body = await read(AWS_ENDPOINT_URL + '/2015-03-31/functions/' + AWS_LAMBDA_FUNCTION_NAME + '/configuration');
       return { statusCode: 200, body };
     };`,
    { Description: 'reads about itself' },
  );
  const relay = await createFunction(
    gatewright,
    'relay',
    `exports.handler = async ({ pathParameters: { proxy }, requestContext: { apiId, stage } }) => {
       const reply = await fetch(process.env.AWS_ENDPOINT_URL + '/_aws/execute-api/' + apiId + '/' + stage + '/' + proxy);
       return { statusCode: reply.status, body: 'relayed ' + await reply.text() };
     };`,
  );
  api = await createApi(gatewright, {
    'GET /curious': lambdaProxy(curious),
    'GET /relay/{proxy+}': lambdaProxy(relay),
    'GET /plain': mock('plain'),
  });
  await api.deploy('s');
});

after(() => gatewright.close());

test('a function reads its own configuration, unsigned, as dev mode allows', async () => {
  const reply = await fetch(api.url('s', '/curious'));
  assert.equal(reply.status, 200);
  const configuration = (await reply.json()) as Record<string, unknown>;
  assert.equal(configuration['FunctionName'], 'curious');
  assert.equal(configuration['Description'], 'reads about itself');
});

test('a function calls its own API, even itself through it', async () => {
  const at = async (path: string): Promise<string> => {
    const reply = await fetch(api.url('s', path));
    return `${reply.status} ${await reply.text()}`;
  };
  assert.equal(await at('/relay/plain'), '200 relayed plain');
  assert.equal(await at('/relay/relay/relay/plain'), '200 relayed relayed relayed plain');
  assert.equal(await at('/relay/nowhere'), '403 relayed {"message":"Missing Authentication Token"}');
});

test('a Python function reads its own configuration', { skip: skipWithout('python3') }, async () => {
  const source = `import os, urllib.request
def handler(event, context):
    url = os.environ['AWS_ENDPOINT_URL'] + '/2015-03-31/functions/' + context.function_name + '/configuration'
    with urllib.request.urlopen(url) as reply:
        return {'statusCode': reply.status, 'body': reply.read().decode()}
`;
  const arn = await createFunction(gatewright, 'snake', '', {
    Runtime: 'python3.13',
    Handler: 'app.handler',
    Code: { ZipFile: zipOf({ 'app.py': source }) },
  });
  const snake = await createApi(gatewright, { 'GET /': lambdaProxy(arn) });
  await snake.deploy('s');
  const configuration = (await (await fetch(snake.url('s', '/'))).json()) as Record<string, unknown>;
  assert.equal(configuration['FunctionName'], 'snake');
});

test('on an address other than localhost functions are given that address', {
  skip: process.platform === 'linux' ? false : 'only Linux has more than one loopback address to listen on',
}, async () => {
  const elsewhere = await startTestGatewright({ host: '127.0.0.2' });
  try {
    const source = `exports.handler = async () => {
      const reply = await fetch(process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/');
      return { statusCode: reply.status, body: process.env.AWS_ENDPOINT_URL };
    };`;
    const there = await createApi(elsewhere, {
      'GET /': lambdaProxy(await createFunction(elsewhere, 'there', source)),
    });
    await there.deploy('s');
    const reply = await fetch(there.url('s', '/'));
    assert.equal(`${reply.status} ${await reply.text()}`, `200 ${elsewhere.endpoint}`);
  } finally {
    await elsewhere.close();
  }
});
