/** Roles of the gateway itself in an account: the one it writes logs with, and the service-linked one. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetAccountCommand,
  GetRestApisCommand,
  UpdateAccountCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { clientConfig, startTestGatewright } from '../support/gatewright-in-process.ts';
import { trusting } from '../support/iam-under-test.ts';

const pushToLogs = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';
const gatewayService = { Service: 'apigateway.amazonaws.com' };

async function under(settings: Parameters<typeof startTestGatewright>[0], use: (parts: Parts) => Promise<void>) {
  const gatewright = await startTestGatewright(settings);
  const config = { ...clientConfig(gatewright.endpoint), maxAttempts: 1 };
  const parts = { rest: new APIGatewayClient(config), v2: new ApiGatewayV2Client(config), iam: new IAMClient(config) };
  try {
    await use(parts);
  } finally {
    for (const client of Object.values(parts)) client.destroy();
    await gatewright.close();
  }
}

interface Parts {
  readonly rest: APIGatewayClient;
  readonly v2: ApiGatewayV2Client;
  readonly iam: IAMClient;
}

describe('the role for logs', () => {
  const setRole = (rest: APIGatewayClient, value: string) =>
    rest.send(new UpdateAccountCommand({ patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }] }));
  const unusable = {
    name: 'BadRequestException',
    message:
      'The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.',
  };

  for (const strict of [false, true]) {
    test(`[V1-02] has to trust API Gateway and be allowed to write logs${strict ? '; in strict mode it has to be there' : ''}`, async () => {
      await under({ strict }, async ({ rest, iam }) => {
        const role = async (RoleName: string, principal: unknown, policy?: string): Promise<string> => {
          const AssumeRolePolicyDocument = trusting(principal);
          const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
          if (policy !== undefined) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: policy }));
          return Role!.Arn!;
        };
        const ofLambda = await role('of-lambda', { Service: 'lambda.amazonaws.com' }, pushToLogs);
        const helpless = await role('helpless', gatewayService);
        const good = await role('good', gatewayService, pushToLogs);
        await assert.rejects(setRole(rest, ofLambda), unusable);
        await assert.rejects(setRole(rest, helpless), unusable);
        await assert.rejects(setRole(rest, 'arn:aws:iam::000000000000:user/ann'), unusable);
        assert.equal((await rest.send(new GetAccountCommand({}))).cloudwatchRoleArn, undefined);
        assert.equal((await setRole(rest, good)).cloudwatchRoleArn, good);
        const unknown = setRole(rest, 'arn:aws:iam::000000000000:role/nobody-made');
        if (strict) await assert.rejects(unknown, unusable);
        else await unknown;
      });
    });
  }
});

describe('the service-linked role', () => {
  const name = 'AWSServiceRoleForAPIGateway';
  const names = async (iam: IAMClient) =>
    (await iam.send(new ListRolesCommand({}))).Roles!.map(({ RoleName }) => RoleName);

  test('[CP-31] appears with the first API of an account, and again when it was deleted', async () => {
    await under({}, async ({ rest, v2, iam }) => {
      await rest.send(new GetRestApisCommand({}));
      await assert.rejects(rest.send(new CreateRestApiCommand({ name: '' })));
      assert.deepEqual(await names(iam), []);
      const { id } = await rest.send(new CreateRestApiCommand({ name: 'first' }));
      assert.deepEqual(await names(iam), [name]);
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
      assert.equal(Role!.Arn, `arn:aws:iam::000000000000:role/aws-service-role/ops.apigateway.amazonaws.com/${name}`);
      assert.match(decodeURIComponent(Role!.AssumeRolePolicyDocument!), /"ops\.apigateway\.amazonaws\.com"/);
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
      assert.deepEqual(
        AttachedPolicies!.map(({ PolicyName }) => PolicyName),
        ['APIGatewayServiceRolePolicy'],
      );
      await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName: name }));
      await rest.send(new DeleteRestApiCommand({ restApiId: id! }));
      assert.deepEqual(await names(iam), []);
      await v2.send(new CreateApiCommand({ Name: 'second', ProtocolType: 'HTTP' }));
      assert.deepEqual(await names(iam), [name]);
    });
  });
});

test('[CP-30] with managementRates the second deployment within five seconds is 429, which SDKs take for a reason to wait; without it is not', async () => {
  for (const managementRates of [true, false]) {
    await under({ managementRates }, async ({ rest }) => {
      const { id: restApiId } = await rest.send(new CreateRestApiCommand({ name: 'x' }));
      const deploy = () => rest.send(new CreateDeploymentCommand({ restApiId: restApiId! }));
      const kind = (error: { name: string }): string => error.name;
      await deploy().catch(kind);
      const second = await deploy().catch(kind);
      assert.equal(second, managementRates ? 'TooManyRequestsException' : 'BadRequestException');
    });
  }
});
