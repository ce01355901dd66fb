/** Who makes the resources of stacks: functions for custom resources, callers and roles in secure mode; and what is left of a stack whose process was killed. */
import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { clientConfig } from '../support/gatewright-in-process.ts';
import { startGatewright, stopChild } from '../support/gatewright-process.ts';
import { withStacks } from '../support/stacks-under-test.ts';

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  },
};

const maker = (source: string) => ({
  Role: role,
  Maker: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Timeout: 10,
      Code: { ZipFile: source },
    },
  },
});

const group = (LogGroupName: string) => ({
  Resources: { G: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } } },
});

describe('CloudFormation: who makes resources', () => {
  test('a function makes, changes, replaces and deletes custom resources', () =>
    withStacks(async (stacks) => {
      const source = `
        const response = require('cfn-response');
        exports.handler = async (event, context) => {
          const { Name, Fail } = event.ResourceProperties;
          if (Fail === 'true' && event.RequestType !== 'Delete') return response.send(event, context, response.FAILED, {}, 'id', false, 'because');
          const data = { Said: [event.RequestType, typeof event.ResourceProperties.Count, event.OldResourceProperties?.Name].join(' '), Deep: { Er: 'x' } };
          return response.send(event, context, response.SUCCESS, data, 'made-' + Name);
        };`;
      const template = (properties: object) => ({
        Resources: {
          ...maker(source),
          Thing: {
            Type: 'Custom::Thing',
            Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, Count: 3, ...properties },
          },
        },
        Outputs: {
          Said: { Value: { 'Fn::GetAtt': ['Thing', 'Said'] } },
          Deep: { Value: { 'Fn::GetAtt': ['Thing', 'Deep.Er'] } },
          Id: { Value: { Ref: 'Thing' } },
        },
      });
      const made = await stacks.create('s', template({ Name: 'one' }));
      assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.events(made.StackId!)).join('\n'));
      assert.deepEqual(await stacks.outputs('s'), { Said: 'Create string ', Deep: 'x', Id: 'made-one' });
      await stacks.update('s', template({ Name: 'one', More: 'yes' }));
      assert.deepEqual(await stacks.outputs('s'), { Said: 'Update string one', Deep: 'x', Id: 'made-one' });
      await stacks.update('s', template({ Name: 'two' }));
      assert.equal((await stacks.outputs('s'))['Id'], 'made-two');
      assert.ok((await stacks.events('s')).slice(-3).includes('Thing DELETE_COMPLETE'), 'what was replaced is deleted');
      const failed = await stacks.update('s', template({ Name: 'two', Fail: true }));
      assert.equal(failed.StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await stacks.events('s')).join('\n'));
      assert.match(
        (await stacks.events('s')).find((event) => event.startsWith('Thing UPDATE_FAILED'))!,
        /Received response status \[FAILED\] from custom resource\. Message returned: because \(RequestId: [0-9a-f-]{36}\)$/,
      );
      assert.equal((await stacks.delete('s')).StackStatus, 'DELETE_COMPLETE');
    }));

  test('code as AWS shows it, which takes port 443 for granted, reaches the URL all the same', () =>
    withStacks(async (stacks) => {
      const source = `
        const https = require('https');
        const url = require('url');
        exports.handler = (event, context) => {
          const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'it', StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, Data: {} });
          const parsed = url.parse(event.ResponseURL);
          const options = { hostname: parsed.hostname, port: 443, path: parsed.path, method: 'PUT', headers: { 'content-type': '', 'content-length': body.length } };
          const request = https.request(options, () => context.done());
          request.on('error', (error) => context.done(error));
          request.end(body);
        };`;
      const Thing = { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] } } };
      const made = await stacks.create('s', {
        Resources: { ...maker(source), Thing },
        Outputs: { Id: { Value: { Ref: 'Thing' } } },
      });
      assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.events(made.StackId!)).join('\n'));
      assert.deepEqual(await stacks.outputs('s'), { Id: 'it' });
      assert.equal((await stacks.delete('s')).StackStatus, 'DELETE_COMPLETE');
    }));

  test('a function that breaks instead of answering fails the stack at once', () =>
    withStacks(async (stacks) => {
      const Thing = {
        Type: 'AWS::CloudFormation::CustomResource',
        Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] } },
      };
      await stacks.create('s', {
        Resources: { ...maker("exports.handler = async () => { throw new Error('no'); };"), Thing },
      });
      const events = await stacks.events('s');
      assert.match(
        events.find((event) => event.startsWith('Thing CREATE_FAILED'))!,
        /CloudFormation did not receive a response from your Custom Resource\. Please check your logs for requestId \[/,
      );
      assert.equal(events.at(-1), 's ROLLBACK_COMPLETE');
      const nobody = await fetch(`${stacks.gatewright.endpoint}/_cloudformation/responses/guessed`, {
        method: 'PUT',
        body: '{}',
      });
      assert.equal(nobody.status, 403);
    }));

  test('in secure mode a stack may what its caller may, or its role', () =>
    withStacks(
      async (stacks) => {
        const { endpoint } = stacks.gatewright;
        const root = {
          ...clientConfig(endpoint),
          credentials: { accessKeyId: 'AKIAROOT', secretAccessKey: 'root-secret' },
        };
        const iam = new IAMClient(root);
        const document = (Action: string[], Resource = '*') =>
          JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
        await iam.send(new CreateUserCommand({ UserName: 'dev' }));
        await iam.send(
          new PutUserPolicyCommand({
            UserName: 'dev',
            PolicyName: 'p',
            PolicyDocument: document(['cloudformation:*', 'iam:PassRole']),
          }),
        );
        const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'dev' }));
        const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
        const client = new CloudFormationClient({ ...clientConfig(endpoint), credentials });
        const settled = async (StackName: string) => {
          for (;;) {
            const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
            if (!Stacks![0]!.StackStatus!.endsWith('_IN_PROGRESS')) return Stacks![0]!.StackStatus;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        };
        const TemplateBody = JSON.stringify(group('made'));
        await client.send(new CreateStackCommand({ StackName: 'alone', TemplateBody }));
        assert.equal(await settled('alone'), 'ROLLBACK_COMPLETE');

        const trust = JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        });
        const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'stacks', AssumeRolePolicyDocument: trust }));
        await iam.send(
          new PutRolePolicyCommand({ RoleName: 'stacks', PolicyName: 'p', PolicyDocument: document(['logs:*']) }),
        );
        await client.send(new CreateStackCommand({ StackName: 'role', TemplateBody, RoleARN: Role!.Arn! }));
        assert.equal(await settled('role'), 'CREATE_COMPLETE');
        await client.send(new DeleteStackCommand({ StackName: 'role' }));
        iam.destroy();
        client.destroy();
      },
      {
        mode: 'secure',
        credentials: [{ accessKeyId: 'AKIAROOT', secretAccessKey: 'root-secret', account: '000000000000' }],
      },
    ));

  test('a stack whose process was killed says so, and can be deleted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatewright-stacks-'));
    const first = await startGatewright(['--data', folder]);
    const waiting = maker('exports.handler = () => new Promise(() => {});');
    const Thing = { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] } } };
    const client = new CloudFormationClient(clientConfig(first.endpoint));
    await client.send(
      new CreateStackCommand({
        StackName: 's',
        TemplateBody: JSON.stringify({ Resources: { ...waiting, Thing } }),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    const statusIn = async (from: CloudFormationClient) => {
      const { StackResources } = await from.send(new DescribeStackResourcesCommand({ StackName: 's' }));
      return StackResources!.find(({ LogicalResourceId }) => LogicalResourceId === 'Thing')?.ResourceStatus;
    };
    while ((await statusIn(client)) !== 'CREATE_IN_PROGRESS') await new Promise((resolve) => setTimeout(resolve, 20));
    await stopChild(first.child, 'SIGKILL');
    client.destroy();
    const second = await startGatewright(['--data', folder]);
    const again = new CloudFormationClient(clientConfig(second.endpoint));
    try {
      const { Stacks } = await again.send(new DescribeStacksCommand({ StackName: 's' }));
      assert.equal(Stacks![0]!.StackStatus, 'CREATE_FAILED');
      assert.equal(Stacks![0]!.StackStatusReason, 'The process that carried this out ended before it was done.');
      assert.equal(await statusIn(again), 'CREATE_FAILED');
      await again.send(new DeleteStackCommand({ StackName: 's' }));
      const { Stacks: gone } = await again.send(new DescribeStacksCommand({ StackName: Stacks![0]!.StackId! }));
      assert.equal(gone![0]!.StackStatus, 'DELETE_COMPLETE');
    } finally {
      again.destroy();
      await second.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
