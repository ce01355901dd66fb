/** The Lambda API: what its operations answer, default and refuse. */
import { strict as assert } from 'node:assert';
import { after, test } from 'node:test';
import { arnOf, lambdaUnderTest, zipOf } from '../../../test/support/lambda-under-test.ts';
import { ManualClock } from '../../base/clock.ts';
import { createMemoryStore } from '../../store/memory.ts';
import { codeHash } from './code-storage.ts';

const clock = new ManualClock();
const lambda = lambdaUnderTest({ clock });
after(() => lambda.close());

const source = 'exports.handler = async () => 1;';

test('CreateFunction answers with every default AWS has', async () => {
  const zip = zipOf({ 'index.js': source });
  const made = await lambda.create('defaults', source, { Code: { ZipFile: zip } });
  const { RevisionId, ...rest } = made;
  assert.match(RevisionId!, /^[0-9a-f-]{36}$/);
  assert.deepEqual(rest, {
    FunctionName: 'defaults',
    FunctionArn: arnOf('defaults'),
    Runtime: 'nodejs22.x',
    Role: 'arn:aws:iam::123456789012:role/any',
    Handler: 'index.handler',
    CodeSize: zip.length,
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    LastModified: '2026-01-01T00:00:00.000+0000',
    CodeSha256: codeHash(zip).base64,
    Version: '$LATEST',
    TracingConfig: { Mode: 'PassThrough' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    RuntimeVersionConfig: rest.RuntimeVersionConfig,
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/defaults' },
  });
  assert.deepEqual(await lambda.run('GetFunctionConfiguration', { FunctionName: 'defaults' }), made);
});

test('a name taken is ResourceConflictException', async () => {
  await lambda.create('taken', source);
  await assert.rejects(lambda.create('taken', source), {
    kind: 'ResourceConflictException',
    message: 'Function already exist: taken',
  });
});

test('an unknown function is ResourceNotFoundException with its ARN', async () => {
  for (const name of ['GetFunction', 'GetFunctionConfiguration', 'DeleteFunction', 'Invoke', 'ListAliases'] as const) {
    await assert.rejects(lambda.run(name, { FunctionName: 'absent' }), {
      kind: 'ResourceNotFoundException',
      message: `Function not found: ${arnOf('absent')}`,
    });
  }
});

test('a function is found by name, partial ARN and ARN, with and without qualifier', async () => {
  await lambda.create('named', source, { Publish: true });
  for (const name of ['named', '123456789012:function:named', 'function:named', arnOf('named')]) {
    assert.equal((await lambda.run('GetFunctionConfiguration', { FunctionName: name })).FunctionArn, arnOf('named'));
  }
  for (const name of ['named:1', `${arnOf('named')}:1`]) {
    const found = await lambda.run('GetFunctionConfiguration', { FunctionName: name });
    assert.deepEqual([found.Version, found.FunctionArn], ['1', arnOf('named:1')]);
  }
  const latest = await lambda.run('GetFunctionConfiguration', { FunctionName: 'named', Qualifier: '$LATEST' });
  assert.equal(latest.FunctionArn, arnOf('named:$LATEST'));
  await assert.rejects(lambda.run('GetFunction', { FunctionName: 'named:1', Qualifier: '2' }), {
    message: 'The derived qualifier from the function name does not match the specified qualifier.',
  });
});

test('a zip that is none or reaches out is refused with AWS words, and nothing is created', async () => {
  const message = 'Could not unzip uploaded file. Please check your file, then try to upload again.';
  await assert.rejects(lambda.create('z1', '', { Code: { ZipFile: Buffer.from('no zip') } }), { message });
  await assert.rejects(lambda.create('z2', '', { Code: { ZipFile: zipOf({ '../out.js': '1' }) } }), { message });
  await assert.rejects(lambda.create('z3', '', { Code: {} }), { kind: 'InvalidParameterValueException' });
  await assert.rejects(lambda.run('GetFunction', { FunctionName: 'z2' }), { kind: 'ResourceNotFoundException' });
});

test('environment variables: reserved names and more than 4 KB are refused', async () => {
  await assert.rejects(lambda.create('v1', source, { Environment: { Variables: { AWS_REGION: 'x', OK: 'y' } } }), {
    message: /Reserved keys used in this request: AWS_REGION$/,
  });
  await assert.rejects(lambda.create('v2', source, { Environment: { Variables: { BIG: 'x'.repeat(4096) } } }), {
    message: /exceeded the 4KB limit/,
  });
});

test('what cannot be had here is refused, not ignored', async () => {
  await assert.rejects(
    lambda.create('u1', source, { Layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:x:1'] }),
    /Layer version arn:aws:lambda:eu-west-1:123456789012:layer:x:1 does not exist\./,
  );
  await assert.rejects(lambda.create('u2', source, { Runtime: 'java21' }), /Runtime java21 is not supported/);
  await assert.rejects(lambda.create('u3', source, { PackageType: 'Image' }), /PackageType Image is not supported/);
  await assert.rejects(
    lambda.create('u4', source, { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-west-1:1:q' } }),
    /DeadLetterConfig/,
  );
  await assert.rejects(
    lambda.create('u6', source, { VpcConfig: { SubnetIds: ['subnet-1'] } }),
    /VpcConfig is not supported/,
  );
  await assert.rejects(
    lambda.create('u7', source, { KMSKeyArn: 'arn:aws:kms:eu-west-1:1:key/k' }),
    /KMSKeyArn is not supported/,
  );
  await assert.rejects(lambda.create('u5', source, { Code: { S3Bucket: 'b', S3Key: 'k' } }), /NoSuchBucket/);
});

test('UpdateFunctionConfiguration changes what it names and a running function with it', async () => {
  const made = await lambda.create(
    'configured',
    'exports.handler = async (e, c) => [process.env.A, c.memoryLimitInMB];',
  );
  assert.deepEqual((await lambda.call('configured')).answer, [null, '128']);
  const good = await lambda.run('UpdateFunctionConfiguration', {
    FunctionName: 'configured',
    MemorySize: 256,
    Timeout: 9,
  });
  assert.deepEqual([good.MemorySize, good.Timeout, good.Handler], [256, 9, 'index.handler']);
  assert.notEqual(good.RevisionId, made.RevisionId);
  assert.deepEqual((await lambda.call('configured')).answer, [null, '256']);
  await assert.rejects(
    lambda.run('UpdateFunctionConfiguration', { FunctionName: 'configured', RevisionId: made.RevisionId!, Timeout: 1 }),
    { kind: 'PreconditionFailedException' },
  );
});

test('UpdateFunctionCode replaces the code of the next invoke; DryRun replaces nothing', async () => {
  await lambda.create('recoded', 'exports.handler = async () => 1;');
  assert.equal((await lambda.call('recoded')).answer, 1);
  const ZipFile = zipOf({ 'index.js': 'exports.handler = async () => 2;' });
  await lambda.run('UpdateFunctionCode', { FunctionName: 'recoded', ZipFile, DryRun: true });
  assert.equal((await lambda.call('recoded')).answer, 1);
  const changed = await lambda.run('UpdateFunctionCode', { FunctionName: 'recoded', ZipFile });
  assert.equal(changed.CodeSha256, codeHash(ZipFile).base64);
  assert.equal((await lambda.call('recoded')).answer, 2);
});

test('ListFunctions pages by name within the account and region', async () => {
  const own = lambdaUnderTest({ clock });
  try {
    for (const name of ['c', 'a', 'b']) await own.create(name, source);
    const first = await own.run('ListFunctions', { MaxItems: 2 });
    assert.deepEqual(
      first.Functions!.map((each) => each.FunctionName),
      ['a', 'b'],
    );
    const second = await own.run('ListFunctions', { MaxItems: 2, Marker: first.NextMarker! });
    assert.deepEqual([second.Functions!.map((each) => each.FunctionName), second.NextMarker], [['c'], undefined]);
    await own.run('PublishVersion', { FunctionName: 'a' });
    const all = await own.run('ListFunctions', { FunctionVersion: 'ALL' });
    assert.deepEqual(
      all.Functions!.map((each) => each.FunctionArn!.split(':function:')[1]),
      ['a:$LATEST', 'a:1', 'b:$LATEST', 'c:$LATEST'],
    );
  } finally {
    await own.close();
  }
});

test('a published version keeps its code; publishing the same again gives the same version', async () => {
  await lambda.create('versioned', 'exports.handler = async () => "one";');
  const first = await lambda.run('PublishVersion', { FunctionName: 'versioned', Description: 'first' });
  assert.deepEqual([first.Version, first.FunctionArn, first.Description], ['1', arnOf('versioned:1'), 'first']);
  assert.equal((await lambda.run('PublishVersion', { FunctionName: 'versioned' })).Version, '1');
  await lambda.run('UpdateFunctionCode', {
    FunctionName: 'versioned',
    ZipFile: zipOf({ 'index.js': 'exports.handler = async () => "two";' }),
  });
  assert.equal((await lambda.run('PublishVersion', { FunctionName: 'versioned' })).Version, '2');
  assert.equal((await lambda.call('versioned', {}, { qualifier: '1' })).answer, 'one');
  const { answer, version } = await lambda.call('versioned', {}, { qualifier: '2' });
  assert.deepEqual([answer, version], ['two', '2']);
  const { Versions } = await lambda.run('ListVersionsByFunction', { FunctionName: 'versioned' });
  assert.deepEqual(
    Versions!.map((each) => each.Version),
    ['$LATEST', '1', '2'],
  );
  await lambda.run('DeleteFunction', { FunctionName: 'versioned', Qualifier: '2' });
  await assert.rejects(lambda.call('versioned', {}, { qualifier: '2' }), {
    message: `Function not found: ${arnOf('versioned:2')}`,
  });
  await lambda.run('UpdateFunctionConfiguration', { FunctionName: 'versioned', Timeout: 5 });
  assert.equal((await lambda.run('PublishVersion', { FunctionName: 'versioned' })).Version, '3');
});

test('an alias points at a version, moves, and is refused for versions that do not exist', async () => {
  await lambda.create('aliased', 'exports.handler = async (e, c) => [c.functionVersion, c.invokedFunctionArn];', {
    Publish: true,
  });
  const made = await lambda.run('CreateAlias', { FunctionName: 'aliased', Name: 'live', FunctionVersion: '1' });
  assert.deepEqual([made.AliasArn, made.FunctionVersion, made.Description], [arnOf('aliased:live'), '1', '']);
  assert.deepEqual((await lambda.call('aliased:live')).answer, ['1', arnOf('aliased:live')]);
  await lambda.run('UpdateAlias', { FunctionName: 'aliased', Name: 'live', FunctionVersion: '$LATEST' });
  assert.equal((await lambda.call('aliased', {}, { qualifier: 'live' })).version, '$LATEST');
  await assert.rejects(lambda.run('CreateAlias', { FunctionName: 'aliased', Name: 'live', FunctionVersion: '1' }), {
    message: `Alias already exists: ${arnOf('aliased:live')}`,
  });
  await assert.rejects(lambda.run('CreateAlias', { FunctionName: 'aliased', Name: 'x', FunctionVersion: '9' }), {
    message: `Function not found: ${arnOf('aliased:9')}`,
  });
  await assert.rejects(lambda.run('GetAlias', { FunctionName: 'aliased', Name: 'nope' }), {
    kind: 'ResourceNotFoundException',
    message: `Cannot find alias arn: ${arnOf('aliased:nope')}`,
  });
  await lambda.run('UpdateAlias', { FunctionName: 'aliased', Name: 'live', FunctionVersion: '1' });
  await assert.rejects(lambda.run('DeleteFunction', { FunctionName: 'aliased', Qualifier: '1' }), {
    kind: 'ResourceConflictException',
  });
  await lambda.run('DeleteAlias', { FunctionName: 'aliased', Name: 'live' });
  assert.deepEqual(await lambda.run('ListAliases', { FunctionName: 'aliased' }), { Aliases: [] });
});

test('the weights of an alias share out its invokes', async () => {
  await lambda.create('weighted', source, { Publish: true });
  await lambda.run('UpdateFunctionConfiguration', { FunctionName: 'weighted', Timeout: 4 });
  await lambda.run('PublishVersion', { FunctionName: 'weighted' });
  const versionsSeen = async (weight: number): Promise<Set<string | undefined>> => {
    const RoutingConfig = { AdditionalVersionWeights: { '2': weight } };
    await lambda.run('UpdateAlias', { FunctionName: 'weighted', Name: 'live', RoutingConfig });
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 60; i++) seen.add((await lambda.call('weighted:live')).version);
    return seen;
  };
  await lambda.run('CreateAlias', { FunctionName: 'weighted', Name: 'live', FunctionVersion: '1' });
  assert.deepEqual(await versionsSeen(0), new Set(['1']));
  assert.deepEqual(await versionsSeen(1), new Set(['2']));
  // Both, but for one chance in 2^59.
  assert.equal((await versionsSeen(0.5)).size, 2);
});

test('tags are listed, changed and checked', async () => {
  await lambda.create('tagged', source, { Tags: { a: '1', b: '2' } });
  await lambda.run('TagResource', { Resource: arnOf('tagged'), Tags: { b: '3', c: '4' } });
  await lambda.run('UntagResource', { Resource: arnOf('tagged'), TagKeys: ['a'] });
  assert.deepEqual(await lambda.run('ListTags', { Resource: arnOf('tagged') }), { Tags: { b: '3', c: '4' } });
  assert.deepEqual((await lambda.run('GetFunction', { FunctionName: 'tagged' })).Tags, { b: '3', c: '4' });
  await assert.rejects(
    lambda.run('TagResource', { Resource: arnOf('tagged:1'), Tags: { b: '3' } }),
    /aliases and versions are not supported/,
  );
});

test('DryRun runs nothing and answers 204', async () => {
  await lambda.create('dry', 'process.exit(1)');
  assert.deepEqual(await lambda.run('Invoke', { FunctionName: 'dry', InvocationType: 'DryRun' }), { StatusCode: 204 });
  assert.deepEqual(lambda.logs(arnOf('dry')), []);
});

test('payloads that are not JSON or over 6 MB are refused', async () => {
  await lambda.create('payload', source);
  await assert.rejects(lambda.run('Invoke', { FunctionName: 'payload', Payload: Buffer.from('{a') }), {
    kind: 'InvalidRequestContentException',
    message: /^Could not parse request body into json/,
  });
  await assert.rejects(
    lambda.run('Invoke', { FunctionName: 'payload', Payload: Buffer.alloc(6 * 1024 * 1024 + 1, ' ') }),
    {
      kind: 'RequestTooLargeException',
      message: /must have length less than or equal to 6291456$/i,
    },
  );
});

test('LogType Tail returns START, the output, END and REPORT; the function log keeps them', async () => {
  await lambda.create(
    'logs',
    `exports.handler = async () => { console.log('hello', { a: 1 }); console.error('two\\nlines'); };`,
  );
  const { log } = await lambda.call('logs', {}, { tail: true });
  const lines = log.trimEnd().split('\n');
  assert.match(lines[0]!, /^Runtime nodejs22\.x is not on this machine: running on Node\.js \d+/);
  assert.match(lines[1]!, /^INIT_START Runtime Version: nodejs:\d+/);
  const id = /^START RequestId: ([0-9a-f-]{36}) Version: \$LATEST$/.exec(lines[2]!)![1]!;
  assert.match(lines[3]!, new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\t${id}\\tINFO\\thello { a: 1 }$`));
  assert.match(lines[4]!, /\tERROR\ttwo\rlines$/);
  assert.equal(lines[5], `END RequestId: ${id}`);
  assert.match(
    lines[6]!,
    new RegExp(
      `^REPORT RequestId: ${id}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: \\d+ MB\\t`,
    ),
  );
  const second = (await lambda.call('logs', {}, { tail: true })).log;
  assert.match(second, /^START /);
  assert.ok(lambda.logs('logs').length === 0, 'a bare name means the default account');
  assert.ok(lambda.logs(arnOf('logs')).length >= 12);
});

test('LogType Tail holds at most the last 4 KB', async () => {
  await lambda.create(
    'chatty',
    `exports.handler = async () => { for (let i = 0; i < 500; i++) console.log('line ' + i); };`,
  );
  const { log } = await lambda.call('chatty', {}, { tail: true });
  assert.equal(Buffer.byteLength(log), 4096);
  assert.match(log, /REPORT RequestId/);
  assert.match(log, /line 499/);
});

test('LogFormat JSON makes every line JSON and keeps to the level', async () => {
  await lambda.create('json-log', `exports.handler = async () => { console.debug('no'); console.info('yes'); };`, {
    LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
    Runtime: 'nodejs26.x',
  });
  const { log } = await lambda.call('json-log', {}, { tail: true });
  const lines = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type?: string; message?: string; level?: string });
  assert.deepEqual(
    lines.map(({ type, message }) => type ?? message),
    ['platform.initStart', 'platform.start', 'yes', 'platform.report'],
  );
});

test('reserved concurrency is shown, kept from the account and taken back', async () => {
  await lambda.create('reserved', source);
  await lambda.run('PutFunctionConcurrency', { FunctionName: 'reserved', ReservedConcurrentExecutions: 0 });
  await assert.rejects(
    lambda.call('reserved'),
    (error: { kind: string; message: string; members: Record<string, unknown> }) => {
      assert.equal(error.kind, 'TooManyRequestsException');
      assert.equal(error.message, 'Rate Exceeded.');
      assert.equal(error.members['Reason'], 'ReservedFunctionConcurrentInvocationLimitExceeded');
      return true;
    },
  );
  await lambda.run('PutFunctionConcurrency', { FunctionName: 'reserved', ReservedConcurrentExecutions: 10 });
  assert.equal((await lambda.run('GetAccountSettings', {})).AccountLimit!.UnreservedConcurrentExecutions, 990);
  await assert.rejects(
    lambda.run('PutFunctionConcurrency', { FunctionName: 'reserved', ReservedConcurrentExecutions: 901 }),
    /below its minimum value of \[100\]/,
  );
  assert.deepEqual((await lambda.run('GetFunction', { FunctionName: 'reserved' })).Concurrency, {
    ReservedConcurrentExecutions: 10,
  });
  await lambda.run('DeleteFunctionConcurrency', { FunctionName: 'reserved' });
  assert.deepEqual(await lambda.run('GetFunctionConcurrency', { FunctionName: 'reserved' }), {});
});

test('what a function here never has is told as not set, as tools that describe one ask for it', async () => {
  await lambda.create('plain', source);
  const FunctionName = 'plain';
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:plain';
  assert.deepEqual(await lambda.run('GetFunctionCodeSigningConfig', { FunctionName }), {});
  assert.deepEqual(await lambda.run('GetRuntimeManagementConfig', { FunctionName }), {
    UpdateRuntimeOn: 'Auto',
    FunctionArn: `${arn}:$LATEST`,
  });
  assert.deepEqual(await lambda.run('GetFunctionRecursionConfig', { FunctionName }), { RecursiveLoop: 'Terminate' });
  assert.deepEqual(await lambda.run('ListFunctionEventInvokeConfigs', { FunctionName }), {
    FunctionEventInvokeConfigs: [],
  });
  assert.deepEqual(await lambda.run('ListFunctionUrlConfigs', { FunctionName }), { FunctionUrlConfigs: [] });
  assert.deepEqual(await lambda.run('ListProvisionedConcurrencyConfigs', { FunctionName }), {
    ProvisionedConcurrencyConfigs: [],
  });
  assert.deepEqual(await lambda.run('ListEventSourceMappings', {}), { EventSourceMappings: [] });
  assert.deepEqual(await lambda.run('ListCodeSigningConfigs', {}), { CodeSigningConfigs: [] });
  assert.deepEqual(await lambda.run('ListLayers', {}), { Layers: [] });
  for (const [operation, kind, message] of [
    [
      'GetFunctionEventInvokeConfig',
      'ResourceNotFoundException',
      `The function ${arn}:$LATEST doesn't have an EventInvokeConfig`,
    ],
    ['GetFunctionUrlConfig', 'ResourceNotFoundException', 'The resource you requested does not exist.'],
    [
      'GetProvisionedConcurrencyConfig',
      'ProvisionedConcurrencyConfigNotFoundException',
      'No Provisioned Concurrency Config found for this function',
    ],
  ] as const) {
    await assert.rejects(lambda.run(operation, { FunctionName, Qualifier: '$LATEST' }), { kind, message });
  }
  for (const operation of [
    'GetFunctionCodeSigningConfig',
    'ListEventSourceMappings',
    'GetFunctionUrlConfig',
  ] as const) {
    await assert.rejects(lambda.run(operation, { FunctionName: 'absent' }), {
      kind: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:eu-west-1:123456789012:function:absent',
    });
  }
});

test('GetFunction links to the zip, and the link works only as given', async () => {
  const ZipFile = zipOf({ 'index.js': source });
  await lambda.create('linked', '', { Code: { ZipFile } });
  const { Code } = await lambda.run('GetFunction', { FunctionName: 'linked' });
  assert.equal(Code!.RepositoryType, 'S3');
  const url = new URL(Code!.Location!);
  const request = {
    method: 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    headers: [],
    body: Buffer.alloc(0),
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  };
  const reply = await lambda.codeDownload(request);
  assert.equal(reply.status, 200);
  assert.deepEqual(Buffer.from(reply.body), Buffer.from(ZipFile));
  assert.equal((await lambda.codeDownload({ ...request, query: 'token=x' })).status, 403);
  assert.equal((await lambda.codeDownload({ ...request, path: url.pathname.replace('linked', 'taken') })).status, 403);
});

test('functions are found again by a companion that opens the same store', async () => {
  const store = createMemoryStore();
  const before = lambdaUnderTest({ store });
  await before.create('kept', 'exports.handler = async () => "still here";');
  await before.close();
  const later = lambdaUnderTest({ store });
  try {
    assert.equal((await later.call('kept')).answer, 'still here');
  } finally {
    await later.close();
  }
});
