/** Stacks, resources and events as the operations show them. */

import { Problem } from '../../../base/problem.ts';
import type { Stack, StackEvent } from '../../../wire/generated/cloudformation.ts';
import { type EventRecord, type ParameterValue, type ResourceRecord, type StackRecord, stackArn } from '../records.ts';

const notChecked = { StackDriftStatus: 'NOT_CHECKED' } as const;
const resourceNotChecked = { StackResourceDriftStatus: 'NOT_CHECKED' } as const;

export const shownParameters = (parameters: readonly ParameterValue[]) =>
  parameters.map(({ key, value, resolved, noEcho }) => ({
    ParameterKey: key,
    ParameterValue: noEcho === true ? '****' : value,
    ...(resolved !== undefined && { ResolvedValue: noEcho === true ? '****' : resolved }),
  }));

export function shownStack(stack: StackRecord): Stack {
  const { reason, description, deletedAtMs, updatedAtMs, parentId, rootId, roleArn, timeoutMinutes } = stack;
  return {
    ...{ StackId: stackArn(stack), StackName: stack.name },
    ...(description !== undefined && description !== '' && { Description: description }),
    ...(stack.parameters.length > 0 && { Parameters: shownParameters(stack.parameters) }),
    CreationTime: stack.createdAtMs,
    ...(deletedAtMs !== undefined && { DeletionTime: deletedAtMs }),
    ...(updatedAtMs !== undefined && { LastUpdatedTime: updatedAtMs }),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    ...(reason !== undefined && { StackStatusReason: reason }),
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...stack.notificationArns],
    ...(timeoutMinutes !== undefined && { TimeoutInMinutes: timeoutMinutes }),
    ...(stack.capabilities.length > 0 && { Capabilities: [...stack.capabilities] }),
    ...(stack.outputs.length > 0 && {
      Outputs: stack.outputs.map(({ key, value, description: about, exportName }) => ({
        ...{ OutputKey: key, OutputValue: value },
        ...(about !== undefined && { Description: about }),
        ...(exportName !== undefined && { ExportName: exportName }),
      })),
    }),
    ...(roleArn !== undefined && { RoleARN: roleArn }),
    Tags: stack.tags.map(({ Key, Value }) => ({ Key, Value })),
    EnableTerminationProtection: stack.terminationProtection,
    ...(parentId !== undefined && { ParentId: parentId }),
    ...(rootId !== undefined && { RootId: rootId }),
    DriftInformation: notChecked,
  };
}

export function shownSummary(stack: StackRecord) {
  const { reason, description, deletedAtMs, updatedAtMs, parentId, rootId } = stack;
  return {
    ...{ StackId: stackArn(stack), StackName: stack.name, CreationTime: stack.createdAtMs, StackStatus: stack.status },
    ...(description !== undefined && description !== '' && { TemplateDescription: description }),
    ...(updatedAtMs !== undefined && { LastUpdatedTime: updatedAtMs }),
    ...(deletedAtMs !== undefined && { DeletionTime: deletedAtMs }),
    ...(reason !== undefined && { StackStatusReason: reason }),
    ...(parentId !== undefined && { ParentId: parentId }),
    ...(rootId !== undefined && { RootId: rootId }),
    DriftInformation: notChecked,
  };
}

const resourceBase = ({ logicalId, physicalId, type, status, reason }: ResourceRecord) => ({
  LogicalResourceId: logicalId,
  ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
  ...{ ResourceType: type, ResourceStatus: status },
  ...(reason !== undefined && { ResourceStatusReason: reason }),
  DriftInformation: resourceNotChecked,
});

export const shownResource = (stack: StackRecord, record: ResourceRecord) => ({
  ...{ StackName: stack.name, StackId: stackArn(stack) },
  ...resourceBase(record),
  Timestamp: record.atMs,
  ...(record.description !== undefined && { Description: record.description }),
});

export const shownResourceDetail = (stack: StackRecord, record: ResourceRecord) => ({
  ...{ StackName: stack.name, StackId: stackArn(stack) },
  ...resourceBase(record),
  LastUpdatedTimestamp: record.atMs,
  ...(record.description !== undefined && { Description: record.description }),
  Metadata: JSON.stringify(record.metadata ?? {}),
});

export const shownResourceSummary = (record: ResourceRecord) => ({
  ...resourceBase(record),
  LastUpdatedTimestamp: record.atMs,
});

export function shownEvent(stack: StackRecord, event: EventRecord): StackEvent {
  const { id, logicalId, physicalId, type, atMs, status, reason, properties, token } = event;
  return {
    ...{ StackId: stackArn(stack), EventId: id, StackName: stack.name },
    ...{ LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type, Timestamp: atMs },
    ResourceStatus: status,
    ...(reason !== undefined && { ResourceStatusReason: reason }),
    ...(properties !== undefined && { ResourceProperties: properties }),
    ...(token !== undefined && { ClientRequestToken: token }),
  };
}

/** A page of a list whose token is the number of what was shown before. */
export function pageAfter<T>(
  all: readonly T[],
  token: string | undefined,
  size = 100,
): { items: readonly T[]; next: { NextToken?: string } } {
  const text = token === undefined ? '0' : Buffer.from(token, 'base64').toString();
  if (!/^\d{1,9}$/.test(text)) throw new Problem('ValidationException', 'Invalid NextToken.');
  const start = Number(text);
  const end = start + size;
  const next = end < all.length ? { NextToken: Buffer.from(String(end)).toString('base64') } : {};
  return { items: all.slice(start, end), next };
}
