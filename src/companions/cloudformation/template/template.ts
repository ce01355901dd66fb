/** A template after its transforms, checked as CloudFormation checks one before it begins: sections, resources, every reference. */
import type { Json, JsonMap } from '../records.ts';
import { formatError, templateError, validationError } from '../refusals.ts';
import { isMap } from './intrinsics.ts';
import { type ParameterDeclaration, parameterDeclarations } from './parameters.ts';
import { conditionsIn, referencesIn } from './references.ts';

export interface ResourceDeclaration {
  readonly logicalId: string;
  readonly type: string;
  /** Not carried out yet. */
  readonly properties: JsonMap;
  readonly dependsOn: readonly string[];
  readonly condition: string | undefined;
  readonly deletionPolicy: Json | undefined;
  readonly updateReplacePolicy: Json | undefined;
  readonly metadata: Json | undefined;
  readonly description: string | undefined;
}

export interface OutputDeclaration {
  readonly name: string;
  readonly value: Json;
  readonly description: string | undefined;
  readonly exportName: Json | undefined;
  readonly condition: string | undefined;
}

export interface Template {
  readonly raw: JsonMap;
  readonly description: string | undefined;
  readonly metadata: Json | undefined;
  readonly parameters: ReadonlyMap<string, ParameterDeclaration>;
  readonly mappings: JsonMap;
  readonly conditions: JsonMap;
  readonly rules: JsonMap;
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly outputs: readonly OutputDeclaration[];
  /** Names of the transforms the template asked for. */
  readonly transforms: readonly string[];
}

const sections: ReadonlySet<string> = new Set([
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Mappings', 'Conditions', 'Transform'],
  ...['Resources', 'Outputs', 'Rules', 'Hooks'],
]);
const resourceMembers: ReadonlySet<string> = new Set([
  ...['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'],
  ...['CreationPolicy', 'UpdatePolicy', 'Description'],
]);
const pseudoParameters: ReadonlySet<string> = new Set([
  ...['AWS::AccountId', 'AWS::NotificationARNs', 'AWS::NoValue', 'AWS::Partition', 'AWS::Region', 'AWS::StackId'],
  ...['AWS::StackName', 'AWS::URLSuffix'],
]);

/** Names of the transforms a template asks for, in order. */
export function transformsOf(raw: JsonMap): string[] {
  const declared = raw['Transform'];
  const all = declared === undefined ? [] : Array.isArray(declared) ? declared : [declared];
  return all.map((each) => {
    if (typeof each === 'string') return each;
    if (isMap(each) && typeof each['Name'] === 'string') return each['Name'];
    throw formatError('Transform must be a string, an object with a Name, or a list of them.');
  });
}

/** Throws ValidationError for whatever is wrong. `transforms` were applied already. */
export function checkedTemplate(raw: JsonMap, transforms: readonly string[] = transformsOf(raw)): Template {
  checkSections(raw, transforms);
  const parameters = parameterDeclarations(raw);
  const mappings = mapSection(raw, 'Mappings');
  const conditions = mapSection(raw, 'Conditions');
  const resources = resourcesOf(raw);
  const outputs = outputsOf(raw);
  const template: Template = {
    raw,
    description: textMember(raw, 'Description'),
    metadata: raw['Metadata'],
    ...{ parameters, mappings, conditions, resources, outputs, transforms },
    rules: mapSection(raw, 'Rules'),
  };
  checkConditions(template);
  checkReferences(template);
  return template;
}

/** What of a template is told without its transforms carried out. */
export function checkSections(raw: JsonMap, transforms: readonly string[]): void {
  const isSam = transforms.includes('AWS::Serverless-2016-10-31');
  const unknown = Object.keys(raw).filter((name) => !sections.has(name) && !(isSam && name === 'Globals'));
  if (unknown.length > 0) throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
  const version = raw['AWSTemplateFormatVersion'];
  if (version !== undefined && version !== '2010-09-09') {
    throw formatError(`Template format version not supported: ${JSON.stringify(version)}`);
  }
  const description = raw['Description'];
  if (description !== undefined && description !== null && typeof description !== 'string') {
    throw formatError('Description must be a string.');
  }
  if (typeof description === 'string' && Buffer.byteLength(description) > 1024) {
    throw formatError('Description length must be less than or equal to 1024 bytes.');
  }
  const resources = raw['Resources'];
  if (!isMap(resources) || Object.keys(resources).length === 0) {
    throw formatError('At least one Resources member must be defined.');
  }
}

function mapSection(raw: JsonMap, name: string): JsonMap {
  const section = raw[name];
  if (section === undefined || section === null) return {};
  if (!isMap(section)) throw formatError(`Every ${name} member must be an object.`);
  return section;
}

function textMember(map: JsonMap, name: string): string | undefined {
  const value = map[name];
  return typeof value === 'string' ? value : undefined;
}

