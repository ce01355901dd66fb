/** Functions whose code lies in a bucket, as SAM, CDK and Terraform deploy them. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientConfig, startTestGatewright } from '../support/gatewright-in-process.ts';
import { policyOf } from '../support/iam-under-test.ts';
import { zipOf } from '../support/lambda-under-test.ts';

const answering = (text: string): Uint8Array => zipOf({ 'index.js': `exports.handler = async () => '${text}';` });
const settings = { Runtime: 'nodejs22.x', Handler: 'index.handler' } as const;

describe('functions from buckets', () => {
  test('code comes from an object, or from one version of it', async () => {
    const gatewright = await startTestGatewright();
    const { lambda } = gatewright;
    const s3 = new S3Client({ ...clientConfig(gatewright.endpoint), forcePathStyle: true });
    try {
      const Bucket = 'code';
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
      const old = await s3.send(new PutObjectCommand({ Bucket, Key: 'f.zip', Body: answering('old') }));
      await s3.send(new PutObjectCommand({ Bucket, Key: 'f.zip', Body: answering('new') }));
      const create = (FunctionName: string, Code: object) =>
        lambda.send(
          new CreateFunctionCommand({ FunctionName, ...settings, Role: 'arn:aws:iam::000000000000:role/r', Code }),
        );
      await create('from-s3', { S3Bucket: Bucket, S3Key: 'f.zip' });
      const answer = async (): Promise<string> =>
        (await lambda.send(new InvokeCommand({ FunctionName: 'from-s3' }))).Payload!.transformToString();
      assert.equal(await answer(), '"new"');
      await lambda.send(
        new UpdateFunctionCodeCommand({
          ...{ FunctionName: 'from-s3', S3Bucket: Bucket, S3Key: 'f.zip', S3ObjectVersion: old.VersionId },
        }),
      );
      assert.equal(await answer(), '"old"');
      const refusal = (code: string, message: string) => ({
        name: 'InvalidParameterValueException',
        message: `Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`,
      });
      await assert.rejects(
        create('none', { S3Bucket: 'no-such-bucket', S3Key: 'f.zip' }),
        refusal('NoSuchBucket', 'The specified bucket does not exist'),
      );
      await assert.rejects(
        create('none', { S3Bucket: Bucket, S3Key: 'none.zip' }),
        refusal('NoSuchKey', 'The specified key does not exist.'),
      );
      await s3.send(new PutObjectCommand({ Bucket, Key: 'text.zip', Body: 'no zip' }));
      await assert.rejects(create('none', { S3Bucket: Bucket, S3Key: 'text.zip' }), {
        message: 'Could not unzip uploaded file. Please check your file, then try to upload again.',
      });
      const abroad = new LambdaClient({ ...clientConfig(gatewright.endpoint), region: 'eu-west-1' });
      await assert.rejects(
        abroad.send(
          new CreateFunctionCommand({
            ...{ FunctionName: 'abroad', ...settings, Role: 'arn:aws:iam::000000000000:role/r' },
            Code: { S3Bucket: Bucket, S3Key: 'f.zip' },
          }),
        ),
        refusal(
          'PermanentRedirect',
          'The bucket is in this region: us-east-1. Please use this region to retry the request',
        ),
      );
      abroad.destroy();
    } finally {
      s3.destroy();
      await gatewright.close();
    }
  });

  test('in secure mode whoever creates the function has to be allowed to read the object', async () => {
    const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'secret', account: '123456789012' };
    const gatewright = await startTestGatewright({ mode: 'secure', credentials: [root] });
    const config = (credentials: { accessKeyId: string; secretAccessKey: string }) => ({
      ...clientConfig(gatewright.endpoint),
      credentials,
    });
    const s3 = new S3Client({ ...config(root), forcePathStyle: true });
    const iam = new IAMClient(config(root));
    const clients: { destroy(): void }[] = [s3, iam];
    try {
      await s3.send(new CreateBucketCommand({ Bucket: 'code' }));
      await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'f.zip', Body: answering('x') }));
      const deployer = async (UserName: string, ...more: object[]) => {
        await iam.send(new CreateUserCommand({ UserName }));
        const may = { Effect: 'Allow', Action: ['lambda:*', 'iam:PassRole'], Resource: '*' };
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: policyOf(may, ...more) }));
        const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
        const lambda = new LambdaClient(
          config({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
        );
        clients.push(lambda);
        return lambda.send(
          new CreateFunctionCommand({
            ...{ FunctionName: `of-${UserName}`, ...settings, Role: 'arn:aws:iam::123456789012:role/r' },
            Code: { S3Bucket: 'code', S3Key: 'f.zip' },
          }),
        );
      };
      await assert.rejects(deployer('kept-out'), {
        name: 'AccessDeniedException',
        message:
          /^Your access has been denied by S3, please make sure your request credentials have permission to GetObject for code\/f\.zip\. S3 Error Code: AccessDenied\./,
      });
      const made = await deployer('let-in', {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::code/*',
      });
      assert.equal(made.FunctionName, 'of-let-in');
    } finally {
      for (const client of clients) client.destroy();
      await gatewright.close();
    }
  });
});
