/** What callers ask of stacks: create, update, delete, carry out a change set; and the same for stacks within stacks. */
import { newRequestId } from '../../../base/ids.ts';
import type { Call } from '../../../wire/call.ts';
import type { Capability } from '../../../wire/generated/cloudformation.ts';
import {
  type ChangeSetRecord,
  ownKey,
  type StackRecord,
  stackArn,
  stackIdOfArn,
  stackKey,
  stacks,
  stackTemplates,
  type Tag,
} from '../records.ts';
import { noSuchStack, noUpdates, protectedStack, stackExists, validationError, wrongState } from '../refusals.ts';
import { newName } from '../types/names.ts';
import { type Made, type NestedStack, type NestedStacks, Refused } from '../types/resource-type.ts';
import { changesBetween } from './changes.ts';
import type { Engine } from './engine.ts';
import { findStack } from './find-stack.ts';
import { settled } from './interrupted.ts';
import { type Prepared, type PrepareTools, prepared, type Request, templateOf, templateOfRecord } from './prepare.ts';
import { exportsIn, importersOf, runCreate, runDelete, runUpdate } from './runs.ts';
import { compileStackPolicy } from './stack-policy.ts';
import { StackRun } from './stack-run.ts';

export interface StackOptions {
  readonly tags?: readonly Tag[] | undefined;
  readonly capabilities?: readonly Capability[] | undefined;
  readonly notificationArns?: readonly string[] | undefined;
  readonly roleArn?: string | undefined;
  readonly timeoutMinutes?: number | undefined;
  readonly terminationProtection?: boolean | undefined;
  readonly stackPolicy?: string | undefined;
  /** Holds for this update alone. */
  readonly policyDuringUpdate?: string | undefined;
  readonly retainExceptOnCreate?: boolean | undefined;
  readonly token?: string | undefined;
  readonly disableRollback?: boolean | undefined;
  /** ROLLBACK, DO_NOTHING or DELETE. */
  readonly onFailure?: string | undefined;
}

export interface Stacks {
  readonly engine: Engine;
  readonly isShared: boolean;
  /** The stack by name or ARN as it truly is; throws when there is none. */
  find(named: string, call: Call): Promise<StackRecord>;
  prepareTools(call: Call): PrepareTools;
  create(name: string, request: Request, options: StackOptions, call: Call): Promise<string>;
  update(named: string, request: Request, options: StackOptions, call: Call): Promise<string>;
  delete(named: string, retained: readonly string[], options: StackOptions, call: Call): Promise<void>;
  execute(stack: StackRecord, set: ChangeSetRecord, options: StackOptions, call: Call): Promise<void>;
  /** A stack that waits for its first change set. */
  review(name: string, options: StackOptions, call: Call): Promise<StackRecord>;
  nested(parent: StackRecord, call: Call): NestedStacks;
}

const updatable: ReadonlySet<string> = new Set([
  ...['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_FAILED', 'IMPORT_COMPLETE'],
  ...['IMPORT_ROLLBACK_COMPLETE', 'CREATE_FAILED'],
]);

