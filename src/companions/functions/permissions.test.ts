/** Who may invoke: the policy AddPermission writes, and the question the request line asks. */
import { strict as assert } from 'node:assert';
import { after, test } from 'node:test';
import { arnOf, call, lambdaUnderTest } from '../../../test/support/lambda-under-test.ts';

const lambda = lambdaUnderTest();
after(() => lambda.close());

const source = 'exports.handler = async () => 1;';
const method = 'arn:aws:execute-api:eu-west-1:123456789012:api1/prod/POST/ride';
const asks = (functionArn: string, sourceArn = method) => ({
  functionArn,
  principal: 'apigateway.amazonaws.com',
  sourceArn,
  sourceAccount: '123456789012',
});

test('the statement is written as AWS writes it', async () => {
  await lambda.create('stated', source);
  const { Statement } = await lambda.run('AddPermission', {
    FunctionName: 'stated',
    StatementId: 'apigw',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: 'arn:aws:execute-api:eu-west-1:123456789012:api1/*/POST/ride',
    SourceAccount: '123456789012',
  });
  const written =
    '{"Sid":"apigw","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",' +
    '"Resource":"arn:aws:lambda:eu-west-1:123456789012:function:stated","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},' +
    '"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:eu-west-1:123456789012:api1/*/POST/ride"}}}';
  assert.equal(Statement, written);
  const { Policy, RevisionId } = await lambda.run('GetPolicy', { FunctionName: 'stated' });
  assert.equal(Policy, `{"Version":"2012-10-17","Id":"default","Statement":[${written}]}`);
  assert.match(RevisionId!, /^[0-9a-f-]{36}$/);
});

test('accounts, users and everyone are principals too', async () => {
  await lambda.create('principals', source);
  const principalOf = async (Principal: string): Promise<unknown> => {
    const { Statement } = await lambda.run('AddPermission', {
      FunctionName: 'principals',
      StatementId: `s${Principal.length}`,
      Action: 'lambda:InvokeFunction',
      Principal,
    });
    return (JSON.parse(Statement!) as { Principal: unknown }).Principal;
  };
  assert.deepEqual(await principalOf('210987654321'), { AWS: 'arn:aws:iam::210987654321:root' });
  assert.deepEqual(await principalOf('arn:aws:iam::210987654321:user/ann'), {
    AWS: 'arn:aws:iam::210987654321:user/ann',
  });
  assert.equal(await principalOf('*'), '*');
  await assert.rejects(principalOf('nobody at all'), /The provided principal was invalid/);
});

test('[INT-11] only the methods the SourceArn pattern names may invoke, and none after RemovePermission', async () => {
  await lambda.create('guarded', source);
  assert.equal(await lambda.functions.mayInvoke(asks(arnOf('guarded'))), false);
  await lambda.run('AddPermission', {
    FunctionName: 'guarded',
    StatementId: 'apigw',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: 'arn:aws:execute-api:eu-west-1:123456789012:api1/*/POST/ride',
  });
  assert.equal(lambda.functions.mayInvoke(asks(arnOf('guarded'))), true, 'answered without waiting once loaded');
  assert.equal(await lambda.functions.mayInvoke(asks(arnOf('guarded'), method.replace('POST', 'GET'))), false);
  assert.equal(
    await lambda.functions.mayInvoke({ ...asks(arnOf('guarded')), principal: 'events.amazonaws.com' }),
    false,
  );
  assert.equal(await lambda.functions.mayInvoke(asks(arnOf('absent'))), false);
  await lambda.run('RemovePermission', { FunctionName: 'guarded', StatementId: 'apigw' });
  assert.equal(await lambda.functions.mayInvoke(asks(arnOf('guarded'))), false);
});

test('an alias has a policy of its own', async () => {
  await lambda.create('aliased', source, { Publish: true });
  await lambda.run('CreateAlias', { FunctionName: 'aliased', Name: 'live', FunctionVersion: '1' });
  const permission = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' };
  await lambda.run('AddPermission', { FunctionName: 'aliased', Qualifier: 'live', ...permission });
  assert.equal(await lambda.functions.mayInvoke(asks(arnOf('aliased:live'))), true);
  assert.equal(await lambda.functions.mayInvoke(asks(arnOf('aliased'))), false);
  assert.equal(await lambda.functions.mayInvoke(asks(arnOf('aliased:1'))), false);
  await assert.rejects(lambda.run('AddPermission', { FunctionName: 'aliased:nope', ...permission }), {
    kind: 'ResourceNotFoundException',
  });
  await lambda.run('DeleteAlias', { FunctionName: 'aliased', Name: 'live' });
  assert.equal(await lambda.functions.mayInvoke(asks(arnOf('aliased:live'))), false);
});

