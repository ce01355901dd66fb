/** AWS::Logs::*, AWS::CloudWatch::*, AWS::XRay::*. */
import { allTags, changeTags, modelled, type TagOperations } from './modelled.ts';
import type { Made, Properties, ResourceContext, ResourceType } from './resource-type.ts';

const logGroupArn = (name: string, { account, region }: ResourceContext): string =>
  `arn:aws:logs:${region}:${account}:log-group:${name}`;

const logTags: TagOperations = {
  ...{ property: 'Tags', tag: 'TagResource', untag: 'UntagResource', arnMember: 'resourceArn', tagsMember: 'tags' },
  keysMember: 'tagKeys',
  arn: ({ physicalId }, _properties, context) => logGroupArn(physicalId, context),
};

const groupMade = (name: string, context: ResourceContext): Made => ({
  physicalId: name,
  attributes: { Arn: `${logGroupArn(name, context)}:*` },
});

const logGroup: ResourceType = {
  needs: ['logs:CreateLogGroup'],
  identifiers: ['LogGroupName'],
  replacedBy: ['LogGroupName', 'LogGroupClass'],
  properties: new Set([
    'DeletionProtectionEnabled',
    'KmsKeyId',
    'LogGroupClass',
    'LogGroupName',
    'RetentionInDays',
    'Tags',
  ]),
  async create(properties, context) {
    const { RetentionInDays, Tags, ...rest } = properties;
    const logGroupName = properties['LogGroupName'] ?? context.newName(512);
    const own = allTags(Tags, context);
    const { LogGroupName: _, ...more } = rest;
    await context.call('logs', 'CreateLogGroup', {
      ...more,
      logGroupName,
      ...(own.size > 0 && { tags: Object.fromEntries(own) }),
    });
    if (RetentionInDays !== undefined) {
      await context.call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: RetentionInDays });
    }
    return groupMade(logGroupName, context);
  },
  async update(made, properties, before, context) {
    const logGroupName = made.physicalId;
    const { RetentionInDays } = properties;
    if (RetentionInDays === undefined && before['RetentionInDays'] !== undefined) {
      await context.call('logs', 'DeleteRetentionPolicy', { logGroupName });
    } else if (RetentionInDays !== before['RetentionInDays']) {
      await context.call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: RetentionInDays });
    }
    await changeTags(logTags, 'logs', made, properties, before, context);
    return made;
  },
  async delete({ physicalId }, _properties, context) {
    await context.call('logs', 'DeleteLogGroup', { logGroupName: physicalId });
  },
  async read({ LogGroupName }, _properties, context) {
    return groupMade(String(LogGroupName), context);
  },
};

/** Operations that put a thing under its name make it and change it alike. */
function putBy(
  service: string,
  put: string,
  remove: string,
  type: Pick<ResourceType, 'properties' | 'required' | 'replacedBy'> & {
    readonly nameProperty: string;
    readonly maxLength: number;
    removal(name: string, properties: Properties): Record<string, unknown>;
    attributes?(name: string, context: ResourceContext): Record<string, string>;
    input?(properties: Properties): Record<string, unknown>;
  },
): ResourceType {
  const {
    nameProperty,
    removal,
    attributes,
    input = (properties: Properties) => properties,
    maxLength,
    ...rest
  } = type;
  const at = (name: string, properties: Properties, context: ResourceContext): Promise<unknown> =>
    context.call(service, put, { ...input(properties), [nameProperty]: name });
  return {
    ...rest,
    needs: [`${service}:${put}`, `${service}:${remove}`],
    identifiers: [nameProperty],
    replacedBy: [nameProperty, ...type.replacedBy],
    async create(properties, context) {
      const name = (properties[nameProperty] as string | undefined) ?? context.newName(maxLength);
      await at(name, properties, context);
      return { physicalId: name, attributes: attributes?.(name, context) ?? {} };
    },
    async update(made, properties, _before, context) {
      await at(made.physicalId, properties, context);
      return made;
    },
    async delete({ physicalId }, properties, context) {
      await context.call(service, remove, removal(physicalId, properties));
    },
  };
}

const alarmArn = (name: string, { account, region }: ResourceContext): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

const alarm = putBy('cloudwatch', 'PutMetricAlarm', 'DeleteAlarms', {
  nameProperty: 'AlarmName',
  maxLength: 255,
  properties: new Set([
    ...['ActionsEnabled', 'AlarmActions', 'AlarmDescription', 'AlarmName', 'ComparisonOperator', 'DatapointsToAlarm'],
    ...['Dimensions', 'EvaluateLowSampleCountPercentile', 'EvaluationPeriods', 'ExtendedStatistic'],
    ...['InsufficientDataActions', 'MetricName', 'Metrics', 'Namespace', 'OKActions', 'Period', 'Statistic', 'Tags'],
    ...['Threshold', 'ThresholdMetricId', 'TreatMissingData', 'Unit'],
  ]),
  required: ['ComparisonOperator', 'EvaluationPeriods'],
  replacedBy: [],
  removal: (name) => ({ AlarmNames: [name] }),
  attributes: (name, context) => ({ Arn: alarmArn(name, context) }),
});

