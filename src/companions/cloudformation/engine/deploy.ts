/** Brings a stack's resources to what a template says, in the order of their dependencies: makes, changes, replaces; then takes away what is left over. */

import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../../base/problem.ts';
import type { Json, JsonMap, OutputValue, ResourceRecord } from '../records.ts';
import { templateError, validationError } from '../refusals.ts';
import { evaluate, noValue, type Scope, truthOf } from '../template/intrinsics.ts';
import type { ResourceDeclaration, Template } from '../template/template.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../types/resource-type.ts';
import { CallFailure, failureReason, isNotThere } from './failure-reason.ts';
import { inOrder, needsOf } from './order.ts';
import type { StackPolicy } from './stack-policy.ts';
import type { StackRun } from './stack-run.ts';

export interface DeployTools {
  typeOf(name: string): ResourceType | undefined;
  contextOf(run: StackRun, logicalId: string, type: string): ResourceContext;
  /** Dynamic references, `{{resolve:ssm:…}}`, replaced by what they stand for. */
  dereferenced(value: Json): Promise<Json>;
  /** What may be updated; absent where everything may. */
  readonly policy?: StackPolicy;
}

/** What a deployment did to a resource, so that it can be undone. */
export interface Step {
  readonly logicalId: string;
  readonly kind: 'created' | 'updated' | 'replaced' | 'kept';
  /** As it was before; absent for one that was created. */
  readonly before?: ResourceRecord;
}

/** A resource could not be made or changed; its event is written. */
export class ResourceFailure extends Error {
  readonly logicalId: string;

  constructor(logicalId: string, reason: string) {
    super(reason);
    this.logicalId = logicalId;
  }
}

/** Resources of a template that are in the stack, by their conditions, in the order they are made in, with what each needs. */
export function plannedResources(template: Template, scope: Scope): { order: string[]; needs: Map<string, string[]> } {
  const present = [...template.resources.values()].filter(
    ({ condition }) => condition === undefined || scope.condition(condition),
  );
  const all = new Set(present.map(({ logicalId }) => logicalId));
  const taken = (condition: Json): boolean =>
    typeof condition === 'string' ? scope.condition(condition) : truthOf(condition, scope);
  const needs = new Map(present.map((each) => [each.logicalId, needsOf(each, all, taken)]));
  return { order: inOrder(needs), needs };
}

/** Properties as the service gets them. */
export async function propertiesOf(
  declaration: ResourceDeclaration,
  scope: Scope,
  tools: DeployTools,
): Promise<JsonMap> {
  const made = evaluate(declaration.properties, scope);
  return (await tools.dereferenced(made === noValue ? {} : (made as Json))) as JsonMap;
}

/** Throws ValidationError for properties the type does not have or misses, as CloudFormation does before it calls anybody. */
export function checkProperties(logicalId: string, type: ResourceType, properties: JsonMap): void {
  const complaints = [
    ...(type.required ?? [])
      .filter((name) => properties[name] === undefined)
      .map((name) => `#: required key [${name}] not found`),
    ...(type.properties === undefined
      ? []
      : Object.keys(properties)
          .filter((name) => !type.properties!.has(name))
          .map((name) => `#: extraneous key [${name}] is not permitted`)),
  ];
  if (complaints.length > 0) {
    throw validationError(
      `Properties validation failed for resource ${logicalId} with message:\n${complaints.join('\n')}`,
    );
  }
}

/** Makes and changes resources. `steps` grows as it goes. Throws a ResourceFailure. */
export async function bringAbout(
  run: StackRun,
  template: Template,
  scope: Scope,
  tools: DeployTools,
  steps: Step[],
  imported: { readonly [logicalId: string]: JsonMap } = {},
): Promise<void> {
  const { order, needs } = plannedResources(template, scope);
  for (const logicalId of order) {
    if (run.timeLeftMs() <= 0) throw validationError('Stack creation time exceeded the specified timeout.');
    const declaration = template.resources.get(logicalId)!;
    await bringOne(run, declaration, needs.get(logicalId)!, scope, tools, steps, imported[logicalId]);
  }
}