test('the refusals of permissions', async () => {
  await lambda.create('refusals', source);
  const permission = { FunctionName: 'refusals', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*' };
  await assert.rejects(lambda.run('GetPolicy', { FunctionName: 'refusals' }), {
    kind: 'ResourceNotFoundException',
    message: 'The resource you requested does not exist.',
  });
  await lambda.run('AddPermission', permission);
  await assert.rejects(lambda.run('AddPermission', permission), {
    kind: 'ResourceConflictException',
    message:
      'The statement id (s) provided already exists. Please provide a new statement id, or remove the existing statement.',
  });
  await assert.rejects(lambda.run('AddPermission', { ...permission, StatementId: 't', RevisionId: 'x' }), {
    kind: 'PreconditionFailedException',
  });
  await assert.rejects(lambda.run('RemovePermission', { FunctionName: 'refusals', StatementId: 'u' }), {
    kind: 'ResourceNotFoundException',
    message: 'Statement u is not found in resource policy.',
  });
  await assert.rejects(lambda.run('AddPermission', { ...permission, StatementId: 't', Action: 's3:GetObject' }), {
    kind: 'InvalidParameterValueException',
  });
  await assert.rejects(
    async () => {
      for (let i = 0; i < 200; i++) await lambda.run('AddPermission', { ...permission, StatementId: `long${i}` });
    },
    { kind: 'PolicyLengthExceededException' },
  );
});

test('names every object inherits are no qualifiers with a policy', async () => {
  await lambda.create('inherited', source);
  for (const Qualifier of ['constructor', '__proto__']) {
    await assert.rejects(lambda.run('GetPolicy', { FunctionName: 'inherited', Qualifier }), {
      kind: 'ResourceNotFoundException',
    });
    const removal = lambda.run('RemovePermission', { FunctionName: 'inherited', Qualifier, StatementId: 's' });
    await assert.rejects(removal, { kind: 'ResourceNotFoundException' });
    assert.equal(await lambda.functions.mayInvoke(asks(arnOf(`inherited:${Qualifier}`))), false);
  }
});

test('in secure mode a key reaches the functions of its own account; those of others it may invoke when their policy says so', async () => {
  const secure = lambdaUnderTest({ mode: 'secure' });
  after(() => secure.close());
  await secure.create('mine', source);
  const stranger = { ...call, account: '210987654321', callerArn: 'arn:aws:iam::210987654321:root' };
  const FunctionName = arnOf('mine');
  const denied = (action: string) => ({
    kind: 'AccessDeniedException',
    message: `User: ${stranger.callerArn} is not authorized to perform: ${action} on resource: ${FunctionName} because no resource-based policy allows the ${action} action`,
  });
  const { handlers } = secure;
  await assert.rejects(async () => handlers.GetFunction!({ FunctionName }, stranger), denied('lambda:GetFunction'));
  await assert.rejects(
    async () => handlers.DeleteFunction!({ FunctionName }, stranger),
    denied('lambda:DeleteFunction'),
  );
  await assert.rejects(async () => handlers.ListTags!({ Resource: FunctionName }, stranger), denied('lambda:ListTags'));
  const dryRun = { FunctionName, InvocationType: 'DryRun' } as const;
  await assert.rejects(async () => handlers.Invoke!(dryRun, stranger), denied('lambda:InvokeFunction'));
  const permission = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: stranger.account };
  await secure.run('AddPermission', { FunctionName, ...permission });
  assert.equal((await handlers.Invoke!(dryRun, stranger)).StatusCode, 204);
  await assert.rejects(async () => handlers.GetFunction!({ FunctionName }, stranger), denied('lambda:GetFunction'));
  assert.equal((await secure.run('GetFunction', { FunctionName })).Configuration!.FunctionName, 'mine');
});
