/** From request to reply: finds out what is addressed, runs the stage's plan, and tells the log about every answer the gateway made itself. */
import type { Clock } from '../base/clock.ts';
import { headerValue } from '../base/headers.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import { newExtendedRequestId, newRequestId } from '../base/ids.ts';
import type { Exchange, Reply } from '../plan/exchange.ts';
import { gatewayProblem } from '../plan/gateway-responses.ts';
import type { Plan, WebSocketPlan } from '../plan/plan.ts';
import type { Log } from '../ports/telemetry.ts';
import {
  type Address,
  addressOf,
  addressThroughEndpoint,
  apiIdHeader,
  customDomainOf,
  type DomainName,
  type InvokeAddress,
} from './addresses.ts';
import { domainAddress, isDomainRefusal } from './domains/domain-address.ts';
import type { DomainTable } from './domains/domain-table.ts';
import { noteRefusedClient } from './domains/refused-client.ts';
import { newExchange } from './exchange.ts';
import { foreignPage, type OwnNames } from './foreign-page.ts';
import { addressToHttpApi } from './http-api-address.ts';
import type { HandlerReply, HttpHandler, RequestHead } from './http-handler.ts';
import type { Pages, Sites } from './pages.ts';
import { type PlainHttp, withoutTls } from './plain-http.ts';
import type { PlanTable } from './plan-table.ts';
import { createProblemLog } from './problem-log.ts';
import {
  forbidden,
  healthy,
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
  /** Custom domains; without any, hosts are those of the default endpoints. */
  readonly domains?: DomainTable;
  runPlan(plan: Plan, x: Exchange): Reply | Promise<Reply>;
  /** The AWS calls. */
  services(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Sites of companions, asked before anything but an API's default endpoint is looked for. */
  readonly sites?: Sites;
  /** Everything addressed to a WebSocket API: handshakes, and calls to its connections. */
  readonly sockets: Pick<WebSockets, 'answer'>;
  /** Our own pages below `/_/`. */
  admin(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Pages of companions, found where no API is addressed. */
  readonly pages?: readonly Pages[];
  /** AWS calls whose bodies are stored as they come, and which say themselves what pages of other sites may do. */
  readonly objectCalls?: ObjectCalls;
  /** AWS calls that pages of any site may make, because on AWS they may. */
  isPublicCall?(request: HttpRequest): boolean;
  /** Whose pages may make AWS calls beside those of this machine. */
  readonly ownNames?: OwnNames;
  readonly log: Log;
  readonly clock: Clock;
  /** Bytes of body an invoke request may have (AWS quota 10 MB, row LIM-03). */
  readonly maxInvokeBodyBytes: number;
  readonly maxServiceBodyBytes: number;
  /** `serve` unless given. */
  readonly plainHttp?: PlainHttp;
  /** APIs, and what their callers need beside them: pages of companions and AWS calls that need no key. Nothing else is found. */
  readonly onlyApis?: boolean;
}

/** S3's calls. */
export interface ObjectCalls {
  owns(head: RequestHead): boolean;
  readonly maxBodyBytes: number;
  streamsBody(head: RequestHead): boolean;
  answer(request: HttpRequest, isForeignPage: boolean): Promise<HttpReply>;
}

/** Everything behind the listener. Never throws and never rejects. */
export function createServe(options: ServeOptions): HttpHandler {
  const {
    planTable,
    domains,
    runPlan,
    sites,
    services,
    sockets,
    admin,
    clock,
    plainHttp = 'serve',
    onlyApis = false,
    maxInvokeBodyBytes,
    maxServiceBodyBytes,
  } = options;
  const objectCalls = onlyApis ? undefined : options.objectCalls;
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
    if (address.form === 'domain') {
      if (plan?.kind !== 'http' && isHealthCheck(x.request.path)) return healthy(x);
      // A mapping leads to the stage it names and to no other: one that is gone does not open the API's `$default`.
      if (plan?.context.stage !== address.stage) return unknownStage(x, address);
    }
    if (plan === undefined) return unknownStage(x, address);
    const barred = outOfReach(plan, x, address);
    if (barred !== undefined) return refused(x, address, barred);
    if (plan.kind === 'websocket') return toSockets(plan, x, address);
    if (plan.kind === 'http') {
      if (address.form === 'user-request') return noSuchHttpPath(x, address, 'HTTP APIs have no /restapis/ address');
      addressToHttpApi(x, address, plan.context.stage);
      if (isDisabled(plan, address)) return noSuchHttpPath(x, address, disabledEndpoint);
    } else if (isDisabled(plan, address)) return refused(x, address, disabledEndpoint);
    const reply = runPlan(plan, x);
    if (reply instanceof Promise) return finishLater(reply, x, address);
    if (reply.problem !== undefined) logProblem(reply, x, address);
    return reply;
  }

  async function toSockets(plan: WebSocketPlan, x: Exchange, address: InvokeAddress): Promise<HandlerReply> {
    if (isDisabled(plan, address)) return refused(x, address, disabledEndpoint);
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

  /** A request to a custom domain (rows DOM-07 to DOM-24). */
  function invokeByDomain(
    request: HttpRequest,
    { domain, hostName }: DomainName,
  ): HandlerReply | Promise<HandlerReply> {
    if (plainHttp !== 'serve' && !request.secure) return refusedForTls(request, domain.name, plainHttp);
    const address = domainAddress(request, domain, hostName, clock.now());
    if (!isDomainRefusal(address)) return invoke(request, address);
    const { why, barred, isUnrouted } = address;
    if (isUnrouted && isHealthCheck(request.path)) return healthy(newIds());
    const x = barred && newExchange(request, barred, clock);
    const ids = x ?? newIds();
    const reply = forbidden(ids);
    const { method, path } = request;
    const { requestId } = ids;
    problems.report({ requestId, domain: hostName, method, path, status: 403, kind: 'FORBIDDEN', why });
    if (x !== undefined) {
      const { status, headers, body } = reply;
      noteRefusedClient(planTable, x, barred!, { status, headers, body, problem: gatewayProblem('FORBIDDEN', why) });
    }
    return reply;
  }

  function refusedForTls(request: HttpRequest, api: string, policy: 'forbid' | 'redirect'): HttpReply {
    const ids = newIds();
    const reply = withoutTls(policy, request, ids);
    const why = `the request came without TLS, and the setting plainHttp is ${policy}`;
    const { method, path } = request;
    const { requestId } = ids;
    problems.report({ requestId, api, method, path, status: reply.status, kind: 'FORBIDDEN', why });
    return reply;
  }

  function callService(request: HttpRequest): HttpReply | Promise<HttpReply> {
    if (objectCalls?.owns(request)) return objectCalls.answer(request, foreignPage(request) !== undefined);
    const pages = options.pages?.find((each) => each.owns(request));
    if (pages !== undefined) return pages.answer(request);
    const page = foreignPage(request, options.ownNames);
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

  /** Whether a request that is no invocation is for those who call APIs: signing in, keys of tokens, the health that load balancers ask for. */
  function isForCallers(request: HttpRequest, kind: 'admin' | 'service'): boolean {
    if (kind === 'admin') return request.path === '/_/health';
    if (isPreflight(request)) return announcesPublicCall(request);
    return options.pages?.some((each) => each.owns(request)) === true || options.isPublicCall?.(request) === true;
  }

  function noApi(request: HttpRequest): HttpReply {
    const ids = newIds();
    const { method, path } = request;
    const why = 'the request names no API, and nothing else is served at this address (setting apiListeners)';
    problems.report({ requestId: ids.requestId, method, path, status: 403, kind: 'FORBIDDEN', why });
    return forbidden(ids);
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
    const address = head && addressOf(head, domains);
    return address?.kind === 'invoke' && planTable.loadedPlan(address.apiId, address.stage)?.kind === 'http';
  }

  function invokeAddressed(request: HttpRequest, address: InvokeAddress): HandlerReply | Promise<HandlerReply> {
    return plainHttp === 'serve' || request.secure
      ? invoke(request, address)
      : refusedForTls(request, address.apiId, plainHttp);
  }

  function handleAddressed(request: HttpRequest, address: Address | undefined): HandlerReply | Promise<HandlerReply> {
    if (address === undefined) return noApiBehindEndpoint(request);
    if (address.kind === 'invoke') return invokeAddressed(request, address);
    try {
      if (address.kind === 'domain') return invokeByDomain(request, address);
      if (onlyApis && !isForCallers(request, address.kind)) return noApi(request);
      const reply = address.kind === 'admin' ? admin(request) : callService(request);
      return reply instanceof Promise ? answered(reply, request) : reply;
    } catch (error) {
      return fault(error, request);
    }
  }

  /** A site's answer; undefined for what is no site's. A VPC endpoint leads to APIs only. */
  function answeredBySite(request: HttpRequest): Promise<HttpReply> | undefined {
    if (sites === undefined || request.vpcEndpoint !== undefined || !sites.owns(request)) return undefined;
    if (plainHttp !== 'serve' && !request.secure) {
      return Promise.resolve(refusedForTls(request, headerValue(request.headers, 'host') ?? '', plainHttp));
    }
    return answered(Promise.resolve(sites.answer(request)), request);
  }

  async function afterNames(request: HttpRequest): Promise<HandlerReply> {
    await Promise.all([domains?.loading, sites?.loading]);
    return answeredBySite(request) ?? handleAddressed(request, addressFor(request, domains));
  }

  return {
    maxBodyBytes(head) {
      if (sites?.owns(head) === true) return maxInvokeBodyBytes;
      const { kind } = addressOf(head, domains);
      const isInvoke = kind === 'invoke' || kind === 'domain' || headerValue(head.headers, apiIdHeader) !== undefined;
      if (isInvoke) return maxInvokeBodyBytes;
      return kind === 'service' && objectCalls?.owns(head) ? objectCalls.maxBodyBytes : maxServiceBodyBytes;
    },
    streamsBody(head) {
      if (objectCalls === undefined || !objectCalls.streamsBody(head) || !objectCalls.owns(head)) return false;
      // A VPC endpoint leads to no service.
      return addressOf(head, domains).kind === 'service' && headerValue(head.headers, apiIdHeader) === undefined;
    },
    handle(request) {
      const address = addressFor(request, domains);
      if (address?.kind === 'invoke' && address.form === 'host') return invokeAddressed(request, address);
      // By every other host the request may be one of the names that just changed.
      if (domains?.loading !== undefined || sites?.loading !== undefined) {
        return afterNames(request);
      }
      return answeredBySite(request) ?? handleAddressed(request, address);
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
function addressFor(request: HttpRequest, domains: DomainTable | undefined): Address | undefined {
  const { vpcEndpoint } = request;
  if (vpcEndpoint === undefined) return addressOf(request, domains);
  return (
    customDomainOf(request, domains) ??
    addressThroughEndpoint(request) ??
    (vpcEndpoint.hasOwnListener ? undefined : addressOf(request))
  );
}

/** Custom domains lead past a default endpoint that is switched off (row EP-08). */
function isDisabled({ executeApiDisabled }: Plan, { form }: InvokeAddress): boolean {
  return executeApiDisabled && form !== 'domain';
}

/** API Gateway's own on custom domains of REST and WebSocket APIs (row EP-12). */
const isHealthCheck = (path: string): boolean => path === '/ping' || path === '/sping';

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
