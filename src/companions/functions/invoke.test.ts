/** Functions run for real: what a handler gets, what its caller gets. */
import { strict as assert } from 'node:assert';
import { after, test } from 'node:test';
import { arnOf, lambdaUnderTest, zipOf } from '../../../test/support/lambda-under-test.ts';

const lambda = lambdaUnderTest();
after(() => lambda.close());

test('an async handler gets the event and its answer comes back', async () => {
  await lambda.create('echo', 'exports.handler = async (event) => ({ got: event, n: 1 });');
  const { answer, error, version } = await lambda.call('echo', { a: 'ü' });
  assert.deepEqual(answer, { got: { a: 'ü' }, n: 1 });
  assert.equal(error, undefined);
  assert.equal(version, '$LATEST');
});

test('a second invoke finds the environment warm, and top-level code ran once', async () => {
  await lambda.create('warm', 'let n = 0; const born = Date.now(); exports.handler = async () => ({ n: ++n, born });');
  const first = (await lambda.call('warm')).answer as { n: number; born: number };
  const second = (await lambda.call('warm')).answer as { n: number; born: number };
  assert.equal(second.n, 2);
  assert.equal(second.born, first.born);
});

test('a callback handler answers when its event loop is empty', async () => {
  const source = `exports.handler = (event, context, callback) => {
    let late = false;
    setTimeout(() => { late = true; }, 30);
    const answer = { get late() { return late; } };
    callback(null, answer);
  };`;
  await lambda.create('callback', source);
  assert.deepEqual((await lambda.call('callback')).answer, { late: true });
});

test('callbackWaitsForEmptyEventLoop = false answers at once', async () => {
  const source = `exports.handler = (event, context, callback) => {
    context.callbackWaitsForEmptyEventLoop = false;
    setInterval(() => {}, 1000);
    callback(null, 'now');
  };`;
  await lambda.create('impatient', source);
  assert.equal((await lambda.call('impatient')).answer, 'now');
});

test('a callback handler is an init error from nodejs24.x on', async () => {
  await lambda.create('callback24', 'exports.handler = (e, c, callback) => callback(null, 1);', {
    Runtime: 'nodejs24.x',
  });
  const { answer, error } = await lambda.call('callback24');
  assert.equal(error, 'Unhandled');
  assert.equal((answer as { errorType: string }).errorType, 'Runtime.CallbackHandlerDeprecated');
});

test('an ES module with top-level await is a function', async () => {
  const code = zipOf({ 'src/app.mjs': 'const n = await Promise.resolve(7); export const run = async () => n;' });
  await lambda.create('esm', '', { Handler: 'src/app.run', Code: { ZipFile: code } });
  assert.equal((await lambda.call('esm')).answer, 7);
});

test('package.json type module makes index.js an ES module', async () => {
  const code = zipOf({
    'package.json': '{"type":"module"}',
    'index.js': 'const n = await Promise.resolve(8); export const handler = async () => n;',
  });
  await lambda.create('esm-type', '', { Code: { ZipFile: code } });
  assert.equal((await lambda.call('esm-type')).answer, 8);
});

test('a handler that throws is Unhandled with errorType, errorMessage and trace', async () => {
  await lambda.create('throws', `exports.handler = async () => { throw new TypeError('boom'); };`);
  const { answer, error, raw } = await lambda.call('throws');
  const { errorType, errorMessage, trace } = answer as { errorType: string; errorMessage: string; trace: string[] };
  assert.equal(raw.StatusCode, 200);
  assert.equal(error, 'Unhandled');
  assert.equal(errorType, 'TypeError');
  assert.equal(errorMessage, 'boom');
  assert.equal(trace[0], 'TypeError: boom');
  assert.match(trace[1]!, /index\.js:1/);
  assert.deepEqual(Object.keys(answer as object), ['errorType', 'errorMessage', 'trace']);
});

test('a missing module is Runtime.ImportModuleError', async () => {
  await lambda.create('no-module', '', { Handler: 'other.handler' });
  const { answer, error } = await lambda.call('no-module');
  assert.equal(error, 'Unhandled');
  assert.equal((answer as { errorType: string }).errorType, 'Runtime.ImportModuleError');
  assert.match((answer as { errorMessage: string }).errorMessage, /^Error: Cannot find module 'other'\nRequire stack:/);
});

test('a missing export is Runtime.HandlerNotFound', async () => {
  await lambda.create('no-export', 'exports.other = 1;');
  const { answer } = await lambda.call('no-export');
  const shape = answer as { errorType: string; errorMessage: string };
  assert.equal(shape.errorType, 'Runtime.HandlerNotFound');
  assert.equal(shape.errorMessage, 'index.handler is undefined or not exported');
});

test('a syntax error is Runtime.UserCodeSyntaxError', async () => {
  await lambda.create('syntax', 'exports.handler = async () => {');
  assert.equal(
    ((await lambda.call('syntax')).answer as { errorType: string }).errorType,
    'Runtime.UserCodeSyntaxError',
  );
});

