/**
 * Traces requests: decides at their beginning, notes what they call, hands over what they were (rows MET-07 to MET-09). A request that is not traced costs
 * a look at its stage and its header. REST stages trace when they are set to (active), or when the caller does (passive); with an exporter all APIs do.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type HeaderList, headerValue } from '../../base/headers.ts';
import { newHex, newTraceRoot } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { FunctionInvocation, FunctionResult } from '../../ports/functions.ts';
import type { Streaming } from '../../ports/streaming.ts';
import type { SamplingQuestion, TracedCall, Tracing } from '../../ports/tracing.ts';
import type { UpstreamRequest } from '../../ports/upstream.ts';
import { bodyBytes } from '../access-log/access-row.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { Plan } from '../plan.ts';
import type { PlanTools } from '../tools.ts';
import { type CallersTrace, callersTrace, traceparentOf, withTraceparent } from './headers.ts';

type RunPlan = (plan: Plan, x: Exchange) => Reply | Promise<Reply>;

export interface Tracer {
  /** The same tools, noting what traced requests call. */
  tools(tools: PlanTools): PlanTools;
  run(runPlan: RunPlan): RunPlan;
}

interface ActiveTrace {
  readonly calls: TracedCall[];
  readonly traceId: string;
  readonly segmentId: string;
  /** Epoch milliseconds of now. */
  nowMs(): number;
}

export function createTracer(tracing: Tracing): Tracer {
  const current = new AsyncLocalStorage<ActiveTrace>();

  async function tracedInvoke<Result extends FunctionResult>(
    invocation: FunctionInvocation,
    trace: ActiveTrace,
    invoke: (invocation: FunctionInvocation) => Promise<Result>,
  ): Promise<Result> {
    const call = {
      // The function's own segments name this one as their parent.
      segmentId: /;Parent=([0-9a-f]{16})/.exec(invocation.traceId)?.[1] ?? newHex(16),
      what: 'function' as const,
      name: invocation.functionArn,
      method: 'POST',
      url: functionUrl(invocation.functionArn),
      startMs: trace.nowMs(),
    };
    try {
      const result = await invoke(invocation);
      trace.calls.push({
        ...call,
        endMs: trace.nowMs(),
        status: result.status,
        contentLength: result.payload.length,
        failure: result.functionError,
        requestId: result.requestId,
      });
      return result;
    } catch (error) {
      trace.calls.push({ ...call, ...unanswered(trace, error) });
      throw error;
    }
  }

  async function tracedSend<
    Answer extends { readonly status: number; readonly body: { readonly length?: number | undefined } },
  >(
    request: UpstreamRequest,
    trace: ActiveTrace,
    send: (request: UpstreamRequest) => Promise<Answer>,
  ): Promise<Answer> {
    const segmentId = newHex(16);
    const call = {
      segmentId,
      what: 'http' as const,
      name: request.origin.slice(request.origin.indexOf('//') + 2),
      method: request.method,
      url: request.origin + pathOf(request.target),
      startMs: trace.nowMs(),
    };
    const sent = tracing.tracesAll
      ? { ...request, headers: withTraceparent(request.headers, traceparentOf(trace.traceId, segmentId)) }
      : request;
    try {
      const answer = await send(sent);
      const { status, body } = answer;
      const received = { status, contentLength: body.length, failure: undefined, requestId: undefined };
      trace.calls.push({ ...call, endMs: trace.nowMs(), ...received });
      return answer;
    } catch (error) {
      trace.calls.push({ ...call, ...unanswered(trace, error) });
      throw error;
    }
  }

  /** The line of a request that was chosen. */
  function runSampled(runPlan: RunPlan, plan: Plan, x: Exchange, chosen: Chosen): Reply | Promise<Reply> {
    const { clock } = plan;
    const { traceId, caller, rule, isForXRay } = chosen;
    const segmentId = newHex(16);
    x.traceHeader = `Root=${traceId};Parent=${segmentId};Sampled=1`;
    const trace: ActiveTrace = {
      ...{ calls: [], traceId, segmentId },
      nowMs: () => x.startedAtMs + clock.monotonicMs() - x.startedMonotonicMs,
    };
    const keep = (reply: Reply): void =>
      tracing.keep(requestOf(plan, x, reply, trace, rule, caller?.parentId), isForXRay);
    const finished = (reply: Reply): Reply => {
      if (reply.stream !== undefined) reply.stream.whenOver(() => keep(reply));
      else keep(reply);
      return reply;
    };
    const reply = current.run(trace, () => runPlan(plan, x));
    return reply instanceof Promise ? reply.then(finished) : finished(reply);
  }

  /** A call that streams ends, for its segment, when its answer begins: that is how long the backend took. */
  const tracedStreams = ({ functions, backends }: Streaming): Streaming => ({
    functions: {
      stream(invocation) {
        const trace = current.getStore();
        return trace === undefined
          ? functions.stream(invocation)
          : tracedInvoke(invocation, trace, (each) => functions.stream(each));
      },
    },
    backends: {
      stream(request) {
        const trace = current.getStore();
        return trace === undefined
          ? backends.stream(request)
          : tracedSend(request, trace, (each) => backends.stream(each));
      },
    },
  });

  return {
    tools(tools) {
      const { functions, upstream, streaming } = tools;
      return {
        ...tools,
        ...(streaming && { streaming: tracedStreams(streaming) }),
        // Not async: a request that is not traced, as most are not, is to wait for no promise more than without all this.
        functions: {
          mayInvoke: (permission) => functions.mayInvoke(permission),
          invoke(invocation) {
            const trace = current.getStore();
            return trace === undefined
              ? functions.invoke(invocation)
              : tracedInvoke(invocation, trace, (each) => functions.invoke(each));
          },
        },
        upstream: {
          close: () => upstream.close(),
          send(request) {
            const trace = current.getStore();
            return trace === undefined
              ? upstream.send(request)
              : tracedSend(request, trace, (each) => upstream.send(each));
          },
        },
      };
    },

    run: (runPlan) =>
      function runTraced(plan, x) {
        const isRest = plan.kind === 'rest';
        const isActive = isRest && plan.isTraced === true;
        if (!isActive && !isRest && !tracing.tracesAll) return runPlan(plan, x);
        const caller = callersTrace(x, tracing.tracesAll);
        const decided = caller?.isSampled;
        if (!isActive && !tracing.tracesAll && decided !== true) return runPlan(plan, x);
        const rule = decided === undefined ? tracing.sample(new Question(plan, x)) : undefined;
        const traceId = caller?.traceId ?? newTraceRoot(x.startedAtMs);
        if (decided === true || rule !== undefined) {
          const isForXRay = isActive || (isRest && decided === true);
          return runSampled(runPlan, plan, x, { traceId, caller, rule, isForXRay });
        }
        x.traceHeader = `Root=${traceId};Sampled=0`;
        return runPlan(plan, x);
      },
  };
}

