/** AWS::Lambda::*, as far as Lambda here has the operations. */

import { isDeepStrictEqual } from 'node:util';
import { zipSync } from 'fflate';
import { ignoringGone } from '../engine/failure-reason.ts';
import { validationError } from '../refusals.ts';
import { inlineModule } from './cfn-response.ts';
import { allTags, changeTags, type TagOperations } from './modelled.ts';
import { randomLetters } from './names.ts';
import type { Answer, Made, Properties, ResourceType } from './resource-type.ts';

const service = 'lambda';

const tags: TagOperations = {
  ...{ property: 'Tags', tag: 'TagResource', untag: 'UntagResource', arnMember: 'Resource', tagsMember: 'Tags' },
  keysMember: 'TagKeys',
  arn: (made) => String(made.attributes!['Arn']),
};

interface Code {
  readonly ZipFile?: string;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
  readonly ImageUri?: string;
}

/** Code that stands in the template becomes a zip with one file, named by what runs it. */
function codeOf(code: Code, runtime: string | undefined): Record<string, unknown> {
  if (code.ZipFile === undefined) return { ...code };
  const isPython = runtime?.startsWith('python') === true;
  if (runtime !== undefined && !isPython && !runtime.startsWith('nodejs')) {
    throw validationError(`ZipFile can only be used when Runtime is set to either of nodejs, python.`);
  }
  const files: Record<string, Uint8Array> = {
    [isPython ? 'index.py' : 'index.js']: Buffer.from(code.ZipFile),
    ...Object.fromEntries(
      Object.entries(inlineModule(isPython, code.ZipFile)).map(([name, text]) => [name, Buffer.from(text)]),
    ),
  };
  // The same source makes the same bytes, and with them the same hash.
  return { ZipFile: zipSync(files, { mtime: new Date('2020-01-01T00:00:00Z') }) };
}

const madeOf = ({ FunctionName, FunctionArn }: Answer): Made => ({
  physicalId: FunctionName,
  attributes: { Arn: FunctionArn },
});

const configuration = [
  ...[
    'DeadLetterConfig',
    'Description',
    'Environment',
    'EphemeralStorage',
    'FileSystemConfigs',
    'Handler',
    'ImageConfig',
  ],
  ...['KmsKeyArn', 'Layers', 'LoggingConfig', 'MemorySize', 'Role', 'Runtime', 'SnapStart', 'Timeout', 'TracingConfig'],
  'VpcConfig',
];

/** What a member becomes when the template no longer has it. */
const cleared: Readonly<Record<string, unknown>> = {
  Description: '',
  Environment: { Variables: {} },
  EphemeralStorage: { Size: 512 },
  Layers: [],
  MemorySize: 128,
  Timeout: 3,
  TracingConfig: { Mode: 'PassThrough' },
};