test('the context names the function, the request and the time left', async () => {
  const source = `exports.handler = async (event, c) => ({
    name: c.functionName, version: c.functionVersion, arn: c.invokedFunctionArn, memory: c.memoryLimitInMB,
    group: c.logGroupName, left: c.getRemainingTimeInMillis(), id: c.awsRequestId });`;
  await lambda.create('context', source);
  const answer = (await lambda.call('context')).answer as Record<string, unknown>;
  assert.equal(answer['name'], 'context');
  assert.equal(answer['version'], '$LATEST');
  assert.equal(answer['arn'], arnOf('context'));
  assert.equal(answer['memory'], '128');
  assert.equal(answer['group'], '/aws/lambda/context');
  assert.ok((answer['left'] as number) > 2000 && (answer['left'] as number) <= 3000);
  assert.match(answer['id'] as string, /^[0-9a-f-]{36}$/);
});

test('a function sees its own variables and AWS ones, and none of ours', async () => {
  process.env['GATEWRIGHT_SECRET'] = 'ours';
  await lambda.create('variables', 'exports.handler = async () => process.env;', {
    Environment: { Variables: { TABLE: 'Rides' } },
    MemorySize: 256,
  });
  const env = (await lambda.call('variables')).answer as Record<string, string>;
  delete process.env['GATEWRIGHT_SECRET'];
  assert.equal(env['TABLE'], 'Rides');
  assert.equal(env['AWS_REGION'], 'eu-west-1');
  assert.equal(env['AWS_LAMBDA_FUNCTION_NAME'], 'variables');
  assert.equal(env['AWS_LAMBDA_FUNCTION_VERSION'], '$LATEST');
  assert.equal(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'], '256');
  assert.equal(env['AWS_ACCESS_KEY_ID'], '123456789012');
  assert.equal(env['AWS_ENDPOINT_URL'], 'http://localhost:4566');
  assert.equal(env['AWS_EXECUTION_ENV'], 'AWS_Lambda_nodejs22.x');
  assert.equal(env['TZ'], ':UTC');
  assert.equal(env['_HANDLER'], 'index.handler');
  assert.equal(env['GATEWRIGHT_SECRET'], undefined);
});

test('the code folder is the working folder and the task root', async () => {
  const source =
    'exports.handler = async () => [process.cwd() === process.env.LAMBDA_TASK_ROOT, __dirname === process.cwd()];';
  await lambda.create('root', source);
  assert.deepEqual((await lambda.call('root')).answer, [true, true]);
});

test('a streaming handler invoked without streaming answers with all it wrote', async () => {
  const source = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    stream.write('{"part":'); await null; stream.write('1}'); stream.end(); });`;
  await lambda.create('streaming', source);
  assert.deepEqual((await lambda.call('streaming')).answer, { part: 1 });
  assert.deepEqual((await lambda.call('streaming')).answer, { part: 1 });
});

test('a streaming handler that fails midway is a function error, not a short answer', async () => {
  const source = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    stream.write('half'); await new Promise((done) => setImmediate(done)); throw new Error('cut'); });`;
  await lambda.create('streaming-cut', source);
  const { answer, error } = await lambda.call('streaming-cut');
  assert.equal(error, 'Unhandled');
  assert.equal((answer as { errorMessage: string }).errorMessage, 'cut');
});

test('the port answers with the function error and the executed version', async () => {
  await lambda.create(
    'port',
    `exports.handler = async (e) => { if (e.fail) throw new Error('no'); return process.env._X_AMZN_TRACE_ID; };`,
  );
  const invocation = { functionArn: arnOf('port'), type: 'RequestResponse', traceId: 'Root=1-2-3' } as const;
  const good = await lambda.functions.invoke({ ...invocation, payload: '{}' });
  assert.deepEqual([good.status, good.payload.toString(), good.executedVersion], [200, '"Root=1-2-3"', '$LATEST']);
  const bad = await lambda.functions.invoke({ ...invocation, payload: '{"fail":true}' });
  assert.equal(bad.functionError, 'Unhandled');
  await assert.rejects(lambda.functions.invoke({ ...invocation, functionArn: arnOf('absent'), payload: '{}' }), {
    kind: 'ResourceNotFoundException',
    message: `Function not found: ${arnOf('absent')}`,
  });
});

test('an answer does not overtake what was printed before it, by console or by stdout', async () => {
  const source = `exports.handler = async (e) => { for (let i = 0; i < 3000; i++) {
    if (e.direct) process.stdout.write('line ' + i + '\\n'); else console.log('line ' + i); } };`;
  await lambda.create('prints', source);
  for (const direct of [false, true]) {
    const { log } = await lambda.call('prints', { direct }, { tail: true });
    assert.match(log, /line 2999\nEND RequestId/);
  }
});
