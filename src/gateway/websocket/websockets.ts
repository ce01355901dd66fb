/**
 * The life of a WebSocket connection: the handshake waits for `$connect`, every message finds its route in the plan its stage has at that moment, and the end
 * is told to `$disconnect` exactly once (rows WS-01 to WS-13, WS-30).
 */
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { newMessageId } from '../../base/connection-ids.ts';
import { headerValue } from '../../base/headers.ts';
import { type HttpReply, noBody } from '../../base/http.ts';
import type { Exchange, Reply } from '../../plan/exchange.ts';
import { gatewayProblem } from '../../plan/gateway-responses.ts';
import type { Plan, WebSocketPlan } from '../../plan/plan.ts';
import { type ConnectionNodes, type HeldConnection, oneConnectionNode } from '../../ports/connection-nodes.ts';
import type { Connections } from '../../ports/connections.ts';
import type { StageChange } from '../../ports/deployments.ts';
import { type Bucket, type Buckets, ownBuckets } from '../../ports/rate-limits.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { InvokeAddress } from '../addresses.ts';
import type { HandlerReply, Upgrade } from '../http-handler.ts';
import type { PlanTable } from '../plan-table.ts';
import { createProblemLog } from '../problem-log.ts';
import { markOverLimit } from '../rests.ts';
import { type ConnectionTable, createConnectionTable } from './connection-table.ts';
import { acceptance, edgeRefusal, handshakeFault, hasTwoAuthorizations, isUpgrade } from './handshake.ts';
import { createManagement, isManagementPath, type ManagementOptions } from './management.ts';
import { type ConnectionFacts, type ConnectionOwner, SocketConnection } from './socket-connection.ts';
import { connectEvent, disconnectEvent, messageEvent, socketExchange } from './socket-exchange.ts';
import { awsSocketLimits, type SocketLimits } from './socket-limits.ts';

export interface WebSocketsOptions {
  readonly planTable: PlanTable;
  runPlan(plan: Plan, x: Exchange): Reply | Promise<Reply>;
  readonly clock: Clock;
  readonly limits?: Partial<SocketLimits>;
  readonly log: Log;
  readonly buckets?: Buckets;
  /** The others that serve the same APIs. */
  readonly nodes?: ConnectionNodes;
  /** Whether a caller may use `@connections` (gateway/websocket/management). */
  authorizeManagement: ManagementOptions['authorize'];
}

export interface WebSockets {
  /** Of this node. */
  readonly connections: ConnectionTable;
  /** Of all nodes. */
  readonly reachable: Connections;
  /** Answers a request to a stage: an Upgrade when it is an accepted handshake. Undefined when it is neither a handshake nor a call to a connection. */
  answer(plan: WebSocketPlan, x: Exchange, address: InvokeAddress): Promise<HandlerReply | undefined>;
  /** Closes the connections of a stage that is no more. To be told after the plan table. */
  stageChanged(change: StageChange): Promise<void>;
  /** Ends connections whose time is over. Runs by itself; tests call it. */
  sweep(): void;
  /** Closes every connection with 1001 and waits for the `$disconnect` of each. */
  close(): Promise<void>;
}

const sweepEveryMs = 1_000;

