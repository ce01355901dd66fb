/** A function that grows, hangs, floods, forks or dies: its caller hears of it in AWS's words, and nobody else notices. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lambdaUnderTest, zipOf } from '../../../test/support/lambda-under-test.ts';

const lambda = lambdaUnderTest();
after(() => lambda.close());

type ErrorShape = { errorType: string; errorMessage: string };

/** Processes whose command line passes; a title a program gives itself stands there instead of its arguments. */
function processesWhere(isWanted: (commandLine: string) => boolean): number {
  let count = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (isWanted(readFileSync(`/proc/${entry}/cmdline`, 'latin1'))) count++;
    } catch {
      // Gone in between.
    }
  }
  return count;
}

const isLinux = existsSync('/proc/self/statm');
const onlyLinux = isLinux ? false : 'needs /proc';

/** Asks every few milliseconds, for at most two seconds: processes end when the system gets round to it. */
async function becomesTrue(question: () => boolean): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    if (question()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

test('a busy loop is killed at the deadline, and the next invoke starts afresh', async () => {
  await lambda.create('loop', 'exports.handler = async (e) => { if (e.loop) for (;;); return process.pid; };', {
    Timeout: 1,
  });
  const pid = (await lambda.call('loop')).answer as number;
  const before = performance.now();
  const { answer, error, log } = await lambda.call('loop', { loop: true }, { tail: true });
  const tookMs = performance.now() - before;
  assert.equal(error, 'Unhandled');
  assert.equal((answer as ErrorShape).errorType, 'Sandbox.Timedout');
  assert.match(
    (answer as ErrorShape).errorMessage,
    /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
  );
  assert.match(log, /^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f-]{36} Task timed out after 1\.00 seconds$/m);
  assert.match(log, /REPORT .*Status: timeout/);
  assert.ok(tookMs >= 990, `took ${tookMs} ms`);
  assert.notEqual((await lambda.call('loop')).answer, pid);
});

test('a hanging function delays no other function', async () => {
  await lambda.create('hangs', 'exports.handler = () => new Promise(() => setInterval(() => {}, 1000));', {
    Timeout: 3,
  });
  await lambda.create('quick', 'exports.handler = async () => 1;');
  await lambda.call('quick');
  let hangs = true;
  const hanging = lambda.call('hangs').finally(() => {
    hangs = false;
  });
  for (let i = 0; i < 20; i++) assert.equal((await lambda.call('quick')).answer, 1);
  assert.ok(hangs, 'the quick calls are answered before the slow one');
  assert.equal((await hanging).error, 'Unhandled');
});

test('a process that exits answers Runtime.ExitError with its status', async () => {
  await lambda.create('exits', 'exports.handler = async (e) => { process.exit(e.code); };');
  const { answer, error } = await lambda.call('exits', { code: 3 });
  assert.equal(error, 'Unhandled');
  assert.equal((answer as ErrorShape).errorType, 'Runtime.ExitError');
  assert.match((answer as ErrorShape).errorMessage, /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/);
  const silent = (await lambda.call('exits', { code: 0 })).answer as ErrorShape;
  assert.match(silent.errorMessage, /^RequestId: \S+ Error: Runtime exited without providing a reason$/);
});

test('a process that dies of a signal says which', async () => {
  await lambda.create(
    'dies',
    'exports.handler = async () => { process.kill(process.pid, "SIGSEGV"); await new Promise(() => setInterval(() => {}, 99)); };',
  );
  assert.match(((await lambda.call('dies')).answer as ErrorShape).errorMessage, /signal: segmentation fault$/);
});

test('a process that exits while its code loads is an init failure, reported once per invoke', async () => {
  await lambda.create('stillborn', 'process.exit(7);');
  for (let i = 0; i < 2; i++) {
    const { answer, error } = await lambda.call('stillborn');
    assert.equal(error, 'Unhandled');
    assert.match((answer as ErrorShape).errorMessage, /Runtime exited with error: exit status 7$/);
  }
});

test('an error nobody catches fails the invocation and the process', async () => {
  const source = `exports.handler = () => new Promise(() => setTimeout(() => { throw new RangeError('late'); }, 5));`;
  await lambda.create('uncaught', source);
  const { answer, error } = await lambda.call('uncaught');
  assert.equal(error, 'Unhandled');
  assert.equal((answer as ErrorShape).errorType, 'RangeError');
  assert.equal((answer as ErrorShape).errorMessage, 'late');
});

