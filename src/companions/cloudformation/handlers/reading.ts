/** What stacks are, have and went through: Describe…, List…, exports and imports. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudformation.ts';
import { findStack } from '../engine/find-stack.ts';
import { settled } from '../engine/interrupted.ts';
import { exportsIn, importersOf } from '../engine/runs.ts';
import type { Stacks } from '../engine/stacks.ts';
import {
  ownKey,
  type ResourceRecord,
  type StackRecord,
  stackEvents,
  stacks as stackRecords,
  stackResources,
} from '../records.ts';
import { noStackNamed, noSuchStack, validationError } from '../refusals.ts';
import {
  pageAfter,
  shownEvent,
  shownResource,
  shownResourceDetail,
  shownResourceSummary,
  shownStack,
  shownSummary,
} from './shown.ts';

export function readingHandlers(stacks: Stacks): Handlers<Operations> {
  const { store } = stacks.engine.parts;

  async function all({ account, region }: Call): Promise<StackRecord[]> {
    const found = await store.read((tx) => tx.list(stackRecords, [account, region]));
    const settledOnes: StackRecord[] = [];
    for (const { value } of found) settledOnes.push(await settled(value, stacks.engine.parts, stacks.isShared));
    return settledOnes.sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  async function resourcesOf(stack: StackRecord): Promise<ResourceRecord[]> {
    const found = await store.read((tx) => tx.list(stackResources, ownKey(stack)));
    return found.map(({ value }) => value);
  }

  async function foundOr(named: string, call: Call, refusal: Error): Promise<StackRecord> {
    const stack = await store.read((tx) => findStack(tx, named, call));
    if (stack === undefined) throw refusal;
    return settled(stack, stacks.engine.parts, stacks.isShared);
  }

  return {
    async DescribeStacks({ StackName, NextToken }, call) {
      if (StackName !== undefined && StackName !== '') {
        return { Stacks: [shownStack(await foundOr(StackName, call, noSuchStack(StackName)))] };
      }
      const { items, next } = pageAfter(
        (await all(call)).filter(({ status }) => status !== 'DELETE_COMPLETE'),
        NextToken,
      );
      return { Stacks: items.map(shownStack), ...next };
    },

    async ListStacks({ StackStatusFilter, NextToken }, call) {
      const wanted = (await all(call)).filter(
        ({ status }) =>
          StackStatusFilter === undefined || StackStatusFilter.length === 0 || StackStatusFilter.includes(status),
      );
      const { items, next } = pageAfter(wanted, NextToken);
      return { StackSummaries: items.map(shownSummary), ...next };
    },

    async DescribeStackEvents({ StackName, NextToken }, call) {
      const stack = await foundOr(StackName ?? '', call, noStackNamed(StackName ?? ''));
      const events = await store.read((tx) => tx.list(stackEvents, ownKey(stack)));
      const { items, next } = pageAfter(events.reverse(), NextToken);
      return { StackEvents: items.map(({ value }) => shownEvent(stack, value)), ...next };
    },

    async DescribeStackResource({ StackName, LogicalResourceId }, call) {
      const stack = await foundOr(StackName, call, noSuchStack(StackName));
      const record = (await resourcesOf(stack)).find(({ logicalId }) => logicalId === LogicalResourceId);
      if (record === undefined) {
        throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
      }
      return { StackResourceDetail: shownResourceDetail(stack, record) };
    },

    async DescribeStackResources({ StackName, LogicalResourceId, PhysicalResourceId }, call) {
      if (StackName === undefined && PhysicalResourceId === undefined) {
        throw validationError('Either a StackName or a PhysicalResourceId must be specified');
      }
      if (StackName !== undefined && PhysicalResourceId !== undefined) {
        throw validationError('StackName and PhysicalResourceId cannot both be specified');
      }
      const stack =
        StackName === undefined
          ? await stackWith(PhysicalResourceId!, call)
          : await foundOr(StackName, call, noSuchStack(StackName));
      const records = (await resourcesOf(stack)).filter(
        ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
      );
      return { StackResources: records.map((record) => shownResource(stack, record)) };
    },

    async ListStackResources({ StackName, NextToken }, call) {
      const stack = await foundOr(StackName, call, noSuchStack(StackName));
      const { items, next } = pageAfter(await resourcesOf(stack), NextToken);
      return { StackResourceSummaries: items.map(shownResourceSummary), ...next };
    },

    async ListExports({ NextToken }, { account, region }) {
      const exports = await store.read((tx) => exportsIn(tx, account, region));
      const sorted = [...exports].sort(([a], [b]) => (a < b ? -1 : 1));
      const { items, next } = pageAfter(sorted, NextToken);
      return {
        Exports: items.map(([Name, { value, stackArn: ExportingStackId }]) => ({
          ExportingStackId,
          Name,
          Value: value,
        })),
        ...next,
      };
    },

    async ListImports({ ExportName, NextToken }, { account, region }) {
      const exports = await store.read((tx) => exportsIn(tx, account, region));
      if (!exports.has(ExportName)) throw validationError(`Export '${ExportName}' does not exist.`);
      const importers = await store.read((tx) => importersOf(tx, account, region, ExportName));
      if (importers.length === 0) throw validationError(`Export '${ExportName}' is not imported by any stack.`);
      const { items, next } = pageAfter(importers, NextToken);
      return { Imports: [...items], ...next };
    },
  };

  async function stackWith(physicalId: string, call: Call): Promise<StackRecord> {
    for (const stack of await all(call)) {
      const records = await resourcesOf(stack);
      if (records.some((record) => record.physicalId === physicalId && record.status !== 'DELETE_COMPLETE'))
        return stack;
    }
    throw validationError(`Stack for ${physicalId} does not exist`);
  }
}
