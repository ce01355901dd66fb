/** SDKs that GetSdk makes: got with AWS's own client, unpacked, run, and calling the API they were made of. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import {
  CreateDeploymentCommand,
  GetSdkCommand,
  GetSdkTypeCommand,
  GetSdkTypesCommand,
} from '@aws-sdk/client-api-gateway';
import { strFromU8, unzipSync } from 'fflate';
import { createApi, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { calculatorApi, unpackedSdk } from '../support/sdk-under-test.ts';

const run = promisify(execFile);

describe('generated SDKs', () => {
  let gatewright: TestGatewright;
  before(async () => {
    gatewright = await startTestGatewright();
  });
  after(() => gatewright.close());

  test('[V1-48] six types of SDK are listed, each with what it wants to be told', async () => {
    const { items } = await gatewright.apigateway.send(new GetSdkTypesCommand({}));
    assert.deepEqual(
      items?.map(({ id, configurationProperties }) => [
        id,
        (configurationProperties ?? []).filter(({ required }) => required).map(({ name }) => name),
      ]),
      [
        ['android', ['groupId', 'invokerPackage', 'artifactId', 'artifactVersion']],
        ['java', ['service.name', 'java.package-name']],
        ['javascript', []],
        ['objectivec', ['classPrefix']],
        ['ruby', ['service.name']],
        ['swift', ['classPrefix']],
      ],
    );
    const { $metadata: _, ...ruby } = await gatewright.apigateway.send(new GetSdkTypeCommand({ id: 'ruby' }));
    assert.equal(ruby.friendlyName, 'Ruby');
    assert.deepEqual(ruby.configurationProperties?.[2], {
      name: 'ruby.gem-version',
      friendlyName: 'Ruby Gem Version',
      description: 'Version of the gem',
      required: false,
      defaultValue: '1.0.0',
    });
    await assert.rejects(gatewright.apigateway.send(new GetSdkTypeCommand({ id: 'cobol' })), {
      name: 'NotFoundException',
    });
  });

  test('[SDK-02] the JavaScript SDK in Node calls open methods, those that want a key and those that want a signature', async (t) => {
    const api = await calculatorApi(t, gatewright);
    const { folder } = await unpackedSdk(t, gatewright, api.id, 'javascript');
    const script = `
      const factory = require('./apigClient.js');
      const { keys, apiKey } = JSON.parse(process.env.API);
      const open = factory.newClient();
      const keyed = factory.newClient({ apiKey });
      const signed = factory.newClient({ accessKey: keys.accessKeyId, secretKey: keys.secretAccessKey });
      const settled = (promise) => promise.then((r) => r.data, (e) => [e.status ?? e.message, e.data?.message ?? e.response?.data]);
      (async () => {
        console.log(JSON.stringify({
          names: Object.keys(open).filter((name) => !name.endsWith('Options')),
          query: await settled(open.rootGet({ a: '1', b: '2', op: '+' })),
          body: await settled(open.rootPost(null, { a: 6, b: 7, op: '*' })),
          path: await settled(open.aBOpGet({ a: '1', b: '2', op: 'div' })),
          wrong: await settled(open.rootGet({ a: '1', b: '2', op: 'no' })),
          missing: await settled(open.aBOpGet({ a: '1' })),
          additional: await settled(open.readFile({ path: "d 1/e(2)'*.txt", 'X-Trace': 'mine' }, undefined, { queryParams: { 'q +': 'ä&' } })),
          withoutKey: await settled(open.keyedGet()),
          withKey: (await keyed.keyedGet()).status,
          unsigned: await settled(open.signedGet()),
          signedPost: (await signed.signedPost({}, { n: 'ü' }, { queryParams: { z: 'a b', a: "it's" }, headers: { 'X-Trace': ' two  spaces ' } })).data,
          signedGet: (await signed.signedGet()).status,
        }));
      })();`;
    const env = { ...process.env, API: JSON.stringify(api) };
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: `${folder}/apiGateway-js-sdk`, env });
    const seen = JSON.parse(stdout);
    assert.deepEqual(seen, {
      names: ['rootGet', 'rootPost', 'readFile', 'keyedGet', 'signedGet', 'signedPost', 'aBOpGet'],
      query: { input: { a: 1, b: 2, op: '+' }, output: { c: 3 } },
      body: { input: { a: 6, b: 7, op: '*' }, output: { c: 42 } },
      path: { input: { a: 1, b: 2, op: 'div' }, output: { c: 0.5 } },
      wrong: [422, { input: { a: 1, b: 2, op: 'no' }, output: {} }],
      missing: ['Missing required parameter: b', null],
      additional: { path: seen.additional.path, query: { 'q +': 'ä&' }, trace: 'mine', body: '' },
      withoutKey: [403, 'Forbidden'],
      withKey: 200,
      unsigned: [403, 'Missing Authentication Token'],
      signedPost: { path: '/signed', query: { z: 'a b', a: "it's" }, trace: 'two  spaces', body: '{"n":"ü"}' },
      signedGet: 200,
    });
    assert.equal(decodeURIComponent(seen.additional.path), "/files/d 1/e(2)'*.txt");
  });

  test('[SDK-01] the archive comes as a download, named for its type and time', async (t) => {
    const { id } = await calculatorApi(t, gatewright);
    const { contentType, contentDisposition } = await gatewright.apigateway.send(
      new GetSdkCommand({ restApiId: id, stageName: 'test', sdkType: 'javascript' }),
    );
    assert.equal(contentType, 'application/octet-stream');
    assert.match(contentDisposition!, /^attachment; filename="javascript_\d{4}-\d\d-\d\d_\d\d-\d\dZ\.zip"$/);
  });

  test('[SDK-03] an API with nothing but ANY has a package without a client', async () => {
    const api = await createApi(gatewright, { 'ANY /pets': mock('pets') });
    await api.deploy('test');
    const { body } = await gatewright.apigateway.send(
      new GetSdkCommand({ restApiId: api.id, stageName: 'test', sdkType: 'javascript' }),
    );
    const files = Object.keys(unzipSync(body!));
    assert.ok(files.includes('apiGateway-js-sdk/lib/apiGatewayCore/utils.js'));
    assert.ok(!files.includes('apiGateway-js-sdk/apigClient.js'));
  });

  test('[SDK-04] a type nobody knows, a parameter missing or unfit, a stage that is not there', async () => {
    const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
    const sdk = (sdkType: string, parameters?: Record<string, string>, stageName = 'test') =>
      gatewright.apigateway.send(
        new GetSdkCommand({ restApiId: api.id, stageName, sdkType, ...(parameters && { parameters }) }),
      );
    await assert.rejects(sdk('javascript'), {
      name: 'NotFoundException',
      message: 'Invalid stage identifier specified',
    });
    await api.deploy('test');
    await assert.rejects(sdk('cobol'), {
      name: 'BadRequestException',
      message:
        'Invalid sdk type specified: cobol. Valid options are android, java, javascript, objectivec, ruby, swift',
    });
    for (const [type, parameters, missing] of [
      ['android', { groupId: 'g', invokerPackage: 'p', artifactId: 'a' }, 'artifactVersion'],
      ['java', { serviceName: 'Pets' }, 'java.package-name'],
      ['objectivec', {}, 'classPrefix'],
      ['swift', { classPrefix: '' }, 'classPrefix'],
      ['ruby', {}, 'service.name'],
    ] as const) {
      await assert.rejects(sdk(type, parameters), {
        name: 'BadRequestException',
        message: `Missing required parameter ${missing} for sdk type ${type}`,
      });
    }
    await assert.rejects(sdk('swift', { classPrefix: '../../etc' }), {
      name: 'BadRequestException',
      message: 'Invalid value for parameter classPrefix specified: ../../etc',
    });
  });

  test('an SDK is of what is deployed, not of what has been changed since', async (t) => {
    const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
    await api.deploy('test');
    await createApi(gatewright, {});
    const { files } = await unpackedSdk(t, gatewright, api.id, 'javascript');
    assert.match(files['apiGateway-js-sdk/apigClient.js']!, /"petsGet"/);
    await gatewright.apigateway.send(new CreateDeploymentCommand({ restApiId: api.id, stageName: 'other' }));
    const { body } = await gatewright.apigateway.send(
      new GetSdkCommand({ restApiId: api.id, stageName: 'other', sdkType: 'javascript' }),
    );
    const client = strFromU8(unzipSync(body!)['apiGateway-js-sdk/apigClient.js']!);
    assert.ok(client.includes(`${gatewright.invokeUrl(api.id, 'other')}`));
  });
});