test('a rejection nobody handles is Runtime.UnhandledPromiseRejection', async () => {
  const source = `exports.handler = () => { Promise.reject(new Error('lost')); return new Promise(() => setInterval(() => {}, 99)); };`;
  await lambda.create('rejects', source);
  const shape = (await lambda.call('rejects')).answer as ErrorShape;
  assert.equal(shape.errorType, 'Runtime.UnhandledPromiseRejection');
  assert.equal(shape.errorMessage, 'Error: lost');
});

test('buffers beyond the memory setting end the process as Runtime.OutOfMemory', { skip: onlyLinux }, async () => {
  const source = `const kept = []; exports.handler = async () => {
    for (;;) { kept.push(Buffer.alloc(8 << 20, 1)); await new Promise((done) => setTimeout(done, 5)); } };`;
  await lambda.create('grows', source, { MemorySize: 128, Timeout: 20 });
  const { answer, error, log } = await lambda.call('grows', {}, { tail: true });
  assert.equal(error, 'Unhandled');
  assert.equal((answer as ErrorShape).errorType, 'Runtime.OutOfMemory');
  assert.match(
    (answer as ErrorShape).errorMessage,
    /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
  );
  assert.match(log, /Max Memory Used: 128 MB.*Error Type: Runtime\.OutOfMemory/);
});

test('objects beyond the memory setting end the process', async () => {
  const source =
    'exports.handler = async () => { const kept = []; for (;;) kept.push({ n: kept.length, text: String(kept.length) }); };';
  await lambda.create('hoards', source, { MemorySize: 128, Timeout: 20 });
  const { answer, error } = await lambda.call('hoards');
  assert.equal(error, 'Unhandled');
  assert.match((answer as ErrorShape).errorType, /^Runtime\.(ExitError|OutOfMemory)$/);
});

test('memory of child processes counts too', { skip: onlyLinux }, async () => {
  const child = 'const a = Buffer.alloc(200 << 20, 1); setInterval(() => a, 99)';
  const source = `const { spawn } = require('node:child_process');
    exports.handler = () => new Promise(() => spawn(process.execPath, ['-e', ${JSON.stringify(child)}]));`;
  await lambda.create('delegates', source, { MemorySize: 128, Timeout: 20 });
  assert.equal(((await lambda.call('delegates')).answer as ErrorShape).errorType, 'Runtime.OutOfMemory');
});

test('a flood of output slows the flooder only: our memory stays and another function answers at once', async () => {
  const source = `const line = 'x'.repeat(65536) + '\\n'; exports.handler = async () => { for (;;) process.stdout.write(line); };`;
  await lambda.create('floods', source, { Timeout: 1 });
  await lambda.create('calm', 'exports.handler = async () => 1;');
  await lambda.call('calm');
  const before = process.memoryUsage().rss;
  const flooding = lambda.call('floods');
  const start = performance.now();
  let answers = 0;
  while (performance.now() - start < 700) {
    await lambda.call('calm');
    answers++;
  }
  const { error } = await flooding;
  assert.equal(error, 'Unhandled');
  assert.ok(answers > 100, `${answers} answers beside the flood`);
  const grownMb = (process.memoryUsage().rss - before) / 1024 / 1024;
  assert.ok(grownMb < 120, `grew by ${grownMb} MB`);
  const kept = lambda.logs('arn:aws:lambda:eu-west-1:123456789012:function:floods');
  assert.ok(kept.reduce((sum, { message }) => sum + message.length, 0) < 600 * 1024);
});

test('what a function forked dies with its environment, detached or not', { skip: onlyLinux }, async () => {
  const mark = `forked-${process.pid}-${Date.now()}`;
  const marked = (): number => processesWhere((commandLine) => commandLine.includes(mark));
  const source = `const { spawn } = require('node:child_process');
    exports.handler = async () => { for (const detached of [false, true])
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { detached, stdio: 'ignore' }).unref();
      return 1; };`;
  await lambda.create('forks', source);
  assert.equal((await lambda.call('forks')).answer, 1);
  assert.ok(await becomesTrue(() => marked() === 2));
  await lambda.run('DeleteFunction', { FunctionName: 'forks' });
  assert.ok(await becomesTrue(() => marked() === 0));
});

