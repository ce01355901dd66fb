/** Traced requests as X-Ray's segment documents (row MET-08; guide, Understanding AWS X-Ray traces for API Gateway). */
import type { TracedCall, TracedRequest } from '../../ports/tracing.ts';

/** A document of PutTraceSegments and BatchGetTraces, as far as anything here reads it. */
export interface SegmentDocument {
  readonly id: string;
  readonly name: string;
  readonly trace_id?: string;
  readonly parent_id?: string;
  readonly type?: string;
  readonly start_time: number;
  readonly end_time?: number;
  readonly in_progress?: boolean;
  readonly origin?: string;
  readonly namespace?: string;
  readonly resource_arn?: string;
  readonly user?: string;
  readonly error?: boolean;
  readonly fault?: boolean;
  readonly throttle?: boolean;
  readonly cause?: unknown;
  readonly http?: {
    readonly request?: Record<string, unknown>;
    readonly response?: { readonly status?: number; readonly content_length?: number };
  };
  readonly aws?: Record<string, unknown>;
  readonly annotations?: Readonly<Record<string, string | number | boolean>>;
  readonly metadata?: unknown;
  readonly subsegments?: readonly SegmentDocument[];
}

const seconds = (ms: number): number => Math.round(ms * 1000) / 1e6;

/** `error` for 4xx, `throttle` for 429, `fault` for 5xx. */
const flagsOf = (status: number) => ({
  ...(status >= 400 && status < 500 && { error: true }),
  ...(status === 429 && { throttle: true }),
  ...(status >= 500 && { fault: true }),
});

/** The stage's segment, and those of the functions it called: all of one trace. */
export function segmentsOf(request: TracedRequest): SegmentDocument[] {
  return [stageSegment(request), ...request.calls.filter(hasRun).flatMap((call) => functionSegments(request, call))];
}

/** How many segmentsOf gives, without writing them. */
export function segmentCount({ calls }: TracedRequest): number {
  let count = 1;
  for (const call of calls) if (hasRun(call)) count += 2;
  return count;
}

type FunctionRun = TracedCall & { readonly status: number; readonly requestId: string };

/** Nothing ran where there was no answer. */
const hasRun = (call: TracedCall): call is FunctionRun =>
  call.what === 'function' && call.status !== undefined && call.requestId !== undefined;

function stageSegment(request: TracedRequest): SegmentDocument {
  const { account, apiId, apiName, stage, requestId, extendedRequestId, rule } = request;
  return {
    id: request.segmentId,
    name: `${apiName}/${stage}`,
    start_time: seconds(request.startMs),
    end_time: seconds(request.endMs),
    ...(request.parentId !== undefined && { parent_id: request.parentId }),
    ...flagsOf(request.status),
    metadata: { default: { extended_request_id: extendedRequestId, request_id: requestId } },
    http: {
      request: {
        url: request.url,
        method: request.method,
        ...(request.userAgent !== undefined && { user_agent: request.userAgent }),
        client_ip: request.clientIp,
        x_forwarded_for: true,
      },
      response: { status: request.status, content_length: request.contentLength },
    },
    aws: {
      ...(rule !== undefined && { xray: { sampling_rule_name: rule } }),
      api_gateway: { account_id: account, rest_api_id: apiId, stage, request_id: requestId },
    },
    annotations: { 'aws:api_id': apiId, 'aws:api_stage': stage },
    trace_id: request.traceId,
    origin: 'AWS::ApiGateway::Stage',
    resource_arn: request.resourceArn,
    ...(request.calls.length > 0 && { subsegments: request.calls.map((call) => subsegment(request, call)) }),
  };
}

function subsegment({ region }: TracedRequest, call: TracedCall): SegmentDocument {
  const { status, contentLength, failure } = call;
  const isFunction = call.what === 'function';
  const functionName = functionNameOf(call.name);
  return {
    id: call.segmentId,
    name: isFunction ? 'Lambda' : call.name,
    start_time: seconds(call.startMs),
    end_time: seconds(call.endMs),
    ...(status === undefined ? { fault: true } : flagsOf(status)),
    ...(failure !== undefined && { fault: true, cause: { exceptions: [{ message: failure, remote: true }] } }),
    http: {
      request: { url: call.url, method: call.method },
      ...(status !== undefined && { response: { status, content_length: contentLength ?? 0 } }),
    },
    ...(isFunction && {
      aws: { function_name: functionName, region, operation: 'Invoke', resource_names: [functionName] },
    }),
    namespace: isFunction ? 'aws' : 'remote',
  };
}

/** Lambda's own two: the service that was asked, and the function that ran. */
function functionSegments({ traceId }: TracedRequest, call: FunctionRun): SegmentDocument[] {
  const { name, requestId, status, failure } = call;
  // Derived, so that a segment put twice is one.
  const [serviceId, functionId] = [derivedId(call.segmentId, 1), derivedId(call.segmentId, 2)];
  const common = {
    name: functionNameOf(name),
    trace_id: traceId,
    start_time: seconds(call.startMs),
    end_time: seconds(call.endMs),
    ...(failure !== undefined && { fault: true }),
  };
  return [
    {
      ...common,
      ...{ id: serviceId, parent_id: call.segmentId, origin: 'AWS::Lambda', resource_arn: name },
      http: { response: { status } },
      aws: { request_id: requestId },
    },
    {
      ...common,
      ...{ id: functionId, parent_id: serviceId, origin: 'AWS::Lambda::Function', resource_arn: name },
      aws: { function_arn: name, resource_names: [functionNameOf(name)] },
    },
  ];
}

const derivedId = (id: string, step: number): string =>
  BigInt.asUintN(64, BigInt(`0x${id}`) + BigInt(step))
    .toString(16)
    .padStart(16, '0');

const functionNameOf = (arn: string): string => /:function:([^:]+)/.exec(arn)?.[1] ?? arn;
