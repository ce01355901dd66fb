/** Starts changes of stacks and lets them run on; gives resource types what they make their resources with. */

import type { Clock } from '../../../base/clock.ts';
import { newRequestId } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import type { Sessions } from '../../../ports/sessions.ts';
import type { Store } from '../../../ports/store.ts';
import type { Log } from '../../../ports/telemetry.ts';
import type { Call } from '../../../wire/call.ts';
import type { InProcessCalls } from '../../../wire/in-process-calls.ts';
import { ownKey, type StackRecord, stackArn, stackResources } from '../records.ts';
import { validationError } from '../refusals.ts';
import { fitted } from '../types/fitted-input.ts';
import { newName } from '../types/names.ts';
import type { Answer, NestedStacks, ResourceContext, ResourceType } from '../types/resource-type.ts';
import { smallRecords } from '../types/small-records.ts';
import { dereferenced } from './dynamic-references.ts';
import { CallFailure } from './failure-reason.ts';
import type { Responses } from './responses.ts';
import type { RunTools } from './runs.ts';
import { leaseMs, StackRun } from './stack-run.ts';

export interface EngineParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly mode: 'dev' | 'secure';
  readonly calls: InProcessCalls;
  readonly sessions: Pick<Sessions, 'assumeRole'>;
  readonly typeOf: (name: string) => ResourceType | undefined;
  readonly processId: string;
  readonly responses: Responses;
}

export interface Engine {
  readonly parts: EngineParts;
  /** A run over a stack as the store has it. */
  open(stack: StackRecord, token: string | undefined): Promise<StackRun>;
  /** What a run works with, as the caller or, in secure mode, as the role. */
  tools(stack: StackRecord, call: Call, nested: NestedStacks): Promise<RunTools>;
  /**
   * Lets a change run on, and resolves when it is over or has taken longer than callers of an API are kept waiting: most changes take less, and a client
   * that asks next finds them done.
   */
  start(run: StackRun, work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing runs any more, or after this time. */
  idle(maxMs: number): Promise<void>;
  callAs(call: Call): (service: string, operation: string, input: Readonly<Record<string, unknown>>) => Promise<Answer>;
}

/** How long a caller waits for a change that may be over soon. */
const graceMs = 2000;

export function createEngine(parts: EngineParts): Engine {
  const { store, clock, log, calls } = parts;
  const running = new Set<Promise<void>>();

  function callAs(call: Call) {
    return async (service: string, operation: string, input: Readonly<Record<string, unknown>>): Promise<Answer> => {
      if (!calls.can(service, operation)) {
        throw validationError(`${service}:${operation} is not built here`);
      }
      const unknown: string[] = [];
      const shape = calls.inputOf(service, operation);
      const fit = fitted(input, shape, unknown) as Record<string, unknown>;
      if (unknown.length > 0) {
        throw validationError(
          `Properties validation failed with message:\n${unknown.map((path) => `#${path.slice(0, path.lastIndexOf('/'))}: extraneous key [${path.slice(path.lastIndexOf('/') + 1)}] is not permitted`).join('\n')}`,
        );
      }
      const requestId = newRequestId();
      try {
        return ((await calls.run(service, operation, fit, { ...call, requestId })) ?? {}) as Answer;
      } catch (error) {
        if (error instanceof Problem) throw new CallFailure(error, service, requestId);
        throw error;
      }
    };
  }

  /** The call as the stack's role makes it; in dev mode whoever calls may everything anyway. */
  async function callOfRole(stack: StackRecord, call: Call): Promise<Call> {
    if (stack.roleArn === undefined || parts.mode === 'dev') return call;
    try {
      const session = await parts.sessions.assumeRole({
        roleArn: stack.roleArn,
        sessionName: 'AWSCloudFormation',
        durationSeconds: 3600,
        principal: { kind: 'Service', names: ['cloudformation.amazonaws.com'] },
      });
      const [, , , , account, path] = stack.roleArn.split(':');
      const callerArn = `arn:aws:sts::${account}:assumed-role/${path!.split('/').at(-1)}/AWSCloudFormation`;
      return { ...call, accessKeyId: session.accessKeyId, callerArn };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      throw validationError(`Role ${stack.roleArn} is invalid or cannot be assumed`);
    }
  }

  return {
    parts,
    callAs,
    async open(stack, token) {
      const resources = await store.read((tx) => tx.list(stackResources, ownKey(stack)));
      return new StackRun(
        parts,
        stack,
        resources.map(({ value }) => value),
        token,
      );
    },
    async tools(stack, call, nested) {
      const inRole = await callOfRole(stack, call);
      const send = callAs(inRole);
      return {
        store,
        typeOf: parts.typeOf,
        dereferenced: (value) => dereferenced(value, send, calls),
        contextOf: (run, logicalId, resourceType): ResourceContext => ({
          call: send,
          can: calls.can,
          account: stack.account,
          region: stack.region,
          stackName: stack.name,
          stackId: stackArn(stack),
          logicalId,
          resourceType,
          endpoint: call.endpoint,
          tags: run.stack.tags,
          requestId: newRequestId(),
          timeLeftMs: () => run.timeLeftMs(),
          isRollback: run.stack.status.includes('ROLLBACK'),
          newName: (maxLength, isLowerCase = false) => newName(stack.name, logicalId, maxLength, isLowerCase),
          nested,
          small: smallRecords(store, stack),
          expectResponse: () => parts.responses.expect(call.endpoint),
        }),
      };
    },
    async start(run, work) {
      // A change that waits for a function says nothing for a while; other nodes learn by this that it goes on.
      const lease = setInterval(() => {
        void run.keep({ driver: { id: parts.processId, untilMs: clock.now() + leaseMs } }).catch(() => undefined);
      }, leaseMs / 3);
      lease.unref();
      const done = work()
        .catch((error: unknown) => {
          log.error(`The change of stack ${run.stack.name} ended unexpectedly`, {
            error: error instanceof Error ? error.stack : String(error),
          });
        })
        .finally(() => {
          clearInterval(lease);
          running.delete(done);
        });
      running.add(done);
      await within(graceMs, done);
    },
    async idle(maxMs) {
      await within(maxMs, Promise.all(running));
    },
  };
}

/** Resolves when the work is done, or after this time. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
