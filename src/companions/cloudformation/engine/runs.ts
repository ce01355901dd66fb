/** The life of a stack: created, updated, rolled back, deleted. Each function sees one such change to its end and leaves a status that says what became of it. */
import type { ReadTransaction, Store } from '../../../ports/store.ts';
import {
  type EventRecord,
  isInProgress,
  type JsonMap,
  type OutputValue,
  ownKey,
  type ParameterValue,
  type ResourceRecord,
  type StackRecord,
  stackArn,
  stacks,
  stackTemplates,
  type TemplateRecord,
} from '../records.ts';
import { validationError } from '../refusals.ts';
import type { Scope } from '../template/intrinsics.ts';
import { scopeOf } from '../template/scope.ts';
import type { Template } from '../template/template.ts';
import {
  bringAbout,
  type DeployTools,
  madeOf,
  outputsOf,
  plannedResources,
  ResourceFailure,
  type Step,
  takeAway,
} from './deploy.ts';
import { failureReason } from './failure-reason.ts';
import type { StackRun } from './stack-run.ts';

export interface Change {
  readonly template: Template;
  readonly record: TemplateRecord;
  readonly parameters: readonly ParameterValue[];
  readonly imported?: { readonly [logicalId: string]: JsonMap };
}

export interface RunTools extends DeployTools {
  readonly store: Store;
}

/** Exports of an account's region, by name. */
export type Exports = ReadonlyMap<
  string,
  { readonly value: string; readonly stackArn: string; readonly stackName: string }
>;

export async function exportsIn(tx: ReadTransaction, account: string, region: string): Promise<Exports> {
  const all = await tx.list(stacks, [account, region]);
  const found = new Map<string, { value: string; stackArn: string; stackName: string }>();
  for (const { value } of all) {
    if (value.status === 'DELETE_COMPLETE') continue;
    for (const { exportName, value: text } of value.outputs) {
      if (exportName !== undefined)
        found.set(exportName, { value: text, stackArn: stackArn(value), stackName: value.name });
    }
  }
  return found;
}

/** Stacks that import a name. */
export async function importersOf(
  tx: ReadTransaction,
  account: string,
  region: string,
  name: string,
): Promise<string[]> {
  const all = await tx.list(stacks, [account, region]);
  return all
    .filter(({ value }) => value.status !== 'DELETE_COMPLETE' && value.imports.includes(name))
    .map(({ value }) => value.name);
}

/** A scope over the resources as a run has them. Names of what is imported are added to `imports`. */
function scopeOfRun(run: StackRun, change: Change, exports: Exports, imports: Set<string>): Scope {
  return scopeOf({
    template: change.template,
    stack: run.stack,
    notificationArns: run.stack.notificationArns,
    parameters: change.parameters,
    resource(logicalId) {
      const record = run.resources.get(logicalId);
      if (record?.physicalId === undefined || !change.template.resources.has(logicalId)) return undefined;
      return {
        type: record.type,
        ref: () => record.ref ?? record.physicalId!,
        attribute: (name) => attributeOf(record.attributes, name),
      };
    },
    imported(name) {
      imports.add(name);
      const found = exports.get(name);
      if (found === undefined) throw validationError(`No export named ${name} found. Rollback requested by user.`);
      return found.value;
    },
  });
}

/** By its whole name, as nested stacks and custom resources have `Outputs.Url`, or a part of a structure. */
function attributeOf(attributes: JsonMap, name: string) {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  let value: unknown = attributes;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value as JsonMap[string];
}

