/** The end of a process: asked to stop, it takes nothing new, finishes what it has begun and leaves nothing behind. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { createAwsClient } from '../support/aws-over-http.ts';
import { startGatewright } from '../support/gatewright-process.ts';

/** Tells the test that it runs by calling back, then answers a second later. */
const slowFunction = `import { connect } from 'node:net';
export const handler = async ({ headers }) => {
  connect(Number(headers['x-tell']), '127.0.0.1').on('error', () => {});
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return { statusCode: 200, body: 'finished' };
};`;

test('SIGTERM: no new connections, the request in flight is answered, exit code 0, functions gone', async () => {
  const gatewright = await startGatewright(['--memory']);
  const aws = createAwsClient(gatewright.endpoint);
  const { FunctionArn } = await aws('POST', '/2015-03-31/functions', {
    FunctionName: 'slow',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/any',
    Timeout: 10,
    Code: { ZipFile: Buffer.from(zipSync({ 'index.mjs': strToU8(slowFunction) })).toString('base64') },
  });
  const api = await aws('POST', '/restapis', { name: 'slow' });
  const method = `/restapis/${api['id']}/resources/${api['rootResourceId']}/methods/GET`;
  await aws('PUT', method, { authorizationType: 'NONE' });
  await aws('PUT', `${method}/integration`, {
    type: 'AWS_PROXY',
    httpMethod: 'POST',
    uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`,
  });
  await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: 'prod' });

  const bell = createServer().listen(0, '127.0.0.1');
  await once(bell, 'listening');
  const { port } = bell.address() as { port: number };
  const rung = once(bell, 'connection');
  const reply = fetch(`${gatewright.endpoint}/_aws/execute-api/${api['id']}/prod`, {
    headers: { 'x-tell': String(port) },
  });
  await rung;
  bell.close();

  const exited = once(gatewright.child, 'exit');
  gatewright.child.kill('SIGTERM');
  const answer = await reply;
  assert.equal(`${answer.status} ${await answer.text()}`, '200 finished');
  assert.equal(answer.headers.get('connection'), 'close');
  assert.deepEqual(await exited, [0, null]);
  const late = connect(Number(new URL(gatewright.endpoint).port), '127.0.0.1');
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
});

test('a wrong setting is one sentence and exit code 2', async () => {
  await assert.rejects(
    startGatewright(['--memory', '--mode', 'open']),
    /exit code 2: Cannot read flag --mode: mode is "open", expected one of dev, secure\n$/,
  );
});
