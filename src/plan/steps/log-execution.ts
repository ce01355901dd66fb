/** Keeps the execution log of a method whose settings ask for one: its first lines before everything else, its last when the answer is made. */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { Method } from '../../definition/rest-api.ts';
import type { LiveRestStage } from '../../ports/deployments.ts';
import { compileBinaryTypes } from '../binary-types.ts';
import type { Exchange, Reply } from '../exchange.ts';
import {
  ExecutionLog,
  type ExecutionLogSetting,
  failureLine,
  maskedSecret,
  printedBody,
  printedHeaders,
  printedMap,
} from '../execution-log.ts';
import type { GatewayResponses, GatewayResponseType } from '../gateway-responses.ts';
import type { Finish, StageContext, Step } from '../plan.ts';
import { parseQuery } from '../query.ts';
import { verbsOfAny } from '../router.ts';
import type { PlanTools } from '../tools.ts';
import { methodSetting } from './throttle.ts';

export interface LogScope {
  /** `GET /pets/{id}`, as configured. */
  readonly label: string;
  readonly method: Pick<Method, 'httpMethod' | 'apiKeyRequired' | 'authorizationType' | 'authorizerId'>;
  readonly resourcePath: string;
  readonly live: Pick<LiveRestStage, 'stage' | 'snapshot' | 'isCanary'>;
  readonly stage: StageContext;
  readonly tools: Pick<PlanTools, 'executionLogs' | 'clock'>;
  readonly gatewayResponses: GatewayResponses;
}

/** What the stage asks of a method's log (row DEP-09); undefined when it asks for none. */
function settingOf({ live, resourcePath }: LogScope, verb: string): ExecutionLogSetting | undefined {
  const setting = methodSetting(live.stage, resourcePath, verb);
  const level = setting?.loggingLevel;
  if (setting === undefined || (level !== 'INFO' && level !== 'ERROR')) return undefined;
  return { level, hasDataTrace: setting.dataTraceEnabled };
}

