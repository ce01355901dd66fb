/** Filters of log groups on the whole product: subscriptions that hand events to a function, metric filters that alarms and dashboards read. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteMetricFilterCommand,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutSubscriptionFilterCommand,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { createFunction } from '../support/api-under-test.ts';
import { awsCli } from '../support/aws-cli.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

/** Prints what it was handed, so that it is found in its own log. */
const takerSource = `const { gunzipSync } = require('node:zlib');
exports.handler = async ({ awslogs }) => {
  const { logGroup, logStream, logEvents } = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')));
  console.log('TAKEN ' + JSON.stringify([logGroup, logStream, logEvents.map((event) => event.message)]));
};`;

describe('filters of log groups', () => {
  let gatewright: TestGatewright;
  let logs: CloudWatchLogsClient;
  let destinationArn: string;
  const logGroupName = '/app/filtered';

  before(async () => {
    gatewright = await startTestGatewright();
    logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
    destinationArn = await createFunction(gatewright, 'taker', takerSource);
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
  });
  after(async () => {
    logs.destroy();
    await gatewright.close();
  });

  const put = (...messages: string[]) =>
    logs.send(
      new PutLogEventsCommand({
        ...{ logGroupName, logStreamName: 's' },
        logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
      }),
    );

  test('a subscription hands what matches to its function', async () => {
    const filter = { logGroupName, filterName: 'errors', filterPattern: '{ $.level = "error" }' };
    await logs.send(new PutSubscriptionFilterCommand({ ...filter, destinationArn }));
    const { subscriptionFilters } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
    const [{ creationTime, ...described }] = subscriptionFilters as [{ creationTime?: number }];
    assert.ok(creationTime! > 0);
    assert.deepEqual(described, {
      ...{ ...filter, destinationArn, distribution: 'ByLogStream', applyOnTransformedLogs: false },
    });
    await put('{"level":"info"}', '{"level":"error","n":1}', '{"level":"error","n":2}');
    for (;;) {
      const found = await logs
        .send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/taker', filterPattern: 'TAKEN' }))
        .catch(() => undefined);
      const message = found?.events?.[0]?.message;
      if (message !== undefined) {
        const taken = JSON.parse(message.slice(message.indexOf('TAKEN ') + 6)) as unknown;
        assert.deepEqual(taken, [logGroupName, 's', ['{"level":"error","n":1}', '{"level":"error","n":2}']]);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: 'errors' }));
    await assert.rejects(logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: 'errors' })), {
      name: 'ResourceNotFoundException',
      message: 'The specified subscription filter does not exist.',
    });
  });

  test('what no subscription can be is refused: patterns, destinations, a third one, a function’s own log', async () => {
    const attempt = (more: object) =>
      logs.send(
        new PutSubscriptionFilterCommand({ logGroupName, filterName: 'f', filterPattern: '', destinationArn, ...more }),
      );
    await assert.rejects(attempt({ filterPattern: '{ $.a' }), { name: 'InvalidParameterException' });
    await assert.rejects(attempt({ destinationArn: 'arn:aws:sqs:us-east-1:000000000000:q' }), {
      name: 'InvalidParameterException',
    });
    await assert.rejects(attempt({ destinationArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }), {
      name: 'NotImplementedException',
    });
    await assert.rejects(attempt({ logGroupName: '/none' }), { name: 'ResourceNotFoundException' });
    await assert.rejects(attempt({ logGroupName: '/aws/lambda/taker' }), { name: 'InvalidParameterException' });
    for (const filterName of ['one', 'two']) await attempt({ filterName });
    await assert.rejects(attempt({ filterName: 'three' }), {
      name: 'LimitExceededException',
      message: 'Resource limit exceeded.',
    });
    for (const filterName of ['one', 'two']) {
      await logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName }));
    }
  });

  test('a metric filter feeds a metric of CloudWatch', async () => {
    const metricTransformations = [{ metricName: 'Waited', metricNamespace: 'Shop', metricValue: '$.ms' }];
    const filter = { logGroupName, filterName: 'waits', filterPattern: '{ $.ms > 5 }', metricTransformations };
    await logs.send(new PutMetricFilterCommand(filter));
    await put('{"ms":7}', '{"ms":2}', '{"ms":9.5}');
    const cloudwatch = new CloudWatchClient(clientConfig(gatewright.endpoint));
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: 'Shop', MetricName: 'Waited', Statistics: ['Sum', 'SampleCount'], Period: 3600 },
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(Date.now() + 3_600_000),
      }),
    );
    cloudwatch.destroy();
    const sum = Datapoints!.reduce((total, point) => total + point.Sum!, 0);
    assert.equal(sum, 16.5);
    const { metricFilters } = await logs.send(
      new DescribeMetricFiltersCommand({ metricName: 'Waited', metricNamespace: 'Shop' }),
    );
    assert.equal(metricFilters![0]!.logGroupName, logGroupName);
    assert.deepEqual(metricFilters![0]!.metricTransformations, metricTransformations);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    assert.equal(logGroups![0]!.metricFilterCount, 1);
    await logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName: 'waits' }));
    await assert.rejects(logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName: 'waits' })), {
      name: 'ResourceNotFoundException',
    });
    const both = [{ ...metricTransformations[0]!, defaultValue: 0, dimensions: { Route: '$.route' } }];
    await assert.rejects(logs.send(new PutMetricFilterCommand({ ...filter, metricTransformations: both })), {
      name: 'InvalidParameterException',
    });
  });

  test('a pattern is tried out on messages', async () => {
    const { matches } = await logs.send(
      new TestMetricFilterCommand({
        filterPattern: '[ip, user, status = 4*]',
        logEventMessages: ['10.0.0.1 ann 200', '10.0.0.2 bob 404'],
      }),
    );
    assert.deepEqual(matches, [
      {
        ...{ eventNumber: 2, eventMessage: '10.0.0.2 bob 404' },
        extractedValues: { $ip: '10.0.0.2', $user: 'bob', $status: '404' },
      },
    ]);
  });

  test('the AWS CLI puts and lists metric filters', { skip: skipWithout('aws') }, async () => {
    const aws = (...parameters: string[]): Promise<string> => awsCli(gatewright.endpoint, ['logs', ...parameters]);
    await aws(
      ...['put-metric-filter', '--log-group-name', logGroupName, '--filter-name', 'cli', '--filter-pattern', 'ERROR'],
      ...['--metric-transformations', 'metricName=Errors,metricNamespace=Shop,metricValue=1,defaultValue=0'],
    );
    const { metricFilters } = JSON.parse(await aws('describe-metric-filters', '--log-group-name', logGroupName)) as {
      metricFilters: { filterName: string; metricTransformations: { defaultValue: number }[] }[];
    };
    assert.equal(metricFilters[0]!.filterName, 'cli');
    assert.equal(metricFilters[0]!.metricTransformations[0]!.defaultValue, 0);
  });
});
