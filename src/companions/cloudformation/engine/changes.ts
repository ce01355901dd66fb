/** What a template would change of a stack, found out without changing anything: for change sets, and to tell an update from none. */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonMap, OutputValue, ParameterValue, ResourceRecord, StackRecord } from '../records.ts';
import { evaluate, holdsUnknown, notKnownYet, noValue, type Scope } from '../template/intrinsics.ts';
import { referencesIn } from '../template/references.ts';
import { scopeOf } from '../template/scope.ts';
import type { ResourceDeclaration, Template } from '../template/template.ts';
import { type DeployTools, isReplacement, outputsOf, plannedResources } from './deploy.ts';
import type { Exports } from './runs.ts';

export interface Wanted {
  readonly template: Template;
  readonly parameters: readonly ParameterValue[];
}

export interface Difference {
  /** As DescribeChangeSet shows them. */
  readonly changes: readonly Json[];
  /** Whether anything would be another, also what no resource shows: outputs. */
  readonly isAnything: boolean;
}

/** Whatever cannot be known before is taken for a change. */
export async function changesBetween(
  stack: StackRecord,
  resources: ReadonlyMap<string, ResourceRecord>,
  wanted: Wanted,
  exports: Exports,
  tools: Pick<DeployTools, 'typeOf' | 'dereferenced'>,
): Promise<Difference> {
  const { template } = wanted;
  const fresh = new Set<string>();
  const changed = new Set<string>();
  const present = (logicalId: string): ResourceRecord | undefined => {
    const record = resources.get(logicalId);
    return record?.physicalId === undefined || record.status === 'DELETE_COMPLETE' ? undefined : record;
  };
  const scope: Scope = scopeOf({
    ...{ template, stack, parameters: wanted.parameters, notificationArns: stack.notificationArns },
    resource(logicalId) {
      const declaration = template.resources.get(logicalId);
      if (declaration === undefined) return undefined;
      const record = fresh.has(logicalId) ? undefined : present(logicalId);
      return {
        type: declaration.type,
        ref: () => record?.ref ?? record?.physicalId ?? notKnownYet,
        attribute: (name) =>
          record === undefined || changed.has(logicalId) ? notKnownYet : (record.attributes[name] ?? notKnownYet),
      };
    },
    imported: (name) => exports.get(name)?.value ?? notKnownYet,
  });
  const { order } = plannedResources(template, scope);
  const changes: Json[] = [];
  for (const logicalId of order) {
    const declaration = template.resources.get(logicalId)!;
    const record = present(logicalId);
    const type = tools.typeOf(declaration.type);
    if (record === undefined) {
      fresh.add(logicalId);
      changes.push(changeOf({ Action: 'Add', LogicalResourceId: logicalId, ResourceType: declaration.type }));
      continue;
    }
    const evaluated = evaluate(declaration.properties, scope);
    const properties = evaluated === noValue ? {} : (evaluated as JsonMap);
    const known = holdsUnknown(properties) ? properties : ((await tools.dereferenced(properties)) as JsonMap);
    const names = [...new Set([...Object.keys(record.properties), ...Object.keys(known)])].filter(
      (name) => !isDeepStrictEqual(record.properties[name], known[name]),
    );
    const isOther = record.type !== declaration.type;
    if (names.length === 0 && !isOther) continue;
    const unsure = names.filter((name) => holdsUnknown(known[name]));
    const isReplaced = isOther || type === undefined || isReplacement(type, record.properties, known);
    const isSure = isOther || names.some((name) => !unsure.includes(name) && recreates(type, name) === 'Always');
    if (isReplaced && isSure) fresh.add(logicalId);
    changed.add(logicalId);
    changes.push(
      changeOf({
        Action: 'Modify',
        ...{ LogicalResourceId: logicalId, PhysicalResourceId: record.physicalId!, ResourceType: declaration.type },
        Replacement: isReplaced ? (isSure ? 'True' : 'Conditional') : 'False',
        Scope: ['Properties'],
        Details: names.map((name) =>
          detailOf(name, recreates(type, name), declaration, template, unsure.includes(name)),
        ),
      }),
    );
  }
  const staying = new Set(order);
  for (const record of resources.values()) {
    if (staying.has(record.logicalId) || present(record.logicalId) === undefined) continue;
    const { logicalId, type, physicalId } = record;
    const PolicyAction = record.deletionPolicy === 'Retain' ? 'Retain' : 'Delete';
    changes.push(
      changeOf({
        Action: 'Remove',
        PolicyAction,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId!,
        ResourceType: type,
      }),
    );
  }
  return { changes, isAnything: changes.length > 0 || outputsDiffer(stack.outputs, template, scope) };
}

const changeOf = (change: JsonMap): Json => ({
  Type: 'Resource',
  ResourceChange: { Scope: [], Details: [], ...change },
});

function recreates(type: ReturnType<DeployTools['typeOf']>, name: string): 'Always' | 'Never' {
  return type?.update === undefined || type.replacedBy.includes(name) ? 'Always' : 'Never';
}

function detailOf(
  name: string,
  recreation: 'Always' | 'Never',
  declaration: ResourceDeclaration,
  template: Template,
  isDynamic: boolean,
): Json {
  const references = [...referencesIn(declaration.properties[name] ?? null)];
  const reference = references.find(({ kind }) => kind === 'ref' || kind === 'attribute');
  const isParameter = reference?.kind === 'ref' && template.parameters.has(reference.name);
  const source: JsonMap =
    reference === undefined
      ? { ChangeSource: 'DirectModification' }
      : {
          ChangeSource: isParameter
            ? 'ParameterReference'
            : reference.kind === 'ref'
              ? 'ResourceReference'
              : 'ResourceAttribute',
          CausingEntity:
            reference.attribute === undefined ? reference.name : `${reference.name}.${reference.attribute}`,
        };
  return {
    Target: { Attribute: 'Properties', Name: name, RequiresRecreation: recreation },
    Evaluation: isDynamic ? 'Dynamic' : 'Static',
    ...source,
  };
}

function outputsDiffer(before: readonly OutputValue[], template: Template, scope: Scope): boolean {
  try {
    return !isDeepStrictEqual(before, outputsOf(template, scope));
  } catch {
    // Something of them is known only afterwards.
    return true;
  }
}
