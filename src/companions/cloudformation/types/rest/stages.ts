/** AWS::ApiGateway::Deployment and Stage. */
import { isNotThere } from '../../engine/failure-reason.ts';
import { allTags, changeTags } from '../modelled.ts';
import { type Patch, type PatchRow, patchesBetween, pointer } from '../patches.ts';
import type { Properties, ResourceContext, ResourceType } from '../resource-type.ts';
import { gatewayTags } from './patched.ts';

const service = 'apigateway';

interface MethodSetting {
  readonly HttpMethod?: string;
  readonly ResourcePath?: string;
  readonly [name: string]: unknown;
}

const settingPaths: Readonly<Record<string, string>> = {
  CacheDataEncrypted: 'caching/dataEncrypted',
  CacheTtlInSeconds: 'caching/ttlInSeconds',
  CachingEnabled: 'caching/enabled',
  DataTraceEnabled: 'logging/dataTrace',
  LoggingLevel: 'logging/loglevel',
  MetricsEnabled: 'metrics/enabled',
  ThrottlingBurstLimit: 'throttling/burstLimit',
  ThrottlingRateLimit: 'throttling/rateLimit',
};

/** `/*` and `*` stand for everything; a path has its slashes as `~1` behind a first one, `/~1pets~1cats`, or as they are. */
function settingKey({ HttpMethod = '*', ResourcePath = '/*' }: MethodSetting): string {
  const isEverything = ResourcePath === '/*' || ResourcePath === '*';
  const path = ResourcePath.startsWith('/~1') ? ResourcePath.slice(1) : pointer(ResourcePath);
  return `/${isEverything ? '*' : path}/${HttpMethod}`;
}

function settingPatches(before: readonly MethodSetting[], after: readonly MethodSetting[]): Patch[] {
  const now = new Set(after.map(settingKey));
  const gone = before.map(settingKey).filter((key) => !now.has(key));
  const old = new Map(before.map((each) => [settingKey(each), each]));
  return [
    ...gone.map((path): Patch => ({ op: 'remove', path })),
    ...after.flatMap((setting) => {
      const key = settingKey(setting);
      const earlier = old.get(key);
      return Object.entries(settingPaths).flatMap(([name, path]): Patch[] => {
        const value = setting[name];
        if (value === undefined || earlier?.[name] === value) return [];
        return [{ op: 'replace', path: `${key}/${path}`, value: String(value) }];
      });
    }),
  ];
}

const rows: readonly PatchRow[] = [
  { property: 'DeploymentId', path: '/deploymentId' },
  { property: 'Description', path: '/description' },
  { property: 'CacheClusterEnabled', path: '/cacheClusterEnabled', absent: 'false' },
  { property: 'CacheClusterSize', path: '/cacheClusterSize', absent: '0.5' },
  { property: 'TracingEnabled', path: '/tracingEnabled', absent: 'false' },
  { property: 'DocumentationVersion', path: '/documentationVersion' },
  { property: 'ClientCertificateId', path: '/clientCertificateId' },
  { property: 'Variables', path: '/variables', kind: 'map', keyOp: 'replace' },
];
const logRows: readonly PatchRow[] = [
  { property: 'DestinationArn', path: '/accessLogSettings/destinationArn' },
  { property: 'Format', path: '/accessLogSettings/format' },
];

/** What CreateStage has no room for. */
function laterPatches(before: Properties, after: Properties): Patch[] {
  const wasLogged = before['AccessLogSetting'] !== undefined;
  const logs = after['AccessLogSetting'];
  return [
    ...(logs === undefined
      ? wasLogged
        ? [{ op: 'remove' as const, path: '/accessLogSettings' }]
        : []
      : patchesBetween(before['AccessLogSetting'] ?? {}, logs, logRows)),
    ...settingPatches(before['MethodSettings'] ?? [], after['MethodSettings'] ?? []),
  ];
}

function canaryPatches(before: Properties, after: Properties): Patch[] {
  const was = before['CanarySetting'] as Properties | undefined;
  const is = after['CanarySetting'] as Properties | undefined;
  if (is === undefined) return was === undefined ? [] : [{ op: 'remove', path: '/canarySettings' }];
  return patchesBetween(was ?? {}, is, [
    { property: 'DeploymentId', path: '/canarySettings/deploymentId' },
    { property: 'PercentTraffic', path: '/canarySettings/percentTraffic' },
    { property: 'UseStageCache', path: '/canarySettings/useStageCache' },
    {
      property: 'StageVariableOverrides',
      path: '/canarySettings/stageVariableOverrides',
      kind: 'map',
      keyOp: 'replace',
    },
  ]);
}

const tags = gatewayTags(({ physicalId }, properties) => `/restapis/${properties['RestApiId']}/stages/${physicalId}`);

