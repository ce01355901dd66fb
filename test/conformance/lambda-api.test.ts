/** The Lambda API as AWS's own client speaks it: every operation built, over HTTP, with real functions behind. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeAsyncCommand,
  InvokeCommand,
  type LambdaServiceException,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { zipOf } from '../support/lambda-under-test.ts';

let gatewright: TestGatewright;
before(async () => {
  gatewright = await startTestGatewright();
});
after(() => gatewright.close());

const source = `exports.handler = async (event, context) => {
  if (event.fail) throw new Error('as asked');
  console.log('running');
  return { event, version: context.functionVersion, client: context.clientContext };
};`;

const create = (FunctionName: string, more = {}) =>
  gatewright.lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: 'arn:aws:iam::000000000000:role/any',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.js': source }) },
      ...more,
    }),
  );

/** The status and the exception of a call that must fail. */
async function refusal(sent: Promise<unknown>): Promise<unknown[]> {
  const error = await sent.then(
    () => assert.fail('was not refused'),
    (problem: LambdaServiceException) => problem,
  );
  return [error.$metadata.httpStatusCode, error.name, error.message];
}

test('a function is made, read, run, changed, listed and deleted', async () => {
  const { lambda } = gatewright;
  const FunctionName = 'life';
  const made = await create(FunctionName, { Tags: { team: 'rides' } });
  assert.equal(made.$metadata.httpStatusCode, 201);
  assert.equal(made.FunctionArn, 'arn:aws:lambda:us-east-1:000000000000:function:life');

  const ran = await lambda.send(
    new InvokeCommand({
      FunctionName,
      Payload: '{"a":1}',
      LogType: 'Tail',
      ClientContext: Buffer.from('{"custom":{"x":"y"}}').toString('base64'),
    }),
  );
  assert.deepEqual([ran.StatusCode, ran.ExecutedVersion, ran.FunctionError], [200, '$LATEST', undefined]);
  assert.deepEqual(JSON.parse(ran.Payload!.transformToString()), {
    event: { a: 1 },
    version: '$LATEST',
    client: { custom: { x: 'y' } },
  });
  assert.match(Buffer.from(ran.LogResult!, 'base64').toString(), /START RequestId.*\tINFO\trunning.*REPORT RequestId/s);

  const failed = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{"fail":true}' }));
  assert.deepEqual([failed.StatusCode, failed.FunctionError], [200, 'Unhandled']);
  assert.equal(JSON.parse(failed.Payload!.transformToString()).errorMessage, 'as asked');

  const found = await lambda.send(new GetFunctionCommand({ FunctionName }));
  assert.deepEqual(found.Tags, { team: 'rides' });
  const download = await fetch(found.Code!.Location!);
  assert.equal(download.status, 200);
  assert.equal((await download.arrayBuffer()).byteLength, found.Configuration!.CodeSize);

  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 }));
  assert.equal((await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).MemorySize, 256);
  const ZipFile = zipOf({ 'index.js': 'exports.handler = async () => "new";' });
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  const renewed = await lambda.send(new InvokeCommand({ FunctionName }));
  assert.equal(renewed.Payload!.transformToString(), '"new"');

  const { Functions } = await lambda.send(new ListFunctionsCommand({}));
  assert.ok(Functions!.some((each) => each.FunctionName === FunctionName));
  await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  assert.deepEqual(await refusal(lambda.send(new GetFunctionCommand({ FunctionName }))), [
    404,
    'ResourceNotFoundException',
    'Function not found: arn:aws:lambda:us-east-1:000000000000:function:life',
  ]);
});

test('versions, aliases, tags, concurrency and permissions', async () => {
  const { lambda } = gatewright;
  const FunctionName = 'rest';
  const { FunctionArn } = await create(FunctionName);
  assert.equal((await lambda.send(new PublishVersionCommand({ FunctionName }))).Version, '1');
  assert.equal((await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }))).Versions!.length, 2);
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', Description: 'now' }));
  assert.equal((await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).Description, 'now');
  assert.equal((await lambda.send(new ListAliasesCommand({ FunctionName }))).Aliases!.length, 1);
  assert.equal((await lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live' }))).ExecutedVersion, '1');
  await lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));

  await lambda.send(new TagResourceCommand({ Resource: FunctionArn, Tags: { a: '1', b: '2' } }));
  await lambda.send(new UntagResourceCommand({ Resource: FunctionArn, TagKeys: ['a'] }));
  assert.deepEqual((await lambda.send(new ListTagsCommand({ Resource: FunctionArn }))).Tags, { b: '2' });

  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 5 }));
  assert.equal(
    (await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions,
    5,
  );
  assert.equal(
    (await lambda.send(new GetAccountSettingsCommand({}))).AccountLimit!.UnreservedConcurrentExecutions,
    995,
  );
  await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));

  const permission = {
    FunctionName,
    StatementId: 's',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
  };
  await lambda.send(new AddPermissionCommand(permission));
  assert.equal(JSON.parse((await lambda.send(new GetPolicyCommand({ FunctionName }))).Policy!).Statement.length, 1);
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 's' }));
  assert.equal((await refusal(lambda.send(new GetPolicyCommand({ FunctionName }))))[0], 404);
});

test('invocation types and refusals have their statuses', async () => {
  const { lambda } = gatewright;
  const FunctionName = 'statuses';
  await create(FunctionName);
  assert.equal((await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }))).StatusCode, 204);
  assert.equal((await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }))).StatusCode, 202);
  assert.equal((await lambda.send(new InvokeAsyncCommand({ FunctionName, InvokeArgs: '{}' }))).Status, 202);
  assert.deepEqual(await refusal(create(FunctionName)), [
    409,
    'ResourceConflictException',
    'Function already exist: statuses',
  ]);
  assert.equal((await refusal(lambda.send(new InvokeCommand({ FunctionName, Payload: '{a' }))))[0], 400);
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  assert.deepEqual(await refusal(lambda.send(new InvokeCommand({ FunctionName }))), [
    429,
    'TooManyRequestsException',
    'Rate Exceeded.',
  ]);
  const tooLarge = new InvokeCommand({ FunctionName, Payload: `"${'x'.repeat(6 * 1024 * 1024)}"` });
  assert.deepEqual((await refusal(lambda.send(tooLarge))).slice(0, 2), [413, 'RequestTooLargeException']);
});

test('an operation that is not built says so', async () => {
  const provisioned = { FunctionName: 'any', Qualifier: '1', ProvisionedConcurrentExecutions: 1 };
  const command = new PutProvisionedConcurrencyConfigCommand(provisioned);
  assert.equal((await refusal(gatewright.lambda.send(command)))[0], 501);
});
