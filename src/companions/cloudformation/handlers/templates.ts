/** Templates looked at: of stacks and change sets, and ones that are only asked about. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudformation.ts';
import { neededCapabilities } from '../engine/capabilities.ts';
import { findChangeSet } from '../engine/find-change-set.ts';
import { findStack } from '../engine/find-stack.ts';
import { templateOf, templateText } from '../engine/prepare.ts';
import type { Stacks } from '../engine/stacks.ts';
import type { JsonMap, TemplateRecord } from '../records.ts';
import { noSuchStack, validationError } from '../refusals.ts';
import { isMap } from '../template/intrinsics.ts';
import { type ParameterDeclaration, parameterDeclarations } from '../template/parameters.ts';
import { readTemplate } from '../template/read-template.ts';
import { checkedTemplate, checkSections, transformsOf } from '../template/template.ts';

export function templateHandlers(stacks: Stacks): Handlers<Operations> {
  const { store, typeOf } = stacks.engine.parts;

  return {
    async GetTemplate({ StackName, ChangeSetName, TemplateStage = 'Original' }, call) {
      let record: TemplateRecord | undefined;
      if (ChangeSetName !== undefined)
        record = (await findChangeSet(store, ChangeSetName, StackName, call)).set.template;
      else {
        if (StackName === undefined) throw validationError('Either StackName or ChangeSetName is required');
        const stack = await store.read((tx) => findStack(tx, StackName, call));
        if (stack === undefined) throw noSuchStack(StackName);
        record = await templateOf(store, stack);
      }
      // A stack that waits for its first change set has none; the CDK asks all the same.
      if (record === undefined) return { StagesAvailable: ['Original', 'Processed'] };
      return {
        TemplateBody: TemplateStage === 'Processed' ? (record.processed ?? record.body) : record.body,
        StagesAvailable: ['Original', 'Processed'],
      };
    },

    async ValidateTemplate(input, call) {
      const raw = readTemplate(await templateText(input, undefined, stacks.prepareTools(call)));
      const transforms = transformsOf(raw);
      checkSections(raw, transforms);
      const declared = parameterDeclarations(raw);
      // What a transform is going to make is not checked before it has.
      if (transforms.length === 0) checkedTemplate(raw, transforms);
      const { capabilities, reason } = neededOf(raw, transforms);
      return {
        Parameters: [...declared.values()].map(({ name, fallback, noEcho, description }) => ({
          ParameterKey: name,
          ...(fallback !== undefined && { DefaultValue: fallback }),
          NoEcho: noEcho,
          ...(description !== undefined && { Description: description }),
        })),
        ...(typeof raw['Description'] === 'string' && { Description: raw['Description'] }),
        ...(capabilities.length > 0 && { Capabilities: capabilities }),
        ...(reason !== undefined && { CapabilitiesReason: reason }),
        ...(transforms.length > 0 && { DeclaredTransforms: transforms }),
      };
    },

    async GetTemplateSummary(input, call) {
      const { StackName } = input;
      let text: string;
      if (StackName === undefined) text = await templateText(input, undefined, stacks.prepareTools(call));
      else {
        const stack = await store.read((tx) => findStack(tx, StackName, call));
        const record = stack && (await templateOf(store, stack));
        if (record === undefined) throw noSuchStack(StackName);
        text = record.body;
      }
      const raw = readTemplate(text);
      const transforms = transformsOf(raw);
      checkSections(raw, transforms);
      const { capabilities, reason } = neededOf(raw, transforms);
      const types = resourceTypesOf(raw);
      const metadata = raw['Metadata'];
      return {
        Parameters: [...parameterDeclarations(raw).values()].map(shownDeclaration),
        ...(typeof raw['Description'] === 'string' && { Description: raw['Description'] }),
        ...(capabilities.length > 0 && { Capabilities: capabilities }),
        ...(reason !== undefined && { CapabilitiesReason: reason }),
        ResourceTypes: [...new Set(types.map(([, type]) => type))],
        ...(typeof raw['AWSTemplateFormatVersion'] === 'string' && { Version: raw['AWSTemplateFormatVersion'] }),
        ...(metadata !== undefined && { Metadata: JSON.stringify(metadata) }),
        ...(transforms.length > 0 && { DeclaredTransforms: transforms }),
        ResourceIdentifierSummaries: identifiersOf(types),
      };
    },
  };

  function identifiersOf(types: readonly [logicalId: string, type: string][]) {
    return [...Map.groupBy(types, ([, type]) => type)].flatMap(([type, entries]) => {
      const known = typeOf(type)?.identifiers;
      if (known === undefined) return [];
      const LogicalResourceIds = entries.map(([logicalId]) => logicalId);
      return [{ ResourceType: type, LogicalResourceIds, ResourceIdentifiers: [...known] }];
    });
  }
}

function neededOf(raw: JsonMap, transforms: readonly string[]) {
  const { capabilities, reason } = neededCapabilities(raw);
  if (transforms.length === 0) return { capabilities, reason };
  const all = [...capabilities, 'CAPABILITY_AUTO_EXPAND' as const];
  return {
    capabilities: all,
    reason: reason ?? `The following resource(s) require capabilities: [${transforms.join(', ')}]`,
  };
}

function resourceTypesOf(raw: JsonMap): [logicalId: string, type: string][] {
  const resources = raw['Resources'];
  return Object.entries(isMap(resources) ? resources : {}).flatMap(([logicalId, resource]): [string, string][] =>
    isMap(resource) && typeof resource['Type'] === 'string' ? [[logicalId, resource['Type']]] : [],
  );
}

const shownDeclaration = ({ name, type, fallback, noEcho, description, allowed }: ParameterDeclaration) => ({
  ...{ ParameterKey: name, ParameterType: type, NoEcho: noEcho },
  ...(fallback !== undefined && { DefaultValue: fallback }),
  ...(description !== undefined && { Description: description }),
  ParameterConstraints: allowed === undefined ? {} : { AllowedValues: [...allowed] },
});