const lambdaFunction: ResourceType = {
  needs: ['lambda:CreateFunction'],
  identifiers: ['FunctionName'],
  replacedBy: ['FunctionName', 'PackageType'],
  required: ['Code', 'Role'],
  properties: new Set([
    ...configuration,
    ...['Architectures', 'Code', 'CodeSigningConfigArn', 'FunctionName', 'PackageType', 'ReservedConcurrentExecutions'],
    'Tags',
  ]),
  async create(properties, context) {
    const { ReservedConcurrentExecutions, Code, Tags, ...rest } = properties;
    const own = allTags(Tags, context);
    const FunctionName = properties['FunctionName'] ?? context.newName(64);
    const answer = await context.call(service, 'CreateFunction', {
      ...rest,
      FunctionName,
      Code: codeOf(Code, properties['Runtime']),
      ...(own.size > 0 && { Tags: Object.fromEntries(own) }),
    });
    if (ReservedConcurrentExecutions !== undefined) {
      await context.call(service, 'PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions });
    }
    return madeOf(answer);
  },
  async update(made, properties, before, context) {
    const FunctionName = made.physicalId;
    const changed = configuration.filter((name) => !isDeepStrictEqual(properties[name], before[name]));
    if (changed.length > 0) {
      const input = Object.fromEntries(changed.map((name) => [name, properties[name] ?? cleared[name]]));
      await context.call(service, 'UpdateFunctionConfiguration', { ...input, FunctionName });
    }
    if (
      !isDeepStrictEqual([properties['Code'], properties['Architectures']], [before['Code'], before['Architectures']])
    ) {
      const { Architectures } = properties;
      const code = codeOf(properties['Code'], properties['Runtime']);
      await context.call(service, 'UpdateFunctionCode', {
        FunctionName,
        ...code,
        ...(Architectures !== undefined && { Architectures }),
      });
    }
    const { ReservedConcurrentExecutions } = properties;
    if (ReservedConcurrentExecutions !== before['ReservedConcurrentExecutions']) {
      if (ReservedConcurrentExecutions === undefined)
        await context.call(service, 'DeleteFunctionConcurrency', { FunctionName });
      else await context.call(service, 'PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions });
    }
    await changeTags(tags, service, made, properties, before, context);
    return made;
  },
  async delete({ physicalId }, _properties, context) {
    await context.call(service, 'DeleteFunction', { FunctionName: physicalId });
  },
  async read({ FunctionName }, _properties, context) {
    return madeOf(await context.call(service, 'GetFunctionConfiguration', { FunctionName }));
  },
};

const permission: ResourceType = {
  needs: ['lambda:AddPermission'],
  identifiers: ['FunctionName', 'Id'],
  replacedBy: [],
  required: ['FunctionName', 'Action', 'Principal'],
  properties: new Set([
    ...['Action', 'EventSourceToken', 'FunctionName', 'FunctionUrlAuthType', 'InvokedViaFunctionUrl', 'Principal'],
    ...['PrincipalOrgID', 'SourceAccount', 'SourceArn'],
  ]),
  async create(properties, context) {
    const StatementId = `${context.stackName}-${context.logicalId}-${randomLetters(12)}`.slice(-100);
    await context.call(service, 'AddPermission', { ...properties, StatementId });
    return { physicalId: StatementId, attributes: { Id: StatementId } };
  },
  /** The function may be gone already, and its policy with it. */
  async delete({ physicalId }, { FunctionName }, context) {
    await context.call(service, 'RemovePermission', { FunctionName, StatementId: physicalId });
  },
};

const version: ResourceType = {
  needs: ['lambda:PublishVersion'],
  identifiers: ['FunctionArn'],
  replacedBy: ['CodeSha256', 'Description', 'FunctionName'],
  required: ['FunctionName'],
  properties: new Set(['CodeSha256', 'Description', 'FunctionName']),
  async create(properties, context) {
    const { FunctionName } = properties;
    const { Versions } = await context.call(service, 'ListVersionsByFunction', { FunctionName });
    const answer = await context.call(service, 'PublishVersion', properties);
    const Version = answer['Version'] as string;
    if ((Versions as Answer[]).some((each) => each['Version'] === Version)) {
      throw new Error(
        `A version for this Lambda function exists ( ${Version} ). Modify the function to create a new version.`,
      );
    }
    const FunctionArn = answer['FunctionArn'] as string;
    return { physicalId: FunctionArn, attributes: { Version, FunctionArn } };
  },
  async delete({ attributes }, { FunctionName }, context) {
    await context.call(service, 'DeleteFunction', { FunctionName, Qualifier: attributes!['Version'] });
  },
};

interface Weights {
  readonly AdditionalVersionWeights?: readonly { readonly FunctionVersion: string; readonly FunctionWeight: number }[];
}

function withWeights({ RoutingConfig, ...rest }: Properties): Properties {
  if (RoutingConfig === undefined) return rest;
  const { AdditionalVersionWeights = [] } = RoutingConfig as Weights;
  const weights = AdditionalVersionWeights.map(({ FunctionVersion, FunctionWeight }) => [
    FunctionVersion,
    Number(FunctionWeight),
  ]);
  return { ...rest, RoutingConfig: { AdditionalVersionWeights: Object.fromEntries(weights) } };
}

const alias: ResourceType = {
  needs: ['lambda:CreateAlias'],
  identifiers: ['AliasArn'],
  replacedBy: ['FunctionName', 'Name'],
  required: ['FunctionName', 'FunctionVersion', 'Name'],
  properties: new Set(['Description', 'FunctionName', 'FunctionVersion', 'Name', 'RoutingConfig']),
  async create(properties, context) {
    const { AliasArn } = await context.call(service, 'CreateAlias', withWeights(properties));
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },
  async update(made, properties, _before, context) {
    const RoutingConfig = { AdditionalVersionWeights: {} };
    await context.call(service, 'UpdateAlias', { RoutingConfig, ...withWeights(properties) });
    return made;
  },
  async delete(_made, { FunctionName, Name }, context) {
    await context.call(service, 'DeleteAlias', { FunctionName, Name });
  },
};

/** Version of an ARN like `…:layer:name:3`. */
const layerParts = (arn: string): { LayerName: string; VersionNumber: number } => ({
  LayerName: arn.split(':')[6]!,
  VersionNumber: Number(arn.split(':')[7]),
});

const layerVersion: ResourceType = {
  needs: ['lambda:PublishLayerVersion', 'lambda:DeleteLayerVersion'],
  identifiers: ['LayerVersionArn'],
  replacedBy: [],
  required: ['Content'],
  properties: new Set([
    'CompatibleArchitectures',
    'CompatibleRuntimes',
    'Content',
    'Description',
    'LayerName',
    'LicenseInfo',
  ]),
  async create(properties, context) {
    const LayerName = properties['LayerName'] ?? context.newName(140);
    const { LayerVersionArn } = await context.call(service, 'PublishLayerVersion', { ...properties, LayerName });
    return { physicalId: LayerVersionArn, attributes: { LayerVersionArn } };
  },
  async delete({ physicalId }, _properties, context) {
    await context.call(service, 'DeleteLayerVersion', layerParts(physicalId));
  },
};

const url: ResourceType = {
  needs: ['lambda:CreateFunctionUrlConfig', 'lambda:DeleteFunctionUrlConfig'],
  identifiers: ['FunctionArn'],
  replacedBy: ['TargetFunctionArn', 'Qualifier'],
  required: ['AuthType', 'TargetFunctionArn'],
  properties: new Set(['AuthType', 'Cors', 'InvokeMode', 'Qualifier', 'TargetFunctionArn']),
  async create({ TargetFunctionArn, ...properties }, context) {
    const answer = await context.call(service, 'CreateFunctionUrlConfig', {
      ...properties,
      FunctionName: TargetFunctionArn,
    });
    const { FunctionArn, FunctionUrl } = answer;
    return { physicalId: FunctionArn, attributes: { FunctionArn, FunctionUrl } };
  },
  async update(made, { TargetFunctionArn, ...properties }, _before, context) {
    await context.call(service, 'UpdateFunctionUrlConfig', { ...properties, FunctionName: TargetFunctionArn });
    return made;
  },
  async delete(_made, { TargetFunctionArn, Qualifier }, context) {
    const qualifier = Qualifier === undefined ? {} : { Qualifier };
    await context.call(service, 'DeleteFunctionUrlConfig', { FunctionName: TargetFunctionArn, ...qualifier });
  },
};

const eventInvokeConfig: ResourceType = {
  needs: ['lambda:PutFunctionEventInvokeConfig', 'lambda:DeleteFunctionEventInvokeConfig'],
  identifiers: ['FunctionName', 'Qualifier'],
  replacedBy: ['FunctionName', 'Qualifier'],
  required: ['FunctionName', 'Qualifier'],
  properties: new Set([
    'DestinationConfig',
    'FunctionName',
    'MaximumEventAgeInSeconds',
    'MaximumRetryAttempts',
    'Qualifier',
  ]),
  async create(properties, context) {
    await context.call(service, 'PutFunctionEventInvokeConfig', properties);
    return { physicalId: `${properties['FunctionName']}|${properties['Qualifier']}` };
  },
  async update(made, properties, _before, context) {
    await context.call(service, 'PutFunctionEventInvokeConfig', properties);
    return made;
  },
  async delete(_made, { FunctionName, Qualifier }, context) {
    await context.call(service, 'DeleteFunctionEventInvokeConfig', { FunctionName, Qualifier });
  },
};

export const lambdaTypes: Readonly<Record<string, ResourceType>> = {
  Function: lambdaFunction,
  Permission: {
    ...permission,
    delete: (made, properties, context) => ignoringGone(permission.delete(made, properties, context)),
  },
  Version: version,
  Alias: alias,
  LayerVersion: layerVersion,
  Url: url,
  EventInvokeConfig: eventInvokeConfig,
};
