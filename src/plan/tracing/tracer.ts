/**
 * Traces requests: decides at their beginning, notes what they call, hands over what they were (rows MET-07 to MET-09). A request that is not traced costs
 * a look at its stage and its header. REST stages trace when they are set to (active), or when the caller does (passive); with an exporter all APIs do.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { headerValue } from '../../base/headers.ts';
import { newHex } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { TracedCall, Tracing } from '../../ports/tracing.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { Plan } from '../plan.ts';
import type { PlanTools } from '../tools.ts';
import { callersTrace, type Decision, traceparentOf, withTraceparent } from './headers.ts';

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

  return {
    tools(tools) {
      const { functions, upstream } = tools;
      return {
        ...tools,
        functions: {
          mayInvoke: (permission) => functions.mayInvoke(permission),
          async invoke(invocation) {
            const trace = current.getStore();
            if (trace === undefined) return functions.invoke(invocation);
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
              const result = await functions.invoke(invocation);
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
          },
        },
        upstream: {
          close: () => upstream.close(),
          async send(request) {
            const trace = current.getStore();
            if (trace === undefined) return upstream.send(request);
            const segmentId = newHex(16);
            const call = {
              ...{ segmentId, what: 'http' as const, name: new URL(request.origin).host },
              ...{ method: request.method, url: request.origin + request.target, startMs: trace.nowMs() },
            };
            const headers = tracing.tracesAll
              ? withTraceparent(request.headers, traceparentOf(trace.traceId, segmentId))
              : request.headers;
            try {
              const answer = await upstream.send({ ...request, headers });
              const { status, body } = answer;
              const received = { status, contentLength: body.length, failure: undefined, requestId: undefined };
              trace.calls.push({ ...call, endMs: trace.nowMs(), ...received });
              return answer;
            } catch (error) {
              trace.calls.push({ ...call, ...unanswered(trace, error) });
              throw error;
            }
          },
        },
      };
    },

    run: (runPlan) => (plan, x) => {
      const isActive = plan.kind === 'rest' && plan.isTraced === true;
      if (!isActive && !tracing.tracesAll && plan.kind !== 'rest') return runPlan(plan, x);
      const caller = callersTrace(x, tracing.tracesAll);
      if (!isActive && !tracing.tracesAll && caller?.isSampled !== true) return runPlan(plan, x);
      const rule = caller?.isSampled === undefined ? tracing.sample(questionOf(plan, x)) : undefined;
      const isSampled = caller?.isSampled ?? rule !== undefined;
      const decision: Decision = { caller, isSampled, segmentId: newHex(16), nowMs: x.startedAtMs };
      const { traceId, header } = traceOf(decision);
      x.traceHeader = header;
      if (!isSampled) return runPlan(plan, x);

      const { clock } = plan;
      const trace: ActiveTrace = {
        ...{ calls: [], traceId, segmentId: decision.segmentId },
        nowMs: () => x.startedAtMs + clock.monotonicMs() - x.startedMonotonicMs,
      };
      const finished = (reply: Reply): Reply => {
        const isForXRay = isActive || (plan.kind === 'rest' && caller?.isSampled === true);
        tracing.keep(requestOf(plan, x, reply, trace, rule, caller?.parentId), isForXRay);
        return reply;
      };
      const reply = current.run(trace, () => runPlan(plan, x));
      return reply instanceof Promise ? reply.then(finished) : finished(reply);
    },
  };
}

function traceOf({ caller, isSampled, segmentId, nowMs }: Decision): { traceId: string; header: string } {
  const traceId =
    caller?.traceId ??
    `1-${Math.floor(nowMs / 1000)
      .toString(16)
      .padStart(8, '0')}-${newHex(24)}`;
  return { traceId, header: `Root=${traceId};${isSampled ? `Parent=${segmentId};Sampled=1` : 'Sampled=0'}` };
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

function questionOf(plan: Plan, x: Exchange) {
  const { account, region, apiName, stage } = plan.context;
  return {
    ...{ account, region, serviceName: `${apiName}/${stage}`, serviceType: 'AWS::ApiGateway::Stage' as const },
    ...{ host: x.domainName, method: x.method, path: x.contextPath, resourceArn: resourceArnOf(plan) },
    headers: x.request.headers,
  };
}

function requestOf(
  plan: Plan,
  x: Exchange,
  { status, body }: Reply,
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
    ...{ startMs: x.startedAtMs, endMs: nowMs(), status },
    contentLength: typeof body === 'string' ? Buffer.byteLength(body) : body.length,
  };
}
