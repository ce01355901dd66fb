/** Stages may log once the account names a role that may write logs. */
import { GetAccountCommand, UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import type { Tour } from './context.ts';

/** Names a new role; afterwards the one that the account named before is put back. */
export async function nameLogRole({ client, run, apigateway, afterwards }: Tour): Promise<void> {
  const iam = new IAMClient(client);
  afterwards(() => iam.destroy());
  const RoleName = `tour-logs-${run}`;
  const mayAssume = { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [mayAssume] });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  afterwards(() => iam.send(new DeleteRoleCommand({ RoleName })));
  const policy = {
    RoleName,
    PolicyArn: 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
  };
  await iam.send(new AttachRolePolicyCommand(policy));
  afterwards(() => iam.send(new DetachRolePolicyCommand(policy)));

  const { cloudwatchRoleArn = '' } = await apigateway.send(new GetAccountCommand({}));
  const name = (value: string) =>
    apigateway.send(
      new UpdateAccountCommand({ patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }] }),
    );
  await name(Role!.Arn!);
  afterwards(() => name(cloudwatchRoleArn));
}
