/** The CloudFormation companion: stacks whose resources are made through the operations of this process's own services. */
import type { Clock } from '../../base/clock.ts';
import { newRequestId } from '../../base/ids.ts';
import type { Sessions } from '../../ports/sessions.ts';
import type { Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/cloudformation.ts';
import type { InProcessCalls } from '../../wire/in-process-calls.ts';
import { createEngine } from './engine/engine.ts';
import { createResponses, type Responses } from './engine/responses.ts';
import { createStacks } from './engine/stacks.ts';
import { changeSetHandlers } from './handlers/change-sets.ts';
import { readingHandlers } from './handlers/reading.ts';
import { stackHandlers } from './handlers/stacks.ts';
import { templateHandlers } from './handlers/templates.ts';
import { resourceType } from './types/registry.ts';

export interface CloudFormationOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly mode: 'dev' | 'secure';
  readonly sessions: Pick<Sessions, 'assumeRole'>;
  /** Whether other processes use the same store. */
  readonly isShared: boolean;
  /** Of this process; its services are known when the first call is made. */
  readonly calls: () => InProcessCalls;
}

export interface CloudFormationCompanion {
  readonly handlers: Handlers<Operations>;
  readonly responses: Responses;
  /** Resolves when no stack is changed any more by this process, or after this time. */
  idle(maxMs: number): Promise<void>;
}

export function createCloudFormation(options: CloudFormationOptions): CloudFormationCompanion {
  const { store, isShared } = options;
  const responses = createResponses(store, isShared);
  const engine = createEngine({
    ...options,
    ...{ calls: options.calls(), typeOf: resourceType, processId: newRequestId(), responses },
  });
  const stacks = createStacks(engine, isShared);
  return {
    handlers: {
      ...stackHandlers(stacks),
      ...readingHandlers(stacks),
      ...templateHandlers(stacks),
      ...changeSetHandlers(stacks),
    },
    responses,
    idle: (maxMs) => engine.idle(maxMs),
  };
}
