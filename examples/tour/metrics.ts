/** CloudWatch counts the requests of a stage, its errors and its latency. */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { Tour } from './context.ts';
import { call, eventually } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function metrics(tour: Tour): Promise<string> {
  const client = new CloudWatchClient(tour.client);
  tour.afterwards(() => client.destroy());
  const name = `tour-metrics-${tour.run}`;
  const api = await restApi(tour, { 'GET /': mock('pets') }, { info: { title: name, version: '1' } });
  await api.deploy();
  for (const path of ['/', '/', '/nowhere']) await call(api.url(path));
  const awaitStatistic = (MetricName: string, statistic: 'Sum' | 'SampleCount', value: number) =>
    eventually(`The ${statistic} ${value} of ${MetricName}`, async () => {
      const { Datapoints = [] } = await client.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/ApiGateway',
          MetricName,
          Dimensions: [
            { Name: 'ApiName', Value: name },
            { Name: 'Stage', Value: 'prod' },
          ],
          Statistics: [statistic],
          StartTime: new Date(Date.now() - 3_600_000),
          EndTime: new Date(Date.now() + 3_600_000),
          Period: 60,
        }),
      );
      const counted = Datapoints.reduce((all, datapoint) => all + datapoint[statistic]!, 0);
      return counted === value ? counted : undefined;
    });
  await awaitStatistic('Count', 'SampleCount', 3);
  await awaitStatistic('4XXError', 'Sum', 1);
  await awaitStatistic('Latency', 'SampleCount', 3);
  return 'of 3 requests to the stage Count has 3, 4XXError 1, and Latency 3 samples';
}
