/** From request to reply: finds out what is addressed, runs the stage's plan, and tells the log about every answer the gateway made itself. */
import type { Clock } from '../base/clock.ts';
import { headerValue } from '../base/headers.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import { newExtendedRequestId, newRequestId } from '../base/ids.ts';
import type { Exchange, Reply } from '../plan/exchange.ts';
import type { Plan, WebSocketPlan } from '../plan/plan.ts';
import type { Log } from '../ports/telemetry.ts';
import { type Address, addressOf, addressThroughEndpoint, apiIdHeader, type InvokeAddress } from './addresses.ts';
import { newExchange } from './exchange.ts';
import { foreignPage } from './foreign-page.ts';
import { addressToHttpApi } from './http-api-address.ts';
import type { HandlerReply, HttpHandler, RequestHead } from './http-handler.ts';
import type { Pages } from './pages.ts';
import { type PlainHttp, withoutTls } from './plain-http.ts';
import type { PlanTable } from './plan-table.ts';
import { createProblemLog } from './problem-log.ts';
import {
  forbidden,
  internalServerError,
  malformedHttpReply,
  malformedReply,
  notFound,
  refusalReply,
} from './respond.ts';
import { markOverLimit } from './rests.ts';
import { announcesPublicCall, isPreflight, preflightReply, readableByPage } from './service-cors.ts';
import { outOfReach } from './vpc-endpoints.ts';
import type { WebSockets } from './websocket/websockets.ts';

