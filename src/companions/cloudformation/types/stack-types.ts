/** AWS::CloudFormation::* and AWS::CDK::Metadata. */
import { customResource } from './custom-resource.ts';
import type { NestedStack, Properties, ResourceContext, ResourceType } from './resource-type.ts';

function nestedStack(
  { TemplateURL, Parameters = {}, Tags = [], TimeoutInMinutes, NotificationARNs = [] }: Properties,
  context: ResourceContext,
): NestedStack {
  const texts = Object.entries(Parameters as Record<string, unknown>).map(([name, value]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(',') : String(value),
  ]);
  return {
    logicalId: context.logicalId,
    templateUrl: String(TemplateURL),
    parameters: Object.fromEntries(texts),
    tags: [...context.tags, ...Tags],
    timeoutMinutes: TimeoutInMinutes === undefined ? undefined : Number(TimeoutInMinutes),
    notificationArns: NotificationARNs,
  };
}

const stack: ResourceType = {
  needs: [],
  identifiers: ['StackId'],
  replacedBy: [],
  required: ['TemplateURL'],
  properties: new Set(['NotificationARNs', 'Parameters', 'Tags', 'TemplateURL', 'TimeoutInMinutes']),
  create: (properties, context) => context.nested.create(nestedStack(properties, context)),
  update: (made, properties, _before, context) =>
    context.nested.update(made.physicalId, nestedStack(properties, context)),
  delete: ({ physicalId }, _properties, context) => context.nested.delete(physicalId),
};

/** What is there for its own sake: nothing is made of it. */
const nothing = (properties: ResourceType['properties']): ResourceType => ({
  needs: [],
  replacedBy: [],
  properties,
  async create(_properties, context) {
    return { physicalId: context.newName(200) };
  },
  update: async (made) => made,
  async delete() {},
});

const waitHandle: ResourceType = {
  ...nothing(new Set()),
  async create(_properties, context) {
    const url = `${context.endpoint}/_cloudformation/waits/${encodeURIComponent(context.stackId)}/${context.logicalId}`;
    return { physicalId: url };
  },
};

export const stackTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::CDK::Metadata': nothing(new Set(['Analytics'])),
  'AWS::CloudFormation::Stack': stack,
  'AWS::CloudFormation::WaitConditionHandle': waitHandle,
  'AWS::CloudFormation::CustomResource': customResource,
};
