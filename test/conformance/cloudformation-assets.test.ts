/** Stacks and what lies in S3 and in the parameter store: templates and code read from there, parameters resolved, buckets and parameters made. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { CreateStackCommand, ListStacksCommand, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateBucketCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from '../support/gatewright-in-process.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { type StacksUnderTest, withStacks } from '../support/stacks-under-test.ts';

interface Clients {
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  put(key: string, body: string | Uint8Array): Promise<void>;
}

const withAssets = (use: (stacks: StacksUnderTest, clients: Clients) => Promise<void>): Promise<void> =>
  withStacks(async (stacks) => {
    const config = clientConfig(stacks.gatewright.endpoint);
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const ssm = new SSMClient(config);
    await s3.send(new CreateBucketCommand({ Bucket: 'assets' }));
    const put = async (Key: string, Body: string | Uint8Array): Promise<void> => {
      await s3.send(new PutObjectCommand({ Bucket: 'assets', Key, Body }));
    };
    try {
      await use(stacks, { s3, ssm, put });
    } finally {
      s3.destroy();
      ssm.destroy();
    }
  });

const ref = (Ref: string) => ({ Ref });
const group = (LogGroupName: unknown) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } });
const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  },
};

describe('CloudFormation and S3', () => {
  test('a template is read from its URL, in every form such URLs have', () =>
    withAssets(async ({ client }, { put }) => {
      await put('t/one.json', JSON.stringify({ Description: 'from afar', Resources: { G: group('g') } }));
      const urls = [
        'https://assets.s3.us-east-1.amazonaws.com/t/one.json',
        'https://assets.s3.amazonaws.com/t/one.json',
        'https://s3.us-east-1.amazonaws.com/assets/t/one.json',
        'http://localhost:4566/assets/t/one.json',
        's3://assets/t/one.json',
      ];
      for (const TemplateURL of urls) {
        const { Description } = await client.send(new ValidateTemplateCommand({ TemplateURL }));
        assert.equal(Description, 'from afar', TemplateURL);
      }
      await assert.rejects(
        client.send(new ValidateTemplateCommand({ TemplateURL: 'https://assets.s3.amazonaws.com/missing' })),
        {
          name: 'ValidationError',
          message: 'S3 error: The specified key does not exist.',
        },
      );
      await assert.rejects(client.send(new ValidateTemplateCommand({ TemplateURL: 'nonsense' })), {
        message: 'TemplateURL must be a supported URL.',
      });
    }));

  test('a stack within a stack is made, changed and deleted with it', () =>
    withAssets(async (stacks, { put }) => {
      await put(
        'inner.json',
        JSON.stringify({
          Parameters: { Name: { Type: 'String' } },
          Resources: { G: group(ref('Name')) },
          Outputs: { Group: { Value: ref('G') } },
        }),
      );
      const outer = (Name: string) => ({
        Resources: {
          Inner: {
            Type: 'AWS::CloudFormation::Stack',
            Properties: { TemplateURL: 'https://assets.s3.amazonaws.com/inner.json', Parameters: { Name } },
          },
        },
        Outputs: { Group: { Value: { 'Fn::GetAtt': ['Inner', 'Outputs.Group'] } }, Inner: { Value: ref('Inner') } },
      });
      const made = await stacks.create('outer', outer('/one'));
      assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.events(made.StackId!)).join('\n'));
      const { Group, Inner } = await stacks.outputs('outer');
      assert.equal(Group, '/one');
      const inner = await stacks.describe(Inner!);
      assert.match(inner.StackName!, /^outer-Inner-[A-Za-z0-9]{12}$/);
      assert.deepEqual([inner.ParentId, inner.RootId], [made.StackId, made.StackId]);
      await stacks.update('outer', outer('/two'));
      assert.deepEqual(await stacks.outputs('outer'), { Group: '/two', Inner });
      const back = await stacks.update('outer', outer('not a name'));
      assert.equal(back.StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await stacks.events('outer')).join('\n'));
      await stacks.delete('outer');
      assert.equal((await stacks.describe(Inner!)).StackStatus, 'DELETE_COMPLETE');

      const failed = await stacks.create('failing', outer('not a name'));
      assert.equal(failed.StackStatus, 'ROLLBACK_COMPLETE');
      const events = await stacks.events(failed.StackId!);
      assert.match(
        events.find((event) => event.startsWith('Inner CREATE_FAILED'))!,
        /^Inner CREATE_FAILED Embedded stack arn:\S+ was not successfully created: The following resource\(s\) failed to create: \[G\]\.$/,
      );
      const { StackSummaries } = await stacks.client.send(
        new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE', 'CREATE_FAILED'] }),
      );
      assert.deepEqual(StackSummaries, []);
    }));

  test('a function takes its code, and an API its document, from a bucket', () =>
    withAssets(async (stacks, { put }) => {
      const zip = (text: string) =>
        zipOf({ 'index.js': `exports.handler = async () => ({ statusCode: 200, body: '${text}' });` });
      await put('one.zip', zip('one'));
      await put('two.zip', zip('two'));
      await put(
        'api.json',
        JSON.stringify({
          openapi: '3.0.1',
          info: { title: 'from a bucket', version: '1' },
          paths: {
            '/': {
              get: {
                responses: { 200: { description: 'd' } },
                'x-amazon-apigateway-integration': {
                  type: 'mock',
                  requestTemplates: { 'application/json': '{"statusCode":200}' },
                  responses: { default: { statusCode: '200', responseTemplates: { 'application/json': 'hello' } } },
                },
              },
            },
          },
        }),
      );
      const template = (S3Key: string) => ({
        Transform: 'AWS::Serverless-2016-10-31',
        Resources: {
          Role: role,
          Plain: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Runtime: 'nodejs22.x',
              Handler: 'index.handler',
              Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
              Code: { S3Bucket: 'assets', S3Key },
            },
          },
          Sam: {
            Type: 'AWS::Serverless::Function',
            Properties: {
              Runtime: 'nodejs22.x',
              Handler: 'index.handler',
              CodeUri: `s3://assets/${S3Key}`,
              Events: { Get: { Type: 'HttpApi' } },
            },
          },
          Api: {
            Type: 'AWS::ApiGateway::RestApi',
            Properties: { BodyS3Location: { Bucket: 'assets', Key: 'api.json' } },
          },
          Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: ref('Api'), StageName: 'dev' } },
          Included: {
            Type: 'AWS::Serverless::Api',
            Properties: {
              StageName: 'dev',
              DefinitionBody: {
                'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://assets/api.json' } },
              },
            },
          },
        },
        Outputs: {
          Http: { Value: ref('ServerlessHttpApi') },
          Api: { Value: ref('Api') },
          Included: { Value: ref('Included') },
        },
      });
      const made = await stacks.create('s', template('one.zip'));
      assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.events(made.StackId!)).join('\n'));
      const { Http, Api, Included } = await stacks.outputs('s');
      const get = async () => (await fetch(`${stacks.gatewright.endpoint}/_aws/execute-api/${Http}/$default/`)).text();
      assert.equal(await get(), 'one');
      for (const id of [Api!, Included!])
        assert.equal(await (await fetch(`${stacks.gatewright.invokeUrl(id, 'dev')}/`)).text(), 'hello');
      await stacks.update('s', template('two.zip'));
      assert.equal(await get(), 'two');
    }));

  test('layers, function URLs and what becomes of events are of the stack too', () =>
    withAssets(async (stacks, { put }) => {
      await put('layer.zip', zipOf({ 'nodejs/node_modules/greet/index.js': "module.exports = 'hello from a layer';" }));
      const template = (isChanged: boolean) => ({
        Resources: {
          Role: role,
          Layer: {
            Type: 'AWS::Lambda::LayerVersion',
            Properties: { Content: { S3Bucket: 'assets', S3Key: 'layer.zip' }, CompatibleRuntimes: ['nodejs22.x'] },
          },
          Function: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Runtime: 'nodejs22.x',
              Handler: 'index.handler',
              Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
              Layers: [ref('Layer')],
              Code: { ZipFile: "exports.handler = async () => require('greet');" },
            },
          },
          Url: {
            Type: 'AWS::Lambda::Url',
            Properties: {
              TargetFunctionArn: { 'Fn::GetAtt': ['Function', 'Arn'] },
              AuthType: 'NONE',
              Cors: { AllowOrigins: [isChanged ? '*' : 'https://a.example'] },
            },
          },
          Public: {
            Type: 'AWS::Lambda::Permission',
            Properties: {
              FunctionName: ref('Function'),
              Action: 'lambda:InvokeFunctionUrl',
              Principal: '*',
              FunctionUrlAuthType: 'NONE',
            },
          },
          Events: {
            Type: 'AWS::Lambda::EventInvokeConfig',
            Properties: {
              FunctionName: ref('Function'),
              Qualifier: '$LATEST',
              MaximumRetryAttempts: isChanged ? 0 : '1',
            },
          },
        },
        Outputs: { Url: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } },
      });
      const made = await stacks.create('s', template(false));
      assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.events(made.StackId!)).join('\n'));
      const changed = await stacks.update('s', template(true));
      assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await stacks.events('s')).join('\n'));
      const { Url } = await stacks.outputs('s');
      assert.match(Url!, /lambda-url/);
      const gone = await stacks.delete('s');
      assert.equal(gone.StackStatus, 'DELETE_COMPLETE', (await stacks.events(gone.StackId!)).join('\n'));
    }));

  test('parameters of the store are resolved, as parameters of a template and within it', () =>
    withAssets(async (stacks, { ssm }) => {
      await ssm.send(new PutParameterCommand({ Name: '/name', Value: 'pets', Type: 'String' }));
      await ssm.send(new PutParameterCommand({ Name: '/list', Value: 'a, b', Type: 'StringList' }));
      const template = {
        Parameters: {
          Name: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/name' },
          List: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/list' },
        },
        Resources: { G: group({ 'Fn::Sub': '/{{resolve:ssm:/name:1}}/${Name}' }) },
        Outputs: { G: { Value: ref('G') }, Second: { Value: { 'Fn::Select': [1, ref('List')] } } },
      };
      const made = await stacks.create('s', template);
      assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.events(made.StackId!)).join('\n'));
      assert.deepEqual(await stacks.outputs('s'), { G: '/pets/pets', Second: 'b' });
      const { Parameters } = await stacks.describe('s');
      assert.deepEqual(
        Parameters!.map(({ ParameterValue, ResolvedValue }) => [ParameterValue, ResolvedValue]),
        [
          ['/name', 'pets'],
          ['/list', 'a, b'],
        ],
      );
      await assert.rejects(
        stacks.client.send(
          new CreateStackCommand({
            StackName: 't',
            TemplateBody: JSON.stringify(template),
            Parameters: [{ ParameterKey: 'Name', ParameterValue: '/missing' }],
          }),
        ),
        {
          name: 'ValidationError',
          message: 'Unable to fetch parameters [/missing] from parameter store for this account.',
        },
      );
    }));

  test('buckets, their policies and parameters come, change and go', () =>
    withAssets(async (stacks, { s3, ssm }) => {
      const template = (isChanged: boolean) => ({
        Resources: {
          Bucket: {
            Type: 'AWS::S3::Bucket',
            Properties: {
              ...{ BucketName: 'made', Tags: [{ Key: 'a', Value: isChanged ? '2' : '1' }], AccessControl: 'Private' },
              VersioningConfiguration: { Status: isChanged ? 'Suspended' : 'Enabled' },
              PublicAccessBlockConfiguration: {
                BlockPublicAcls: true,
                BlockPublicPolicy: false,
                IgnorePublicAcls: true,
                RestrictPublicBuckets: isChanged,
              },
              BucketEncryption: {
                ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
              },
              LifecycleConfiguration: {
                Rules: [
                  {
                    Id: 'r',
                    Status: 'Enabled',
                    ExpirationInDays: isChanged ? 2 : 1,
                    NoncurrentVersionExpiration: { NoncurrentDays: 3 },
                  },
                ],
              },
              OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
              ...(!isChanged && {
                CorsConfiguration: {
                  CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], MaxAge: 5, ExposedHeaders: ['x'] }],
                },
              }),
            },
          },
          Policy: {
            Type: 'AWS::S3::BucketPolicy',
            Properties: {
              Bucket: ref('Bucket'),
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [
                  {
                    Effect: 'Deny',
                    Principal: '*',
                    Action: isChanged ? 's3:PutObject' : 's3:DeleteObject',
                    Resource: { 'Fn::Sub': '${Bucket.Arn}/*' },
                  },
                ],
              },
            },
          },
          Named: { Type: 'AWS::S3::Bucket' },
          Parameter: {
            Type: 'AWS::SSM::Parameter',
            Properties: { Name: '/p', Type: 'String', Value: isChanged ? 'two' : 'one', Tags: { a: '1' } },
          },
        },
        Outputs: {
          Named: { Value: ref('Named') },
          Domain: { Value: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] } },
          Value: { Value: { 'Fn::GetAtt': ['Parameter', 'Value'] } },
        },
      });
      const made = await stacks.create('s', template(false));
      assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.events(made.StackId!)).join('\n'));
      const Bucket = 'made';
      assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, 'Enabled');
      assert.deepEqual((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules, [
        { AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['x'], MaxAgeSeconds: 5 },
      ]);
      assert.equal(
        (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration!.Rules![0]!
          .ApplyServerSideEncryptionByDefault!.SSEAlgorithm,
        'AES256',
      );
      assert.match((await stacks.outputs('s'))['Named']!, /^s-named-[a-z0-9]{12}$/);

      const changed = await stacks.update('s', template(true));
      assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await stacks.events('s')).join('\n'));
      assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, 'Suspended');
      assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, [{ Key: 'a', Value: '2' }]);
      assert.equal(
        (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration!
          .RestrictPublicBuckets,
        true,
      );
      assert.equal(
        (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules![0]!.Expiration!.Days,
        2,
      );
      await assert.rejects(s3.send(new GetBucketCorsCommand({ Bucket })), { name: 'NoSuchCORSConfiguration' });
      assert.match((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy!, /s3:PutObject/);
      assert.equal((await ssm.send(new GetParameterCommand({ Name: '/p' }))).Parameter!.Value, 'two');
      assert.equal((await stacks.outputs('s'))['Value'], 'two');

      const gone = await stacks.delete('s');
      assert.equal(gone.StackStatus, 'DELETE_COMPLETE', (await stacks.events(gone.StackId!)).join('\n'));
      assert.deepEqual(
        (await s3.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name),
        ['assets'],
      );
      await assert.rejects(ssm.send(new GetParameterCommand({ Name: '/p' })), { name: 'ParameterNotFound' });
    }));

  test('a bucket that holds something is not deleted, and its stack says so', () =>
    withAssets(async (stacks, { s3 }) => {
      await stacks.create('s', { Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } } } });
      await s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'k', Body: 'x' }));
      const stuck = await stacks.delete('s');
      assert.equal(stuck.StackStatus, 'DELETE_FAILED');
      assert.equal(stuck.StackStatusReason, 'The following resource(s) failed to delete: [B]. ');
      const events = await stacks.events('s');
      assert.match(
        events.find((event) => event.startsWith('B DELETE_FAILED'))!,
        /The bucket you tried to delete is not empty \(Service: S3, Status Code: 409/,
      );
    }));
});
