/** For tests: a gateway on a free port whose plans tell what they were asked; API `abc` with stage `prod` is the only one there is. */
import { connect } from 'node:net';
import { type Clock, systemClock } from '../base/clock.ts';
import type { HttpReply } from '../base/http.ts';
import type { Exchange, Reply } from '../plan/exchange.ts';
import { defaultGatewayResponses } from '../plan/gateway-responses.ts';
import type { Plan } from '../plan/plan.ts';
import { restFailures } from '../plan/rest-failures.ts';
import type { Log } from '../ports/telemetry.ts';
import { localCertificate } from './certificate.ts';
import type { PlanTable } from './plan-table.ts';
import { type Gateway, type GatewayLimits, startGateway } from './start.ts';
import { createConnectionTable } from './websocket/connection-table.ts';
import type { WebSockets } from './websocket/websockets.ts';

export interface FakeGateway extends Gateway {
  readonly url: string;
  /** Every line logged, message only. */
  readonly logged: readonly string[];
  /** Sends bytes on a connection of its own and collects the answer until the gateway closes. */
  raw(bytes: string | Uint8Array): Promise<string>;
  /** Resolves when a request to `/held` has arrived. */
  heldRequest(): Promise<void>;
  /** Lets requests to `/held` be answered. */
  release(): void;
  close(options?: { readonly drainMs: number }): Promise<void>;
}

export interface FakeGatewayOptions {
  readonly port?: number;
  readonly limits?: Partial<GatewayLimits>;
  readonly clock?: Clock;
  /** Answers instead of the plan that tells what it was asked. */
  answer?(x: Exchange): Reply | Promise<Reply>;
}

export async function startFakeGateway(options: FakeGatewayOptions = {}): Promise<FakeGateway> {
  const logged: string[] = [];
  const keep = (message: string) => void logged.push(message);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();

  async function runPlan(plan: Plan, x: Exchange): Promise<Reply> {
    if (options.answer !== undefined) return options.answer(x);
    if (x.path === '/held') {
      held.resolve();
      await released.promise;
    }
    return tellingReply(plan, x);
  }

  const gateway = await startGateway({
    host: '127.0.0.1',
    port: options.port ?? 0,
    services: (request): HttpReply => ({ status: 200, headers: [], body: `service ${request.path}` }),
    admin: (request): HttpReply => ({ status: 200, headers: [], body: `admin ${request.path}` }),
    sockets: noSockets,
    planTable: onePlan,
    runPlan,
    ...(options.limits && { limits: options.limits }),
    log,
    clock: options.clock ?? systemClock,
    certificate: sharedCertificate,
  });
  const { port } = gateway;
  return {
    port,
    vpcEndpointPorts: gateway.vpcEndpointPorts,
    apiPorts: gateway.apiPorts,
    url: `http://127.0.0.1:${port}`,
    logged,
    raw: (bytes) => exchangeBytes(port, bytes),
    heldRequest: () => held.promise,
    release: () => released.resolve(),
    close: (closing = { drainMs: 2_000 }) => gateway.close(closing),
  };
}

const sharedCertificate = localCertificate({ clock: systemClock });

/** Sends bytes and reads until the other side closes. */
export function exchangeBytes(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.on('close', () => resolve(answer));
    socket.write(bytes);
  });
}

function tellingReply(plan: Plan, x: Exchange): Reply {
  const { apiId, stage } = plan.context;
  const body = x.request.body.length > 1_000 ? `${x.request.body.length} bytes` : x.request.body.toString('latin1');
  return {
    status: 200,
    headers: ['Content-Type', 'application/json', 'x-amzn-RequestId', x.requestId],
    body: JSON.stringify({ apiId, stage, path: x.path, query: x.request.query, body }),
    problem: undefined,
  };
}

export const fakePlan = (apiId: string, stage: string): Plan => ({
  kind: 'rest',
  context: {
    apiId,
    apiName: 'fake',
    account: '000000000000',
    region: 'us-east-1',
    stage,
    deploymentId: 'dep123',
    stageVariables: null,
  },
  router: { match: () => undefined },
  methods: [],
  first: undefined,
  executeApiDisabled: false,
  gatewayResponses: defaultGatewayResponses,
  failures: restFailures(defaultGatewayResponses),
  clock: systemClock,
});

const plan = fakePlan('abc', 'prod');

const onePlan: PlanTable = {
  find: (apiId, stage) => (apiId === 'abc' && stage === 'prod' ? plan : undefined),
  stageNames: async (apiId) => (apiId === 'abc' ? ['prod'] : []),
  loadedPlan: () => undefined,
  apiKind: async (apiId) => (apiId === 'abc' ? 'rest' : undefined),
  loaded: () => [{ apiId: 'abc', stage: 'prod', plan, canary: undefined }],
  close() {},
};

/** For gateways that serve no WebSocket API. */
export const noSockets: WebSockets = {
  connections: createConnectionTable(() => 0),
  reachable: createConnectionTable(() => 0),
  answer: async () => undefined,
  sweep() {},
  stageChanged: async () => {},
  close: async () => {},
};
