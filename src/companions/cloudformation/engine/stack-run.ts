/** A change of a stack under way: the stack and its resources as they are by now, every step written to the store as it happens. */

import type { Clock } from '../../../base/clock.ts';
import { newRequestId } from '../../../base/ids.ts';
import type { Store, WriteTransaction } from '../../../ports/store.ts';
import type { ResourceStatus, StackStatus } from '../../../wire/generated/cloudformation.ts';
import {
  type EventRecord,
  eventKey,
  ownKey,
  type ResourceRecord,
  type StackRecord,
  stackArn,
  stackEvents,
  stackKey,
  stackResources,
  stacks,
} from '../records.ts';

/** Within this time a run that is alive has written something. */
export const leaseMs = 60_000;

export interface RunParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Of this process. */
  readonly processId: string;
}

export class StackRun {
  stack: StackRecord;
  readonly resources: Map<string, ResourceRecord>;
  readonly token: string | undefined;
  readonly #parts: RunParts;
  readonly #startedAtMs: number;

  constructor(parts: RunParts, stack: StackRecord, resources: Iterable<ResourceRecord>, token: string | undefined) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.now();
    this.stack = stack;
    this.resources = new Map([...resources].map((each) => [each.logicalId, each]));
    this.token = token;
  }

  get arn(): string {
    return stackArn(this.stack);
  }

  /** The stack's next state, told as an event; `more` is written with it. */
  async become(
    status: StackStatus,
    reason?: string,
    change: Partial<StackRecord> = {},
    more?: (tx: WriteTransaction) => void | Promise<void>,
  ): Promise<void> {
    const { reason: _, ...before } = this.stack;
    this.stack = { ...before, ...change, status, ...(reason !== undefined && { reason }) };
    const event = this.#event(
      this.stack.name,
      'AWS::CloudFormation::Stack',
      this.arn,
      status as ResourceStatus,
      reason,
    );
    await this.#write(event, async (tx) => more?.(tx));
  }

  /** A resource's next state, told as an event and kept. `properties` are shown with the event. */
  async resource(record: ResourceRecord, shown = true): Promise<void> {
    this.resources.set(record.logicalId, record);
    const { logicalId, type, physicalId = '', status, reason } = record;
    const event = this.#event(logicalId, type, physicalId, status, reason, shown ? record.properties : undefined);
    await this.#write(event, (tx) => {
      tx.put(stackResources, [...ownKey(this.stack), logicalId], record);
    });
  }

  /** An event of something that is no resource of the stack any more, such as one that was replaced. */
  async aside(record: ResourceRecord): Promise<void> {
    const { logicalId, type, physicalId = '', status, reason } = record;
    await this.#write(this.#event(logicalId, type, physicalId, status, reason, record.properties), () => {});
  }

  /** What is kept of a resource beside its state, without telling of it. */
  async keepResource(record: ResourceRecord): Promise<void> {
    this.resources.set(record.logicalId, record);
    await this.#parts.store.write(async (tx) =>
      tx.put(stackResources, [...ownKey(this.stack), record.logicalId], record),
    );
  }

  /** The resource is gone and forgotten. */
  async forget(logicalId: string): Promise<void> {
    this.resources.delete(logicalId);
    await this.#parts.store.write(async (tx) => tx.delete(stackResources, [...ownKey(this.stack), logicalId]));
  }

  /** Changes what is kept of the stack without telling of it. */
  async keep(change: Partial<StackRecord>): Promise<void> {
    this.stack = { ...this.stack, ...change };
    await this.#parts.store.write(async (tx) => tx.put(stacks, stackKey(this.stack), this.stack));
  }

  /** Until the timeout of the stack's creation; other changes have none. */
  timeLeftMs(): number {
    const { status, timeoutMinutes } = this.stack;
    if (status !== 'CREATE_IN_PROGRESS' || timeoutMinutes === undefined) return Number.POSITIVE_INFINITY;
    return this.#startedAtMs + timeoutMinutes * 60_000 - this.now();
  }

  now(): number {
    return this.#parts.clock.now();
  }

  #event(
    logicalId: string,
    type: string,
    physicalId: string,
    status: ResourceStatus,
    reason: string | undefined,
    properties?: unknown,
  ): EventRecord {
    const isStack = type === 'AWS::CloudFormation::Stack' && physicalId === this.arn;
    return {
      id: isStack ? newRequestId() : `${logicalId}-${status}-${new Date(this.now()).toISOString()}`,
      ...{ logicalId, physicalId, type, status, atMs: this.now() },
      ...(reason !== undefined && { reason }),
      ...(properties !== undefined && { properties: JSON.stringify(properties) }),
      ...(this.token !== undefined && { token: this.token }),
    };
  }

  async #write(event: EventRecord, also: (tx: WriteTransaction) => void | Promise<void>): Promise<void> {
    const number = this.stack.lastEvent + 1;
    const isOver = !this.stack.status.endsWith('_IN_PROGRESS');
    const { driver: _, ...rest } = this.stack;
    const driver = { id: this.#parts.processId, untilMs: this.now() + leaseMs };
    this.stack = { ...rest, lastEvent: number, ...(!isOver && { driver }) };
    await this.#parts.store.write(async (tx) => {
      tx.put(stacks, stackKey(this.stack), this.stack);
      tx.put(stackEvents, eventKey(this.stack, number), event);
      await also(tx);
    });
  }
}
