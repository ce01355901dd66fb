/** Execution logs of REST stages in CloudWatch Logs: which lines, in which group, of which requests. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { UpdateAccountCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { linesOf } from '../support/log-lines.ts';

let gatewright: TestGatewright;
let api: ApiUnderTest;
let functionArn: string;

before(async () => {
  gatewright = await startTestGatewright();
  functionArn = await createFunction(
    gatewright,
    'logged',
    'exports.handler = async (event) => { if (event.queryStringParameters) throw new Error("boom"); return { statusCode: 200, body: "x".repeat(2000) }; };',
  );
  api = await createApi(gatewright, { 'GET /sample': lambdaProxy(functionArn), 'GET /mock': mock('hello') });
  for (const stage of ['s', 'errors', 'off']) await api.deploy(stage);
});

after(() => gatewright.close());

const set = (stageName: string, settings: Readonly<Record<string, string>>) =>
  gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName,
      patchOperations: Object.entries(settings).map(([path, value]) => ({ op: 'replace', path, value })),
    }),
  );

const group = (stage: string): string => `API-Gateway-Execution-Logs_${api.id}/${stage}`;

/** Asks, and returns the lines of that one request without its id. */
async function logged(stage: string, path: string, headers: Record<string, string> = {}): Promise<string[]> {
  const response = await fetch(api.url(stage, path), { headers });
  await response.text();
  const prefix = `(${response.headers.get('x-amzn-requestid')}) `;
  const lines = (await linesOf(gatewright, group(stage))).filter((line) => line.startsWith(prefix));
  return lines.map((line) => line.slice(prefix.length));
}

test('[LOG-01] a stage logs once the account has a role for it, into a group of its own that comes into being', async () => {
  await assert.rejects(set('s', { '/*/*/logging/loglevel': 'INFO' }), {
    name: 'BadRequestException',
    message: 'CloudWatch Logs role ARN must be set in account settings to enable logging',
  });
  const value = 'arn:aws:iam::000000000000:role/logs';
  const patchOperations = [{ op: 'replace' as const, path: '/cloudwatchRoleArn', value }];
  await gatewright.apigateway.send(new UpdateAccountCommand({ patchOperations }));
  await set('s', { '/*/*/logging/loglevel': 'INFO' });
  assert.deepEqual(await linesOf(gatewright, group('s')), []);
  assert.notEqual((await logged('s', '/mock')).length, 0);
});

test('[LOG-04] INFO writes the recorded lines in their order', async () => {
  const lines = await logged('s', '/sample');
  const requestId = /Verifying Usage Plan for request: (\S+)\./.exec(lines[1]!)![1]!;
  const stage = `${api.id}/s`;
  assert.match(lines[0]!, /^Extended Request Id: \S+=$/);
  assert.deepEqual(lines.slice(1, -1), [
    `Verifying Usage Plan for request: ${requestId}. API Key:  API Stage: ${stage}`,
    "API Key  authorized because method 'GET /sample' does not require API Key. Request will not contribute to throttle or quota limits",
    `Usage Plan check succeeded for API Key  and API Stage ${stage}`,
    `Starting execution for request: ${requestId}`,
    'HTTP Method: GET, Resource Path: /sample',
    'Successfully completed execution',
    'Method completed with status: 200',
  ]);
  assert.match(lines.at(-1)!, /^AWS Integration Endpoint RequestId : [0-9a-f-]{36}$/);
});

test('[LOG-02] data trace adds what was sent and answered; ERROR keeps what failed; OFF keeps nothing', async () => {
  await set('s', { '/*/*/logging/dataTrace': 'true' });
  await set('errors', { '/*/*/logging/loglevel': 'ERROR' });
  await set('off', { '/*/*/logging/loglevel': 'INFO', '/~1sample/GET/logging/loglevel': 'OFF' });
  const starts = (await logged('s', '/sample')).map((line) => line.replace(/:.*/, ''));
  assert.deepEqual(starts.slice(4), [
    'Starting execution for request',
    'HTTP Method',
    'Method request path',
    'Method request query string',
    'Method request headers',
    'Method request body before transformations',
    'Endpoint request URI',
    'Endpoint request headers',
    'Endpoint request body after transformations',
    'Sending request to https',
    'Received response. Status',
    'Endpoint response headers',
    'Endpoint response body before transformations',
    'Method response body after transformations',
    'Method response headers',
    'Successfully completed execution',
    'Method completed with status',
    'AWS Integration Endpoint RequestId ',
  ]);
  assert.deepEqual(await logged('errors', '/sample'), []);
  assert.deepEqual(await logged('off', '/sample'), []);
  assert.notEqual((await logged('off', '/mock')).length, 0);
});

test('[LOG-06] a function that fails is told of in AWS’s words, at ERROR too', async () => {
  const [line, ...rest] = await logged('errors', '/sample?mode=raise');
  assert.match(
    line!,
    /^Lambda execution failed with status 200 due to customer function error: boom\. Lambda request id: [0-9a-f-]{36}$/,
  );
  assert.deepEqual(rest, []);
});

test('[LOG-07] lines end at 1,024 bytes, and what lets somebody in is shown by its last six characters', async () => {
  const headers = { authorization: 'Bearer secret-abc123', 'x-api-key': 'key-of-somebody-xyz789' };
  const lines = await logged('s', '/sample', headers);
  const body = lines.find((line) => line.startsWith('Method response body'))!;
  assert.match(body, /^Method response body after transformations: x+ \[TRUNCATED\]$/);
  const prefix = 2 + 36 + 1;
  assert.equal(Buffer.byteLength(body) + prefix, 1024 + ' [TRUNCATED]'.length);
  const shown = lines.find((line) => line.startsWith('Method request headers'))!;
  assert.match(shown, /\*{14}abc123/);
  assert.match(shown, /\*{16}xyz789/);
  // The function is sent both; its event in the log shows neither.
  const event = lines.find((line) => line.startsWith('Endpoint request body'))!;
  assert.match(event, /"Authorization":"\*{14}abc123"/i);
  assert.doesNotMatch(lines.join('\n'), /secret|somebody/);
});

test('[CAN-07] what a canary does is in the groups of its stage, and in /Canary below each', async () => {
  await api.deploy('both');
  await api.deploy('both', { canarySettings: { percentTraffic: 100 } });
  const destinationArn = 'arn:aws:logs:us-east-1:000000000000:log-group:of-both';
  await set('both', {
    '/*/*/logging/loglevel': 'INFO',
    '/accessLogSettings/destinationArn': destinationArn,
    '/accessLogSettings/format': '$context.requestId $context.status',
  });
  const lines = await logged('both', '/mock');
  assert.equal(lines.at(-1), 'Method completed with status: 200');
  for (const name of [group('both'), 'of-both']) {
    const ofStage = await linesOf(gatewright, name);
    assert.notEqual(ofStage.length, 0);
    assert.deepEqual(await linesOf(gatewright, `${name}/Canary`), ofStage);
  }
  await set('both', { '/canarySettings/percentTraffic': '0' });
  const before = (await linesOf(gatewright, 'of-both/Canary')).length;
  await logged('both', '/mock');
  assert.equal((await linesOf(gatewright, 'of-both/Canary')).length, before);
  assert.equal((await linesOf(gatewright, 'of-both')).length, before + 1);
});

test('[LOG-03] there is no level DEBUG', () =>
  assert.rejects(set('s', { '/*/*/logging/loglevel': 'DEBUG' }), {
    name: 'BadRequestException',
    message: 'Invalid logging level specified: DEBUG',
  }));