export function createWebSockets(options: WebSocketsOptions): WebSockets {
  const { planTable, runPlan, clock, log, buckets = ownBuckets, nodes = oneConnectionNode } = options;
  const limits: SocketLimits = { ...awsSocketLimits, ...options.limits };
  const connections = createConnectionTable(() => clock.now());
  const problems = createProblemLog(log, clock);
  const newcomers = new Map<string, Bucket>();
  /** Ended, their sockets not yet closed: a client that does not hang up is torn down in time. */
  const leaving = new Set<SocketConnection>();
  let isClosing = false;
  /** Ends being told. */
  const farewells = new Set<Promise<void>>();
  let coarseNowMs = clock.monotonicMs();

  const owner: ConnectionOwner = {
    limits,
    now: () => coarseNowMs,
    message,
    ended(connection, code, reason) {
      connections.remove(connection);
      leaving.add(connection);
      const told = ended(connection.facts, code, reason).finally(() => farewells.delete(told));
      farewells.add(told);
    },
    gone: (connection) => void leaving.delete(connection),
  };

  const reachable = nodes.join({
    connections,
    held: () => Iterator.from(connections.all()).map(({ facts }) => heldConnection(facts)),
    orphaned: (held) => disconnected(held as ConnectionFacts, 1006, 'Connection closed abnormally'),
    disowned: (connectionId) => connections.find(connectionId)?.close(1001, 'Going away'),
  });

  const manage = createManagement({
    connections: reachable,
    authorize: options.authorizeManagement,
    now: () => clock.now(),
    report(request, status, kind, requestId, why) {
      const { method, path } = request;
      problems.report({ requestId, method, path, status, kind, why });
    },
  });

  async function answer(plan: WebSocketPlan, x: Exchange, address: InvokeAddress): Promise<HandlerReply | undefined> {
    const { request } = x;
    if (isManagementPath(address.path)) return counted(plan, x, await manage(request, address, plan.context));
    return address.path === '/' && isUpgrade(request) ? handshake(plan, x, address) : undefined;
  }

  /** A message that reached its connection counts, whoever sent it. */
  function counted(plan: WebSocketPlan, x: Exchange, reply: HttpReply): HttpReply {
    if (x.request.method === 'POST' && reply.status === 200) {
      plan.callbackMetrics.record(x, { ...reply, problem: undefined }, clock.monotonicMs() - x.startedMonotonicMs);
    }
    return reply;
  }

  function report({ context: { apiId, stage } }: WebSocketPlan, x: Exchange, { status, problem }: Reply): void {
    const { requestId, method } = x;
    problems.report({ requestId, api: apiId, stage, method, path: '', status, kind: problem!.kind, why: problem!.why });
  }

  async function handshake(plan: WebSocketPlan, x: Exchange, address: InvokeAddress): Promise<HandlerReply> {
    const { request } = x;
    // Both ids are one and the same (recorded E7).
    x.requestId = x.extendedRequestId;
    x.domainName = callbackName(address, headerValue(request.headers, 'host') ?? '');
    const connectionId = reachable.newConnectionId(x.startedAtMs);
    const userAgent = headerValue(request.headers, 'user-agent');
    x.socket = { connectionId, connectedAtMs: x.startedAtMs, userAgent, ...connectEvent };
    x.method = '$connect';
    if (hasTwoAuthorizations(request)) {
      const problem = gatewayProblem('BAD_REQUEST', 'two Authorization headers');
      report(plan, x, { ...edgeRefusal(), stream: undefined, problem });
      return edgeRefusal();
    }
    const fault = handshakeFault(request);
    if (fault !== undefined) return refused(plan, x, gatewayProblem('BAD_REQUEST', fault));
    if (!bucketOf(plan).take(x.startedMonotonicMs)) {
      const why = `more than ${limits.newConnectionsPerSecond} new connections a second`;
      return refused(plan, x, gatewayProblem('THROTTLED', why));
    }
    const reply = plan.hasRoute('$connect') ? await runPlan(plan, x) : undefined;
    if (reply === undefined) plan.writeUnroutedLog?.(x, unrouted);
    if (reply?.problem !== undefined) report(plan, x, reply);
    if (reply !== undefined && (reply.status < 200 || reply.status > 299)) return reply;
    return upgrade(plan, x, reply && headerValue(reply.headers, 'sec-websocket-protocol'));
  }

  function upgrade(plan: WebSocketPlan, x: Exchange, subprotocol: string | undefined): Upgrade {
    const { request, authorizer, caller, apiKey, domainName } = x;
    const { apiId, stage, account, region } = plan.context;
    const { sourceIp, secure } = request;
    const { connectionId, connectedAtMs, userAgent } = x.socket!;
    const address = { apiId, stage, account, region, sourceIp, domainName, secure };
    const facts: ConnectionFacts = { connectionId, connectedAtMs, userAgent, ...address, authorizer, caller, apiKey };
    return {
      status: 101,
      head: acceptance(headerValue(request.headers, 'sec-websocket-key')!, clock.now(), subprotocol),
      attach(socket: Socket) {
        const connection = new SocketConnection(owner, facts, socket);
        connections.add(connection);
        reachable.opened(heldConnection(facts));
        return connection;
      },
    };
  }

  function refused(plan: WebSocketPlan, x: Exchange, problem: unknown): HttpReply {
    const reply = plan.failures.answer(problem, x, undefined);
    markOverLimit(reply);
    report(plan, x, reply);
    return reply;
  }

  /** One bucket for each account and region (AWS quota: 500 new connections a second). */
  function bucketOf({ context: { account, region } }: WebSocketPlan): Bucket {
    const key = `${account}/${region}`;
    let bucket = newcomers.get(key);
    if (bucket === undefined) {
      bucket = buckets.bucket(`connections/${key}`, limits.newConnectionsPerSecond, limits.newConnectionsPerSecond);
      newcomers.set(key, bucket);
    }
    return bucket;
  }

  function message(connection: SocketConnection, text: string): void | Promise<void> {
    connection.lastActiveAtMs = clock.now();
    const { apiId, stage } = connection.facts;
    const plan = planTable.find(apiId, stage);
    if (plan instanceof Promise) return plan.then((loaded) => route(connection, loaded, text)).catch(ignored);
    try {
      return route(connection, plan, text);
    } catch {
      return undefined;
    }
  }

  function route(connection: SocketConnection, plan: Plan | undefined, text: string): void | Promise<void> {
    if (plan?.kind !== 'websocket') {
      connection.close(1001, 'Going away');
      return;
    }
    const { facts } = connection;
    const event = messageEvent(newMessageId(facts.connectionId, clock.now()));
    const x = socketExchange(facts, event, plan.routeKeyOf(text) ?? '', Buffer.from(text), clock);
    connection.lastRouteKey = x.method;
    const reply = runPlan(plan, x);
    if (reply instanceof Promise) return reply.then((settled) => replyTo(connection, plan, x, settled));
    replyTo(connection, plan, x, reply);
  }

  function replyTo(connection: SocketConnection, plan: WebSocketPlan, x: Exchange, reply: Reply): void {
    if (reply.problem !== undefined) report(plan, x, reply);
    else if (!plan.repliesTo(x.method)) return;
    const { body } = reply;
    const text = typeof body === 'string' ? body : Buffer.from(body).toString();
    // An answer without a body is no message.
    if (text === '') return;
    if (Buffer.byteLength(text) > limits.maxMessageBytes) connection.close(1009, 'Message too big');
    else connection.reply(text);
  }

  async function ended(facts: ConnectionFacts, code: number, reason: string): Promise<void> {
    if (await reachable.ended(facts.connectionId)) await disconnected(facts, code, reason);
  }

  async function disconnected(facts: ConnectionFacts, code: number, reason: string): Promise<void> {
    const { apiId, stage } = facts;
    try {
      const plan = await planTable.find(apiId, stage);
      if (plan?.kind !== 'websocket') return;
      const isRouted = plan.hasRoute('$disconnect');
      if (!isRouted && plan.writeUnroutedLog === undefined) return;
      const x = socketExchange(facts, disconnectEvent(code, reason), '$disconnect', noBody, clock);
      if (!isRouted) {
        plan.writeUnroutedLog!(x, unrouted);
        return;
      }
      const reply = await runPlan(plan, x);
      if (reply.problem !== undefined) report(plan, x, reply);
    } catch {
      // Best effort (row WS-06): a stage that is gone or cannot be read has nobody to tell.
    }
  }

  function sweep(): void {
    coarseNowMs = clock.monotonicMs();
    for (const connection of connections.all()) connection.checkDeadline(coarseNowMs);
    for (const connection of leaving) connection.checkDeadline(coarseNowMs);
    if (isClosing && leaving.size === 0) clearInterval(timer);
  }

  async function stageChanged({ apiId, stageName }: StageChange): Promise<void> {
    const byStage = new Map<string, SocketConnection[]>();
    for (const connection of connections.all()) {
      const { facts } = connection;
      if ((apiId ?? facts.apiId) !== facts.apiId || (stageName ?? facts.stage) !== facts.stage) continue;
      const key = `${facts.apiId}/${facts.stage}`;
      const others = byStage.get(key);
      if (others === undefined) byStage.set(key, [connection]);
      else others.push(connection);
    }
    for (const stranded of byStage.values()) {
      const { facts } = stranded[0]!;
      // A stage that cannot be read now is told by its next message.
      const plan = await Promise.resolve(planTable.find(facts.apiId, facts.stage)).catch(() => 'unknown' as const);
      if (plan === undefined) for (const connection of stranded) connection.close(1001, 'Going away');
    }
  }
  const timer = setInterval(sweep, sweepEveryMs);
  timer.unref();

  return {
    connections,
    reachable,
    answer,
    sweep,
    stageChanged,
    async close() {
      isClosing = true;
      for (const connection of [...connections.all()]) connection.close(1001, 'Going away');
      while (farewells.size > 0) await Promise.all(farewells);
    },
  };
}

/**
 * `domainName` of events and templates: functions make `https://{domainName}/{stage}` of it and call `@connections` there, so it names what leads back to us:
 * with the port where the client addressed one, and with the path before the stage where the API is addressed by path (decisions/0039).
 */
function callbackName({ form, apiId }: InvokeAddress, host: string): string {
  const name = host.toLowerCase();
  return form === 'path' ? `${name}/_aws/execute-api/${apiId}` : name;
}

/** What other nodes are told of a connection: how its key reaches the stage they find out themselves. */
const heldConnection = ({ apiKey, ...facts }: ConnectionFacts): HeldConnection => ({
  ...facts,
  ...{ apiKey: apiKey && { ...apiKey, subscription: undefined } },
});

/** What an event without a route comes to. */
const unrouted: Reply = { status: 200, headers: [], body: '', problem: undefined };

function ignored(): void {}
