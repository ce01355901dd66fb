/** Change sets: what a template would change, looked at before it is done. They are worked out while the caller waits. */
import { newRequestId } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Change, CreateChangeSetInput, Operations } from '../../../wire/generated/cloudformation.ts';
import { changesBetween } from '../engine/changes.ts';
import { findChangeSet } from '../engine/find-change-set.ts';
import { findStack } from '../engine/find-stack.ts';
import { settled } from '../engine/interrupted.ts';
import { type Prepared, prepared, templateOf } from '../engine/prepare.ts';
import { exportsIn } from '../engine/runs.ts';
import type { StackOptions, Stacks } from '../engine/stacks.ts';
import {
  type ChangeSetRecord,
  changeSets,
  type Json,
  type JsonMap,
  ownKey,
  type StackRecord,
  stackArn,
  stackKey,
  stacks as stackRecords,
  stackResources,
} from '../records.ts';
import { changeSetExists, changeSetNotExecutable, noSuchStack, stackExists, validationError } from '../refusals.ts';
import { isMap } from '../template/intrinsics.ts';
import { pageAfter, shownParameters } from './shown.ts';
import { checkAsked, checkedTags, checkStackName } from './stacks.ts';

export function changeSetHandlers(stacks: Stacks): Handlers<Operations> {
  const { store, clock } = stacks.engine.parts;

  async function stackFor(
    input: CreateChangeSetInput,
    type: ChangeSetRecord['type'],
    call: Call,
  ): Promise<{ stack: StackRecord; isNew: boolean }> {
    const { StackName } = input;
    const found = await store.read((tx) => findStack(tx, StackName, call));
    const present = found && (await settled(found, stacks.engine.parts, stacks.isShared));
    const isThere = present !== undefined && present.status !== 'DELETE_COMPLETE';
    if (type === 'UPDATE') {
      if (!isThere) throw validationError(`Stack [${StackName}] does not exist`);
      if (
        present.status === 'REVIEW_IN_PROGRESS' ||
        /_IN_PROGRESS$|^ROLLBACK_|^DELETE_|^UPDATE_ROLLBACK_FAILED/.test(present.status)
      ) {
        throw validationError(`Stack:${stackArn(present)} is in ${present.status} state and can not be updated.`);
      }
      return { stack: present, isNew: false };
    }
    if (isThere) {
      if (present.status === 'REVIEW_IN_PROGRESS') return { stack: present, isNew: false };
      if (type === 'IMPORT') return { stack: present, isNew: false };
      throw stackExists(StackName);
    }
    if (StackName.startsWith('arn:')) throw noSuchStack(StackName);
    checkStackName(StackName);
    const options: StackOptions = {
      tags: checkedTags(input.Tags),
      notificationArns: input.NotificationARNs,
      roleArn: input.RoleARN,
    };
    return { stack: await stacks.review(StackName, options, call), isNew: true };
  }

  /** Resources that are there already and shall belong to the stack from now on. */
  function importedOf({ ResourcesToImport }: CreateChangeSetInput): ChangeSetRecord['imported'] | undefined {
    if (ResourcesToImport === undefined) return undefined;
    return Object.fromEntries(
      ResourcesToImport.map(({ LogicalResourceId, ResourceIdentifier }) => [
        LogicalResourceId,
        ResourceIdentifier as JsonMap,
      ]),
    );
  }

  async function worked(
    stack: StackRecord,
    made: Prepared,
    input: CreateChangeSetInput,
    type: ChangeSetRecord['type'],
    call: Call,
  ) {
    const tools = await stacks.engine.tools(stack, call, stacks.nested(stack, call));
    const { resources } = await stacks.engine.open(stack, undefined);
    const exports = await store.read((tx) => exportsIn(tx, stack.account, stack.region));
    const difference = await changesBetween(stack, resources, made, exports, tools);
    const tags = input.Tags === undefined ? stack.tags : checkedTags(input.Tags)!;
    const isAnything = difference.isAnything || JSON.stringify(tags) !== JSON.stringify(stack.tags);
    const changes =
      type === 'IMPORT'
        ? difference.changes.map((each) => asImport(each, importedOf(input) ?? {}))
        : difference.changes;
    return { changes, isAnything, tags };
  }

  return {
    async CreateChangeSet(input, call) {
      checkAsked(input);
      const type = input.ChangeSetType ?? 'UPDATE';
      const { stack, isNew } = await stackFor(input, type, call);
      const name = input.ChangeSetName;
      const taken = await store.read((tx) => tx.get(changeSets, [...ownKey(stack), name]));
      if (taken !== undefined) throw changeSetExists(name, stackArn(stack));
      const id = `arn:aws:cloudformation:${call.region}:${call.account}:changeSet/${name}/${newRequestId()}`;
      const tools = stacks.prepareTools(call);
      const record = await templateOf(store, stack);
      const previous =
        type === 'CREATE' || record === undefined ? undefined : { template: record, parameters: stack.parameters };
      const capabilities = input.Capabilities ?? [];
      let made: Prepared;
      try {
        made = await prepared({ ...input, Capabilities: capabilities }, stack, previous, tools, true);
      } catch (error) {
        // A stack that was only made for this change set goes with it.
        if (isNew) await forget(stack);
        throw error;
      }
      const base = {
        ...{
          id,
          name,
          type,
          createdAtMs: clock.now(),
          template: made.record,
          parameters: made.parameters,
          capabilities,
        },
        ...(input.Description !== undefined && { description: input.Description }),
        notificationArns: input.NotificationARNs ?? stack.notificationArns,
        ...(input.RoleARN !== undefined
          ? { roleArn: input.RoleARN }
          : stack.roleArn !== undefined
            ? { roleArn: stack.roleArn }
            : {}),
        ...(input.OnStackFailure !== undefined && { onStackFailure: input.OnStackFailure }),
        includeNestedStacks: input.IncludeNestedStacks ?? false,
        importExistingResources: input.ImportExistingResources ?? false,
        ...(input.ResourcesToImport && { imported: importedOf(input)! }),
      };
      const { changes, isAnything, tags } = await worked(stack, made, input, type, call);
      const isEmpty = !isAnything && type !== 'CREATE';
      const set: ChangeSetRecord = isEmpty
        ? {
            ...{ ...base, tags, changes, status: 'FAILED', executionStatus: 'UNAVAILABLE' },
            reason: isTransformed(made)
              ? 'No updates are to be performed.'
              : "The submitted information didn't contain changes. Submit different information to create a change set.",
          }
        : { ...base, tags, changes, status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' };
      await store.write(async (tx) => tx.put(changeSets, [...ownKey(stack), name], set));
      return { Id: id, StackId: stackArn(stack) };
    },

    async DescribeChangeSet({ ChangeSetName, StackName, NextToken }, call) {
      const { stack, set } = await findChangeSet(store, ChangeSetName, StackName, call);
      const { items, next } = pageAfter(set.changes, NextToken);
      return {
        ...{ ChangeSetName: set.name, ChangeSetId: set.id, StackId: stackArn(stack), StackName: stack.name },
        ...(set.description !== undefined && { Description: set.description }),
        ...(set.parameters.length > 0 && { Parameters: shownParameters(set.parameters) }),
        ...{ CreationTime: set.createdAtMs, ExecutionStatus: set.executionStatus, Status: set.status },
        ...(set.reason !== undefined && { StatusReason: set.reason }),
        NotificationARNs: [...set.notificationArns],
        RollbackConfiguration: {},
        Capabilities: [...set.capabilities],
        ...(set.tags.length > 0 && { Tags: set.tags.map(({ Key, Value }) => ({ Key, Value })) }),
        Changes: [...items] as Change[],
        ...next,
        IncludeNestedStacks: set.includeNestedStacks,
        ...(set.onStackFailure !== undefined && { OnStackFailure: set.onStackFailure as 'DELETE' }),
        ...(set.importExistingResources && { ImportExistingResources: true }),
      };
    },

    async ListChangeSets({ StackName, NextToken }, call) {
      const stack = await stacks.find(StackName, call);
      const found = await store.read((tx) => tx.list(changeSets, ownKey(stack)));
      const { items, next } = pageAfter(found, NextToken);
      return {
        Summaries: items.map(({ value: set }) => ({
          ...{ StackId: stackArn(stack), StackName: stack.name, ChangeSetId: set.id, ChangeSetName: set.name },
          ...{ ExecutionStatus: set.executionStatus, Status: set.status, CreationTime: set.createdAtMs },
          ...(set.reason !== undefined && { StatusReason: set.reason }),
          ...(set.description !== undefined && { Description: set.description }),
          ...{ IncludeNestedStacks: set.includeNestedStacks, ImportExistingResources: set.importExistingResources },
        })),
        ...next,
      };
    },

    async ExecuteChangeSet(
      { ChangeSetName, StackName, ClientRequestToken, DisableRollback, RetainExceptOnCreate },
      call,
    ) {
      const { stack, set } = await findChangeSet(store, ChangeSetName, StackName, call);
      if (set.executionStatus !== 'AVAILABLE')
        throw changeSetNotExecutable(set.id, set.status === 'FAILED' ? 'FAILED' : set.executionStatus);
      const options: StackOptions = {
        ...{ token: ClientRequestToken, disableRollback: DisableRollback, retainExceptOnCreate: RetainExceptOnCreate },
      };
      await stacks.execute(stack, set, options, call);
      // Once one is carried out the others are about a stack that is no more; AWS drops them all.
      await store.write((tx) => tx.deleteAll(changeSets, ownKey(stack)));
      return {};
    },

    async DeleteChangeSet({ ChangeSetName, StackName }, call) {
      try {
        const { stack, set } = await findChangeSet(store, ChangeSetName, StackName, call);
        await store.write(async (tx) => tx.delete(changeSets, [...ownKey(stack), set.name]));
      } catch (error) {
        // Deleting one that is not there succeeds.
        if (!(error instanceof Problem) || error.kind !== 'ChangeSetNotFoundException') throw error;
      }
      return {};
    },
  };

  async function forget(stack: StackRecord): Promise<void> {
    await store.write(async (tx) => {
      tx.delete(stackRecords, stackKey(stack));
      await tx.deleteAll(stackResources, ownKey(stack));
    });
  }
}

const isTransformed = ({ record }: Prepared): boolean => record.processed !== undefined;

function asImport(change: Json, imported: NonNullable<ChangeSetRecord['imported']>): Json {
  const resource = isMap(change) ? change['ResourceChange'] : undefined;
  if (!isMap(resource) || imported[String(resource['LogicalResourceId'])] === undefined) return change;
  return { Type: 'Resource', ResourceChange: { ...resource, Action: 'Import' } };
}