interface Chosen {
  readonly traceId: string;
  readonly caller: CallersTrace | undefined;
  readonly rule: string | undefined;
  readonly isForXRay: boolean;
}

/** Queries carry keys and tokens: no trace tells them. */
function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}

const unanswered = (trace: ActiveTrace, error: unknown) => ({
  endMs: trace.nowMs(),
  status: undefined,
  contentLength: undefined,
  failure: error instanceof Problem ? error.why : String(error),
  requestId: undefined,
});

function functionUrl(arn: string): string {
  const region = /^arn:[^:]*:lambda:([^:]+):/.exec(arn)?.[1] ?? 'us-east-1';
  return `https://lambda.${region}.amazonaws.com/2015-03-31/functions/${arn}/invocations`;
}

function resourceArnOf({ kind, context }: Plan): string {
  const { region, apiId, stage } = context;
  return `arn:aws:apigateway:${region}::/${kind === 'rest' ? 'restapis' : 'apis'}/${apiId}/stages/${stage}`;
}

/** Asked for every request; what no rule looks at is not put together. */
class Question implements SamplingQuestion {
  readonly #plan: Plan;
  readonly #x: Exchange;

  constructor(plan: Plan, x: Exchange) {
    this.#plan = plan;
    this.#x = x;
  }

  get atMs(): number {
    return this.#x.startedAtMs;
  }

  get account(): string {
    return this.#plan.context.account;
  }

  get region(): string {
    return this.#plan.context.region;
  }

  get serviceName(): string {
    const { apiName, stage } = this.#plan.context;
    return `${apiName}/${stage}`;
  }

  get serviceType() {
    return 'AWS::ApiGateway::Stage' as const;
  }

  get host(): string {
    return this.#x.domainName;
  }

  get method(): string {
    return this.#x.method;
  }

  get path(): string {
    return this.#x.contextPath;
  }

  get resourceArn(): string {
    return resourceArnOf(this.#plan);
  }

  get headers(): HeaderList {
    return this.#x.request.headers;
  }
}

function requestOf(
  plan: Plan,
  x: Exchange,
  reply: Reply,
  { traceId, segmentId, calls, nowMs }: ActiveTrace,
  rule: string | undefined,
  parentId: string | undefined,
) {
  const { account, region, apiId, apiName, stage } = plan.context;
  const { request } = x;
  return {
    ...{ kind: plan.kind, account, region, traceId, segmentId, parentId, rule, apiId, apiName, stage, calls },
    resourceArn: resourceArnOf(plan),
    route: plan.router.match(x.method, x.path)?.method.label,
    ...{ requestId: x.requestId, extendedRequestId: x.extendedRequestId, method: x.method },
    url: `${request.secure ? 'https' : 'http'}://${x.domainName}${x.contextPath}`,
    ...{ clientIp: request.sourceIp, userAgent: headerValue(request.headers, 'user-agent') },
    ...{ startMs: x.startedAtMs, endMs: nowMs(), status: reply.status },
    contentLength: bodyBytes(reply),
  };
}
