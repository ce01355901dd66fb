/**
 * One request to one method of an API that need not be deployed: TestInvokeMethod (rows V1-25, V1-26, LOG-05). It runs the plan a deployment would
 * run, of this method alone, without what guards it: AWS documents that a test passes authorizers, API keys and limits by.
 */

import { cutLine } from '../base/cut-line.ts';
import type { HeaderList } from '../base/headers.ts';
import { newExtendedRequestId, newRequestId } from '../base/ids.ts';
import type { ClientCertificate, Method, Stage, VpcLink } from '../definition/rest-api.ts';
import type { RestSnapshot } from '../definition/snapshot.ts';
import type { V2VpcLink } from '../definition/v2-api.ts';
import type { ExecutionLogLine } from '../ports/telemetry.ts';
import { compileRest } from './compile-rest.ts';
import { type Exchange, nothingFoundYet, type Reply } from './exchange.ts';
import { safeWrittenText } from './query.ts';
import { runMethod } from './run.ts';
import { methodResponseHeaders } from './steps/log-execution.ts';
import { ThrottleBuckets } from './steps/throttle.ts';
import type { PlanTools } from './tools.ts';

export interface TestInvocation {
  /** The API as it is now; `deploymentId` is empty. */
  readonly snapshot: RestSnapshot;
  readonly resourceId: string;
  /** The method as configured, `ANY` included. */
  readonly httpMethod: string;
  /** The verb to call it with. */
  readonly verb: string;
  /** `/pets/7?x=1`; the resource's own path where it is empty. It need not fit the resource (recorded). */
  readonly pathWithQueryString: string;
  readonly headers: HeaderList;
  readonly body: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Shown to the backend; undefined for none. */
  readonly clientCertificate: ClientCertificate | undefined;
  /** All of the account in this region. */
  readonly vpcLinks: readonly VpcLink[];
  readonly v2VpcLinks: readonly V2VpcLink[];
  readonly caller: TestCaller;
}

/** Who asks for the test, as `$context.identity` shows it. */
export interface TestCaller {
  readonly accountId: string;
  readonly accessKey: string;
  readonly userArn: string;
}

export interface TestOutcome {
  readonly status: number;
  /** The API's own, without the gateway's ids. */
  readonly headers: HeaderList;
  readonly body: string;
  /** The whole execution log, each line ending in a newline. */
  readonly log: string;
  readonly latencyMs: number;
}

/** Never rejects: what goes wrong is an outcome, and its log says why. */
export async function testInvoke(
  invocation: TestInvocation,
  { requestLogs: _, ...tools }: PlanTools,
): Promise<TestOutcome> {
  const { clock } = tools;
  const { clientCertificate, vpcLinks, v2VpcLinks } = invocation;
  let lines: readonly ExecutionLogLine[] = [];
  const snapshot = unguarded(invocation);
  const { id: apiId, account, region } = snapshot.api;
  const plan = compileRest(
    {
      ...{ kind: 'rest', apiId, account, region, stage: testStage(invocation), snapshot },
      ...(clientCertificate && { clientCertificate }),
      vpcLinks,
      v2VpcLinks,
    },
    {
      ...tools,
      metrics: { method: () => ({ record() {} }) },
      throttles: new ThrottleBuckets(undefined),
      executionLogs: { write: (record) => (lines = record.lines) },
    },
  );
  const x = testExchange(invocation, tools);
  // A path that fits the resource fills its parameters; any other leaves them out.
  x.pathParameters = plan.router.match(x.method, x.path)?.pathParameters ?? null;
  const running = runMethod(plan, plan.methods[0]!, x);
  const isStreamed =
    invocation.snapshot.resources.find(({ id }) => id === invocation.resourceId)?.methods[invocation.httpMethod]
      ?.integration?.responseTransferMode === 'STREAM';
  const reply = isStreamed ? await gathered(running) : await running;
  const latencyMs = clock.monotonicMs() - x.startedMonotonicMs;
  return {
    status: reply.status,
    headers: methodResponseHeaders(reply),
    body: textOf(reply),
    log: logText(x.requestId, lines),
    latencyMs,
  };
}

/** Of a stream a test shows what came within so long, and so much of it (developer guide, "Troubleshoot issues with response streaming"). */
const streamedTestMs = 35_000;
const streamedTestBytes = 1024 * 1024;

