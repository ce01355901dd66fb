/** Execution logs of deployed stages, compared with a recorded one. Those of tests stand in plan/test-invoke.test.ts. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { MethodSetting } from '../../definition/rest-api.ts';
import type { ExecutionLogRecord } from '../../ports/telemetry.ts';
import { allowing, guardAnswering, guardedApi, policyFor } from '../authorizers/authorizer-fixture.ts';
import {
  answer,
  functionsAnswering,
  limitedTo,
  type MethodInWords,
  mock200,
  planOf,
  type RequestInWords,
} from '../plan-fixture.ts';
import type { PlanTools } from '../tools.ts';

const uri =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:pets/invocations';
const lambdaProxy: MethodInWords = { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri } };

const logging = (loggingLevel: string, dataTraceEnabled = false): MethodSetting => ({
  ...limitedTo(-1, -1),
  loggingLevel,
  dataTraceEnabled,
});

/** What was written of one request to `GET /pets`. */
async function written(
  methodSettings: Record<string, MethodSetting>,
  method: MethodInWords = mock200,
  request: RequestInWords = {},
  tools: Partial<PlanTools> = {},
): Promise<{ lines: string[]; records: ExecutionLogRecord[] }> {
  const records: ExecutionLogRecord[] = [];
  const executionLogs = { write: (record: ExecutionLogRecord) => void records.push(record) };
  const plan = planOf({ 'GET /pets': method }, { executionLogs, ...tools }, { methodSettings });
  await answer(plan, { path: '/pets', ...request });
  return { records, lines: records.flatMap(({ lines }) => lines.map(({ text }) => text)) };
}

const id = '11111111-2222-4333-8444-555555555555';
const usagePlan = [
  'Extended Request Id: JJ1CUEWfoAMFzDA=',
  `Verifying Usage Plan for request: ${id}. API Key:  API Stage: a1b2c3d4e5/dev`,
  "API Key  authorized because method 'GET /pets' does not require API Key. Request will not contribute to throttle or quota limits",
  'Usage Plan check succeeded for API Key  and API Stage a1b2c3d4e5/dev',
];

test('INFO has the recorded lines in the recorded order, the function’s request id last', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const { lines, records } = await written({ '*/*': logging('INFO') }, lambdaProxy, {}, { functions });
  assert.deepEqual(lines, [
    ...usagePlan,
    `Starting execution for request: ${id}`,
    'HTTP Method: GET, Resource Path: /pets',
    'Successfully completed execution',
    'Method completed with status: 200',
    'AWS Integration Endpoint RequestId : f0000000-0000-4000-8000-000000000000',
  ]);
  const [record] = records;
  assert.deepEqual(
    [record!.apiId, record!.stage, record!.requestId, record!.account, record!.region],
    ['a1b2c3d4e5', 'dev', id, '000000000000', 'us-east-1'],
  );
});

test('OFF keeps nothing, ERROR failures alone; data trace adds headers and bodies at either level', async () => {
  const failing = functionsAnswering({ errorMessage: 'no' }, { functionError: 'Unhandled' });
  const of = async (setting: MethodSetting) =>
    (await written({ '*/*': setting }, lambdaProxy, {}, { functions: failing })).lines;
  const failure =
    'Lambda execution failed with status 200 due to customer function error: no. Lambda request id: f0000000-0000-4000-8000-000000000000';
  assert.deepEqual(await of(logging('OFF', true)), []);
  assert.deepEqual(await of(logging('ERROR')), [failure]);
  const traced = await of(logging('ERROR', true));
  assert.ok(traced.includes('Method request headers: {}') && traced.includes(failure));
  assert.ok(!traced.some((line) => line.startsWith('Starting execution')));
  const all = await of(logging('INFO', true));
  assert.equal(all.length, 4 + 13 + 3);
});

test('a good request leaves nothing at ERROR, so nothing is written', async () => {
  assert.deepEqual((await written({ '*/*': logging('ERROR') })).records, []);
});

test('a method’s own setting beats that of its stage', async () => {
  const quiet = { '*/*': logging('INFO'), '~1pets/GET': logging('OFF') };
  assert.deepEqual((await written(quiet)).lines, []);
  const loud = { '*/*': logging('OFF'), '~1pets/GET': logging('INFO') };
  assert.equal((await written(loud)).lines.length, 8);
});

test('a method that takes ANY keeps the log of the verbs whose settings ask for one', async () => {
  const records: ExecutionLogRecord[] = [];
  const executionLogs = { write: (record: ExecutionLogRecord) => void records.push(record) };
  const methodSettings = { '*/*': logging('OFF'), '~1pets/POST': logging('INFO') };
  const plan = planOf({ 'ANY /pets': mock200 }, { executionLogs }, { methodSettings });
  for (const method of ['GET', 'POST', 'PUT']) await answer(plan, { method, path: '/pets' });
  assert.deepEqual(
    records.map(({ lines }) => lines[5]!.text),
    ['HTTP Method: POST, Resource Path: /pets'],
  );
});

