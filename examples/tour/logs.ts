/** Access logs in a format of one's own, and execution logs that tell a request's way. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Tour } from './context.ts';
import { call, eventually, expect } from './expect.ts';
import { nameLogRole } from './log-role.ts';
import { mock, restApi } from './rest-api.ts';

export async function logs(tour: Tour): Promise<string> {
  const client = new CloudWatchLogsClient(tour.client);
  tour.afterwards(() => client.destroy());
  await nameLogRole(tour);
  const api = await restApi(tour, { 'GET /pets': mock('pets') });
  await api.deploy();

  const accessGroup = `tour-${tour.run}`;
  const executionGroup = `API-Gateway-Execution-Logs_${api.id}/prod`;
  await client.send(new CreateLogGroupCommand({ logGroupName: accessGroup }));
  tour.afterwards(() => client.send(new DeleteLogGroupCommand({ logGroupName: accessGroup })));
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: accessGroup }));
  await api.set({
    '/accessLogSettings/destinationArn': logGroups![0]!.logGroupArn!,
    '/accessLogSettings/format': '$context.requestId $context.httpMethod $context.resourcePath $context.status',
    '/*/*/logging/loglevel': 'INFO',
  });
  const { headers } = await call(api.url('/pets'));
  tour.afterwards(() => client.send(new DeleteLogGroupCommand({ logGroupName: executionGroup })));

  const linesOf = async (logGroupName: string): Promise<string[]> => {
    try {
      const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName }));
      return events.map(({ message }) => message!);
    } catch (error) {
      // The group of execution logs comes with the first line.
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
  };
  const requestId = headers.get('x-amzn-requestid');
  const told = await eventually('The access log line', async () => (await linesOf(accessGroup))[0]);
  expect(told.trim() === `${requestId} GET /pets 200`, `The access log says "${told}"`);
  const lines = await eventually('The end of the execution log', async () => {
    const found = await linesOf(executionGroup);
    return found.some((line) => line.endsWith('Method completed with status: 200')) ? found : undefined;
  });
  const ofRequest = lines.filter((line) => line.includes(`(${requestId})`));
  expect(ofRequest.length > 3, `The execution log has ${ofRequest.length} lines of the request`);
  return `an access log line ("… GET /pets 200") and ${ofRequest.length} execution log lines of one request`;
}