async function bringOne(
  run: StackRun,
  declaration: ResourceDeclaration,
  dependsOn: string[],
  scope: Scope,
  tools: DeployTools,
  steps: Step[],
  imported: JsonMap | undefined,
): Promise<void> {
  const { logicalId, type: typeName } = declaration;
  const before = run.resources.get(logicalId);
  const isUpdate = before?.physicalId !== undefined && before.status !== 'DELETE_COMPLETE';
  const context = tools.contextOf(run, logicalId, typeName);
  const base = {
    ...{ logicalId, type: typeName, dependsOn },
    ...policiesOf(declaration, scope),
    ...(declaration.metadata !== undefined && { metadata: declaration.metadata }),
    ...(declaration.description !== undefined && { description: declaration.description }),
  };
  const verb = isUpdate ? 'UPDATE' : imported === undefined ? 'CREATE' : 'IMPORT';
  let current: ResourceRecord = {
    ...base,
    ...(isUpdate ? { physicalId: before.physicalId!, ...(before.ref !== undefined && { ref: before.ref }) } : {}),
    ...{ status: `${verb}_IN_PROGRESS` as const, atMs: run.now(), properties: before?.properties ?? {} },
    attributes: before?.attributes ?? {},
  };
  const fail = async (error: unknown): Promise<never> => {
    const reason = failureReason(error, context.requestId);
    await run.resource({ ...current, status: `${verb}_FAILED` as ResourceRecord['status'], atMs: run.now(), reason });
    throw new ResourceFailure(logicalId, reason);
  };

  let properties: JsonMap;
  const type = tools.typeOf(typeName);
  try {
    properties = await propertiesOf(declaration, scope, tools);
    if (type === undefined) throw unsupportedType(typeName);
    const missing = type.needs.find((need) => !context.can(...(need.split(':') as [string, string])));
    if (missing !== undefined) throw unsupportedType(typeName);
    checkProperties(logicalId, type, properties);
  } catch (error) {
    if (!isUpdate) await run.resource(current);
    return fail(error);
  }

  if (isUpdate && before.type === typeName && isDeepStrictEqual(before.properties, properties)) {
    // Nothing of it changes; what the template says beside its properties is kept silently.
    await run.keepResource({ ...before, ...base });
    steps.push({ logicalId, kind: 'kept', before });
    return;
  }

  if (isUpdate) {
    const isReplaced = before.type !== typeName || isReplacement(type, before.properties, properties);
    const refusal = tools.policy?.(isReplaced ? 'Update:Replace' : 'Update:Modify', logicalId, typeName);
    if (refusal !== undefined) return fail(validationError(refusal));
  }
  current = { ...current, properties };
  const finish = async (made: Made, kind: Step['kind']): Promise<void> => {
    steps.push({ logicalId, kind, ...(before !== undefined && { before }) });
    const { reason: _, ref: __, ...rest } = current;
    await run.resource({
      ...rest,
      ...{ status: `${verb}_COMPLETE` as ResourceRecord['status'], atMs: run.now(), physicalId: made.physicalId },
      attributes: made.attributes ?? {},
      ...(made.ref !== undefined && { ref: made.ref }),
    });
  };
  try {
    if (!isUpdate) {
      await run.resource(current);
      const made =
        imported === undefined
          ? await type.create(properties, context)
          : await importedResource(type, typeName, imported, properties, context);
      await run.resource({
        ...current,
        physicalId: made.physicalId,
        reason: imported === undefined ? 'Resource creation Initiated' : 'Resource import started',
      });
      return await finish(made, 'created');
    }
    if (before.type !== typeName || isReplacement(type, before.properties, properties)) {
      await run.resource({
        ...current,
        reason: 'Requested update requires the creation of a new physical resource; hence creating one.',
      });
      return await finish(await type.create(properties, context), 'replaced');
    }
    await run.resource(current);
    const made = madeOf(before);
    const changed = await type.update!(made, properties, before.properties as Properties, context);
    return await finish(changed, changed.physicalId === made.physicalId ? 'updated' : 'replaced');
  } catch (error) {
    if (error instanceof ResourceFailure) throw error;
    // A half-made change has to be taken back as well.
    if (isUpdate && !isReplacement(type, before.properties, properties))
      steps.push({ logicalId, kind: 'updated', before });
    return fail(error);
  }
}

export const madeOf = (record: ResourceRecord): Made => ({
  physicalId: record.physicalId!,
  attributes: record.attributes,
  ...(record.ref !== undefined && { ref: record.ref }),
});

async function importedResource(
  type: ResourceType,
  typeName: string,
  identifier: JsonMap,
  properties: JsonMap,
  context: ResourceContext,
): Promise<Made> {
  if (type.read === undefined) throw validationError(`ResourceTypes [${typeName}] are not supported for Import`);
  return type.read(identifier, properties, context);
}

