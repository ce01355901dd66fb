/** Parameter Store as deployment tools use it, through the official SDK. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetDocumentCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
} from '@aws-sdk/client-ssm';
import { builtOperations } from '../../src/app/compose/built-operations.ts';
import { parameterOperations } from '../../src/companions/parameters/lazy-parameters.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { policyOf } from '../support/iam-under-test.ts';

describe('Parameter Store', () => {
  let gatewright: TestGatewright;
  let ssm: SSMClient;
  before(async () => {
    gatewright = await startTestGatewright();
    ssm = new SSMClient(clientConfig(gatewright.endpoint));
  });
  after(async () => {
    ssm.destroy();
    await gatewright.close();
  });

  const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
  const valueNamed = async (Name: string, WithDecryption = false): Promise<string | undefined> =>
    (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value;

  test('a parameter has a version, an ARN and the form that CDK and CloudFormation read', async () => {
    assert.deepEqual(
      await put('/cdk-bootstrap/hnb659fds/version', '21').then(({ Version, Tier }) => ({ Version, Tier })),
      { Version: 1, Tier: 'Standard' },
    );
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' }));
    const { LastModifiedDate, ...rest } = Parameter!;
    assert.ok(LastModifiedDate instanceof Date);
    assert.deepEqual(rest, {
      Name: '/cdk-bootstrap/hnb659fds/version',
      Type: 'String',
      Value: '21',
      Version: 1,
      ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/cdk-bootstrap/hnb659fds/version',
      DataType: 'text',
    });
    assert.equal(await valueNamed(rest.ARN!), '21');
    await put('plain', 'x');
    assert.equal(await valueNamed('arn:aws:ssm:us-east-1:000000000000:parameter/plain'), 'x');
    await assert.rejects(valueNamed('/plain'), { name: 'ParameterNotFound' });
  });

  test('it is overwritten only when told to, keeps its versions, and never changes its type', async () => {
    await put('/v/one', 'a', { Description: 'first' });
    await assert.rejects(put('/v/one', 'b'), {
      name: 'ParameterAlreadyExists',
      message:
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    });
    const again = await ssm.send(new PutParameterCommand({ Name: '/v/one', Value: 'b', Overwrite: true }));
    assert.equal(again.Version, 2);
    assert.equal(await valueNamed('/v/one'), 'b');
    assert.equal(await valueNamed('/v/one:1'), 'a');
    await assert.rejects(valueNamed('/v/one:9'), {
      name: 'ParameterVersionNotFound',
      message: 'Systems Manager could not find version 9 of /v/one. Verify the version and try again.',
    });
    await assert.rejects(put('/v/one', 'c', { Overwrite: true, Type: 'SecureString' }), {
      name: 'HierarchyTypeMismatchException',
    });
    const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: '/v/one' }));
    assert.deepEqual(
      Parameters!.map(({ Version, Value, Description }) => [Version, Value, Description]),
      [
        [1, 'a', 'first'],
        [2, 'b', 'first'],
      ],
    );
  });

  test('of many versions the oldest goes, unless a label holds it', async () => {
    for (let i = 0; i < 101; i++) await put('/v/many', String(i), { Overwrite: true });
    await assert.rejects(valueNamed('/v/many:1'), { name: 'ParameterVersionNotFound' });
    await ssm.send(new LabelParameterVersionCommand({ Name: '/v/many', ParameterVersion: 2, Labels: ['kept'] }));
    await assert.rejects(put('/v/many', 'more', { Overwrite: true }), { name: 'ParameterMaxVersionLimitExceeded' });
    const first = await ssm.send(new GetParameterHistoryCommand({ Name: '/v/many', MaxResults: 30 }));
    const second = await ssm.send(
      new GetParameterHistoryCommand({ Name: '/v/many', MaxResults: 30, NextToken: first.NextToken }),
    );
    assert.deepEqual([first.Parameters![0]!.Version, second.Parameters![0]!.Version], [2, 32]);
  });

  test('a label leads to its version and moves', async () => {
    await put('/l/x', '1');
    await put('/l/x', '2', { Overwrite: true });
    const labelled = await ssm.send(
      new LabelParameterVersionCommand({ Name: '/l/x', ParameterVersion: 1, Labels: ['live', 'aws-x', '1st'] }),
    );
    assert.deepEqual(labelled.InvalidLabels, ['aws-x', '1st']);
    assert.equal(await valueNamed('/l/x:live'), '1');
    await ssm.send(new LabelParameterVersionCommand({ Name: '/l/x', Labels: ['live'] }));
    assert.equal(await valueNamed('/l/x:live'), '2');
    const found = await ssm.send(
      new GetParametersByPathCommand({ Path: '/l', ParameterFilters: [{ Key: 'Label', Values: ['live'] }] }),
    );
    assert.deepEqual(
      found.Parameters!.map(({ Value }) => Value),
      ['2'],
    );
    const removed = await ssm.send(
      new UnlabelParameterVersionCommand({ Name: '/l/x', ParameterVersion: 2, Labels: ['live', 'none'] }),
    );
    assert.deepEqual([removed.RemovedLabels, removed.InvalidLabels], [['live'], ['none']]);
    await assert.rejects(valueNamed('/l/x:live'), { name: 'ParameterVersionNotFound' });
  });

  test('a SecureString is opened only when asked', async () => {
    await put('/s/secret', 'hunter2', { Type: 'SecureString' });
    assert.equal(await valueNamed('/s/secret', true), 'hunter2');
    const sealed = await valueNamed('/s/secret');
    assert.doesNotMatch(sealed!, /hunter2/);
    const { Parameters } = await ssm.send(
      new DescribeParametersCommand({ ParameterFilters: [{ Key: 'KeyId', Values: ['alias/aws/ssm'] }] }),
    );
    assert.deepEqual(
      Parameters!.map(({ Name, KeyId }) => [Name, KeyId]),
      [['/s/secret', 'alias/aws/ssm']],
    );
    await assert.rejects(put('/s/plain', 'x', { KeyId: 'alias/aws/ssm' }), { name: 'ValidationException' });
  });

  test('names that AWS keeps for itself, or cannot read, are refused in its words', async () => {
    await assert.rejects(put('aws_x', '1'), {
      name: 'AccessDeniedException',
      message: 'No access to reserved parameter name: aws_x.',
    });
    await assert.rejects(put('/ssm/x', '1'), { message: /^Parameter name: can't be prefixed with "ssm"/ });
    await assert.rejects(put('a/b', '1'), { message: 'Parameter name must be a fully qualified name.' });
    await assert.rejects(put(`/${'a/'.repeat(15)}b`, '1'), { name: 'HierarchyLevelLimitExceededException' });
    await assert.rejects(ssm.send(new PutParameterCommand({ Name: '/no/type', Value: '1' })), {
      message: 'A parameter type is required when you create a parameter.',
    });
    await assert.rejects(put('/long', 'x'.repeat(4097)), { message: /^Standard tier parameters support a maximum/ });
    assert.equal((await put('/long', 'x'.repeat(4097), { Tier: 'Intelligent-Tiering' })).Tier, 'Advanced');
    await assert.rejects(put('/p', 'abc', { AllowedPattern: '^\\d+$' }), {
      name: 'ParameterPatternMismatchException',
      message: 'Parameter value, cannot be validated against allowedPattern: ^\\d+$',
    });
    await assert.rejects(put('/p', 'abc', { AllowedPattern: '(' }), { name: 'InvalidAllowedPatternException' });
    await assert.rejects(put('/p', 'abc', { DataType: 'Text' }), {
      message: 'The following data type is not supported: Text (Data type names are all lowercase.)',
    });
  });

  test('by path, one level or all, in pages', async () => {
    for (const name of ['/t/a', '/t/b', '/t/c/d', '/tt']) await put(name, name);
    const names = async (input: object): Promise<(string | undefined)[]> =>
      (await ssm.send(new GetParametersByPathCommand({ Path: '/t', ...input }))).Parameters!.map(({ Name }) => Name);
    assert.deepEqual(await names({}), ['/t/a', '/t/b']);
    assert.deepEqual(await names({ Recursive: true }), ['/t/a', '/t/b', '/t/c/d']);
    const page = await ssm.send(new GetParametersByPathCommand({ Path: '/t', Recursive: true, MaxResults: 2 }));
    assert.deepEqual(await names({ Recursive: true, NextToken: page.NextToken }), ['/t/c/d']);
    await assert.rejects(names({ Path: 't' }), { name: 'ValidationException' });
    await assert.rejects(names({ ParameterFilters: [{ Key: 'Name', Values: ['x'] }] }), {
      name: 'InvalidFilterKey',
      message: 'The following filter key is not valid: Name. Valid filter keys include: [Type, KeyId, Label].',
    });
  });

  test('several at once tell which there are not; gone is gone', async () => {
    await put('/m/a', '1');
    const got = await ssm.send(new GetParametersCommand({ Names: ['/m/a', '/m/none', '/m/a:7'] }));
    assert.deepEqual(
      got.Parameters!.map(({ Name }) => Name),
      ['/m/a'],
    );
    assert.deepEqual(got.InvalidParameters, ['/m/none', '/m/a:7']);
    const gone = await ssm.send(new DeleteParametersCommand({ Names: ['/m/a', '/m/none'] }));
    assert.deepEqual([gone.DeletedParameters, gone.InvalidParameters], [['/m/a'], ['/m/none']]);
    await assert.rejects(ssm.send(new DeleteParameterCommand({ Name: '/m/a' })), { name: 'ParameterNotFound' });
  });

  test('tags, and parameters found by them', async () => {
    await put('/g/a', '1', { Tags: [{ Key: 'team', Value: 'rides' }] });
    await assert.rejects(put('/g/a', '2', { Overwrite: true, Tags: [{ Key: 'x', Value: 'y' }] }), {
      message: /^Invalid request: tags and overwrite can't be used together\./,
    });
    const resource = { ResourceType: 'Parameter', ResourceId: '/g/a' } as const;
    await ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: 'stage', Value: 'dev' }] }));
    await ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ['team'] }));
    const { TagList } = await ssm.send(new ListTagsForResourceCommand(resource));
    assert.deepEqual(TagList, [{ Key: 'stage', Value: 'dev' }]);
    const { Parameters } = await ssm.send(
      new DescribeParametersCommand({ ParameterFilters: [{ Key: 'tag:stage', Values: ['dev'] }] }),
    );
    assert.deepEqual(
      Parameters!.map(({ Name }) => Name),
      ['/g/a'],
    );
    await assert.rejects(
      ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: '/g/none' })),
      { name: 'InvalidResourceId' },
    );
  });

  test('what is not built answers 501, and what is built is listed', async () => {
    await assert.rejects(ssm.send(new GetDocumentCommand({ Name: 'x' })), { name: 'NotImplementedException' });
    const built = (await builtOperations()).find(({ service }) => service === 'ssm')!;
    assert.deepEqual(
      built.operations.flatMap(({ name, built: isBuilt }) => (isBuilt ? [name] : [])).sort(),
      [...parameterOperations].sort(),
    );
  });
});

test('a SecureString is not readable in the data directory, and is there after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parameters-'));
  try {
    for (const isFirst of [true, false]) {
      const gatewright = await startTestGatewright({ dataDirectory: folder });
      const ssm = new SSMClient(clientConfig(gatewright.endpoint));
      if (isFirst) {
        await ssm.send(new PutParameterCommand({ Name: '/db/password', Value: 'hunter2!', Type: 'SecureString' }));
      }
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/db/password', WithDecryption: true }));
      assert.equal(Parameter!.Value, 'hunter2!');
      ssm.destroy();
      await gatewright.close();
    }
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (statSync(file).isFile()) assert.doesNotMatch(readFileSync(file, 'latin1'), /hunter2!/, name);
    }
    assert.equal(statSync(join(folder, 'local.key')).mode & 0o777, 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('in secure mode policies name the parameters that may be read', async () => {
  const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'secret', account: '123456789012' };
  const gatewright = await startTestGatewright({ mode: 'secure', credentials: [root] });
  const clients: SSMClient[] = [];
  const as = (credentials: { accessKeyId: string; secretAccessKey: string }): SSMClient => {
    const client = new SSMClient({ ...clientConfig(gatewright.endpoint), credentials });
    clients.push(client);
    return client;
  };
  try {
    const owner = as(root);
    await owner.send(new PutParameterCommand({ Name: '/app/a', Value: '1', Type: 'String' }));
    await owner.send(new PutParameterCommand({ Name: '/other', Value: '2', Type: 'String' }));
    const { IAMClient, CreateUserCommand, PutUserPolicyCommand, CreateAccessKeyCommand } = await import(
      '@aws-sdk/client-iam'
    );
    const admin = new IAMClient({ ...clientConfig(gatewright.endpoint), credentials: root });
    await admin.send(new CreateUserCommand({ UserName: 'reader' }));
    const Resource = 'arn:aws:ssm:us-east-1:123456789012:parameter/app/*';
    const PolicyDocument = policyOf({ Effect: 'Allow', Action: 'ssm:GetParameter*', Resource });
    await admin.send(new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'p', PolicyDocument }));
    const { AccessKey } = await admin.send(new CreateAccessKeyCommand({ UserName: 'reader' }));
    admin.destroy();
    const reader = as({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! });
    assert.equal((await reader.send(new GetParameterCommand({ Name: '/app/a' }))).Parameter!.Value, '1');
    await assert.rejects(reader.send(new GetParametersCommand({ Names: ['/app/a', '/other'] })), {
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::123456789012:user/reader is not authorized to perform: ssm:GetParameters on resource: ' +
        'arn:aws:ssm:us-east-1:123456789012:parameter/other because no identity-based policy allows the ssm:GetParameters action',
    });
  } finally {
    for (const client of clients) client.destroy();
    await gatewright.close();
  }
});
