/** What a resource type is to the engine: how one is made, changed and taken away through the operations of its service. */
import type { Expected } from '../engine/responses.ts';
import type { Json, JsonMap, Tag } from '../records.ts';

export interface Made {
  readonly physicalId: string;
  /** What `Ref` gives, where that is not the physical id. */
  readonly ref?: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes?: JsonMap;
}

export interface ResourceContext {
  /** Calls an operation of a service as the stack's caller; rejects with the service's Problem. Texts become what the operation's model asks for. */
  call(service: string, operation: string, input: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Whether the service has the operation. */
  can(service: string, operation: string): boolean;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly resourceType: string;
  /** `http://localhost:4566` */
  readonly endpoint: string;
  /** Of the stack, for resources that take tags. */
  readonly tags: readonly Tag[];
  /** Until the change has to be over. */
  timeLeftMs(): number;
  /** The change takes back an earlier one. */
  readonly isRollback: boolean;
  /** Of the operation under way: the same for a repeated try. */
  readonly requestId: string;
  /** `{stack}-{logical id}-{12 random letters}`, cut to a length. */
  newName(maxLength: number, isLowerCase?: boolean): string;
  /** For types that need what others do not. */
  readonly nested: NestedStacks;
  readonly small: SmallRecords;
  /** A URL that a custom resource answers at. */
  expectResponse(): Promise<Expected>;
}

/** A failure whose message stands as the reason as it is. */
export class Refused extends Error {}

/** What an operation answered; members as the model names them. */
// biome-ignore lint/suspicious/noExplicitAny: answers of some fifty operations, whose shapes their models hold.
export type Answer = Record<string, any>;

export interface NestedStacks {
  create(request: NestedStack): Promise<Made>;
  update(stackId: string, request: NestedStack): Promise<Made>;
  delete(stackId: string): Promise<void>;
}
export interface NestedStack {
  readonly logicalId: string;
  readonly templateUrl: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly timeoutMinutes: number | undefined;
  readonly notificationArns: readonly string[];
}

/** Records of what is kept for stacks alone, because no service of ours keeps it. */
export interface SmallRecords {
  /** False when there is one already. */
  add(kind: string, id: string, value: JsonMap): Promise<boolean>;
  put(kind: string, id: string, value: JsonMap): Promise<void>;
  remove(kind: string, id: string): Promise<void>;
}

export interface ResourceType {
  /** Operations without which it cannot be made here, `service:Operation`. */
  readonly needs: readonly string[];
  /** Properties that cannot change: another value makes another resource. */
  readonly replacedBy: readonly string[];
  /** Properties it has; any other is refused. Undefined for those that take any. */
  readonly properties: ReadonlySet<string> | undefined;
  readonly required?: readonly string[];
  /** Properties that identify it, for GetTemplateSummary and change sets that import. */
  readonly identifiers?: readonly string[];
  create(properties: Properties, context: ResourceContext): Promise<Made>;
  /** Absent where every change makes another resource. */
  update?(made: Made, properties: Properties, before: Properties, context: ResourceContext): Promise<Made>;
  delete(made: Made, properties: Properties, context: ResourceContext): Promise<void>;
  /** What is known of one that exists, for change sets that import it. */
  read?(identifier: JsonMap, properties: Properties, context: ResourceContext): Promise<Made>;
}

/** Of a resource, everything carried out. */
// biome-ignore lint/suspicious/noExplicitAny: what a template says is checked by the operation that gets it.
export type Properties = { readonly [name: string]: any };
export type { Json, JsonMap };
