/** The REST control plane without a wire: handlers over a store in memory, a clock in the hand, and what was published. */
import { strict as assert } from 'node:assert';
import { ManualClock } from '../../src/base/clock.ts';
import { Problem } from '../../src/base/problem.ts';
import type { DomainPorts } from '../../src/control/domains/ports.ts';
import { restHandlers } from '../../src/control/rest/handlers.ts';
import { awsRestLimits, type RestLimits } from '../../src/control/rest/limits.ts';
import type { RestSnapshot } from '../../src/definition/snapshot.ts';
import { testAuthorizer } from '../../src/plan/authorizers/test-authorizer.ts';
import { planTools } from '../../src/plan/plan-fixture.ts';
import { testInvoke } from '../../src/plan/test-invoke.ts';
import type { PlanTools } from '../../src/plan/tools.ts';
import type { Deployments, StageChange } from '../../src/ports/deployments.ts';
import type { Store } from '../../src/ports/store.ts';
import { silentLog } from '../../src/ports/telemetry.ts';
import type { Usage } from '../../src/ports/usage.ts';
import { createDeployments } from '../../src/store/deployments.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { createUsage } from '../../src/store/usage.ts';
import type { Call } from '../../src/wire/call.ts';
import type { Operations, PatchOperation, RestApi } from '../../src/wire/generated/apigateway.ts';
import { domainPorts } from './domains-under-test.ts';

export type { PatchOperation };

export const exampleCall: Call = {
  account: '123456789012',
  region: 'eu-central-1',
  requestId: '11111111-2222-4333-8444-555555555555',
  accessKeyId: 'AKIAEXAMPLE',
  callerArn: 'arn:aws:iam::123456789012:root',
  endpoint: 'http://localhost:4566',
};

export interface RestControl {
  readonly store: Store;
  readonly clock: ManualClock;
  /** What the gateway would ask. */
  readonly live: Deployments;
  readonly usage: Usage;
  /** Every published change, in order. */
  readonly changes: readonly StageChange[];
  call<Name extends keyof Operations>(
    name: Name,
    input: Operations[Name]['input'],
    as?: Partial<Call>,
  ): Promise<Operations[Name]['output']>;
}

export function restControl(
  options: {
    limits?: Partial<RestLimits>;
    complaints?: (snapshot: RestSnapshot) => readonly string[];
    tools?: Partial<PlanTools>;
    store?: Store;
    clock?: ManualClock;
    domains?: DomainPorts;
  } = {},
): RestControl {
  const { store = createMemoryStore(), clock = new ManualClock() } = options;
  const deployments = createDeployments(store);
  const usage = createUsage(store, clock, silentLog);
  const changes: StageChange[] = [];
  deployments.onChange((change) => changes.push(change));
  const handlers = restHandlers({
    store,
    deployments,
    usage,
    domains: options.domains ?? domainPorts({ store, clock }),
    clock,
    limits: { ...awsRestLimits, ...options.limits },
    complaints: options.complaints ?? (() => []),
    refusalOfLogRole: async () => undefined,
    testInvoke: (invocation) => testInvoke(invocation, planTools({ clock, ...options.tools })),
    testAuthorizer: (test) => testAuthorizer(test, planTools({ clock, ...options.tools })),
  });
  return {
    store,
    usage,
    live: deployments,
    clock,
    changes,
    async call(name, input, as) {
      const handler = handlers[name];
      assert.ok(handler, `${name} is not built`);
      return await handler(input, { ...exampleCall, ...as });
    },
  };
}

/** A made API with its ids there for certain. */
export interface MadeApi extends RestApi {
  readonly id: string;
  readonly rootResourceId: string;
}

export async function makeApi(
  control: RestControl,
  input: Partial<Operations['CreateRestApi']['input']> = {},
): Promise<MadeApi> {
  return (await control.call('CreateRestApi', { name: 'pets', ...input })) as MadeApi;
}

/** An API with `GET /pets`, a MOCK that can be deployed; the name of the method is what most inputs need. */
export async function makePets(
  control: RestControl,
): Promise<{ restApiId: string; resourceId: string; httpMethod: string }> {
  const { id: restApiId, rootResourceId } = await makeApi(control);
  const { id } = await control.call('CreateResource', { restApiId, parentId: rootResourceId, pathPart: 'pets' });
  const pets = { restApiId, resourceId: id!, httpMethod: 'GET' };
  await control.call('PutMethod', { ...pets, authorizationType: 'NONE' });
  await control.call('PutIntegration', {
    ...pets,
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
  });
  return pets;
}

/** The id of a new deployment of the API. */
export async function deploy(control: RestControl, restApiId: string, stageName?: string): Promise<string> {
  const deployment = await control.call('CreateDeployment', { restApiId, ...(stageName && { stageName }) });
  return deployment.id!;
}

/** Asserts that a call is refused with an exception of this kind and, when given, exactly this message. */
export async function assertRefused(call: Promise<unknown>, kind: string, message?: string | RegExp): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.kind, kind, error.message);
    if (typeof message === 'string') assert.equal(error.message, message);
    if (message instanceof RegExp) assert.match(error.message, message);
    return true;
  });
}

/** One line of a patch table test: `replace /name value`. */
export const patch = (op: PatchOperation['op'], path: string, value?: string): PatchOperation => ({
  ...(op !== undefined && { op }),
  path,
  ...(value !== undefined && { value }),
});
