/** What a template's functions see: parameters and pseudo parameters, conditions, and the resources as they are by now. */
import type { Json, JsonMap, ParameterValue, StackId } from '../records.ts';
import { stackArn } from '../records.ts';
import { templateError } from '../refusals.ts';
import { noValue, type Scope, truthOf, type Value } from './intrinsics.ts';
import { parameterRef } from './parameters.ts';
import type { Template } from './template.ts';

/** What a resource gives to those that refer to it. */
export interface SeenResource {
  ref(): Value;
  /** Undefined for an attribute it does not have. */
  attribute(name: string): Value | undefined;
  readonly type: string;
}

export interface ScopeParts {
  readonly template: Pick<Template, 'parameters' | 'mappings' | 'conditions' | 'transforms'>;
  readonly stack: StackId;
  readonly notificationArns: readonly string[];
  readonly parameters: readonly ParameterValue[];
  /** Undefined for a resource that is not in the stack. */
  resource(logicalId: string): SeenResource | undefined;
  imported(name: string): Value;
}

export function scopeOf(parts: ScopeParts): Scope {
  const { template, stack, parameters } = parts;
  const values = new Map(parameters.map((each) => [each.key, each]));
  const truths = new Map<string, boolean>();
  const pseudo: Readonly<Record<string, Value>> = {
    'AWS::AccountId': stack.account,
    'AWS::NotificationARNs': parts.notificationArns as Json,
    'AWS::NoValue': noValue,
    'AWS::Partition': 'aws',
    'AWS::Region': stack.region,
    'AWS::StackId': stackArn(stack),
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const scope: Scope = {
    mappings: template.mappings as JsonMap,
    region: stack.region,
    hasExtensions: template.transforms.includes('AWS::LanguageExtensions'),
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      const declaration = template.parameters.get(name);
      const value = values.get(name);
      if (declaration !== undefined && value !== undefined) return parameterRef(declaration, value);
      return parts.resource(name)?.ref();
    },
    attribute(logicalId, name) {
      const resource = parts.resource(logicalId);
      if (resource === undefined)
        throw templateError(`instance of Fn::GetAtt references undefined resource ${logicalId}`);
      const value = resource.attribute(name);
      if (value === undefined) {
        throw templateError(`resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`);
      }
      return value;
    },
    condition(name) {
      const known = truths.get(name);
      if (known !== undefined) return known;
      const definition = template.conditions[name];
      if (definition === undefined) throw templateError(`condition ${name} is not defined`);
      const truth = truthOf(definition, scope);
      truths.set(name, truth);
      return truth;
    },
    imported: parts.imported,
  };
  return scope;
}
