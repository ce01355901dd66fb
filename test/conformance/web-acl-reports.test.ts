/** What web ACLs saw: samples, metrics, traffic logs, with the official clients. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteLoggingConfigurationCommand,
  GetLoggingConfigurationCommand,
  GetSampledRequestsCommand,
  ListLoggingConfigurationsCommand,
  PutLoggingConfigurationCommand,
} from '@aws-sdk/client-wafv2';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { awaitLines } from '../support/log-lines.ts';
import { ask, type PlainReply } from '../support/plain-http.ts';
import { holdsBad, rule, visibility, type WafUnderTest, wafUnderTest } from '../support/web-acls-under-test.ts';

let gatewright: TestGatewright;
let acls: WafUnderTest;

before(async () => {
  gatewright = await startTestGatewright();
  acls = wafUnderTest(gatewright);
});

after(async () => {
  acls.close();
  await gatewright.close();
});

const bytes = (text: string): Uint8Array => Buffer.from(text);

const callAs = (api: ApiUnderTest, path: string, asked: { headers?: string[] } = {}): Promise<PlainReply> =>
  ask({ port: gatewright.port, ...asked, path: `/_aws/execute-api/${api.id}/prod${path}` });

test('[WAF-03] samples and metrics tell what each rule did', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');
  const acl = await acls.protect(
    api.id,
    'prod',
    [
      rule('counts', 1, holdsBad({ QueryString: {} }), { Action: { Count: {} }, RuleLabels: [{ Name: 'seen' }] }),
      rule('blocks', 2, holdsBad({ QueryString: {} }, { SearchString: bytes('worse') })),
    ],
    { VisibilityConfig: visibility('watched') },
  );
  for (const path of ['/pets?bad=1', '/pets?bad&worse', '/pets']) await callAs(api, path);
  const hour = 3_600_000;
  const TimeWindow = { StartTime: new Date(Date.now() - hour), EndTime: new Date(Date.now() + hour) };
  const sampled = async (RuleMetricName: string, MaxItems = 10) =>
    acls.waf.send(
      new GetSampledRequestsCommand({ WebAclArn: acl.arn, RuleMetricName, Scope: 'REGIONAL', TimeWindow, MaxItems }),
    );
  const counted = await sampled('counts');
  assert.equal(counted.PopulationSize, 2);
  assert.deepEqual(
    counted.SampledRequests?.map(({ Action, Request, Labels }) => [Action, Request?.URI, Request?.Method, Labels]),
    ['/prod/pets?bad&worse', '/prod/pets?bad=1'].map((uri) => [
      'COUNT',
      uri,
      'GET',
      [{ Name: `awswaf:000000000000:webacl:${acl.name}:seen` }],
    ]),
  );
  const [blocked] = (await sampled('blocks')).SampledRequests!;
  assert.deepEqual(
    [blocked?.Action, blocked?.ResponseCodeSent, blocked?.Request?.ClientIP],
    ['BLOCK', 403, '127.0.0.1'],
  );
  assert.equal((await sampled('ALL', 1)).SampledRequests?.length, 1);
  assert.equal((await sampled('Default_Action')).PopulationSize, 2);
  assert.deepEqual((await sampled('nothing')).SampledRequests, []);

  const cloudwatch = new CloudWatchClient(clientConfig(gatewright.endpoint));
  const sum = async (MetricName: string, Rule: string) => {
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: 'AWS/WAFV2', MetricName, Statistics: ['Sum'], Period: 86_400, ...TimeWindow },
        Dimensions: Object.entries({ WebACL: 'watched', Region: 'us-east-1', Rule }).map(([Name, Value]) => ({
          Name,
          Value,
        })),
      }),
    );
    return Datapoints!.reduce((total, { Sum = 0 }) => total + Sum, 0);
  };
  assert.equal(await sum('AllowedRequests', 'ALL'), 2);
  assert.equal(await sum('BlockedRequests', 'ALL'), 1);
  assert.equal(await sum('BlockedRequests', 'blocks'), 1);
  assert.equal(await sum('CountedRequests', 'counts'), 2);
  assert.equal(await sum('AllowedRequests', 'Default_Action'), 2);
  cloudwatch.destroy();
});

test('[WAF-04] the traffic log goes where the logging configuration says, redacted and filtered', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');
  const acl = await acls.protect(api.id, 'prod', [
    rule('counts', 1, holdsBad({ QueryString: {} }), { Action: { Count: {} }, RuleLabels: [{ Name: 'seen' }] }),
    rule('blocks', 2, holdsBad({ QueryString: {} }, { SearchString: bytes('worse') })),
  ]);
  const arnOf = (name: string) => `arn:aws:logs:us-east-1:000000000000:log-group:${name}`;
  const put = (destination: string) =>
    acls.waf.send(
      new PutLoggingConfigurationCommand({
        LoggingConfiguration: {
          ResourceArn: acl.arn,
          LogDestinationConfigs: [destination],
          RedactedFields: [{ SingleHeader: { Name: 'cookie' } }],
          LoggingFilter: {
            DefaultBehavior: 'DROP',
            Filters: [
              { Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] },
            ],
          },
        },
      }),
    );
  const missing = new GetLoggingConfigurationCommand({ ResourceArn: acl.arn });
  await assert.rejects(acls.waf.send(missing), { name: 'WAFNonexistentItemException' });
  for (const wrong of [arnOf('other'), 'arn:aws:s3:::aws-waf-logs-bucket']) {
    await assert.rejects(put(wrong), { name: 'WAFInvalidParameterException', Field: 'LOG_DESTINATION' });
  }
  const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
  const logGroupName = 'aws-waf-logs-pets';
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const { LoggingConfiguration } = await put(arnOf(logGroupName));
  assert.deepEqual(LoggingConfiguration?.LogDestinationConfigs, [arnOf(logGroupName)]);
  assert.deepEqual((await acls.waf.send(missing)).LoggingConfiguration, LoggingConfiguration);
  const list = await acls.waf.send(new ListLoggingConfigurationsCommand({ Scope: 'REGIONAL' }));
  assert.deepEqual(list.LoggingConfigurations, [LoggingConfiguration]);
  await callAs(api, '/pets?bad');
  await callAs(api, '/pets?bad&worse', { headers: ['Cookie', 'secret', 'X-Open', 'seen'] });
  const lines = await awaitLines(gatewright, logGroupName, 1);
  const line = JSON.parse(lines[0]!);
  const { timestamp, httpRequest, ...rest } = line;
  assert.ok(timestamp > 0);
  assert.deepEqual(rest, {
    ...{ formatVersion: 1, webaclId: acl.arn, terminatingRuleId: 'blocks', terminatingRuleType: 'REGULAR' },
    ...{ action: 'BLOCK', terminatingRuleMatchDetails: [], httpSourceName: 'APIGW' },
    httpSourceId: `000000000000:${api.id}:prod`,
    ...{ ruleGroupList: [], rateBasedRuleList: [] },
    nonTerminatingMatchingRules: [{ ruleId: 'counts', action: 'COUNT', ruleMatchDetails: [] }],
    ...{ requestHeadersInserted: null, responseCodeSent: 403 },
    labels: [{ name: `awswaf:000000000000:webacl:${acl.name}:seen` }],
  });
  assert.deepEqual([httpRequest.uri, httpRequest.args, httpRequest.clientIp], ['/prod/pets', 'bad&worse', '127.0.0.1']);
  const sent = (name: string) => httpRequest.headers.find((each: { name: string }) => each.name === name)?.value;
  assert.deepEqual([sent('Cookie'), sent('X-Open')], ['REDACTED', 'seen']);
  await acls.update(acl, []);
  assert.equal((await acls.waf.send(missing)).LoggingConfiguration?.ResourceArn, acl.arn, 'an update leaves it');
  await acls.waf.send(new DeleteLoggingConfigurationCommand({ ResourceArn: acl.arn }));
  await assert.rejects(acls.waf.send(missing), { name: 'WAFNonexistentItemException' });
  logs.destroy();
});
