/** Traces of requests: X-Ray's operations with the SDK and the AWS CLI, and a collector that takes OTLP. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import {
  BatchGetTracesCommand,
  CreateSamplingRuleCommand,
  DeleteSamplingRuleCommand,
  GetSamplingRulesCommand,
  GetSamplingTargetsCommand,
  GetServiceGraphCommand,
  GetTraceSummariesCommand,
  ListTagsForResourceCommand,
  PutTraceSegmentsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSamplingRuleCommand,
  XRayClient,
} from '@aws-sdk/client-xray';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy } from '../support/api-under-test.ts';
import { awsCli } from '../support/aws-cli.ts';
import { type Backend, type Echo, echoOf, httpBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';
import { createSocketApi, mock as socketMock } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

let gatewright: TestGatewright;
let xray: XRayClient;
let backend: Backend;
let api: ApiUnderTest;
let functionArn: string;

before(async () => {
  gatewright = await startTestGatewright();
  xray = new XRayClient(clientConfig(gatewright.endpoint));
  backend = await httpBackend(async (request, response) => {
    response.end(JSON.stringify(await echoOf(request)));
  });
  const gone = await httpBackend(() => {});
  await gone.close();
  functionArn = await createFunction(
    gatewright,
    'traced',
    'exports.handler = async () => ({ statusCode: 200, body: process.env._X_AMZN_TRACE_ID });',
  );
  api = await createApi(
    gatewright,
    {
      'GET /function': lambdaProxy(functionArn),
      'GET /backend': { type: 'HTTP_PROXY', verb: 'GET', uri: `${backend.origin}/there` },
      'GET /lost': { type: 'HTTP_PROXY', verb: 'GET', uri: `${gone.origin}/lost` },
    },
    { name: 'traced' },
  );
  await api.deploy('prod');
  // Everything, whatever the second; the tests below do not depend on the clock.
  await xray.send(
    new CreateSamplingRuleCommand({
      SamplingRule: { ...anything, RuleName: 'all', FixedRate: 1, ServiceName: 'traced/prod' },
    }),
  );
});
after(async () => {
  xray.destroy();
  await gatewright.close();
  await backend.close();
});

const anything = {
  ResourceARN: '*',
  Priority: 10,
  FixedRate: 0,
  ReservoirSize: 0,
  ServiceName: '*',
  ServiceType: '*',
  Host: '*',
  HTTPMethod: '*',
  URLPath: '*',
  Version: 1,
};

const trace = (value: boolean) =>
  gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: 'prod',
      patchOperations: [{ op: 'replace', path: '/tracingEnabled', value: String(value) }],
    }),
  );

const span = () => ({ StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 3_600_000) });

async function summaries(FilterExpression?: string) {
  const { TraceSummaries = [] } = await xray.send(new GetTraceSummariesCommand({ ...span(), FilterExpression }));
  return TraceSummaries;
}

interface Document {
  id: string;
  name: string;
  parent_id?: string;
  origin?: string;
  subsegments?: Document[];
  [member: string]: unknown;
}

async function segmentsOf(traceId: string): Promise<Document[]> {
  const { Traces = [] } = await xray.send(new BatchGetTracesCommand({ TraceIds: [traceId] }));
  return Traces[0]?.Segments?.map(({ Document }) => JSON.parse(Document!) as Document) ?? [];
}

const rootOf = (header: string): string => /Root=([^;]+)/.exec(header)![1]!;

test('[MET-07] [MET-08] [MET-09] a stage with active tracing makes one trace of the gateway and the function', async () => {
  await trace(true);
  const reply = await fetch(api.url('prod', '/function?x=1'));
  const seen = await reply.text();
  assert.match(seen, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1/);
  const segments = await segmentsOf(rootOf(seen));
  const [stage, service, ran] = segments;
  const { id, start_time, end_time, subsegments, http, metadata, ...rest } = stage!;
  assert.match(id, /^[0-9a-f]{16}$/);
  assert.ok(Number(start_time) < Number(end_time));
  const requestId = reply.headers.get('x-amzn-requestid');
  assert.deepEqual(rest, {
    name: 'traced/prod',
    aws: {
      xray: { sampling_rule_name: 'all' },
      api_gateway: { account_id: '000000000000', rest_api_id: api.id, stage: 'prod', request_id: requestId },
    },
    annotations: { 'aws:api_id': api.id, 'aws:api_stage': 'prod' },
    trace_id: rootOf(seen),
    origin: 'AWS::ApiGateway::Stage',
    resource_arn: `arn:aws:apigateway:us-east-1::/restapis/${api.id}/stages/prod`,
  });
  assert.deepEqual(metadata, {
    default: { extended_request_id: reply.headers.get('x-amz-apigw-id'), request_id: requestId },
  });
  const { request, response } = http as { request: Record<string, unknown>; response: unknown };
  assert.deepEqual([request['method'], request['client_ip'], request['x_forwarded_for']], ['GET', '127.0.0.1', true]);
  assert.deepEqual(response, { status: 200, content_length: seen.length });
  const [call] = subsegments!;
  assert.deepEqual([call!.name, call!['namespace']], ['Lambda', 'aws']);
  assert.deepEqual(call!['aws'], {
    ...{ function_name: 'traced', region: 'us-east-1', operation: 'Invoke', resource_names: ['traced'] },
  });
  // What the function was told is where its own segment hangs.
  assert.equal(call!.id, /Parent=([^;]+)/.exec(seen)![1]);
  assert.deepEqual([service!.origin, service!.parent_id], ['AWS::Lambda', call!.id]);
  assert.deepEqual([ran!.origin, ran!.parent_id], ['AWS::Lambda::Function', service!.id]);
});

test('[MET-08] summaries are found by what they were; a backend that is away is a fault', async () => {
  await trace(true);
  const passed = (await (await fetch(api.url('prod', '/backend'))).json()) as Echo;
  assert.match(passed.headers['x-amzn-trace-id']!, /^Root=1-[0-9a-f-]+;Parent=[0-9a-f]{16};Sampled=1$/);
  assert.equal(passed.headers['traceparent'], undefined);
  assert.ok((await fetch(api.url('prod', '/lost'))).status >= 500);
  assert.equal((await fetch(api.url('prod', '/nowhere'))).status, 403);
  const [lost] = await summaries('service("traced/prod") AND fault = true AND http.url ENDSWITH "/lost"');
  assert.equal(lost?.HasFault, true);
  assert.deepEqual(lost?.EntryPoint?.Type, 'AWS::ApiGateway::Stage');
  const [segment] = await segmentsOf(lost!.Id!);
  assert.deepEqual([segment!['fault'], segment!.subsegments![0]!['fault']], [true, true]);
  const [refused] = await summaries(`annotation[aws:api_id] = "${api.id}" AND http.status = 403`);
  assert.equal(refused?.HasError, true);
  const [found] = await summaries(`id = "${rootOf(passed.headers['x-amzn-trace-id']!)}"`);
  assert.equal(found?.Http?.HttpStatus, 200);
  await assert.rejects(summaries('colour = "red"'), { name: 'InvalidRequestException' });
});

test('[MET-07] passively a stage follows its caller: traced when the caller is, never on its own', async () => {
  await trace(false);
  const before = (await summaries()).length;
  const own = (await (await fetch(api.url('prod', '/backend'))).json()) as Echo;
  assert.match(own.headers['x-amzn-trace-id']!, /^Root=1-[0-9a-f-]+$/);
  const Root = '1-5f84c7a1-0123456789abcdef01234567';
  const ask = async (header: string) => {
    const reply = await fetch(api.url('prod', '/backend'), { headers: { 'X-Amzn-Trace-Id': header } });
    return ((await reply.json()) as Echo).headers['x-amzn-trace-id']!;
  };
  const left = `Root=${Root};Parent=53995c3f42cd8ad8;Sampled=0`;
  assert.equal(await ask(left), left);
  assert.equal((await summaries()).length, before);
  const passed = await ask(`Root=${Root};Parent=53995c3f42cd8ad8;Sampled=1`);
  const [segment] = await segmentsOf(Root);
  assert.equal(segment!.parent_id, '53995c3f42cd8ad8');
  assert.equal(passed, `Root=${Root};Parent=${segment!.id};Sampled=1`);
});

test('[MET-07] sampling rules have tags, as Terraform asks of each', async () => {
  const SamplingRule = { ...anything, RuleName: 'tagged', Priority: 9000, Host: 'nowhere' };
  const made = await xray.send(new CreateSamplingRuleCommand({ SamplingRule, Tags: [{ Key: 'team', Value: 'pets' }] }));
  const ResourceARN = made.SamplingRuleRecord!.SamplingRule!.RuleARN!;
  const tags = async () => (await xray.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags;
  assert.deepEqual(await tags(), [{ Key: 'team', Value: 'pets' }]);
  await xray.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'stage', Value: 'prod' }] }));
  await xray.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['team'] }));
  assert.deepEqual(await tags(), [{ Key: 'stage', Value: 'prod' }]);
  await xray.send(new DeleteSamplingRuleCommand({ RuleName: 'tagged' }));
  await assert.rejects(tags(), { name: 'ResourceNotFoundException' });
});

test('[MET-07] sampling rules are made, changed and deleted, and act at once', async () => {
  await trace(true);
  const SamplingRule = { ...anything, RuleName: 'nothing', Priority: 1, ServiceName: 'traced/prod', HTTPMethod: 'GET' };
  const made = await xray.send(new CreateSamplingRuleCommand({ SamplingRule }));
  assert.equal(
    made.SamplingRuleRecord?.SamplingRule?.RuleARN,
    'arn:aws:xray:us-east-1:000000000000:sampling-rule/nothing',
  );
  const asked = async () =>
    ((await (await fetch(api.url('prod', '/backend'))).json()) as Echo).headers['x-amzn-trace-id']!;
  assert.match(await asked(), /;Sampled=0$/);
  await assert.rejects(xray.send(new CreateSamplingRuleCommand({ SamplingRule })), { name: 'InvalidRequestException' });
  await xray.send(new UpdateSamplingRuleCommand({ SamplingRuleUpdate: { RuleName: 'nothing', ReservoirSize: 1000 } }));
  assert.match(await asked(), /;Sampled=1$/);
  const { SamplingRuleRecords } = await xray.send(new GetSamplingRulesCommand({}));
  assert.deepEqual(
    SamplingRuleRecords!.map(({ SamplingRule }) => SamplingRule!.RuleName),
    ['nothing', 'all', 'Default'],
  );
  assert.deepEqual(
    [SamplingRuleRecords![2]!.SamplingRule!.FixedRate, SamplingRuleRecords![2]!.SamplingRule!.ReservoirSize],
    [0.05, 1],
  );
  const document = { ClientID: 'a'.repeat(24), Timestamp: new Date(), RequestCount: 1, SampledCount: 1 };
  const targets = await xray.send(
    new GetSamplingTargetsCommand({
      SamplingStatisticsDocuments: [
        { ...document, RuleName: 'all' },
        { ...document, RuleName: 'unknown' },
      ],
    }),
  );
  assert.deepEqual(
    targets.SamplingTargetDocuments!.map(({ RuleName, FixedRate }) => [RuleName, FixedRate]),
    [['all', 1]],
  );
  assert.deepEqual(
    targets.UnprocessedStatistics!.map(({ RuleName }) => RuleName),
    ['unknown'],
  );
  await xray.send(new DeleteSamplingRuleCommand({ RuleName: 'nothing' }));
  await assert.rejects(xray.send(new DeleteSamplingRuleCommand({ RuleName: 'Default' })), {
    name: 'InvalidRequestException',
  });
});

test('[MET-09] the map has a client, the stage and the function, with edges from one to the next', async () => {
  await trace(true);
  await fetch(api.url('prod', '/function'));
  const { Services = [] } = await xray.send(
    new GetServiceGraphCommand({ StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 60_000) }),
  );
  const named = (type: string) => Services.find(({ Type }) => Type === type)!;
  const leadsTo = (from: string, to: string) =>
    named(from).Edges!.some(({ ReferenceId }) => ReferenceId === named(to).ReferenceId);
  assert.ok(leadsTo('client', 'AWS::ApiGateway::Stage'));
  assert.ok(leadsTo('AWS::ApiGateway::Stage', 'AWS::Lambda'));
  assert.ok(leadsTo('AWS::Lambda', 'AWS::Lambda::Function'));
  assert.ok(named('AWS::ApiGateway::Stage').SummaryStatistics!.TotalCount! >= 1);
});

test('segments that programs put join their trace; what is none is told back', async () => {
  const segment = {
    trace_id: '1-5f84c7a2-0123456789abcdef01234567',
    id: '70de5b6f19ff9a0a',
    name: 'shop',
    start_time: 1e9,
    end_time: 1e9 + 1,
  };
  const { UnprocessedTraceSegments } = await xray.send(
    new PutTraceSegmentsCommand({
      TraceSegmentDocuments: [
        JSON.stringify(segment),
        '{',
        JSON.stringify({ ...segment, trace_id: 'x' }),
        JSON.stringify({ ...segment, subsegments: [1] }),
      ],
    }),
  );
  assert.deepEqual(
    UnprocessedTraceSegments!.map(({ ErrorCode }) => ErrorCode),
    ['ParseError', 'InvalidTraceId', 'InvalidDocument'],
  );
  assert.deepEqual(await segmentsOf(segment.trace_id), [segment]);
});

test('[MET-07] the AWS CLI lists traces', { skip: skipWithout('aws') }, async () => {
  const { StartTime, EndTime } = span();
  const printed = await awsCli(gatewright.endpoint, [
    ...['xray', 'get-trace-summaries', '--start-time', StartTime.toISOString(), '--end-time', EndTime.toISOString()],
    ...['--filter-expression', 'service("traced/prod")'],
  ]);
  const { TraceSummaries } = JSON.parse(printed) as { TraceSummaries: { Id: string }[] };
  assert.ok(TraceSummaries.length > 0 && TraceSummaries.every(({ Id }) => Id.startsWith('1-')));
});

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: string } }[];
}

test('with a collector all three types of API send spans, and hand traceparent on', async () => {
  const spans: Span[] = [];
  let arrived = (): void => {};
  const collector = await httpBackend(async (request, response) => {
    const { url, body, headers } = await echoOf(request);
    assert.deepEqual([url, headers['content-type']], ['/base/v1/traces', 'application/json']);
    const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((each) => each.spans)));
    response.end('{}');
    arrived();
  });
  const exporting = await startTestGatewright({ otlpEndpoint: `${collector.origin}/base` });
  const client = new XRayClient(clientConfig(exporting.endpoint));
  const v2 = new ApiGatewayV2Client(clientConfig(exporting.endpoint));
  try {
    await client.send(new CreateSamplingRuleCommand({ SamplingRule: { ...anything, RuleName: 'all', FixedRate: 1 } }));
    const rest = await createApi(
      exporting,
      { 'GET /b': { type: 'HTTP_PROXY', verb: 'GET', uri: backend.origin } },
      { name: 'rest' },
    );
    await rest.deploy('prod');
    const { ApiId } = await v2.send(
      new CreateApiCommand({ Name: 'http', ProtocolType: 'HTTP', Target: backend.origin }),
    );
    const socketId = await createSocketApi(v2, { hi: socketMock('{"hi":true}') });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: 'vendor=1' };
    const passed = (await (await fetch(rest.url('prod', '/b?token=sesame'), { headers })).json()) as Echo;
    const ofHttp = (await (await fetch(exporting.invokeUrl(ApiId!, '$default'))).json()) as Echo;
    const socket = await openSocket(exporting.invokeUrl(socketId, 'dev').replace(/^http/, 'ws'));
    socket.send({ action: 'hi' });
    await socket.next();
    await socket.close();
    const named = (name: string) => spans.filter((each) => each.name === name);
    while (named('GET /b').length === 0 || named('$default').length === 0 || named('hi').length === 0) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    const [server] = named('GET /b');
    assert.deepEqual([server!.traceId, server!.parentSpanId, server!.kind], [traceId, 'b7ad6b7169203331', 2]);
    const [call] = spans.filter(({ parentSpanId }) => parentSpanId === server!.spanId);
    assert.equal(call!.kind, 3);
    // Queries carry keys and tokens: the backend gets them, the collector does not.
    assert.ok(!JSON.stringify(spans).includes('sesame'));
    assert.ok(BigInt(call!.endTimeUnixNano) > BigInt(call!.startTimeUnixNano));
    // The backend continues from the call, not from the client.
    assert.equal(passed.headers['traceparent'], `00-${traceId}-${call!.spanId}-01`);
    assert.equal(passed.headers['tracestate'], 'vendor=1');
    assert.match(passed.url, /token=sesame/);
    const status = server!.attributes.find(({ key }) => key === 'http.response.status_code');
    assert.deepEqual(status?.value, { intValue: '200' });
    const [own] = named('$default');
    assert.equal(own!.parentSpanId, undefined);
    assert.match(ofHttp.headers['traceparent']!, new RegExp(`^00-${own!.traceId}-[0-9a-f]{16}-01$`));
    // X-Ray keeps those only whose stage or caller asked for it: the first came with a decision.
    const { TraceSummaries } = await client.send(new GetTraceSummariesCommand(span()));
    assert.equal(TraceSummaries!.length, 1);
  } finally {
    client.destroy();
    v2.destroy();
    await exporting.close();
    await collector.close();
  }
});
