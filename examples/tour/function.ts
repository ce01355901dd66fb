/** Lambda functions of the tour. */

import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { AddPermissionCommand, CreateFunctionCommand, DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import type { Tour } from './context.ts';

/** A Node.js function whose `index.mjs` is `source`, which API Gateway may invoke; its ARN. */
export async function lambdaFunction(tour: Tour, name: string, source: string): Promise<string> {
  const FunctionName = `tour-${name}-${tour.run}`;
  const { FunctionArn } = await tour.lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs26.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/any',
      Code: { ZipFile: zipSync({ 'index.mjs': Buffer.from(source) }) },
    }),
  );
  tour.afterwards(() => deleteLog(tour, `/aws/lambda/${FunctionName}`));
  tour.afterwards(() => tour.lambda.send(new DeleteFunctionCommand({ FunctionName })));
  await tour.lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: 'tour',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    }),
  );
  return FunctionArn!;
}

/** The log of a function outlives it, and is there only once the function has run. */
async function deleteLog({ client }: Tour, logGroupName: string): Promise<void> {
  const logs = new CloudWatchLogsClient(client);
  try {
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  } finally {
    logs.destroy();
  }
}
