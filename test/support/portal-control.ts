/** The control plane of portals without a wire, beside REST APIs in the same store. */
import { strict as assert } from 'node:assert';
import { ManualClock } from '../../src/base/clock.ts';
import { portalOperations } from '../../src/control/portals/handlers.ts';
import { awsPortalLimits, type PortalLimits } from '../../src/control/portals/limits.ts';
import type { PortalPorts } from '../../src/control/portals/ports.ts';
import type { Store } from '../../src/ports/store.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Call } from '../../src/wire/call.ts';
import type { Operations } from '../../src/wire/generated/apigatewayv2.ts';
import { domainControl, makeDeployedApi } from './domains-under-test.ts';
import { exampleCall } from './rest-control.ts';

export interface PortalControl {
  readonly store: Store;
  readonly clock: ManualClock;
  /** How often names of portals changed. */
  readonly changes: { names: number };
  readonly warnings: readonly string[];
  call<Name extends keyof Operations>(
    name: Name,
    input: Operations[Name]['input'],
    as?: Partial<Call>,
  ): Promise<Operations[Name]['output']>;
  /** A REST API with `GET /`, deployed; its id. */
  deployedApi(stage?: string): Promise<string>;
  /** The other operations of v2, which share the store. */
  readonly v2: ReturnType<typeof domainControl>['v2'];
  readonly v1: ReturnType<typeof domainControl>['v1'];
}

export function portalControl(
  options: { limits?: Partial<PortalLimits>; ports?: Partial<PortalPorts> } = {},
): PortalControl {
  const store = createMemoryStore();
  const clock = new ManualClock();
  const changes = { names: 0 };
  const warnings: string[] = [];
  const others = domainControl({ store, clock });
  const handlers = portalOperations({
    ...{ store, clock },
    log: { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} },
    certificates: { find: async () => undefined },
    hosts: {
      changed() {
        changes.names += 1;
      },
    },
    userPools: { find: async () => 'no pool' },
    bucketObjects: { readObject: async () => ({ failure: 'there is no S3 in this test' }) },
    isStrict: false,
    ...options.ports,
    limits: { ...awsPortalLimits, ...options.limits },
  });
  return {
    ...{ store, clock, changes, warnings },
    v1: others.v1,
    v2: others.v2,
    async call(name, input, as) {
      const handler = handlers[name];
      assert.ok(handler, `${name} is not built`);
      return await handler(input, { ...exampleCall, ...as });
    },
    deployedApi: (stage) => makeDeployedApi(others, stage),
  };
}

export const colors = {
  AccentColor: '#0b5cad',
  BackgroundColor: '#ffffff',
  ErrorValidationColor: '#b3261e',
  HeaderColor: '#16191f',
  NavigationColor: '#f4f5f7',
  TextColor: '#16191f',
};

export const portalInput = (
  more: Partial<Operations['CreatePortal']['input']> = {},
): Operations['CreatePortal']['input'] => ({
  Authorization: { None: {} },
  EndpointConfiguration: { None: {} },
  PortalContent: { DisplayName: 'Pet APIs', Description: 'For friends of pets', Theme: { CustomColors: colors } },
  ...more,
});
