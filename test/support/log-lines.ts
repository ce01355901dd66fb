/** What is in a log group, through the official SDK. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { clientConfig, type TestGatewright } from './gatewright-in-process.ts';

/** Messages of a group in the order of time; none where the group does not exist. */
export async function linesOf(gatewright: TestGatewright, logGroupName: string): Promise<string[]> {
  const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
  try {
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    return (events ?? []).map(({ message }) => message!);
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return [];
    throw error;
  } finally {
    logs.destroy();
  }
}

/** As `linesOf`, asked again until there are so many: for what is logged after its client has gone. */
export async function awaitLines(gatewright: TestGatewright, logGroupName: string, count: number): Promise<string[]> {
  for (;;) {
    const lines = await linesOf(gatewright, logGroupName);
    if (lines.length >= count) return lines;
    await new Promise(setImmediate);
  }
}
