/** The control plane of HTTP and WebSocket APIs without a wire: handlers over a store in memory, a clock in the hand, and what was published. */
import { strict as assert } from 'node:assert';
import { ManualClock } from '../../src/base/clock.ts';
import type { DomainPorts } from '../../src/control/domains/ports.ts';
import { v2Handlers } from '../../src/control/v2/handlers.ts';
import { awsV2Limits, type V2Limits } from '../../src/control/v2/limits.ts';
import type { V2Ports, V2Snapshot } from '../../src/control/v2/ports.ts';
import type { Deployments, StageChange } from '../../src/ports/deployments.ts';
import type { Store } from '../../src/ports/store.ts';
import { silentLog } from '../../src/ports/telemetry.ts';
import { createDeployments } from '../../src/store/deployments.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { createUsage } from '../../src/store/usage.ts';
import type { Call } from '../../src/wire/call.ts';
import type { Operations } from '../../src/wire/generated/apigatewayv2.ts';
import { domainPorts } from './domains-under-test.ts';
import { exampleCall } from './rest-control.ts';

export interface V2Control {
  readonly store: Store;
  readonly clock: ManualClock;
  /** What the gateway would ask. */
  readonly live: Deployments;
  /** Every published change, in order. */
  readonly changes: readonly StageChange[];
  /** What a deployment is refused for from now on. */
  complain(complaints: readonly string[]): void;
  call<Name extends keyof Operations>(
    name: Name,
    input: Operations[Name]['input'],
    as?: Partial<Call>,
  ): Promise<Operations[Name]['output']>;
}

export function v2Control(
  options: {
    limits?: Partial<V2Limits>;
    store?: Store;
    clock?: ManualClock;
    domains?: DomainPorts;
    issuers?: V2Ports['issuers'];
  } = {},
): V2Control {
  const { store = createMemoryStore(), clock = new ManualClock() } = options;
  const deployments = createDeployments(store);
  const changes: StageChange[] = [];
  let complaints: readonly string[] = [];
  deployments.onChange((change) => changes.push(change));
  const handlers = v2Handlers({
    store,
    usage: createUsage(store, clock, silentLog),
    deployments,
    domains: options.domains ?? domainPorts({ store, clock }),
    clock,
    log: silentLog,
    limits: { ...awsV2Limits, ...options.limits },
    complaints: (_snapshot: V2Snapshot) => complaints,
    ...(options.issuers && { issuers: options.issuers }),
  });
  return {
    store,
    live: deployments,
    clock,
    changes,
    complain: (sentences) => {
      complaints = sentences;
    },
    async call(name, input, as) {
      const handler = handlers[name];
      assert.ok(handler, `${name} is not built`);
      return await handler(input, { ...exampleCall, ...as });
    },
  };
}

export async function makeHttpApi(
  control: V2Control,
  input: Partial<Operations['CreateApi']['input']> = {},
): Promise<string> {
  const api = await control.call('CreateApi', { Name: 'pets', ProtocolType: 'HTTP', ...input });
  return api.ApiId!;
}

export const makeWebSocketApi = (control: V2Control): Promise<string> =>
  makeHttpApi(control, { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' });

/** An HTTP API with `GET /pets` to a backend. */
export async function makePetsApi(
  control: V2Control,
): Promise<{ ApiId: string; IntegrationId: string; RouteId: string }> {
  const ApiId = await makeHttpApi(control);
  const { IntegrationId } = await control.call('CreateIntegration', {
    ApiId,
    IntegrationType: 'HTTP_PROXY',
    IntegrationMethod: 'GET',
    IntegrationUri: 'http://backend.example.com/pets',
    PayloadFormatVersion: '1.0',
  });
  const { RouteId } = await control.call('CreateRoute', {
    ApiId,
    RouteKey: 'GET /pets',
    Target: `integrations/${IntegrationId}`,
  });
  return { ApiId, IntegrationId: IntegrationId!, RouteId: RouteId! };
}
