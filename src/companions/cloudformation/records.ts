/** What CloudFormation keeps in the store: stacks, their resources, events, templates and change sets, each a record of its own. */
import { collection } from '../../ports/store.ts';
import type { Capability, ResourceStatus, StackStatus } from '../../wire/generated/cloudformation.ts';

/** What a template became once it was read: JSON all through, short forms written out. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonMap = { readonly [name: string]: Json };

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface StackId {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** The UUID at the end of the stack's ARN. */
  readonly uuid: string;
}

export interface ParameterValue {
  readonly key: string;
  /** As it was given or its default; of an SSM parameter the name. */
  readonly value: string;
  /** What an SSM parameter held. */
  readonly resolved?: string;
  readonly noEcho?: boolean;
}

export interface OutputValue {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

export interface StackRecord extends StackId {
  readonly status: StackStatus;
  readonly reason?: string;
  readonly description?: string;
  readonly parameters: readonly ParameterValue[];
  readonly outputs: readonly OutputValue[];
  readonly tags: readonly Tag[];
  readonly capabilities: readonly Capability[];
  readonly notificationArns: readonly string[];
  readonly roleArn?: string;
  readonly disableRollback: boolean;
  readonly retainExceptOnCreate?: boolean;
  readonly timeoutMinutes?: number;
  readonly terminationProtection: boolean;
  /** ARNs, of a nested stack. */
  readonly parentId?: string;
  readonly rootId?: string;
  readonly stackPolicy?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs?: number;
  readonly deletedAtMs?: number;
  /** Names of exports whose values this stack's resources and outputs read. */
  readonly imports: readonly string[];
  readonly lastEvent: number;
  /** The process that changes the stack now, and until when it may be silent. */
  readonly driver?: { readonly id: string; readonly untilMs: number };
  /** CreateStack, UpdateStack and DeleteStack with the token of the last call are that call again. */
  readonly clientRequestToken?: string;
}

export interface ResourceRecord {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  readonly status: ResourceStatus;
  readonly reason?: string;
  readonly atMs: number;
  /** As they were given to the service, everything resolved. */
  readonly properties: JsonMap;
  /** What `Fn::GetAtt` reads; `Ref` is the physical id unless the type says otherwise. */
  readonly attributes: JsonMap;
  readonly ref?: string;
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly description?: string;
  readonly metadata?: Json;
  /** Logical ids of resources that have to be there before it, and may go only after it. */
  readonly dependsOn: readonly string[];
}

export interface EventRecord {
  readonly id: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly atMs: number;
  readonly status: ResourceStatus;
  readonly reason?: string;
  readonly properties?: string;
  readonly token?: string;
}

export interface TemplateRecord {
  /** As it was given. */
  readonly body: string;
  /** After transforms; absent where there were none. */
  readonly processed?: string;
}

export interface ChangeSetRecord {
  readonly id: string;
  readonly name: string;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly executionStatus:
    | 'AVAILABLE'
    | 'UNAVAILABLE'
    | 'EXECUTE_IN_PROGRESS'
    | 'EXECUTE_COMPLETE'
    | 'EXECUTE_FAILED'
    | 'OBSOLETE';
  readonly reason?: string;
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly description?: string;
  readonly createdAtMs: number;
  readonly template: TemplateRecord;
  readonly parameters: readonly ParameterValue[];
  readonly tags: readonly Tag[];
  readonly capabilities: readonly Capability[];
  readonly notificationArns: readonly string[];
  readonly roleArn?: string;
  readonly onStackFailure?: string;
  readonly includeNestedStacks: boolean;
  readonly importExistingResources: boolean;
  readonly changes: readonly Json[];
  /** Resource by logical id → physical id, of a change set that imports. */
  readonly imported?: { readonly [logicalId: string]: JsonMap };
}

/** `[account, region, stackName, uuid]` */
export const stacks = collection<StackRecord>('cfn-stack');
/** `[account, region, stackUuid, logicalId]` */
export const stackResources = collection<ResourceRecord>('cfn-resource');
/** `[account, region, stackUuid, number]`, the number of 8 digits so that keys are in the order of events. */
export const stackEvents = collection<EventRecord>('cfn-event');
/** `[account, region, stackUuid]` */
export const stackTemplates = collection<TemplateRecord>('cfn-template');
/** `[account, region, stackUuid, changeSetName]` */
export const changeSets = collection<ChangeSetRecord>('cfn-change-set');

export const stackArn = ({ account, region, name, uuid }: StackId): string =>
  `arn:aws:cloudformation:${region}:${account}:stack/${name}/${uuid}`;

export function stackIdOfArn(arn: string): StackId | undefined {
  const found = /^arn:[\w-]+:cloudformation:([\w-]+):(\d{12}):stack\/([^/]+)\/([^/]+)$/.exec(arn);
  return found === null ? undefined : { region: found[1]!, account: found[2]!, name: found[3]!, uuid: found[4]! };
}

export const stackKey = ({ account, region, name, uuid }: StackId): [string, string, string, string] => [
  account,
  region,
  name,
  uuid,
];
/** The key of what belongs to a stack. */
export const ownKey = ({ account, region, uuid }: StackId): [string, string, string] => [account, region, uuid];
export const eventKey = (id: StackId, number: number): [string, string, string, string] => [
  ...ownKey(id),
  String(number).padStart(8, '0'),
];

export const isInProgress = (status: string): boolean =>
  status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