function resourcesOf(raw: JsonMap): Map<string, ResourceDeclaration> {
  const section = mapSection(raw, 'Resources');
  if (Object.keys(section).length > 500) {
    throw formatError(`Number of resources, ${Object.keys(section).length}, is greater than maximum allowed, 500`);
  }
  const found = new Map<string, ResourceDeclaration>();
  const unrecognized: string[] = [];
  for (const [logicalId, resource] of Object.entries(section)) {
    if (!/^[A-Za-z0-9]{1,255}$/.test(logicalId)) {
      throw formatError(`Resource name ${logicalId} is non alphanumeric.`);
    }
    if (!isMap(resource)) throw formatError(`[/Resources/${logicalId}] Every Resources member must be an object.`);
    const unknown = Object.keys(resource).filter((name) => !resourceMembers.has(name));
    if (unknown.length > 0) {
      throw validationError(`Invalid template resource property '${unknown[0]}'`);
    }
    const type = resource['Type'];
    if (typeof type !== 'string') {
      throw formatError(`[/Resources/${logicalId}] Every Resources object must contain a Type member.`);
    }
    if (!/^(?:[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(?:::MODULE)?|Custom::[\w@-]{1,60})$/.test(type)) {
      unrecognized.push(type);
    }
    const properties = resource['Properties'] ?? {};
    if (!isMap(properties)) throw formatError(`[/Resources/${logicalId}/Properties] Properties must be an object.`);
    found.set(logicalId, {
      ...{ logicalId, type, properties, dependsOn: dependsOnOf(resource) },
      condition: textMember(resource, 'Condition'),
      deletionPolicy: resource['DeletionPolicy'],
      updateReplacePolicy: resource['UpdateReplacePolicy'],
      metadata: resource['Metadata'],
      description: textMember(resource, 'Description'),
    });
  }
  if (unrecognized.length > 0)
    throw formatError(`Unrecognized resource types: [${[...new Set(unrecognized)].join(', ')}]`);
  return found;
}

function dependsOnOf(resource: JsonMap): string[] {
  const given = resource['DependsOn'];
  if (given === undefined || given === null) return [];
  const all = Array.isArray(given) ? (given as readonly Json[]) : [given];
  if (!all.every((each) => typeof each === 'string')) {
    throw formatError('Every DependsOn value must be a string.');
  }
  return all as string[];
}

function outputsOf(raw: JsonMap): OutputDeclaration[] {
  return Object.entries(mapSection(raw, 'Outputs')).map(([name, output]) => {
    if (!/^[A-Za-z0-9]{1,255}$/.test(name)) throw formatError(`Output name ${name} is non alphanumeric.`);
    if (!isMap(output) || output['Value'] === undefined || output['Value'] === null) {
      throw formatError(`[/Outputs/${name}] Every Outputs member must contain a Value object`);
    }
    const exported = output['Export'];
    return {
      ...{ name, value: output['Value'], description: textMember(output, 'Description') },
      exportName: isMap(exported) ? exported['Name'] : undefined,
      condition: textMember(output, 'Condition'),
    };
  });
}

function checkConditions({ conditions, resources, outputs }: Template): void {
  const state = new Map<string, 'open' | 'done'>();
  function visit(name: string, asker: string): void {
    if (!Object.hasOwn(conditions, name)) {
      throw formatError(`Unresolved condition dependency ${name} in the ${asker} block of the template`);
    }
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open') throw formatError(`Circular dependency between conditions: [${name}]`);
    state.set(name, 'open');
    for (const used of conditionsIn(conditions[name]!)) visit(used, 'Conditions');
    state.set(name, 'done');
  }
  for (const name of Object.keys(conditions)) visit(name, 'Conditions');
  for (const { logicalId, condition } of resources.values()) {
    if (condition !== undefined && !Object.hasOwn(conditions, condition)) {
      throw formatError(
        `Unresolved dependencies [${condition}]. Cannot reference resources in the Conditions block of the template`,
      );
    }
    void logicalId;
  }
  for (const { condition } of outputs) if (condition !== undefined) visit(condition, 'Outputs');
}

function checkReferences({ resources, outputs, parameters, conditions }: Template): void {
  const isKnown = (name: string): boolean => resources.has(name) || parameters.has(name) || pseudoParameters.has(name);
  const missing = new Set<string>();
  for (const resource of resources.values()) {
    for (const name of resource.dependsOn) {
      if (!resources.has(name)) missing.add(name);
    }
    for (const reference of referencesIn(resource.properties)) {
      if (reference.kind === 'ref' && !isKnown(reference.name)) missing.add(reference.name);
      if (reference.kind === 'attribute' && !resources.has(reference.name)) {
        throw templateError(`instance of Fn::GetAtt references undefined resource ${reference.name}`);
      }
      if (reference.kind === 'condition' && !Object.hasOwn(conditions, reference.name)) {
        throw formatError(`Unresolved condition dependency ${reference.name} in the Resources block of the template`);
      }
    }
  }
  if (missing.size > 0) {
    throw formatError(
      `Unresolved resource dependencies [${[...missing].join(', ')}] in the Resources block of the template`,
    );
  }
  for (const { value, exportName } of outputs) {
    for (const reference of [...referencesIn(value), ...referencesIn(exportName ?? null)]) {
      if (reference.kind === 'ref' && !isKnown(reference.name)) missing.add(reference.name);
      if (reference.kind === 'attribute' && !resources.has(reference.name)) {
        throw templateError(`instance of Fn::GetAtt references undefined resource ${reference.name}`);
      }
      if (reference.kind === 'condition' && !Object.hasOwn(conditions, reference.name)) {
        throw formatError(`Unresolved condition dependency ${reference.name} in the Outputs block of the template`);
      }
    }
  }
  if (missing.size > 0) {
    throw formatError(
      `Unresolved resource dependencies [${[...missing].join(', ')}] in the Outputs block of the template`,
    );
  }
}