export interface ServeOptions {
  readonly planTable: PlanTable;
  runPlan(plan: Plan, x: Exchange): Reply | Promise<Reply>;
  /** The AWS calls. */
  services(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Everything addressed to a WebSocket API: handshakes, and calls to its connections. */
  readonly sockets: Pick<WebSockets, 'answer'>;
  /** Our own pages below `/_/`. */
  admin(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Pages of companions, found where no API is addressed. */
  readonly pages?: readonly Pages[];
  /** AWS calls that pages of any site may make, because on AWS they may. */
  isPublicCall?(request: HttpRequest): boolean;
  readonly log: Log;
  readonly clock: Clock;
  /** Bytes of body an invoke request may have (AWS quota 10 MB, row LIM-03). */
  readonly maxInvokeBodyBytes: number;
  readonly maxServiceBodyBytes: number;
  /** `serve` unless given. */
  readonly plainHttp?: PlainHttp;
}

/** Everything behind the listener. Never throws and never rejects. */
export function createServe(options: ServeOptions): HttpHandler {
  const {
    planTable,
    runPlan,
    services,
    sockets,
    admin,
    clock,
    plainHttp = 'serve',
    maxInvokeBodyBytes,
    maxServiceBodyBytes,
  } = options;
  const problems = createProblemLog(options.log, clock);

  function invoke(request: HttpRequest, address: InvokeAddress): HandlerReply | Promise<HandlerReply> {
    const x = newExchange(request, address, clock);
    try {
      const plan = planTable.find(address.apiId, address.stage);
      if (plan instanceof Promise) return afterLoading(plan, x, address);
      return runFound(plan, x, address);
    } catch (error) {
      return failed(error, x, address);
    }
  }

  async function afterLoading(
    loading: Promise<Plan | undefined>,
    x: Exchange,
    address: InvokeAddress,
  ): Promise<HandlerReply> {
    try {
      return await runFound(await loading, x, address);
    } catch (error) {
      return failed(error, x, address);
    }
  }

  function runFound(plan: Plan | undefined, x: Exchange, address: InvokeAddress): HandlerReply | Promise<HandlerReply> {
    if (plan === undefined) return unknownStage(x, address);
    const barred = outOfReach(plan, x, address);
    if (barred !== undefined) return refused(x, address, barred);
    if (plan.kind === 'websocket') return toSockets(plan, x, address);
    if (plan.kind === 'http') {
      if (address.form === 'user-request') return noSuchHttpPath(x, address, 'HTTP APIs have no /restapis/ address');
      addressToHttpApi(x, address, plan.context.stage);
      if (plan.executeApiDisabled) return noSuchHttpPath(x, address, disabledEndpoint);
    } else if (plan.executeApiDisabled) return refused(x, address, disabledEndpoint);
    const reply = runPlan(plan, x);
    if (reply instanceof Promise) return finishLater(reply, x, address);
    if (reply.problem !== undefined) logProblem(reply, x, address);
    return reply;
  }

  async function toSockets(plan: WebSocketPlan, x: Exchange, address: InvokeAddress): Promise<HandlerReply> {
    if (plan.executeApiDisabled) return refused(x, address, disabledEndpoint);
    try {
      return (
        (await sockets.answer(plan, x, address)) ??
        refused(x, address, 'neither a WebSocket handshake at the stage nor /@connections/{id}')
      );
    } catch (error) {
      return failed(error, x, address);
    }
  }

  async function finishLater(pending: Promise<Reply>, x: Exchange, address: InvokeAddress): Promise<HttpReply> {
    try {
      const reply = await pending;
      if (reply.problem !== undefined) logProblem(reply, x, address);
      return reply;
    } catch (error) {
      return failed(error, x, address);
    }
  }

  /** Rows EP-09, HRT-01. The log names the stages there are; it is written when they are known, the client does not wait for that. */
  async function unknownStage(x: Exchange, address: InvokeAddress): Promise<HttpReply> {
    const { apiId, stage } = address;
    planTable.stageNames(apiId).then(
      (names) => logRefusal(x, address, explainMissing(apiId, stage, names)),
      (error) =>
        logRefusal(x, address, `no stage '${stage}' in API ${apiId}; cannot list its stages: ${String(error)}`),
    );
    try {
      return (await planTable.apiKind(apiId)) === 'http' ? notFound(x) : forbidden(x);
    } catch (error) {
      return failed(error, x, address);
    }
  }

  /** Row EP-08: what a REST API forbids, an HTTP API does not know. */
  function noSuchHttpPath(x: Exchange, address: InvokeAddress, why: string): HttpReply {
    problems.report(fieldsOf(x, address, 404, 'RESOURCE_NOT_FOUND', why));
    return notFound(x);
  }

  function refused(x: Exchange, address: InvokeAddress, why: string): HttpReply {
    logRefusal(x, address, why);
    return forbidden(x);
  }

  function logRefusal(x: Exchange, address: InvokeAddress, why: string): void {
    problems.report(fieldsOf(x, address, 403, 'FORBIDDEN', why));
  }

  function logProblem(reply: Reply, x: Exchange, address: InvokeAddress): void {
    markOverLimit(reply);
    problems.report(fieldsOf(x, address, reply.status, reply.problem!.kind, reply.problem!.why));
  }

  /** Only a mistake in the gateway itself ends here: runPlan answers for everything that can go wrong on the line. */
  function failed(error: unknown, x: Exchange, address: InvokeAddress): HttpReply {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    problems.report(fieldsOf(x, address, 500, 'GATEWAY_FAULT', why));
    return internalServerError(x);
  }

  function refusedForTls(request: HttpRequest, address: InvokeAddress, policy: 'forbid' | 'redirect'): HttpReply {
    const ids = newIds();
    const reply = withoutTls(policy, request, ids);
    const why = `the request came without TLS, and the setting plainHttp is ${policy}`;
    const { method, path } = request;
    const { requestId } = ids;
    problems.report({ requestId, api: address.apiId, method, path, status: reply.status, kind: 'FORBIDDEN', why });
    return reply;
  }

  function callService(request: HttpRequest): HttpReply | Promise<HttpReply> {
    const pages = options.pages?.find((each) => each.owns(request));
    if (pages !== undefined) return pages.answer(request);
    const page = foreignPage(request);
    if (isPreflight(request) && (page === undefined || announcesPublicCall(request))) return preflightReply(request);
    if (page === undefined || options.isPublicCall?.(request) === true) {
      const reply = services(request);
      if (headerValue(request.headers, 'origin') === undefined) return reply;
      return reply instanceof Promise ? reply.then(readableByPage) : readableByPage(reply);
    }
    const ids = newIds();
    const { method, path } = request;
    const why = `an AWS call from a page of ${page}; pages of localhost and of this server may call, no others`;
    problems.report({ requestId: ids.requestId, method, path, status: 403, kind: 'FOREIGN_PAGE', why });
    return refusalReply(foreignPageRefusal, ids);
  }

  /** A VPC endpoint for `execute-api` leads to APIs and to nothing else of ours. */
  function noApiBehindEndpoint(request: HttpRequest): HttpReply {
    const ids = newIds();
    const { method, path, vpcEndpoint } = request;
    const why = `the request came through the VPC endpoint ${vpcEndpoint!.id} and names no API`;
    problems.report({ requestId: ids.requestId, method, path, status: 403, kind: 'FORBIDDEN', why });
    return forbidden(ids);
  }

  async function answered(reply: Promise<HttpReply>, request: HttpRequest): Promise<HttpReply> {
    try {
      return await reply;
    } catch (error) {
      return fault(error, request);
    }
  }

  function fault(error: unknown, request: HttpRequest): HttpReply {
    const ids = newIds();
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const { method, path } = request;
    problems.report({ requestId: ids.requestId, method, path, status: 500, kind: 'GATEWAY_FAULT', why });
    return internalServerError(ids);
  }

  function isOfHttpApi(head: RequestHead | undefined): boolean {
    const address = head && addressOf(head);
    return address?.kind === 'invoke' && planTable.loadedPlan(address.apiId, address.stage)?.kind === 'http';
  }

  return {
    maxBodyBytes(head) {
      const isInvoke = addressOf(head).kind === 'invoke' || headerValue(head.headers, apiIdHeader) !== undefined;
      return isInvoke ? maxInvokeBodyBytes : maxServiceBodyBytes;
    },
    handle(request) {
      const address = addressFor(request);
      if (address === undefined) return noApiBehindEndpoint(request);
      if (address.kind === 'invoke') {
        return plainHttp === 'serve' || request.secure
          ? invoke(request, address)
          : refusedForTls(request, address, plainHttp);
      }
      try {
        const reply = address.kind === 'admin' ? admin(request) : callService(request);
        return reply instanceof Promise ? answered(reply, request) : reply;
      } catch (error) {
        return fault(error, request);
      }
    },
    refuse({ status, why }, head) {
      const ids = newIds();
      const { requestId } = ids;
      const kind = status === 500 ? 'GATEWAY_FAULT' : 'MALFORMED_REQUEST';
      problems.report({ requestId, method: head?.method, path: head?.path, status, kind, why });
      return isOfHttpApi(head) ? malformedHttpReply(status, ids) : malformedReply(status, ids);
    },
  };
}

/** Undefined where a VPC endpoint's own listener got something that is no invocation. */
function addressFor(request: HttpRequest): Address | undefined {
  const { vpcEndpoint } = request;
  if (vpcEndpoint === undefined) return addressOf(request);
  return addressThroughEndpoint(request) ?? (vpcEndpoint.hasOwnListener ? undefined : addressOf(request));
}

const disabledEndpoint = 'the default endpoint of the API is disabled';

const foreignPageRefusal = {
  status: 403,
  errorType: 'AccessDeniedException',
  body: '{"message":"Access denied to pages of other sites"}',
};

const newIds = () => ({ requestId: newRequestId(), extendedRequestId: newExtendedRequestId() });

function fieldsOf(x: Exchange, address: InvokeAddress, status: number, kind: string, why: string) {
  const { requestId, method, path } = x;
  return { requestId, api: address.apiId, stage: address.stage, method, path, status, kind, why };
}

function explainMissing(apiId: string, stage: string, names: readonly string[]): string {
  if (names.length === 0) return `no API ${apiId}, or it has no stage yet`;
  const stages = `stages: ${names.join(', ')}`;
  return stage === ''
    ? `the request to API ${apiId} names no stage; ${stages}`
    : `no stage '${stage}' in API ${apiId}; ${stages}`;
}
