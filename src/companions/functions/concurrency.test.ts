/** How many environments run, who waits, who is refused, and what happens to asynchronous events. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { arnOf, becomesTrue, lambdaUnderTest, withLambda } from '../../../test/support/lambda-under-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatewright-test-'));
after(() => rmSync(folder, { recursive: true }));

/** Answers its process id after `e.ms`. */
const slow =
  'exports.handler = async (e) => { await new Promise((done) => setTimeout(done, e.ms)); return process.pid; };';

test('two slow invokes at a time run in two environments', () =>
  withLambda({}, async (lambda) => {
    await lambda.create('slow', slow);
    const [one, two] = await Promise.all([lambda.call('slow', { ms: 1000 }), lambda.call('slow', { ms: 1000 })]);
    assert.notEqual(one.answer, two.answer);
    assert.equal(lambda.environments().length, 2);
  }));

test('many quick invokes at a time share few environments', () =>
  withLambda({ growthDelayMs: 500 }, async (lambda) => {
    await lambda.create('quick', slow);
    await lambda.call('quick', { ms: 0 });
    const answers = await Promise.all(Array.from({ length: 40 }, () => lambda.call('quick', { ms: 1 })));
    assert.equal(new Set(answers.map(({ answer }) => answer)).size, 1);
  }));

test('the last used environment is used first', () =>
  withLambda({}, async (lambda) => {
    await lambda.create('slow', slow);
    await Promise.all([lambda.call('slow', { ms: 50 }), lambda.call('slow', { ms: 250 })]);
    const last = (await lambda.call('slow', { ms: 0 })).answer;
    for (let i = 0; i < 5; i++) assert.equal((await lambda.call('slow', { ms: 0 })).answer, last);
  }));

test('with the most environments alive, a free one of another function gives way', () =>
  withLambda({ maxEnvironments: 2 }, async (lambda) => {
    for (const name of ['a', 'b', 'c']) {
      await lambda.create(name, slow);
      await lambda.call(name, { ms: 0 });
    }
    assert.deepEqual(
      lambda
        .environments()
        .map(({ functionName }) => functionName)
        .sort(),
      ['b', 'c'],
    );
  }));

test('with all environments busy an invoke waits for one, also one of another function', () =>
  withLambda({ maxEnvironments: 1 }, async (lambda) => {
    await lambda.create('a', slow);
    await lambda.create('b', slow);
    const answers = await Promise.all([
      lambda.call('a', { ms: 150 }),
      lambda.call('a', { ms: 1 }),
      lambda.call('b', { ms: 1 }),
    ]);
    assert.ok(answers.every(({ error }) => error === undefined));
    assert.equal(lambda.environments().length, 1);
  }));

test('an endless line at one function does not keep another from its turn', () =>
  withLambda({ maxEnvironments: 1, growthDelayMs: 5 }, async (lambda) => {
    await lambda.create('greedy', slow);
    await lambda.create('modest', slow);
    let isDone = false;
    const greedy = Array.from({ length: 4 }, async () => {
      while (!isDone) await lambda.call('greedy', { ms: 2 });
    });
    const { error } = await lambda.call('modest', { ms: 0 });
    isDone = true;
    await Promise.all(greedy);
    assert.equal(error, undefined);
  }));

test('a wait for an environment that takes too long is refused as throttled', () =>
  withLambda({ maxEnvironments: 1, queueTimeoutMs: 50 }, async (lambda) => {
    await lambda.create('slow', slow);
    await lambda.call('slow', { ms: 0 });
    const busy = lambda.call('slow', { ms: 400 });
    await assert.rejects(lambda.call('slow', { ms: 0 }), {
      kind: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
    });
    assert.equal((await busy).error, undefined);
  }));