export async function runCreate(run: StackRun, change: Change, onFailure: string, tools: RunTools): Promise<void> {
  const steps: Step[] = [];
  try {
    await deployed(run, change, tools, steps);
    await run.become('CREATE_COMPLETE');
  } catch (error) {
    const reason = reasonOf(error, run, 'create');
    if (onFailure === 'DO_NOTHING') {
      await run.become('CREATE_FAILED', reason);
      return;
    }
    await run.become('ROLLBACK_IN_PROGRESS', `${reason} Rollback requested by user.`.trim());
    const failed = await takeAway(run, [...run.resources.values()], tools, {
      isAside: false,
      retain: ({ deletionPolicy }) => deletionPolicy === 'Retain' && run.stack.retainExceptOnCreate !== true,
    });
    if (failed.length > 0) {
      await run.become('ROLLBACK_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
      return;
    }
    await run.become('ROLLBACK_COMPLETE');
    if (onFailure === 'DELETE') await runDelete(run, new Set(), tools);
  }
}

async function deployed(run: StackRun, change: Change, tools: RunTools, steps: Step[]): Promise<OutputValue[]> {
  const { account, region } = run.stack;
  const exports = await tools.store.read((tx) => exportsIn(tx, account, region));
  const imports = new Set<string>();
  const scope = scopeOfRun(run, change, exports, imports);
  await checkRemovals(run, change, scope, tools);
  await bringAbout(run, change.template, scope, tools, steps, change.imported);
  const outputs = outputsOf(change.template, scope);
  for (const { exportName } of outputs) {
    const taken = exportName === undefined ? undefined : exports.get(exportName);
    if (taken !== undefined && taken.stackArn !== run.arn) {
      throw validationError(`Export with name ${exportName} is already exported by stack ${taken.stackName}.`);
    }
  }
  const before = run.stack.outputs.filter(({ exportName }) => exportName !== undefined);
  for (const { exportName, value } of before) {
    const now = outputs.find((each) => each.exportName === exportName);
    if (now?.value === value) continue;
    const importers = await tools.store.read((tx) => importersOf(tx, account, region, exportName!));
    if (importers.length > 0) {
      const what = now === undefined ? 'deleted' : 'updated';
      throw validationError(`Export ${exportName} cannot be ${what} as it is in use by ${importers.join(', ')}`);
    }
  }
  await run.keep({ outputs, imports: [...imports] });
  return outputs;
}

/** A policy may keep resources in the stack that the template no longer has. */
async function checkRemovals(run: StackRun, { template }: Change, scope: Scope, tools: RunTools): Promise<void> {
  if (tools.policy === undefined) return;
  const staying = new Set(plannedResources(template, scope).order);
  for (const record of [...run.resources.values()]) {
    const { logicalId, type, physicalId } = record;
    if (staying.has(logicalId) || physicalId === undefined) continue;
    const reason = tools.policy('Update:Delete', logicalId, type);
    if (reason === undefined) continue;
    await run.aside({ ...record, status: 'DELETE_FAILED', reason, atMs: run.now() });
    throw new ResourceFailure(logicalId, reason);
  }
}

function reasonOf(error: unknown, run: StackRun, verb: 'create' | 'update'): string {
  if (error instanceof ResourceFailure) return `The following resource(s) failed to ${verb}: [${error.logicalId}].`;
  return failureReason(error, run.token ?? 'none').replace(/ Rollback requested by user\.$/, '');
}

export async function runUpdate(
  run: StackRun,
  change: Change,
  isRollbackDisabled: boolean,
  tools: RunTools,
): Promise<void> {
  const before = { stack: run.stack, resources: new Map(run.resources) };
  const steps: Step[] = [];
  const isImport = run.stack.status === 'IMPORT_IN_PROGRESS';
  try {
    await deployed(run, change, tools, steps);
  } catch (error) {
    const reason = reasonOf(error, run, 'update');
    if (isRollbackDisabled) {
      await run.become(isImport ? 'IMPORT_ROLLBACK_FAILED' : 'UPDATE_FAILED', reason);
      return;
    }
    await rollBack(run, steps, before, reason, isImport, tools);
    return;
  }
  const replaced = steps.filter(({ kind }) => kind === 'replaced').map((step) => step.before!);
  const removed = [...before.resources.values()].filter(({ logicalId }) => !inTemplate(run, change, steps, logicalId));
  await run.keep({ description: change.template.description ?? '' });
  if (!isImport) {
    await run.become('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', undefined, {}, (tx) => {
      tx.put(stackTemplates, ownKey(run.stack), change.record);
    });
    await takeAway(run, replaced, tools, {
      isAside: true,
      retain: (record) => record.updateReplacePolicy === 'Retain',
    });
    await takeAway(run, removed, tools, {
      isAside: true,
      retain: ({ deletionPolicy }) => /^Retain/.test(deletionPolicy),
    });
    for (const { logicalId } of removed) await run.forget(logicalId);
  }
  await run.become(isImport ? 'IMPORT_COMPLETE' : 'UPDATE_COMPLETE', undefined, {}, (tx) => {
    tx.put(stackTemplates, ownKey(run.stack), change.record);
  });
}

const inTemplate = (_run: StackRun, _change: Change, steps: readonly Step[], logicalId: string): boolean =>
  steps.some((step) => step.logicalId === logicalId);

/** Takes back what an update did, the last first. */
async function rollBack(
  run: StackRun,
  steps: readonly Step[],
  before: { stack: StackRecord; resources: ReadonlyMap<string, ResourceRecord> },
  reason: string,
  isImport: boolean,
  tools: RunTools,
): Promise<void> {
  const { outputs, imports, parameters, tags, capabilities } = before.stack;
  const prefix = isImport ? 'IMPORT_ROLLBACK' : 'UPDATE_ROLLBACK';
  await run.become(`${prefix}_IN_PROGRESS`, reason, { outputs, imports, parameters, tags, capabilities });
  const failed: string[] = [];
  const surplus: ResourceRecord[] = [];
  for (const { logicalId, kind, before: earlier } of [...steps].reverse()) {
    const now = run.resources.get(logicalId);
    if (kind === 'kept' || now === undefined) {
      if (earlier !== undefined) await run.keepResource(earlier);
      continue;
    }
    if (kind === 'created') surplus.push(now);
    if (kind === 'replaced') {
      surplus.push(now);
      await run.resource({ ...earlier!, status: 'UPDATE_COMPLETE', atMs: run.now() });
    }
    if (kind === 'updated') {
      const { reason: _, ...plain } = now;
      await run.resource({ ...plain, status: 'UPDATE_IN_PROGRESS', atMs: run.now() });
      const context = tools.contextOf(run, logicalId, now.type);
      try {
        const made = await tools.typeOf(now.type)!.update!(madeOf(now), earlier!.properties, now.properties, context);
        await run.resource({
          ...earlier!,
          ...{ status: 'UPDATE_COMPLETE', atMs: run.now(), physicalId: made.physicalId },
          attributes: made.attributes ?? {},
        });
      } catch (error) {
        failed.push(logicalId);
        const why = failureReason(error, context.requestId);
        await run.resource({ ...now, status: 'UPDATE_FAILED', atMs: run.now(), reason: why });
      }
    }
  }
  if (failed.length > 0) {
    await run.become(`${prefix}_FAILED`, `The following resource(s) failed to update: [${failed.join(', ')}]. `);
    return;
  }
  // Of a resource that failed before anything was made, only the record is left.
  for (const [logicalId, record] of run.resources) {
    if (!before.resources.has(logicalId) && !surplus.some((each) => each.logicalId === logicalId)) surplus.push(record);
    const earlier = before.resources.get(logicalId);
    if (earlier !== undefined && record.status.endsWith('_FAILED')) {
      await run.resource({ ...earlier, status: 'UPDATE_COMPLETE', atMs: run.now() });
    }
  }
  if (!isImport) await run.become('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  if (!isImport) await takeAway(run, surplus, tools, { isAside: true, retain: () => false });
  for (const { logicalId } of surplus) if (!before.resources.has(logicalId)) await run.forget(logicalId);
  await run.become(`${prefix}_COMPLETE`);
}

export async function runDelete(run: StackRun, retained: ReadonlySet<string>, tools: RunTools): Promise<void> {
  if (!isInProgress(run.stack.status)) await run.become('DELETE_IN_PROGRESS');
  const failed = await takeAway(
    run,
    [...run.resources.values()].filter(({ status }) => status !== 'DELETE_COMPLETE'),
    tools,
    {
      isAside: false,
      retain: ({ logicalId, deletionPolicy }) => retained.has(logicalId) || /^Retain/.test(deletionPolicy),
    },
  );
  if (failed.length > 0) {
    await run.become('DELETE_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    return;
  }
  await run.become('DELETE_COMPLETE', undefined, { deletedAtMs: run.now() });
}

export type { EventRecord };