test('nothing of a function survives our own kill -9', { skip: onlyLinux }, async () => {
  const mark = `orphan-${process.pid}-${Date.now()}`;
  const titled = (): number => processesWhere((commandLine) => commandLine.startsWith(mark));
  const program = `
    import { lambdaUnderTest } from ${JSON.stringify(join(import.meta.dirname, '../../../test/support/lambda-under-test.ts'))};
    const lambda = lambdaUnderTest();
    await lambda.create('loop', 'exports.handler = async () => { process.title = "${mark}"; for (;;); };', { Timeout: 60 });
    lambda.call('loop');`;
  const gateway = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  assert.ok(await becomesTrue(() => titled() === 1));
  gateway.kill('SIGKILL');
  await once(gateway, 'exit');
  assert.ok(await becomesTrue(() => titled() === 0));
});

test('an answer over 6 MB is Function.ResponseSizeTooLarge, and the environment lives on', async () => {
  await lambda.create('large', `exports.handler = async (e) => 'x'.repeat(e.size);`, { MemorySize: 256 });
  const { answer, error } = await lambda.call('large', { size: 7 * 1024 * 1024 });
  assert.equal(error, 'Unhandled');
  assert.deepEqual(answer, {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  });
  const { answer: fits } = await lambda.call('large', { size: 6 * 1024 * 1024 });
  assert.equal((fits as string).length, 6 * 1024 * 1024);
});

test('garbage instead of HTTP on the Runtime API ends the connection, not the gateway', async () => {
  const source = `const net = require('node:net'); exports.handler = () => new Promise((done) => {
    const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
    const socket = net.connect(port, host, () => socket.write('\\0\\0garbage\\r\\n\\r\\n'));
    socket.on('error', () => {}); socket.on('close', () => done('closed')); });`;
  await lambda.create('garbage', source);
  assert.equal((await lambda.call('garbage')).answer, 'closed');
  assert.equal((await lambda.call('garbage')).answer, 'closed');
});

test('a function that asks for events over and over still gets one at a time', async () => {
  const source = `const net = require('node:net'); let running = 0;
    const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
    const socket = net.connect(port, host); socket.on('error', () => {}); socket.unref();
    exports.handler = async (e) => {
      if (e.ask) for (let i = 0; i < 3; i++) socket.write('GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\n\\r\\n');
      running++; await new Promise((done) => setTimeout(done, 20)); return running--; };`;
  await lambda.create('greedy', source, { Timeout: 1 });
  assert.equal((await lambda.call('greedy', { ask: true })).answer, 1);
  // What went to the other connection is lost to the function and runs into its deadline; nothing else happens.
  const later = await Promise.all(Array.from({ length: 4 }, () => lambda.call('greedy')));
  assert.ok(later.every(({ answer, error }) => answer === 1 || error === 'Unhandled'));
  assert.equal((await lambda.call('greedy')).answer, 1);
});

test('a function that never reads the answers of the Runtime API does not fill our memory', async () => {
  const source = `const net = require('node:net'); exports.handler = () => new Promise((done) => {
    const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
    const socket = net.connect(port, host).pause(); const many = 'GET /x HTTP/1.1\\r\\n\\r\\n'.repeat(4000);
    const write = () => { while (socket.write(many)); }; socket.on('connect', write); socket.on('drain', write);
    socket.on('error', () => done('cut off')); socket.on('close', () => done('cut off')); });`;
  await lambda.create('deaf', source, { Timeout: 10 });
  assert.equal((await lambda.call('deaf')).answer, 'cut off');
});

test('code outside the handler that is too slow for the init limit is run again within the invoke', async () => {
  const slow = lambdaUnderTest({ settings: { initTimeoutMs: 150 } });
  try {
    const source = `const end = Date.now() + 400; while (Date.now() < end); exports.handler = async () => 'ready';`;
    await slow.create('slow-init', source);
    const { answer, log } = await slow.call('slow-init', {}, { tail: true });
    assert.equal(answer, 'ready');
    assert.match(log, /INIT_REPORT Init Duration: 150\.00 ms\tPhase: init\tStatus: timeout/);
  } finally {
    await slow.close();
  }
});

test('a bootstrap that cannot be executed is Runtime.InvalidEntrypoint', async () => {
  await lambda.create('not-executable', '', {
    Runtime: 'provided.al2023',
    Code: { ZipFile: zipOf({ bootstrap: '#!/bin/sh' }) },
  });
  const shape = (await lambda.call('not-executable')).answer as ErrorShape;
  assert.equal(shape.errorType, 'Runtime.InvalidEntrypoint');
});