test('a request that is turned away says so in its log', async () => {
  const { lines } = await written({ '*/*': { ...logging('INFO'), throttlingRateLimit: 0, throttlingBurstLimit: 0 } });
  assert.deepEqual(lines.slice(-2), [
    'the method limit of 0/s burst 0 is used up',
    'Method completed with status: 429',
  ]);
});

test('without a port for logs, and without a level, a method has nothing of this in its plan', () => {
  const parts = (tools: Partial<PlanTools>, setting: MethodSetting) => {
    const plan = planOf({ 'GET /pets': mock200 }, tools, { methodSettings: { '*/*': setting } });
    const names = [...plan.methods[0]!.inbound, ...plan.methods[0]!.finish].map(({ name }) => name);
    return names.filter((name) => name.includes('log'));
  };
  assert.deepEqual(parts({}, logging('INFO')), []);
  assert.deepEqual(parts({ executionLogs: { write() {} } }, logging('OFF')), []);
  assert.deepEqual(parts({ executionLogs: { write() {} } }, logging('INFO', true)), [
    'execution log INFO with data trace',
    'end of the log',
  ]);
});

test('[LOG-04] the log shows the end of an API key: of one that is let in, and of one that is turned away before anything starts', async () => {
  const subscription = { planId: 'plan', refusedByRate: () => undefined, takeQuota: () => true };
  const known = { id: 'k', value: 'value-of-a-key-abc123', enabled: true, subscription: () => subscription };
  const usage = { keysOf: () => ({ find: (value: string) => (value === known.value ? known : undefined) }) };
  const keyed: MethodInWords = { ...mock200, apiKeyRequired: true };
  const asked = async (value: string) => {
    const request = { headers: ['x-api-key', value] };
    return (await written({ '*/*': logging('INFO') }, keyed, request, { usage })).lines;
  };
  const stage = 'a1b2c3d4e5/dev';
  assert.deepEqual(await asked(known.value), [
    'Extended Request Id: JJ1CUEWfoAMFzDA=',
    `Verifying Usage Plan for request: ${id}. API Key: ***************abc123 API Stage: ${stage}`,
    `Usage Plan check succeeded for API Key ***************abc123 and API Stage ${stage}`,
    `Starting execution for request: ${id}`,
    'HTTP Method: GET, Resource Path: /pets',
    'Successfully completed execution',
    'Method completed with status: 200',
  ]);
  assert.deepEqual(await asked('another-key-xyz789'), [
    'Extended Request Id: JJ1CUEWfoAMFzDA=',
    `Verifying Usage Plan for request: ${id}. API Key: ************xyz789 API Stage: ${stage}`,
    "API Key ************xyz789 not authorized because method 'GET /pets' requires API Key and API Key is not associated with a " +
      `Usage Plan for API Stage ${stage}: No Usage Plan found for key and API Stage`,
    'Method completed with status: 403',
  ]);
});

test('[LOG-04] an authorizer begins and ends before anything else; its refusals are told in AWS’s words', async () => {
  const asked = async (answered: unknown, token = 'allow me') => {
    const records: ExecutionLogRecord[] = [];
    const { send } = guardedApi(guardAnswering(answered).functions, {
      methods: ['GET /pets'],
      stage: { methodSettings: { '*/*': logging('INFO') } },
      tools: { executionLogs: { write: (record: ExecutionLogRecord) => void records.push(record) } },
    });
    await send({ path: '/pets', headers: token === '' ? [] : ['Authorization', token] });
    return records.flatMap(({ lines }) => lines.map(({ text }) => text));
  };
  const start = ['Extended Request Id: JJ1CUEWfoAMFzDA=', `Starting authorizer: auth01 for request: ${id}`];
  assert.deepEqual(await asked(allowing()), [
    ...start,
    'Successfully completed authorizer execution',
    ...usagePlan.slice(1),
    `Starting execution for request: ${id}`,
    'HTTP Method: GET, Resource Path: /pets',
    'Successfully completed execution',
    'Method completed with status: 200',
  ]);
  assert.deepEqual(await asked(allowing(), ''), [
    ...start,
    `Unauthorized request: ${id}`,
    'Method completed with status: 401',
  ]);
  assert.deepEqual(await asked({ ...allowing(), policyDocument: policyFor('Deny') }), [
    ...start,
    'The client is not authorized to perform this operation.',
    'Method completed with status: 403',
  ]);
});