export const logTypes: Readonly<Record<string, ResourceType>> = {
  LogGroup: logGroup,
  LogStream: modelled({
    ...{ service: 'logs', create: 'CreateLogStream', delete: 'DeleteLogStream', id: 'LogStreamName' },
    ...{ idMember: 'LogStreamName', parents: ['LogGroupName'] },
    properties: ['LogGroupName', 'LogStreamName'],
    required: ['LogGroupName'],
    name: { property: 'LogStreamName', maxLength: 512 },
  }),
  MetricFilter: putBy('logs', 'PutMetricFilter', 'DeleteMetricFilter', {
    nameProperty: 'FilterName',
    maxLength: 512,
    properties: new Set([
      ...['ApplyOnTransformedLogs', 'FilterName', 'FilterPattern', 'LogGroupName', 'MetricTransformations'],
    ]),
    required: ['FilterPattern', 'LogGroupName', 'MetricTransformations'],
    replacedBy: ['LogGroupName'],
    removal: (filterName, { LogGroupName }) => ({ filterName, logGroupName: LogGroupName }),
    /** Dimensions are a list in templates and a map in the API. */
    input({ MetricTransformations, ...rest }) {
      const transformations = (MetricTransformations as Properties[]).map(({ Dimensions, ...more }) => ({
        ...more,
        ...(Dimensions !== undefined && { Dimensions }),
      }));
      return { ...rest, MetricTransformations: transformations };
    },
  }),
  SubscriptionFilter: putBy('logs', 'PutSubscriptionFilter', 'DeleteSubscriptionFilter', {
    nameProperty: 'FilterName',
    maxLength: 512,
    properties: new Set([
      ...['ApplyOnTransformedLogs', 'DestinationArn', 'Distribution', 'FilterName', 'FilterPattern', 'LogGroupName'],
      'RoleArn',
    ]),
    required: ['DestinationArn', 'FilterPattern', 'LogGroupName'],
    replacedBy: ['LogGroupName'],
    removal: (filterName, { LogGroupName }) => ({ filterName, logGroupName: LogGroupName }),
  }),
};

export const cloudWatchTypes: Readonly<Record<string, ResourceType>> = {
  Alarm: alarm,
  CompositeAlarm: putBy('cloudwatch', 'PutCompositeAlarm', 'DeleteAlarms', {
    nameProperty: 'AlarmName',
    maxLength: 255,
    properties: new Set([
      ...['ActionsEnabled', 'ActionsSuppressor', 'ActionsSuppressorExtensionPeriod', 'ActionsSuppressorWaitPeriod'],
      ...['AlarmActions', 'AlarmDescription', 'AlarmName', 'AlarmRule', 'InsufficientDataActions', 'OKActions', 'Tags'],
    ]),
    required: ['AlarmRule'],
    replacedBy: [],
    removal: (name) => ({ AlarmNames: [name] }),
    attributes: (name, context) => ({ Arn: alarmArn(name, context) }),
  }),
  Dashboard: putBy('cloudwatch', 'PutDashboard', 'DeleteDashboards', {
    nameProperty: 'DashboardName',
    maxLength: 255,
    properties: new Set(['DashboardBody', 'DashboardName']),
    required: ['DashboardBody'],
    replacedBy: [],
    removal: (name) => ({ DashboardNames: [name] }),
  }),
};

const samplingRule: ResourceType = {
  needs: ['xray:CreateSamplingRule'],
  identifiers: ['RuleARN'],
  replacedBy: [],
  required: ['SamplingRule'],
  properties: new Set(['SamplingRule', 'Tags']),
  async create(properties, context) {
    const { SamplingRule } = properties;
    const answer = await context.call('xray', 'CreateSamplingRule', { SamplingRule: { Version: 1, ...SamplingRule } });
    const RuleARN = answer['SamplingRuleRecord'].SamplingRule.RuleARN as string;
    return { physicalId: RuleARN, attributes: { RuleARN } };
  },
  async update(made, { SamplingRule }, _before, context) {
    const { RuleName: _, Version: __, ...change } = SamplingRule;
    await context.call('xray', 'UpdateSamplingRule', { SamplingRuleUpdate: { ...change, RuleARN: made.physicalId } });
    return made;
  },
  async delete({ physicalId }, _properties, context) {
    await context.call('xray', 'DeleteSamplingRule', { RuleARN: physicalId });
  },
};
export const xrayTypes: Readonly<Record<string, ResourceType>> = { SamplingRule: samplingRule };
