import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { arnOf, becomesTrue, type LambdaUnderTest, withLambda } from '../../../test/support/lambda-under-test.ts';

const fails = `exports.handler = async () => { throw new Error('again'); };`;
const tells = `exports.handler = async (event) => { console.log('told ' + JSON.stringify(event)); };`;

interface Told {
  readonly requestContext: {
    readonly condition: string;
    readonly approximateInvokeCount: number;
    readonly functionArn: string;
  };
  readonly requestPayload: unknown;
  readonly responseContext: { readonly functionError?: string };
  readonly responsePayload: unknown;
}

/** What the destination was told, once it was. */
async function toldTo(lambda: LambdaUnderTest, name: string): Promise<Told> {
  const line = (): string | undefined =>
    lambda.logs(arnOf(name)).find(({ message }) => message.includes('told {'))?.message;
  assert.ok(await becomesTrue(() => line() !== undefined));
  return JSON.parse(line()!.slice(line()!.indexOf('{'))) as Told;
}

const startsOf = (lambda: LambdaUnderTest, name: string): number =>
  lambda.logs(arnOf(name)).filter(({ message }) => message.startsWith('START RequestId')).length;

test('an event is tried as often as is configured, then the destination of failures is told', () =>
  withLambda({ eventRetryDelaysMs: [1, 1] }, async (lambda) => {
    await lambda.create('fails', fails);
    await lambda.create('told', tells);
    await lambda.run('PutFunctionEventInvokeConfig', {
      FunctionName: 'fails',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: arnOf('told') } },
    });
    await lambda.functions.invoke({ functionArn: arnOf('fails'), type: 'Event', payload: '{"a":1}', traceId: '' });
    const told = await toldTo(lambda, 'told');
    assert.equal(startsOf(lambda, 'fails'), 2);
    assert.deepEqual(
      [told.requestContext.condition, told.requestContext.approximateInvokeCount, told.requestContext.functionArn],
      ['RetriesExhausted', 2, `${arnOf('fails')}:$LATEST`],
    );
    assert.deepEqual(told.requestPayload, { a: 1 });
    assert.equal(told.responseContext.functionError, 'Unhandled');
    assert.equal((told.responsePayload as { errorMessage: string }).errorMessage, 'again');
  }));

test('an event that succeeds tells the destination of successes what it answered', () =>
  withLambda({}, async (lambda) => {
    await lambda.create('works', `exports.handler = async () => ({ done: true });`);
    await lambda.create('told', tells);
    await lambda.run('PutFunctionEventInvokeConfig', {
      FunctionName: 'works',
      DestinationConfig: { OnSuccess: { Destination: arnOf('told') } },
    });
    await lambda.functions.invoke({ functionArn: arnOf('works'), type: 'Event', payload: '{}', traceId: '' });
    const told = await toldTo(lambda, 'told');
    assert.deepEqual([told.requestContext.condition, told.responsePayload], ['Success', { done: true }]);
  }));

test('destinations that lead in a circle end', () =>
  withLambda({}, async (lambda) => {
    const answers = `exports.handler = async () => 1;`;
    for (const name of ['ping', 'pong']) await lambda.create(name, answers);
    for (const [from, to] of [
      ['ping', 'pong'],
      ['pong', 'ping'],
    ] as const) {
      await lambda.run('PutFunctionEventInvokeConfig', {
        FunctionName: from,
        DestinationConfig: { OnSuccess: { Destination: arnOf(to) } },
      });
    }
    await lambda.functions.invoke({ functionArn: arnOf('ping'), type: 'Event', payload: '{}', traceId: '' });
    const rounds = (): number => startsOf(lambda, 'ping') + startsOf(lambda, 'pong');
    assert.ok(await becomesTrue(() => rounds() === 17));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(rounds(), 17);
  }));

test('settings of asynchronous invocations are put, merged, listed and deleted; what would be told nothing is refused', () =>
  withLambda({}, async (lambda) => {
    await lambda.create('set', fails);
    const FunctionName = 'set';
    await lambda.run('PutFunctionEventInvokeConfig', {
      FunctionName,
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
    const updated = await lambda.run('UpdateFunctionEventInvokeConfig', { FunctionName, MaximumEventAgeInSeconds: 90 });
    assert.deepEqual([updated.MaximumRetryAttempts, updated.MaximumEventAgeInSeconds], [0, 90]);
    assert.deepEqual(updated.DestinationConfig, { OnSuccess: {}, OnFailure: {} });
    assert.equal(updated.FunctionArn, `${arnOf('set')}:$LATEST`);
    const { FunctionEventInvokeConfigs } = await lambda.run('ListFunctionEventInvokeConfigs', { FunctionName });
    assert.equal(FunctionEventInvokeConfigs!.length, 1);
    await assert.rejects(
      lambda.run('PutFunctionEventInvokeConfig', {
        FunctionName,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:queue' } },
      }),
      /The destination arn:aws:sqs:us-east-1:000000000000:queue is not supported/,
    );
    await assert.rejects(
      lambda.run('PutFunctionEventInvokeConfig', { FunctionName }),
      /at least one of error handling or destination/,
    );
    await lambda.run('DeleteFunctionEventInvokeConfig', { FunctionName });
    await assert.rejects(lambda.run('GetFunctionEventInvokeConfig', { FunctionName }), {
      kind: 'ResourceNotFoundException',
      message: `The function ${arnOf('set')}:$LATEST doesn't have an EventInvokeConfig`,
    });
  }));