export const stage: ResourceType = {
  needs: ['apigateway:CreateStage'],
  identifiers: ['RestApiId', 'StageName'],
  replacedBy: ['RestApiId', 'StageName'],
  required: ['RestApiId'],
  properties: new Set([
    ...['AccessLogSetting', 'CacheClusterEnabled', 'CacheClusterSize', 'CanarySetting', 'ClientCertificateId'],
    ...['DeploymentId', 'Description', 'DocumentationVersion', 'MethodSettings', 'RestApiId', 'StageName', 'Tags'],
    ...['TracingEnabled', 'Variables'],
  ]),
  async create(properties, context) {
    const { AccessLogSetting: _, MethodSettings: __, ClientCertificateId, CanarySetting, Tags, ...rest } = properties;
    const { RestApiId: restApiId, StageName: stageName } = properties;
    const own = allTags(Tags, context);
    await context.call(service, 'CreateStage', {
      ...rest,
      ...(CanarySetting !== undefined && { canarySettings: CanarySetting }),
      ...(own.size > 0 && { tags: Object.fromEntries(own) }),
    });
    const patchOperations: Patch[] = [
      ...laterPatches({}, properties),
      ...(ClientCertificateId === undefined
        ? []
        : [{ op: 'replace' as const, path: '/clientCertificateId', value: String(ClientCertificateId) }]),
    ];
    try {
      if (patchOperations.length > 0)
        await context.call(service, 'UpdateStage', { restApiId, stageName, patchOperations });
    } catch (error) {
      await context.call(service, 'DeleteStage', { restApiId, stageName });
      throw error;
    }
    return { physicalId: stageName };
  },
  async update(made, properties, before, context) {
    const patchOperations = [
      ...patchesBetween(before, properties, rows),
      ...canaryPatches(before, properties),
      ...laterPatches(before, properties),
    ];
    const ids = { restApiId: properties['RestApiId'], stageName: made.physicalId };
    if (patchOperations.length > 0) await context.call(service, 'UpdateStage', { ...ids, patchOperations });
    await changeTags(tags, service, made, properties, before, context);
    return made;
  },
  async delete(made, properties, context) {
    await context.call(service, 'DeleteStage', { restApiId: properties['RestApiId'], stageName: made.physicalId });
  },
};

/** What the description of a stage holds beside what CreateDeployment takes. */
function stageProperties(described: Properties): Properties {
  const { LoggingLevel, MetricsEnabled, DataTraceEnabled, CachingEnabled, CacheTtlInSeconds, ...rest } = described;
  const { CacheDataEncrypted, ThrottlingBurstLimit, ThrottlingRateLimit } = rest;
  const everywhere = Object.entries({
    ...{ LoggingLevel, MetricsEnabled, DataTraceEnabled, CachingEnabled, CacheTtlInSeconds, CacheDataEncrypted },
    ...{ ThrottlingBurstLimit, ThrottlingRateLimit },
  }).filter(([, value]) => value !== undefined);
  const settings = (described['MethodSettings'] ?? []) as MethodSetting[];
  const all: MethodSetting[] =
    everywhere.length === 0 ? [] : [{ HttpMethod: '*', ResourcePath: '/*', ...Object.fromEntries(everywhere) }];
  return { ...rest, MethodSettings: [...all, ...settings] };
}

export const deployment: ResourceType = {
  needs: ['apigateway:CreateDeployment'],
  identifiers: ['RestApiId', 'DeploymentId'],
  replacedBy: ['RestApiId', 'DeploymentCanarySettings', 'StageName', 'StageDescription'],
  required: ['RestApiId'],
  properties: new Set(['DeploymentCanarySettings', 'Description', 'RestApiId', 'StageDescription', 'StageName']),
  async create(properties, context) {
    const { DeploymentCanarySettings, StageDescription, Description, RestApiId, StageName } = properties;
    const described = (StageDescription ?? {}) as Properties;
    const answer = await context.call(service, 'CreateDeployment', {
      restApiId: RestApiId,
      ...(Description !== undefined && { description: Description }),
      ...(StageName !== undefined && { stageName: StageName }),
      ...(DeploymentCanarySettings !== undefined && { canarySettings: DeploymentCanarySettings }),
      ...ofDeployment(described),
    });
    const deploymentId = answer['id'] as string;
    if (StageName !== undefined && StageDescription !== undefined) await describeStage(properties, described, context);
    return { physicalId: deploymentId, attributes: { DeploymentId: deploymentId } };
  },
  async update(made, properties, before, context) {
    const patchOperations = patchesBetween(before, properties, [{ property: 'Description', path: '/description' }]);
    const ids = { restApiId: properties['RestApiId'], deploymentId: made.physicalId };
    if (patchOperations.length > 0) await context.call(service, 'UpdateDeployment', { ...ids, patchOperations });
    return made;
  },
  /** The stage it made goes with it, unless another deployment has taken it over. */
  async delete(made, properties, context) {
    const { RestApiId: restApiId, StageName: stageName } = properties;
    if (stageName !== undefined) {
      try {
        const found = await context.call(service, 'GetStage', { restApiId, stageName });
        if (found['deploymentId'] === made.physicalId)
          await context.call(service, 'DeleteStage', { restApiId, stageName });
      } catch (error) {
        if (!isNotThere(error)) throw error;
      }
    }
    await context.call(service, 'DeleteDeployment', { restApiId, deploymentId: made.physicalId });
  },
};

function ofDeployment(described: Properties): Record<string, unknown> {
  const { CacheClusterEnabled, CacheClusterSize, Description, TracingEnabled, Variables } = described;
  return {
    ...(CacheClusterEnabled !== undefined && { cacheClusterEnabled: CacheClusterEnabled }),
    ...(CacheClusterSize !== undefined && { cacheClusterSize: CacheClusterSize }),
    ...(Description !== undefined && { stageDescription: Description }),
    ...(TracingEnabled !== undefined && { tracingEnabled: TracingEnabled }),
    ...(Variables !== undefined && { variables: Variables }),
  };
}

async function describeStage(properties: Properties, described: Properties, context: ResourceContext): Promise<void> {
  const full = stageProperties(described);
  const patchOperations = [
    ...laterPatches({}, full),
    ...patchesBetween(
      {},
      full,
      rows.filter(({ property }) => /^(?:ClientCertificateId|DocumentationVersion)$/.test(property)),
    ),
  ];
  const ids = { restApiId: properties['RestApiId'], stageName: properties['StageName'] };
  if (patchOperations.length > 0) await context.call(service, 'UpdateStage', { ...ids, patchOperations });
}
