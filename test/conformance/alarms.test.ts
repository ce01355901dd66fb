/** Alarms and dashboards of CloudWatch on the whole product: by the SDK, which speaks json, by CBOR, and by the AWS CLI. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { awsCli } from '../support/aws-cli.ts';
import { type Backend, echoOf, httpBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

const topic = 'arn:aws:sns:us-east-1:000000000000:ops';

describe('alarms of CloudWatch', () => {
  let gatewright: TestGatewright;
  let json: CloudWatchClient;
  let cbor: CloudWatchClient;
  let hook: Backend;
  const notified: Record<string, string>[] = [];

  before(async () => {
    hook = await httpBackend(async (request, response) => {
      notified.push(JSON.parse((await echoOf(request)).body) as Record<string, string>);
      response.end();
    });
    gatewright = await startTestGatewright({ alarmActions: { [topic]: `${hook.origin}/hook` } });
    json = new CloudWatchClient(clientConfig(gatewright.endpoint));
    cbor = new CloudWatchClient({
      ...clientConfig(gatewright.endpoint),
      protocol: new SmithyRpcV2CborProtocol({ defaultNamespace: 'com.amazonaws.cloudwatch', errorTypeRegistries: [] }),
    } as never);
  });
  after(async () => {
    json.destroy();
    cbor.destroy();
    await gatewright.close();
    await hook.close();
  });

  const alarm = (AlarmName: string, more: Partial<PutMetricAlarmCommandInput> = {}) => ({
    ...{ AlarmName, Namespace: 'Shop', MetricName: 'Waiting', Statistic: 'Sum' as const, Period: 60, Threshold: 5 },
    ...{ EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold' as const },
    ...more,
  });
  const described = async (name: string): Promise<MetricAlarm | undefined> =>
    (await json.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms![0];
  async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('an alarm on what was measured before it was made goes into alarm at once, and its topic is told', async () => {
    const Timestamp = new Date(Date.now() - 90_000);
    const MetricData = [{ MetricName: 'Waiting', Value: 9, Timestamp }];
    await json.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    await cbor.send(new PutMetricAlarmCommand(alarm('queue', { AlarmActions: [topic] })));
    const risen = await until(async () => {
      const found = await described('queue');
      return found?.StateValue === 'ALARM' ? found : undefined;
    });
    assert.match(risen.StateReason!, /^Threshold Crossed: 1 out of the last 1 datapoints \[9\.0 /);
    assert.equal(risen.AlarmArn, 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:queue');
    assert.deepEqual(risen.AlarmActions, [topic]);
    assert.ok(risen.StateUpdatedTimestamp instanceof Date);
    const told = await until(async () => notified[0]);
    assert.equal(told['Type'], 'Notification');
    assert.equal((JSON.parse(told['Message']!) as { NewStateValue: string }).NewStateValue, 'ALARM');
    const summaries = await until(async () => {
      const { AlarmHistoryItems } = await cbor.send(
        new DescribeAlarmHistoryCommand({ AlarmName: 'queue', ScanBy: 'TimestampAscending' }),
      );
      return AlarmHistoryItems!.length < 3 ? undefined : AlarmHistoryItems!.map((item) => item.HistorySummary);
    });
    assert.deepEqual(summaries, [
      'Alarm "queue" created',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      `Successfully executed action ${topic}`,
    ]);
  });

  test('alarms are found by name, prefix, state, action and metric, page by page, and deleted', async () => {
    const Dimensions = [{ Name: 'Shop', Value: 'a' }];
    for (const name of ['list-1', 'list-2', 'list-3'])
      await json.send(new PutMetricAlarmCommand(alarm(name, { Dimensions })));
    await json.send(new SetAlarmStateCommand({ AlarmName: 'list-2', StateValue: 'OK', StateReason: 'a drill' }));
    const names = async (input: object): Promise<(string | undefined)[]> =>
      (await json.send(new DescribeAlarmsCommand(input))).MetricAlarms!.map(({ AlarmName }) => AlarmName);
    assert.deepEqual(await names({ AlarmNamePrefix: 'list-' }), ['list-1', 'list-2', 'list-3']);
    assert.deepEqual(await names({ AlarmNamePrefix: 'list-', StateValue: 'OK' }), ['list-2']);
    assert.deepEqual(await names({ ActionPrefix: 'arn:aws:sns:' }), ['queue']);
    assert.deepEqual(await names({ AlarmTypes: ['CompositeAlarm'] }), []);
    await cbor.send(
      new PutCompositeAlarmCommand({ AlarmName: 'list-all', AlarmRule: 'ALARM(list-1) OR ALARM("list-2")' }),
    );
    const { CompositeAlarms } = await json.send(new DescribeAlarmsCommand({ ParentsOfAlarmName: 'list-2' }));
    assert.equal(CompositeAlarms![0]!.AlarmRule, 'ALARM(list-1) OR ALARM("list-2")');
    await json.send(new DeleteAlarmsCommand({ AlarmNames: ['list-all'] }));
    const first = await json.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'list-', MaxRecords: 2 }));
    const rest = await json.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'list-', MaxRecords: 2, NextToken: first.NextToken! }),
    );
    assert.deepEqual([...first.MetricAlarms!, ...rest.MetricAlarms!].length, 3);
    const ofMetric = { Namespace: 'Shop', MetricName: 'Waiting', Dimensions };
    const found = await cbor.send(new DescribeAlarmsForMetricCommand(ofMetric));
    assert.equal(found.MetricAlarms!.length, 3);

    const ResourceARN = found.MetricAlarms![0]!.AlarmArn!;
    await json.send(
      new TagResourceCommand({
        ResourceARN,
        Tags: [
          { Key: 'team', Value: 'a' },
          { Key: 'x', Value: '' },
        ],
      }),
    );
    await json.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['x'] }));
    assert.deepEqual((await json.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags, [
      { Key: 'team', Value: 'a' },
    ]);
    await json.send(new DeleteAlarmsCommand({ AlarmNames: ['list-1', 'list-2', 'list-3'] }));
    assert.deepEqual(await names({ AlarmNamePrefix: 'list-' }), []);
    await assert.rejects(json.send(new DeleteAlarmsCommand({ AlarmNames: ['list-1'] })), { name: 'ResourceNotFound' });
    await assert.rejects(json.send(new ListTagsForResourceCommand({ ResourceARN })), {
      name: 'ResourceNotFoundException',
    });
  });

  test('the AWS CLI puts an alarm and reads it', { skip: skipWithout('aws') }, async () => {
    const aws = (...parameters: string[]): Promise<string> =>
      awsCli(gatewright.endpoint, ['cloudwatch', ...parameters]);
    await aws(
      ...['put-metric-alarm', '--alarm-name', 'by-cli', '--namespace', 'Shop', '--metric-name', 'Sold'],
      ...['--extended-statistic', 'p99', '--period', '300', '--evaluation-periods', '3', '--datapoints-to-alarm', '2'],
      ...[
        '--threshold',
        '0.5',
        '--comparison-operator',
        'LessThanOrEqualToThreshold',
        '--treat-missing-data',
        'ignore',
      ],
    );
    const printed = JSON.parse(await aws('describe-alarms', '--alarm-names', 'by-cli')) as {
      MetricAlarms: MetricAlarm[];
    };
    const [{ ExtendedStatistic, Threshold, DatapointsToAlarm, StateValue }] = printed.MetricAlarms as [MetricAlarm];
    assert.deepEqual(
      [ExtendedStatistic, Threshold, DatapointsToAlarm, StateValue],
      ['p99', 0.5, 2, 'INSUFFICIENT_DATA'],
    );
    const history = await aws(
      'describe-alarm-history',
      '--alarm-name',
      'by-cli',
      '--history-item-type',
      'ConfigurationUpdate',
    );
    assert.match(history, /Alarm \\"by-cli\\" created/);
    await aws('delete-alarms', '--alarm-names', 'by-cli');
  });

  test('dashboards are kept as they were put; bodies that are none are refused with their places', async () => {
    const DashboardBody = JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: '# Shop' } }] });
    const put = await cbor.send(new PutDashboardCommand({ DashboardName: 'Shop', DashboardBody }));
    assert.deepEqual(put.DashboardValidationMessages, []);
    const got = await json.send(new GetDashboardCommand({ DashboardName: 'Shop' }));
    assert.equal(got.DashboardBody, DashboardBody);
    assert.equal(got.DashboardArn, 'arn:aws:cloudwatch::000000000000:dashboard/Shop');
    const { DashboardEntries } = await json.send(new ListDashboardsCommand({ DashboardNamePrefix: 'Sh' }));
    assert.equal(DashboardEntries![0]!.Size, DashboardBody.length);
    await assert.rejects(
      json.send(
        new PutDashboardCommand({
          DashboardName: 'Bad',
          DashboardBody: '{"widgets":[{"type":"pie","properties":{}}]}',
        }),
      ),
      (error: { name: string; dashboardValidationMessages?: { DataPath?: string }[] }) => {
        assert.equal(error.name, 'DashboardInvalidInputError');
        assert.equal(error.dashboardValidationMessages?.[0]?.DataPath, '/widgets/0/type');
        return true;
      },
    );
    await assert.rejects(json.send(new PutDashboardCommand({ DashboardName: 'Bad', DashboardBody: '{' })), {
      name: 'DashboardInvalidInputError',
    });
    await json.send(new DeleteDashboardsCommand({ DashboardNames: ['Shop'] }));
    await assert.rejects(json.send(new GetDashboardCommand({ DashboardName: 'Shop' })), {
      // The code, which this exception shares with another.
      name: 'ResourceNotFound',
      message: 'Dashboard Shop does not exist',
    });
  });
});
