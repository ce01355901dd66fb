/** examples/cdk with the real CDK CLI: bootstrapped, deployed with its assets, called, changed, destroyed. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { openSocket } from '../support/socket-client.ts';

const app = join(import.meta.dirname, '../../examples/cdk');
const cli = join(app, 'node_modules/aws-cdk/bin/cdk');
const skip = existsSync(cli) ? false : 'needs the CDK: npm ci --prefix examples/cdk';
/** The CLI reads some ten megabytes of code for each command, twice. */
const timeout = 600_000;

let gatewright: TestGatewright;
let home: string;

async function cdk(...parameters: string[]): Promise<string> {
  const output = join(home, 'cdk.out');
  const child = spawn(process.execPath, [cli, ...parameters, '--no-notices', '--no-color', '--output', output], {
    cwd: app,
    env: {
      PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`,
      ...{ HOME: home, CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1' },
      ...{ AWS_ENDPOINT_URL: gatewright.endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      ...{ AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  assert.equal(code, 0, `cdk ${parameters.join(' ')}: ${said}`);
  return said;
}

describe('CDK', { skip }, () => {
  const outputs: Record<string, string> = {};
  let cloudformation: CloudFormationClient;

  before(async () => {
    gatewright = await startTestGatewright();
    home = await mkdtemp(join(tmpdir(), 'gatewright-cdk-'));
    cloudformation = new CloudFormationClient(clientConfig(gatewright.endpoint));
  });
  after(async () => {
    cloudformation?.destroy();
    await gatewright?.close();
    await rm(home, { recursive: true, force: true });
  });

  const rest = (init: RequestInit = {}) => fetch(`${gatewright.invokeUrl(outputs['RestId']!, 'dev')}/pets`, init);

  test('cdk bootstrap makes the toolkit stack, and a second one has nothing to do', { timeout }, async () => {
    await cdk('bootstrap', 'aws://000000000000/us-east-1');
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
    assert.equal(Stacks![0]!.StackStatus, 'CREATE_COMPLETE');
    const { StackResourceSummaries } = await cloudformation.send(
      new ListStackResourcesCommand({ StackName: 'CDKToolkit' }),
    );
    const types = new Set(StackResourceSummaries!.map(({ ResourceType }) => ResourceType));
    for (const type of ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::SSM::Parameter', 'AWS::ECR::Repository'])
      assert.ok(types.has(type), type);
    assert.match(await cdk('bootstrap', 'aws://000000000000/us-east-1'), /bootstrapped \(no changes\)/);
  });

  test('cdk deploy uploads the assets and makes APIs that answer', { timeout }, async () => {
    const file = join(home, 'outputs.json');
    await cdk('deploy', '--require-approval', 'never', '--outputs-file', file);
    Object.assign(outputs, (JSON.parse(await readFile(file, 'utf8')) as { Pets: object }).Pets);
    assert.equal(await (await rest()).text(), 'hello /pets');
    assert.equal((await rest({ method: 'POST' })).status, 401);

    const cognito = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
    const rex = { UserPoolId: outputs['UserPoolId']!, Username: 'rex' };
    await cognito.send(new AdminCreateUserCommand({ ...rex, MessageAction: 'SUPPRESS' }));
    await cognito.send(new AdminSetUserPasswordCommand({ ...rex, Password: 'Bow-wow-1', Permanent: true }));
    const { AuthenticationResult } = await cognito.send(
      new AdminInitiateAuthCommand({
        ...{ UserPoolId: rex.UserPoolId, ClientId: outputs['ClientId']!, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' },
        AuthParameters: { USERNAME: 'rex', PASSWORD: 'Bow-wow-1' },
      }),
    );
    cognito.destroy();
    const authorized = await rest({ method: 'POST', headers: { authorization: AuthenticationResult!.IdToken! } });
    assert.equal(authorized.status, 200);

    const http = `${gatewright.endpoint}/_aws/execute-api/${outputs['HttpId']}/pets/7`;
    const shared = await fetch(http, { headers: { origin: 'https://pets.example' } });
    assert.equal(await shared.text(), 'hello /pets/7');
    assert.equal(shared.headers.get('access-control-allow-origin'), 'https://pets.example');

    const chat = await openSocket(`${gatewright.endpoint.replace('http', 'ws')}/ws/${outputs['ChatId']}/live`);
    chat.send('anybody there');
    assert.equal(await chat.next(), 'hello anybody there');
    await chat.close();
  });

  test('another deploy changes the stack; one without a change does nothing', { timeout }, async () => {
    await cdk('deploy', '--require-approval', 'never', '-c', 'greeting=good day');
    assert.equal(await (await rest()).text(), 'good day /pets');
    assert.match(await cdk('deploy', '--require-approval', 'never', '-c', 'greeting=good day'), /\(no changes\)/);
    assert.match(await cdk('diff'), /\[-\] good day[\s\S]*\[\+\] hello/);
    const { TemplateBody } = await cloudformation.send(new GetTemplateCommand({ StackName: 'Pets' }));
    assert.match(TemplateBody!, /good day/);
  });

  test('cdk destroy leaves nothing of the stack', { timeout }, async () => {
    await cdk('destroy', '--force');
    assert.notEqual((await rest()).status, 200);
    await assert.rejects(cloudformation.send(new DescribeStacksCommand({ StackName: 'Pets' })), /does not exist/);
  });
});
