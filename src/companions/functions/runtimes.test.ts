/** Runtimes other than Node.js, and code that lies in a developer's folder. */
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { arnOf, lambdaUnderTest, zipOf } from '../../../test/support/lambda-under-test.ts';
import { createMemoryStore } from '../../store/memory.ts';

const lambda = lambdaUnderTest();
const folder = mkdtempSync(join(tmpdir(), 'gatewright-test-'));
after(async () => {
  await lambda.close();
  rmSync(folder, { recursive: true });
});

const withoutPython = spawnSync('python3', ['--version']).status === 0 ? false : 'python3 is not on this machine';

const python = (name: string, source: string): Promise<unknown> =>
  lambda.create(name, '', {
    Runtime: 'python3.11',
    Handler: 'app.handler',
    Code: { ZipFile: zipOf({ 'app.py': source }) },
  });

test('a Python handler gets event and context', { skip: withoutPython }, async () => {
  await python(
    'py',
    `import os
def handler(event, context):
    print('seen', event['a'])
    return {'a': event['a'], 'arn': context.invoked_function_arn, 'left': context.get_remaining_time_in_millis() > 1000,
            'memory': context.memory_limit_in_mb, 'root': os.getcwd() == os.environ['LAMBDA_TASK_ROOT']}
`,
  );
  const { answer, log } = await lambda.call('py', { a: 'ü' }, { tail: true });
  assert.deepEqual(answer, { a: 'ü', arn: arnOf('py'), left: true, memory: '128', root: true });
  assert.match(log, /^seen ü$/m);
  assert.equal((await lambda.call('py', { a: 2 })).error, undefined);
});

test('a Python exception is Unhandled with errorMessage, errorType, requestId and stackTrace', {
  skip: withoutPython,
}, async () => {
  await python('py-raises', `def handler(event, context):\n    raise ValueError('bad ride')\n`);
  const { answer, error } = await lambda.call('py-raises');
  const shape = answer as { errorMessage: string; errorType: string; requestId: string; stackTrace: string[] };
  assert.equal(error, 'Unhandled');
  assert.deepEqual(Object.keys(shape), ['errorMessage', 'errorType', 'requestId', 'stackTrace']);
  assert.deepEqual([shape.errorMessage, shape.errorType], ['bad ride', 'ValueError']);
  assert.equal(shape.stackTrace.length, 1);
  assert.match(shape.stackTrace[0]!, /app\.py", line 2, in handler\n {4}raise ValueError/);
});

test('Python load errors have the names AWS gives them', { skip: withoutPython }, async () => {
  await python('py-import', 'import no_such_module\n');
  await python('py-missing', 'other = 1\n');
  const typeOf = async (name: string): Promise<unknown> => {
    const shape = (await lambda.call(name)).answer as { errorType: string; errorMessage: string };
    return [shape.errorType, shape.errorMessage];
  };
  assert.deepEqual(await typeOf('py-import'), [
    'Runtime.ImportModuleError',
    "Unable to import module 'app': No module named 'no_such_module'",
  ]);
  assert.deepEqual(await typeOf('py-missing'), [
    'Runtime.HandlerNotFound',
    "Handler 'handler' missing on module 'app'",
  ]);
});

test('a Python answer that is no JSON is Runtime.MarshalError', { skip: withoutPython }, async () => {
  await python('py-marshal', 'def handler(event, context):\n    return {1, 2}\n');
  assert.equal(((await lambda.call('py-marshal')).answer as { errorType: string }).errorType, 'Runtime.MarshalError');
});

const withoutCurl = spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not on this machine';

test('a custom runtime is any program called bootstrap: here a shell with curl', { skip: withoutCurl }, async () => {
  const bootstrap = `#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  event=$(curl -sS -D "$TMPDIR/headers" "$api/next") || exit 0
  id=$(tr -d '\\r' < "$TMPDIR/headers" | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip')
  case "$event" in
    *fail*) curl -sS -o /dev/null -H 'Lambda-Runtime-Function-Error-Type: Ride.Refused' -d '{"errorMessage":"no","errorType":"Ride.Refused"}' "$api/$id/error";;
    *) curl -sS -o /dev/null -H 'Transfer-Encoding: chunked' -d "{\\"handler\\":\\"$_HANDLER\\",\\"event\\":$event}" "$api/$id/response";;
  esac
done
`;
  await lambda.create('custom', '', {
    Runtime: 'provided.al2023',
    Handler: 'mine',
    Code: { ZipFile: zipOf({ 'bootstrap*': bootstrap }) },
  });
  assert.deepEqual((await lambda.call('custom', { n: 1 })).answer, { handler: 'mine', event: { n: 1 } });
  const { answer, error } = await lambda.call('custom', { fail: true });
  assert.equal(error, 'Unhandled');
  assert.deepEqual(answer, { errorMessage: 'no', errorType: 'Ride.Refused' });
});

test('a runtime version the machine lacks runs on the nearest, and the log says so', async () => {
  await lambda.create('old', 'exports.handler = async () => 1;', { Runtime: 'nodejs18.x' });
  assert.equal((await lambda.call('old')).answer, 1);
  const said = lambda
    .logs(arnOf('old'))
    .filter(({ message }) => message.startsWith('Runtime nodejs18.x is not on this machine'));
  assert.equal(said.length, 1);
});

test('code in a folder is read in place, and an edit shows at the next invoke', async () => {
  const write = (text: string): void =>
    writeFileSync(join(folder, 'index.js'), `exports.handler = async () => '${text}';`);
  write('before');
  await lambda.create('in-place', '', { Code: { S3Bucket: 'file', S3Key: folder } });
  assert.equal((await lambda.call('in-place')).answer, 'before');
  write('after the edit');
  // The folder is looked at no more often than every 100 ms.
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.equal((await lambda.call('in-place')).answer, 'after the edit');
});

test('code in a folder is refused in secure mode, for relative paths and for what is no folder', async () => {
  const secure = lambdaUnderTest({ mode: 'secure' });
  try {
    await assert.rejects(secure.create('f', '', { Code: { S3Bucket: 'file', S3Key: folder } }), /NoSuchBucket/);
  } finally {
    await secure.close();
  }
  await assert.rejects(lambda.create('f', '', { Code: { S3Bucket: 'file', S3Key: 'src' } }), /not an absolute path/);
  await assert.rejects(
    lambda.create('f', '', { Code: { S3Bucket: 'file', S3Key: join(folder, 'index.js') } }),
    /is not a folder/,
  );
});

test('unpacked code is kept from run to run, and removed once no function has it', async () => {
  const store = createMemoryStore();
  const dataDir = join(folder, 'data');
  const unpacked = (): string[] => readdirSync(join(dataDir, 'functions'));
  const first = lambdaUnderTest({ store, dataDir });
  await first.create('kept', 'exports.handler = async () => 1;');
  await first.create('gone', 'exports.handler = async () => 2;');
  await first.call('kept');
  await first.call('gone');
  await first.run('DeleteFunction', { FunctionName: 'gone' });
  await first.close();
  assert.equal(unpacked().length, 2);
  const second = lambdaUnderTest({ store, dataDir });
  assert.equal((await second.call('kept')).answer, 1);
  await second.close();
  assert.equal(unpacked().length, 1);
});

test('SystemLogLevel WARN leaves out the lines of the service, not those of the function', async () => {
  await lambda.create('terse', `exports.handler = async () => console.log('mine');`, {
    LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
    Runtime: 'nodejs26.x',
  });
  const { log } = await lambda.call('terse', {}, { tail: true });
  assert.deepEqual(
    log
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message),
    ['mine'],
  );
});