/** The reply with what has come of its body; status 0 when not even its head has come. */
async function gathered(running: Reply | Promise<Reply>): Promise<Reply> {
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), streamedTestMs);
  try {
    const reply = await Promise.race([running, over]);
    if (reply === undefined) {
      Promise.resolve(running).then((late) => late.stream?.cancel());
      return { status: 0, headers: [], body: '', problem: undefined };
    }
    const { stream, ...head } = reply;
    if (stream === undefined) return reply;
    const pieces: Uint8Array[] = [];
    for (let bytes = 0; bytes <= streamedTestBytes; bytes += pieces.at(-1)!.length) {
      const piece = await Promise.race([stream.read().catch(() => undefined), over]);
      if (piece === undefined) break;
      pieces.push(piece);
    }
    stream.cancel();
    return { ...head, body: Buffer.concat(pieces) };
  } finally {
    clearTimeout(timer);
  }
}

const textOf = ({ body }: Reply): string => (typeof body === 'string' ? body : Buffer.from(body).toString());

/** The API with this one method and nothing that keeps callers out. */
function unguarded({ snapshot, resourceId, httpMethod }: TestInvocation): RestSnapshot {
  const { policy: _p, endpointAccessMode: _m, minimumCompressionSize: _c, ...api } = snapshot.api;
  const resource = snapshot.resources.find(({ id }) => id === resourceId)!;
  const { authorizerId: _a, authorizationScopes: _s, ...method } = resource.methods[httpMethod]!;
  const open: Method = { ...method, authorizationType: 'NONE', apiKeyRequired: false };
  return {
    ...snapshot,
    api: { ...api, endpointConfiguration: { ...api.endpointConfiguration, types: ['REGIONAL'] } },
    resources: [{ ...resource, methods: { [httpMethod]: open } }],
  };
}

/** AWS's stage of tests (row V1-26), with the log a test returns. */
function testStage({ stageVariables, clientCertificate }: TestInvocation): Stage {
  return {
    stageName: 'test-invoke-stage',
    deploymentId: '',
    cacheClusterEnabled: false,
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: { '*/*': traced },
    tracingEnabled: false,
    variables: stageVariables,
    ...(clientCertificate && { clientCertificateId: clientCertificate.clientCertificateId }),
    createdAtMs: 0,
    lastUpdatedAtMs: 0,
  };
}

const traced: Stage['methodSettings'][string] = {
  metricsEnabled: false,
  loggingLevel: 'INFO',
  dataTraceEnabled: true,
  throttlingBurstLimit: -1,
  throttlingRateLimit: -1,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

/** What a request is that came from nowhere: names and addresses as AWS gives them (row V1-26; seen in events of tests). */
function testExchange(invocation: TestInvocation, { clock }: PlanTools): Exchange {
  const { verb, headers, body, caller, snapshot, resourceId } = invocation;
  const resourcePath = snapshot.resources.find(({ id }) => id === resourceId)!.path;
  const target = invocation.pathWithQueryString || resourcePath;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const { accountId, accessKey, userArn } = caller;
  return {
    request: {
      method: verb,
      path,
      query: mark === -1 ? '' : safeWrittenText(target.slice(mark + 1)),
      headers,
      body: Buffer.from(body),
      protocol: 'HTTP/1.1',
      secure: true,
      sourceIp: 'test-invoke-source-ip',
    },
    method: verb,
    path,
    contextPath: path || resourcePath,
    domainName: 'testPrefix.testDomainName',
    requestId: newRequestId(),
    extendedRequestId: newExtendedRequestId(),
    startedAtMs: clock.now(),
    startedMonotonicMs: clock.monotonicMs(),
    ...nothingFoundYet,
    caller: {
      accessKey,
      accountId,
      caller: accountId,
      user: accountId,
      userArn,
      principalOrgId: undefined,
      cognito: null,
    },
    apiKey: { id: 'test-invoke-api-key-id', value: 'test-invoke-api-key', subscription: undefined },
    isTest: true,
  };
}

/** Recorded: a line is cut at this many bytes. */
const maxLineBytes = 1024;

function logText(requestId: string, lines: readonly ExecutionLogLine[]): string {
  const head = `Execution log for request ${requestId}\n`;
  return head + lines.map(({ atMs, text }) => `${javaDate(atMs)} : ${cutLine(text, maxLineBytes)}\n`).join('');
}

/** `Tue May 30 01:22:45 UTC 2023` */
function javaDate(epochMs: number): string {
  const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(
    new Date(epochMs).toUTCString(),
  )!;
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