/** The first step and the first finish of a method that keeps a log for some verb; neither where nobody takes logs. Settings name verbs, never ANY. */
export function logExecution(scope: LogScope): {
  readonly begin: readonly Step[];
  /** Stands behind authorizers and the check of API keys, of a method that asks for one of them. */
  readonly afterGuards: readonly Step[];
  readonly end: readonly Finish[];
} {
  const { stage, gatewayResponses } = scope;
  const { executionLogs: logs, clock } = scope.tools;
  const { httpMethod } = scope.method;
  const isCanary = scope.live.isCanary === true;
  const settings = new Map<string, ExecutionLogSetting>();
  // A test may call ANY by that name.
  for (const verb of httpMethod === 'ANY' ? [...verbsOfAny, httpMethod] : [httpMethod]) {
    const setting = settingOf(scope, verb);
    if (setting !== undefined) settings.set(verb, setting);
  }
  if (logs === undefined || settings.size === 0) return { begin: [], afterGuards: [], end: [] };

  const apiStage = `${stage.apiId}/${stage.stage}`;
  const asksForKey = scope.method.apiKeyRequired;
  const { authorizerId } = scope.method;
  const isGuarded = asksForKey || authorizerId !== undefined;
  const keyOf = ({ apiKey, request }: Exchange): string =>
    maskedSecret(apiKey?.value ?? headerValue(request.headers, 'x-api-key') ?? '');
  const binaryTypes = compileBinaryTypes(scope.live.snapshot.api.binaryMediaTypes);
  const names = [...settings.values()].map(
    ({ level, hasDataTrace }) => `execution log ${level}${hasDataTrace ? ' with data trace' : ''}`,
  );
  const begin: Step = {
    name: [...new Set(names)].join(', '),
    run: function beginLog(x) {
      const setting = settings.get(x.method);
      if (setting === undefined) return undefined;
      const log = new ExecutionLog(setting, clock, x.request.headers);
      x.executionLog = log;
      if (!x.isTest) log.info(`Extended Request Id: ${x.extendedRequestId}`);
      if (authorizerId !== undefined) log.info(`Starting authorizer: ${authorizerId} for request: ${x.requestId}`);
      if (!isGuarded) logStart(log, x);
      return undefined;
    },
  };
  const afterGuards: Step = {
    name: '',
    run: function logGuards(x) {
      const log = x.executionLog;
      if (log === null) return undefined;
      if (authorizerId !== undefined) log.info('Successfully completed authorizer execution');
      logStart(log, x);
      return undefined;
    },
  };
  const end: Finish = {
    name: 'end of the log',
    run: function endLog(x, reply) {
      const log = x.executionLog;
      if (log === null) return;
      const { stream } = reply;
      if (stream === undefined) finishLog(log, x, reply);
      else stream.whenOver(({ failure }) => finishLog(log, x, reply, failure));
    },
  };
  return { begin: [begin], afterGuards: isGuarded ? [afterGuards] : [], end: [end] };

  /** `brokenOff`: why a streamed body is not whole. */
  function finishLog(log: ExecutionLog, x: Exchange, reply: Reply, brokenOff?: Error): void {
    if (brokenOff !== undefined) {
      log.error(`Execution failed: the response stream ended early: ${brokenOff.message}`);
    } else if (reply.problem === undefined) {
      const { stream } = reply;
      const body = stream === undefined ? printedBody(reply.body) : `[Streamed Data, ${stream.bytes} bytes]`;
      log.data(() => `Method response body after transformations: ${body}`);
      log.data(() => `Method response headers: ${printedHeaders(methodResponseHeaders(reply))}`);
      log.info('Successfully completed execution');
    } else {
      if (reply.problem.kind === 'INVALID_API_KEY') logRefusedKey(log, x);
      else log.error(guardFailure(reply.problem.kind, x) ?? failureLine(reply.problem));
      const { customization } = gatewayResponses[reply.problem.kind as GatewayResponseType] ?? {};
      if (customization !== undefined) logGatewayResponse(log, customization.type, reply);
    }
    log.info(`Method completed with status: ${reply.status}`);
    if (!x.isTest && log.endpointRequestId !== undefined) {
      log.info(`AWS Integration Endpoint RequestId : ${log.endpointRequestId}`);
    }
    if (log.lines.length > 0) logs!.write({ ...stage, isCanary, requestId: x.requestId, lines: log.lines });
  }

  /** What an authorizer's refusals leave (seen in logs users quote). */
  function guardFailure(kind: string, x: Exchange): string | undefined {
    if (authorizerId === undefined) return undefined;
    if (kind === 'UNAUTHORIZED') return `Unauthorized request: ${x.requestId}`;
    return kind === 'ACCESS_DENIED' ? 'The client is not authorized to perform this operation.' : undefined;
  }

  function logStart(log: ExecutionLog, x: Exchange): void {
    if (x.apiKey !== null) log.hide(x.apiKey.value);
    if (!x.isTest) logUsagePlan(log, x);
    log.info(`Starting execution for request: ${x.requestId}`);
    log.info(`HTTP Method: ${x.method}, Resource Path: ${x.path}`);
    log.data(() => `Method request path: ${printedMap(Object.entries(x.pathParameters ?? {}).flat())}`);
    log.data(() => `Method request query string: ${printedMap(parseQuery(x.request.query))}`);
    log.data(() => `Method request headers: ${printedHeaders(x.request.headers)}`);
    log.data(() => `Method request body before transformations: ${sentBody(x)}`);
  }

  /** Recorded without a key, the two spaces included; of one its last six characters are shown. */
  function logUsagePlan(log: ExecutionLog, x: Exchange): void {
    const key = keyOf(x);
    log.info(verifying(x));
    if (!asksForKey) {
      log.info(
        `API Key ${key} authorized because method '${scope.label}' does not require API Key. ` +
          'Request will not contribute to throttle or quota limits',
      );
    }
    log.info(`Usage Plan check succeeded for API Key ${key} and API Stage ${apiStage}`);
  }

  /** Seen in logs users quote, for a key that has no plan; other refusals of keys are in no recording and say the same. */
  function logRefusedKey(log: ExecutionLog, x: Exchange): void {
    log.info(verifying(x));
    log.error(
      `API Key ${keyOf(x)} not authorized because method '${scope.label}' requires API Key and API Key is not associated with a ` +
        `Usage Plan for API Stage ${apiStage}: No Usage Plan found for key and API Stage`,
    );
  }

  function verifying(x: Exchange): string {
    return `Verifying Usage Plan for request: ${x.requestId}. API Key: ${keyOf(x)} API Stage: ${apiStage}`;
  }

  function sentBody(x: Exchange): string {
    const { body } = x.request;
    return binaryTypes.isSent(x) ? '[Binary Data]' : printedBody(body.toString());
  }
}

/** `type` is that of the response that answers, DEFAULT_5XX where the failure's own is not customised (seen in logs users quote). */
function logGatewayResponse(log: ExecutionLog, type: string, reply: Reply): void {
  log.info(`Gateway response type: ${type} with status code: ${reply.status}`);
  log.data(() => `Gateway response body: ${printedBody(reply.body)}`);
  log.data(() => `Gateway response headers: ${printedHeaders(methodResponseHeaders(reply))}`);
}

const gatewaysOwn: ReadonlySet<string> = new Set(['x-amzn-requestid', 'x-amz-apigw-id']);

/**
 * The headers of an answer that are the API's: without the gateway's two ids, and without the Content-Type of a failure that the API does not
 * customise (recorded: `{x-amzn-ErrorType=…}` alone).
 */
export function methodResponseHeaders(reply: Reply): HeaderList {
  const { headers, problem } = reply;
  const isPlainFailure = problem !== undefined && headerValue(headers, 'content-type') === 'application/json';
  return headers.filter((_, i) => {
    const lowerName = headers[i & ~1]!.toLowerCase();
    return !gatewaysOwn.has(lowerName) && !(isPlainFailure && lowerName === 'content-type');
  });
}