const unsupportedType = (name: string): Problem =>
  validationError(`Resource type ${name} is not supported here: Gatewright has no service that makes it`);

/** Whether a change of properties makes another resource. */
export function isReplacement(type: ResourceType, before: JsonMap, after: JsonMap): boolean {
  if (type.update === undefined) return true;
  return type.replacedBy.some((name) => !isDeepStrictEqual(before[name], after[name]));
}

function policiesOf(
  declaration: ResourceDeclaration,
  scope: Scope,
): { deletionPolicy: string; updateReplacePolicy: string } {
  return {
    deletionPolicy: policyOf(declaration.deletionPolicy, scope, 'DeletionPolicy'),
    updateReplacePolicy: policyOf(declaration.updateReplacePolicy, scope, 'UpdateReplacePolicy'),
  };
}

function policyOf(value: Json | undefined, scope: Scope, name: string): string {
  if (value === undefined) return 'Delete';
  const policy = evaluate(value, scope);
  if (policy === 'Delete' || policy === 'Retain' || policy === 'Snapshot' || policy === 'RetainExceptOnCreate')
    return policy;
  throw validationError(`Template validation error: Unrecognized ${name} ${String(policy)} for resource`);
}

/** Outputs of the template, carried out. */
export function outputsOf(template: Template, scope: Scope): OutputValue[] {
  const made: OutputValue[] = [];
  for (const { name, value, description, exportName, condition } of template.outputs) {
    if (condition !== undefined && !scope.condition(condition)) continue;
    const text = evaluate(value, scope);
    if (text === noValue) continue;
    if (typeof text === 'object' || typeof text === 'symbol') {
      throw validationError(
        `Template format error: Output ${name} is malformed! The Value field of every Outputs member must evaluate to a String.`,
      );
    }
    const exported = exportName === undefined ? undefined : evaluate(exportName, scope);
    if (exported !== undefined && typeof exported !== 'string')
      throw templateError(`Output ${name}: the name of an export must be a string`);
    made.push({
      ...{ key: name, value: String(text) },
      ...(description !== undefined && { description }),
      ...(exported !== undefined && { exportName: exported }),
    });
  }
  return made;
}

/** Takes resources away, each before what it needs. Names those that could not be. */
export async function takeAway(
  run: StackRun,
  records: readonly ResourceRecord[],
  tools: DeployTools,
  /** Whether the stack goes on without them (they are told of, not kept). */
  how: { isAside: boolean; retain: (record: ResourceRecord) => boolean; failFast?: boolean },
): Promise<string[]> {
  const byName = new Map(records.map((each) => [each.logicalId, each]));
  const needs = new Map(records.map(({ logicalId, dependsOn }) => [logicalId, dependsOn]));
  const failed: string[] = [];
  const stuck = new Set<string>();
  for (const logicalId of inOrder(needs).reverse()) {
    const record = byName.get(logicalId)!;
    const tell = (change: Partial<ResourceRecord>): Promise<void> => {
      const { reason: _, ...rest } = record;
      const next = { ...rest, atMs: run.now(), ...change };
      return how.isAside ? run.aside(next) : run.resource(next);
    };
    if (stuck.has(logicalId)) {
      for (const needed of record.dependsOn) stuck.add(needed);
      continue;
    }
    if (record.physicalId === undefined) {
      if (!how.isAside && record.status.endsWith('_FAILED')) await tell({ status: 'DELETE_COMPLETE' });
      continue;
    }
    if (how.retain(record)) {
      await tell({ status: 'DELETE_SKIPPED' });
      continue;
    }
    await tell({ status: 'DELETE_IN_PROGRESS' });
    const context = tools.contextOf(run, logicalId, record.type);
    try {
      await tools.typeOf(record.type)?.delete(madeOf(record), record.properties, context);
      await tell({ status: 'DELETE_COMPLETE' });
    } catch (error) {
      if (isNotThere(error)) {
        await tell({ status: 'DELETE_COMPLETE' });
        continue;
      }
      await tell({ status: 'DELETE_FAILED', reason: failureReason(error, context.requestId) });
      failed.push(logicalId);
      for (const needed of record.dependsOn) stuck.add(needed);
    }
  }
  return failed;
}

export { CallFailure };