test('reserved concurrency and the account limit refuse what is beyond them, and let in what comes after', () =>
  withLambda({ accountConcurrency: 102 }, async (lambda) => {
    await lambda.create('reserved', slow);
    await lambda.run('PutFunctionConcurrency', { FunctionName: 'reserved', ReservedConcurrentExecutions: 1 });
    const busy = lambda.call('reserved', { ms: 200 });
    const reasonOf = async (invoke: Promise<unknown>): Promise<unknown> => {
      const error = await invoke.then(
        () => assert.fail('was not refused'),
        (problem: { members: Record<string, unknown> }) => problem,
      );
      return error.members['Reason'];
    };
    assert.equal(
      await reasonOf(lambda.call('reserved', { ms: 0 })),
      'ReservedFunctionConcurrentInvocationLimitExceeded',
    );
    await busy;
    assert.equal((await lambda.call('reserved', { ms: 0 })).error, undefined);
  }));

test('the account limit refuses with ConcurrentInvocationLimitExceeded', () =>
  withLambda({ accountConcurrency: 1 }, async (lambda) => {
    await lambda.create('slow', slow);
    const busy = lambda.call('slow', { ms: 200 });
    await assert.rejects(lambda.call('slow', { ms: 0 }), (error: { members: Record<string, unknown> }) => {
      assert.equal(error.members['Reason'], 'ConcurrentInvocationLimitExceeded');
      return true;
    });
    await busy;
  }));

test('an environment unused for long ends', () =>
  withLambda({ idleMs: 10 }, async (lambda) => {
    await lambda.create('idle', slow);
    await lambda.call('idle', { ms: 0 });
    assert.ok(await becomesTrue(() => lambda.environments().length === 0));
  }));

test('an Event invocation answers 202 at once and runs', () =>
  withLambda({}, async (lambda) => {
    const file = join(folder, 'ran');
    await lambda.create(
      'event',
      `exports.handler = async (e) => { require('fs').writeFileSync(${JSON.stringify(file)}, e.text); };`,
    );
    const answer = await lambda.run('Invoke', {
      FunctionName: 'event',
      InvocationType: 'Event',
      Payload: Buffer.from('{"text":"done"}'),
    });
    assert.deepEqual(answer, { StatusCode: 202 });
    assert.ok(
      await becomesTrue(() => {
        try {
          return readFileSync(file, 'utf8') === 'done';
        } catch {
          return false;
        }
      }),
    );
  }));

test('an event that fails is tried three times with one request id', () =>
  withLambda({ eventRetryDelaysMs: [1, 1] }, async (lambda) => {
    await lambda.create('fails', `exports.handler = async () => { throw new Error('again'); };`);
    const { status, requestId, payload } = await lambda.functions.invoke({
      functionArn: arnOf('fails'),
      type: 'Event',
      payload: '{}',
      traceId: '',
    });
    assert.deepEqual([status, payload.length], [202, 0]);
    const starts = (): number =>
      lambda.logs(arnOf('fails')).filter(({ message }) => message === `START RequestId: ${requestId} Version: $LATEST`)
        .length;
    assert.ok(await becomesTrue(() => starts() === 3));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(starts(), 3);
  }));

test('a full event queue refuses', () =>
  withLambda({ maxQueuedEvents: 1 }, async (lambda) => {
    await lambda.create('slow', slow);
    const event = { functionArn: arnOf('slow'), type: 'Event', payload: '{"ms":100}', traceId: '' } as const;
    await lambda.functions.invoke(event);
    await assert.rejects(lambda.functions.invoke(event), { kind: 'TooManyRequestsException' });
  }));

test('closing ends environments that are busy, and their callers hear of it', async () => {
  const lambda = lambdaUnderTest();
  await lambda.create('slow', slow);
  await lambda.call('slow', { ms: 0 });
  const busy = lambda.call('slow', { ms: 2000 });
  // Let the event reach the function.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await lambda.close();
  assert.equal((await busy).error, 'Unhandled');
  assert.deepEqual(lambda.environments(), []);
});