export function createStacks(engine: Engine, isShared: boolean): Stacks {
  const { store, clock, processId } = engine.parts;

  const prepareTools = (call: Call): PrepareTools => ({ store, calls: engine.parts.calls, send: engine.callAs(call) });

  async function find(named: string, call: Call): Promise<StackRecord> {
    const stack = await store.read((tx) => findStack(tx, named, call));
    if (stack === undefined) throw noSuchStack(named);
    return settled(stack, engine.parts, isShared);
  }

  function newStack(name: string, options: StackOptions, call: Call): StackRecord {
    const { account, region } = call;
    return {
      ...{ account, region, name, uuid: newRequestId(), status: 'CREATE_IN_PROGRESS', parameters: [], outputs: [] },
      tags: options.tags ?? [],
      capabilities: options.capabilities ?? [],
      notificationArns: options.notificationArns ?? [],
      ...(options.roleArn !== undefined && { roleArn: options.roleArn }),
      disableRollback: options.disableRollback ?? false,
      ...(options.retainExceptOnCreate !== undefined && { retainExceptOnCreate: options.retainExceptOnCreate }),
      ...(options.timeoutMinutes !== undefined && { timeoutMinutes: options.timeoutMinutes }),
      terminationProtection: options.terminationProtection ?? false,
      ...(options.stackPolicy !== undefined && { stackPolicy: options.stackPolicy }),
      ...{ createdAtMs: clock.now(), imports: [], lastEvent: 0 },
      ...(options.token !== undefined && { clientRequestToken: options.token }),
    };
  }

  /** Puts a stack there, unless its name is taken. */
  async function claim(stack: StackRecord): Promise<void> {
    await store.write(async (tx) => {
      const present = await findStack(tx, stack.name, stack);
      if (present !== undefined) throw stackExists(stack.name);
      tx.put(stacks, stackKey(stack), { ...stack, driver: { id: processId, untilMs: clock.now() + 60_000 } });
    });
  }

  async function beginCreate(
    stack: StackRecord,
    made: Prepared,
    options: StackOptions,
    call: Call,
    imported?: ChangeSetRecord['imported'],
  ) {
    const run = new StackRun(engine.parts, stack, [], options.token);
    const tools = await engine.tools(stack, call, nestedStacks(stack, call));
    const { description } = made.template;
    await run.become(
      'CREATE_IN_PROGRESS',
      'User Initiated',
      { parameters: made.parameters, ...(description !== undefined && { description }) },
      (tx) => tx.put(stackTemplates, ownKey(stack), made.record),
    );
    const onFailure = options.onFailure ?? (options.disableRollback === true ? 'DO_NOTHING' : 'ROLLBACK');
    const change = { ...made, ...(imported && { imported }) };
    return { run, work: () => runCreate(run, change, onFailure, tools) };
  }

  async function create(name: string, request: Request, options: StackOptions, call: Call): Promise<string> {
    const again = await store.read((tx) => findStack(tx, name, call));
    if (again !== undefined) {
      if (options.token !== undefined && again.clientRequestToken === options.token) return stackArn(again);
      throw stackExists(name);
    }
    const stack = newStack(name, options, call);
    const made = await prepared(
      { ...request, Capabilities: options.capabilities ?? [] },
      stack,
      undefined,
      prepareTools(call),
      false,
    );
    await claim(stack);
    const { run, work } = await beginCreate(stack, made, options, call);
    await engine.start(run, work);
    return stackArn(stack);
  }

  async function beginUpdate(
    stack: StackRecord,
    made: Prepared,
    options: StackOptions,
    call: Call,
    imported?: ChangeSetRecord['imported'],
  ) {
    const run = await engine.open(stack, options.token);
    const changed = { ...stack, ...(options.roleArn !== undefined && { roleArn: options.roleArn }) };
    const tools = {
      ...(await engine.tools(changed, call, nestedStacks(stack, call))),
      policy: compileStackPolicy(options.policyDuringUpdate ?? stack.stackPolicy),
    };
    await run.become(imported === undefined ? 'UPDATE_IN_PROGRESS' : 'IMPORT_IN_PROGRESS', 'User Initiated', {
      parameters: made.parameters,
      ...(options.tags !== undefined && { tags: options.tags }),
      ...(options.capabilities !== undefined && { capabilities: options.capabilities }),
      ...(options.notificationArns !== undefined && { notificationArns: options.notificationArns }),
      ...(options.roleArn !== undefined && { roleArn: options.roleArn }),
      ...(options.stackPolicy !== undefined && { stackPolicy: options.stackPolicy }),
      ...(options.token !== undefined && { clientRequestToken: options.token }),
      disableRollback: options.disableRollback ?? false,
      updatedAtMs: clock.now(),
    });
    const change = { ...made, ...(imported && { imported }) };
    return { run, work: () => runUpdate(run, change, options.disableRollback === true, tools) };
  }

  /** Nobody else may have begun something with the stack since it was read. */
  async function hold(
    stack: StackRecord,
    isAllowed: (status: string) => boolean,
    what: 'update' | 'delete',
  ): Promise<StackRecord> {
    return store.write(async (tx) => {
      const now = await tx.get(stacks, stackKey(stack));
      if (now === undefined) throw noSuchStack(stack.name);
      const isHeld =
        now.driver !== undefined && now.status.endsWith('_IN_PROGRESS') && now.status !== 'REVIEW_IN_PROGRESS';
      if (isHeld || !isAllowed(now.status)) throw wrongState(stackArn(now), now.status, what);
      return now;
    });
  }

  async function update(named: string, request: Request, options: StackOptions, call: Call): Promise<string> {
    const stack = await find(named, call);
    if (stack.status === 'DELETE_COMPLETE') throw noSuchStack(named);
    if (options.token !== undefined && stack.clientRequestToken === options.token) return stackArn(stack);
    if (!updatable.has(stack.status)) throw wrongState(stackArn(stack), stack.status, 'update');
    const record = await templateOf(store, stack);
    const previous = record && { template: record, parameters: stack.parameters };
    const made = await prepared(
      { ...request, Capabilities: options.capabilities ?? [] },
      stack,
      previous,
      prepareTools(call),
      false,
    );
    const { isAnything } = await differenceOf(stack, made, call);
    const isOther = options.tags !== undefined && JSON.stringify(options.tags) !== JSON.stringify(stack.tags);
    const isFailed = stack.status === 'UPDATE_FAILED' || stack.status === 'CREATE_FAILED';
    if (!isAnything && !isOther && !isFailed) throw noUpdates();
    const held = await hold(stack, (status) => updatable.has(status), 'update');
    const { run, work } = await beginUpdate(held, made, options, call);
    await engine.start(run, work);
    return stackArn(stack);
  }

  async function differenceOf(stack: StackRecord, made: Prepared, call: Call) {
    const tools = await engine.tools(stack, call, nestedStacks(stack, call));
    const run = await engine.open(stack, undefined);
    const exports = await store.read((tx) => exportsIn(tx, stack.account, stack.region));
    return changesBetween(stack, run.resources, made, exports, tools);
  }

  async function remove(named: string, retained: readonly string[], options: StackOptions, call: Call): Promise<void> {
    const found = await store.read((tx) => findStack(tx, named, call));
    // What is not there, or not any more, is deleted already.
    if (found === undefined || found.status === 'DELETE_COMPLETE') return;
    const stack = await settled(found, engine.parts, isShared);
    if (stack.terminationProtection) throw protectedStack(stack.name);
    if (stack.parentId === undefined) await checkExports(stack);
    if (stack.status.endsWith('_IN_PROGRESS') && stack.status !== 'REVIEW_IN_PROGRESS') {
      // Deleting what is being deleted is that same deletion.
      if (stack.status === 'DELETE_IN_PROGRESS') return;
      throw wrongState(stackArn(stack), stack.status, 'delete');
    }
    const held = await hold(stack, () => true, 'delete');
    const run = await engine.open(held, options.token);
    const acting = { ...held, ...(options.roleArn !== undefined && { roleArn: options.roleArn }) };
    const tools = await engine.tools(acting, call, nestedStacks(stack, call));
    await run.become('DELETE_IN_PROGRESS', 'User Initiated');
    await engine.start(run, () => runDelete(run, new Set(retained), tools));
  }

  async function checkExports(stack: StackRecord): Promise<void> {
    for (const { exportName } of stack.outputs) {
      if (exportName === undefined) continue;
      const importers = await store.read((tx) => importersOf(tx, stack.account, stack.region, exportName));
      const others = importers.filter((name) => name !== stack.name);
      if (others.length > 0) {
        throw validationError(`Export ${exportName} cannot be deleted as it is in use by ${others.join(', ')}`);
      }
    }
  }

  async function execute(stack: StackRecord, set: ChangeSetRecord, options: StackOptions, call: Call): Promise<void> {
    const template = templateOfRecord(set.template);
    const made: Prepared = { template, record: set.template, parameters: set.parameters };
    const more: StackOptions = {
      ...options,
      ...{ tags: set.tags, capabilities: set.capabilities, notificationArns: set.notificationArns },
      ...(set.roleArn !== undefined && { roleArn: set.roleArn }),
    };
    if (set.type === 'CREATE') {
      const onFailure = set.onStackFailure ?? (options.disableRollback === true ? 'DO_NOTHING' : undefined);
      const held = await hold(stack, (status) => status === 'REVIEW_IN_PROGRESS', 'update');
      const next = {
        ...held,
        tags: set.tags,
        capabilities: set.capabilities,
        ...(set.roleArn !== undefined && { roleArn: set.roleArn }),
      };
      const { run, work } = await beginCreate(next, made, { ...more, onFailure }, call);
      await engine.start(run, work);
      return;
    }
    const isAllowed = (status: string): boolean =>
      updatable.has(status) || (set.type === 'IMPORT' && status === 'REVIEW_IN_PROGRESS');
    const held = await hold(stack, isAllowed, 'update');
    const { run, work } = await beginUpdate(
      held,
      made,
      more,
      call,
      set.type === 'IMPORT' ? (set.imported ?? {}) : undefined,
    );
    await engine.start(run, work);
  }

  async function review(name: string, options: StackOptions, call: Call): Promise<StackRecord> {
    const stack: StackRecord = { ...newStack(name, options, call), status: 'REVIEW_IN_PROGRESS' };
    await claim(stack);
    const run = new StackRun(engine.parts, stack, [], options.token);
    await run.become('REVIEW_IN_PROGRESS', 'User Initiated');
    return run.stack;
  }

  /** Stacks of a stack's resources; they are seen to their end before the outer one goes on. */
  function nestedStacks(parent: StackRecord, call: Call): NestedStacks {
    const inputOf = ({ templateUrl, parameters }: NestedStack): Request => ({
      TemplateURL: templateUrl,
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    });
    const optionsOf = ({ tags, notificationArns, timeoutMinutes }: NestedStack): StackOptions => ({
      ...{ tags, notificationArns, timeoutMinutes, capabilities: ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] },
      ...(parent.roleArn !== undefined && { roleArn: parent.roleArn }),
    });
    const madeOf = ({ stack }: StackRun): Made => ({
      physicalId: stackArn(stack),
      attributes: Object.fromEntries(stack.outputs.map(({ key, value }) => [`Outputs.${key}`, value])),
    });
    return {
      async create(request) {
        const arn = stackArn(parent);
        const stack: StackRecord = {
          ...newStack(newName(parent.name, request.logicalId, 128, false), optionsOf(request), call),
          ...{ parentId: arn, rootId: parent.rootId ?? arn },
        };
        const made = await prepared(inputOf(request), stack, undefined, prepareTools(call), true);
        await claim(stack);
        const { run, work } = await beginCreate(stack, made, { ...optionsOf(request), onFailure: 'DO_NOTHING' }, call);
        await work();
        if (run.stack.status !== 'CREATE_COMPLETE') {
          const why = run.stack.reason ?? '';
          await remove(stackArn(stack), [], {}, call);
          throw new Refused(`Embedded stack ${stackArn(stack)} was not successfully created: ${why}`);
        }
        return madeOf(run);
      },
      async update(stackId, request) {
        const stack = await find(stackId, call);
        const record = await templateOf(store, stack);
        const previous = record && { template: record, parameters: stack.parameters };
        const made = await prepared(inputOf(request), stack, previous, prepareTools(call), true);
        const { run, work } = await beginUpdate(stack, made, optionsOf(request), call);
        await work();
        if (run.stack.status !== 'UPDATE_COMPLETE') {
          throw new Refused(
            `Embedded stack ${stackId} was not successfully updated. Currently in ${run.stack.status} with reason: ${run.stack.reason ?? ''}`,
          );
        }
        return madeOf(run);
      },
      async delete(stackId) {
        const id = stackIdOfArn(stackId);
        const stack = id && (await store.read((tx) => tx.get(stacks, stackKey(id))));
        if (stack === undefined || stack.status === 'DELETE_COMPLETE') return;
        const run = await engine.open(stack, undefined);
        const tools = await engine.tools(stack, call, nestedStacks(stack, call));
        await run.become('DELETE_IN_PROGRESS', 'User Initiated');
        await runDelete(run, new Set(), tools);
        if (run.stack.status !== 'DELETE_COMPLETE') {
          throw new Refused(`Embedded stack ${stackId} was not successfully deleted: ${run.stack.reason ?? ''}`);
        }
      },
    };
  }

  return {
    engine,
    isShared,
    find,
    prepareTools,
    create,
    update,
    delete: remove,
    execute,
    review,
    nested: nestedStacks,
  };
}
