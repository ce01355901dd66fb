/** Layers of functions: published, attached, found where runtimes look for them. */
import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  AddLayerVersionPermissionCommand,
  CreateFunctionCommand,
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  GetLayerVersionPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  RemoveLayerVersionPermissionCommand,
  type Runtime,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { skipWithout } from '../support/programs.ts';

describe('layers', () => {
  let gatewright: TestGatewright;
  let lambda: LambdaClient;
  before(async () => {
    gatewright = await startTestGatewright();
    lambda = gatewright.lambda;
  });
  after(() => gatewright.close());

  const publish = async (LayerName: string, files: Record<string, string>, more: object = {}) =>
    lambda.send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: zipOf(files) }, ...more }));
  const create = (
    FunctionName: string,
    files: Record<string, string>,
    Layers: string[],
    Runtime: Runtime = 'nodejs22.x',
  ) =>
    lambda.send(
      new CreateFunctionCommand({
        ...{ FunctionName, Runtime, Handler: 'index.handler', Role: 'arn:aws:iam::000000000000:role/r', Layers },
        Code: { ZipFile: zipOf(files) },
      }),
    );
  const answer = async (FunctionName: string): Promise<unknown> => {
    const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
    assert.equal(FunctionError, undefined, Payload!.transformToString());
    return JSON.parse(Payload!.transformToString());
  };

  test('a layer has versions, which are shown, listed, downloaded and deleted', async () => {
    const first = await publish(
      'listed',
      { 'nodejs/a.js': '1' },
      { Description: 'one', CompatibleRuntimes: ['nodejs22.x'] },
    );
    assert.equal(first.LayerArn, 'arn:aws:lambda:us-east-1:000000000000:layer:listed');
    assert.equal(first.LayerVersionArn, 'arn:aws:lambda:us-east-1:000000000000:layer:listed:1');
    assert.equal((await publish('listed', { 'nodejs/a.js': '2' })).Version, 2);
    const shown = await lambda.send(new GetLayerVersionCommand({ LayerName: 'listed', VersionNumber: 1 }));
    assert.equal(shown.Description, 'one');
    const bytes = Buffer.from(await (await fetch(shown.Content!.Location!)).arrayBuffer());
    assert.equal(createHash('sha256').update(bytes).digest('base64'), shown.Content!.CodeSha256);
    const byArn = await lambda.send(new GetLayerVersionByArnCommand({ Arn: `${first.LayerArn}:2` }));
    assert.equal(byArn.Version, 2);
    const { LayerVersions } = await lambda.send(new ListLayerVersionsCommand({ LayerName: 'listed' }));
    assert.deepEqual(
      LayerVersions!.map(({ Version }) => Version),
      [2, 1],
    );
    const { Layers } = await lambda.send(new ListLayersCommand({ CompatibleRuntime: 'nodejs22.x' }));
    assert.deepEqual(
      Layers!.map(({ LayerName, LatestMatchingVersion }) => [LayerName, LatestMatchingVersion!.Version]),
      [['listed', 1]],
    );
    await lambda.send(new DeleteLayerVersionCommand({ LayerName: 'listed', VersionNumber: 2 }));
    await assert.rejects(lambda.send(new GetLayerVersionCommand({ LayerName: 'listed', VersionNumber: 2 })), {
      name: 'ResourceNotFoundException',
    });
    assert.equal((await publish('listed', { 'nodejs/a.js': '3' })).Version, 3, 'numbers are never used twice');
  });

  test('modules of layers are found, the later over the earlier, also when the version is deleted meanwhile', async () => {
    const one = await publish('one', {
      'nodejs/node_modules/lib/index.js': 'module.exports = "lib of one";',
      'nodejs/node_modules/both/index.js': 'module.exports = "both of one";',
    });
    const two = await publish('two', { 'nodejs/node_modules/both/index.js': 'module.exports = "both of two";' });
    const arns = [one.LayerVersionArn!, two.LayerVersionArn!];
    await create('layered', { 'index.js': 'exports.handler = async () => [require("lib"), require("both")];' }, arns);
    const { Layers } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'layered' }));
    assert.deepEqual(
      Layers!.map(({ Arn, CodeSize }) => [Arn, CodeSize! > 100]),
      arns.map((arn) => [arn, true]),
    );
    await lambda.send(new DeleteLayerVersionCommand({ LayerName: 'one', VersionNumber: 1 }));
    assert.deepEqual(await answer('layered'), ['lib of one', 'both of two']);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'layered', Layers: [] }));
    const { Layers: none } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'layered' }));
    assert.equal(none, undefined);
    const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: 'layered' }));
    assert.equal(FunctionError, 'Unhandled');
  });

  test('files of layers stand below /opt, where the machine can mount them', async (t) => {
    const { LayerVersionArn } = await publish('files', { 'data.txt': 'of the layer' });
    const source =
      'exports.handler = async () => { try { return require("fs").readFileSync("/opt/data.txt", "utf8"); } catch { return null; } };';
    await create('reads-opt', { 'index.js': source }, [LayerVersionArn!]);
    const read = await answer('reads-opt');
    if (read === null) {
      assert.ok(gatewright.complaints.some((line) => line.startsWith('Layers cannot be mounted at /opt')));
      t.skip('this machine lets nobody mount');
    } else assert.equal(read, 'of the layer');
  });

  test('Python finds modules of layers', { skip: skipWithout('python3') }, async () => {
    const { LayerVersionArn } = await publish('python', { 'python/lib_of_layer.py': 'value = 42' });
    const source = 'import lib_of_layer\ndef handler(event, context):\n    return lib_of_layer.value\n';
    await create('python', { 'index.py': source }, [LayerVersionArn!], 'python3.13');
    assert.equal(await answer('python'), 42);
  });

  test('what AWS refuses', async () => {
    const index = { 'index.js': 'exports.handler = async () => 1;' };
    const arn = 'arn:aws:lambda:us-east-1:000000000000:layer:none:1';
    await assert.rejects(create('x', index, [arn]), {
      name: 'InvalidParameterValueException',
      message: `Layer version ${arn} does not exist.`,
    });
    const { LayerArn } = await publish('twice', { a: '1' });
    await publish('twice', { a: '2' });
    await assert.rejects(create('x', index, [`${LayerArn}:1`, `${LayerArn}:2`]), {
      message: /^Two different versions of the same layer are not allowed to be referenced in the same function\./,
    });
    await assert.rejects(publish('extension', { 'extensions/watch': '#!/bin/sh' }), {
      name: 'InvalidParameterValueException',
      message: 'A layer with extensions is not supported by this Lambda endpoint.',
    });
    await assert.rejects(publish('empty', {}), { message: 'Uploaded file must be a non-empty zip' });
  });

  test('others may have a layer whose policy names them', async () => {
    const { LayerVersionArn } = await publish('shared', {
      'nodejs/node_modules/s/index.js': 'module.exports = "shared";',
    });
    const neighbour = new LambdaClient({
      ...clientConfig(gatewright.endpoint),
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
    });
    try {
      const make = (FunctionName: string) =>
        neighbour.send(
          new CreateFunctionCommand({
            ...{
              FunctionName,
              Runtime: 'nodejs22.x',
              Handler: 'index.handler',
              Role: 'arn:aws:iam::111122223333:role/r',
            },
            ...{
              Layers: [LayerVersionArn!],
              Code: { ZipFile: zipOf({ 'index.js': 'exports.handler = async () => require("s");' }) },
            },
          }),
        );
      await assert.rejects(make('theirs'), {
        name: 'AccessDeniedException',
        message: /lambda:GetLayerVersion on resource/,
      });
      const layer = { LayerName: 'shared', VersionNumber: 1 };
      await lambda.send(
        new AddLayerVersionPermissionCommand({
          ...{ ...layer, StatementId: 'them', Action: 'lambda:GetLayerVersion', Principal: '111122223333' },
        }),
      );
      const { Policy } = await lambda.send(new GetLayerVersionPolicyCommand(layer));
      assert.equal(JSON.parse(Policy!).Statement[0].Principal.AWS, 'arn:aws:iam::111122223333:root');
      await make('theirs');
      await lambda.send(new RemoveLayerVersionPermissionCommand({ ...layer, StatementId: 'them' }));
      await assert.rejects(make('theirs-2'), { name: 'AccessDeniedException' });
    } finally {
      neighbour.destroy();
    }
  });
});
