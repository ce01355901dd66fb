/** A function's settings: what a caller may ask for, AWS's defaults, and the `FunctionConfiguration` that shows them. */
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  Runtime,
  UpdateFunctionConfigurationRequest,
} from '../../wire/generated/lambda.ts';
import { badParameter, unsupported } from './function-errors.ts';
import { functionArn } from './names.ts';
import type { FunctionRecord, FunctionVersion, LayerRef } from './records.ts';
import { isKnownRuntime, reservedVariables } from './runtimes.ts';

/** Everything of a version but its code and its identity. */
export type VersionSettings = Omit<
  FunctionVersion,
  'version' | 'lastModifiedMs' | 'revisionId' | 'codeSha256' | 'codeBytes' | 'code' | 'architecture'
>;

type SettingsInput = Omit<UpdateFunctionConfigurationRequest, 'FunctionName' | 'RevisionId'>;

const maxVariableBytes = 4096;

/** The settings of a new function. */
export function settingsOf(input: CreateFunctionRequest, layers: readonly LayerRef[] | undefined): VersionSettings {
  if (input.PackageType === 'Image' || input.ImageConfig !== undefined) throw unsupported('PackageType Image');
  if (input.CodeSigningConfigArn !== undefined) throw unsupported('CodeSigningConfigArn');
  if (input.TenancyConfig !== undefined) throw unsupported('TenancyConfig');
  if (input.PublishTo !== undefined) throw unsupported('PublishTo');
  if (input.Runtime === undefined)
    throw badParameter('Runtime is mandatory for functions created with deployment packages.');
  if (input.Handler === undefined)
    throw badParameter('Handler is mandatory for functions created with deployment packages.');
  return changedSettings(
    {
      description: '',
      runtime: input.Runtime,
      handler: input.Handler,
      role: input.Role,
      timeoutSeconds: 3,
      memoryMb: 128,
      ephemeralStorageMb: 512,
      environment: undefined,
      tracingMode: 'PassThrough',
      logFormat: 'Text',
      logGroup: `/aws/lambda/${input.FunctionName.split(':').at(-1)!}`,
      applicationLogLevel: undefined,
      systemLogLevel: undefined,
      snapStartApplyOn: 'None',
    },
    input,
    layers,
  );
}

/**
 * `present` with what the caller names replaced; `layers` are those it names, undefined for none named. Throws for what AWS refuses and for what cannot be had
 * here.
 */
export function changedSettings(
  present: VersionSettings,
  input: SettingsInput,
  layers: readonly LayerRef[] | undefined,
): VersionSettings {
  assertSupported(input);
  const runtime = input.Runtime ?? present.runtime;
  if (!isKnownRuntime(runtime)) throw unsupported(`Runtime ${runtime}`);
  const role = input.Role ?? present.role;
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/.test(role)) {
    throw badParameter('The role defined for the function cannot be assumed by Lambda.');
  }
  const logging = input.LoggingConfig;
  const logFormat = logging?.LogFormat ?? present.logFormat;
  if (logFormat === 'Text' && (logging?.ApplicationLogLevel ?? logging?.SystemLogLevel) !== undefined) {
    throw badParameter('You can only set log levels when LogFormat is JSON.');
  }
  return {
    description: input.Description ?? present.description,
    runtime,
    handler: input.Handler ?? present.handler,
    role,
    timeoutSeconds: input.Timeout ?? present.timeoutSeconds,
    memoryMb: input.MemorySize ?? present.memoryMb,
    ephemeralStorageMb: input.EphemeralStorage?.Size ?? present.ephemeralStorageMb,
    environment:
      input.Environment === undefined ? present.environment : checkedVariables(input.Environment.Variables ?? {}),
    tracingMode: input.TracingConfig?.Mode ?? present.tracingMode,
    logFormat,
    logGroup: logging?.LogGroup ?? present.logGroup,
    applicationLogLevel:
      logFormat === 'JSON' ? (logging?.ApplicationLogLevel ?? present.applicationLogLevel ?? 'INFO') : undefined,
    systemLogLevel: logFormat === 'JSON' ? (logging?.SystemLogLevel ?? present.systemLogLevel ?? 'INFO') : undefined,
    snapStartApplyOn: input.SnapStart?.ApplyOn ?? present.snapStartApplyOn,
    ...withLayers(layers ?? present.layers),
  };
}

/** A function without layers has no member for them, so that nothing changes by naming none. */
const withLayers = (layers: readonly LayerRef[] = []): Pick<VersionSettings, 'layers'> =>
  layers.length === 0 ? {} : { layers };

/** Members that would change how the function runs but cannot here: refused, so that nobody believes they work. */
function assertSupported(input: SettingsInput): void {
  if (input.FileSystemConfigs !== undefined && input.FileSystemConfigs.length > 0)
    throw unsupported('FileSystemConfigs');
  if (input.DeadLetterConfig?.TargetArn !== undefined && input.DeadLetterConfig.TargetArn !== '') {
    throw unsupported('DeadLetterConfig');
  }
  if ((input.VpcConfig?.SubnetIds ?? []).length > 0) throw unsupported('VpcConfig');
  if (input.KMSKeyArn !== undefined && input.KMSKeyArn !== '') throw unsupported('KMSKeyArn');
  if (input.ImageConfig !== undefined) throw unsupported('ImageConfig');
  if (input.CapacityProviderConfig !== undefined) throw unsupported('CapacityProviderConfig');
  if (input.DurableConfig !== undefined) throw unsupported('DurableConfig');
}

function checkedVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  const reserved = Object.keys(variables).filter((name) => reservedVariables.has(name));
  if (reserved.length > 0) {
    throw badParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > maxVariableBytes) {
    throw badParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${text}`,
    );
  }
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[a-zA-Z]([a-zA-Z0-9_])+$/.test(name) || value.includes('\0')) {
      throw badParameter(
        `1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]`,
      );
    }
  }
  return { ...variables };
}

/** `2026-01-01T00:00:00.000+0000` */
export const lambdaTime = (epochMs: number): string => new Date(epochMs).toISOString().replace('Z', '+0000');

/** One version as `GetFunctionConfiguration` shows it; `qualifier` is the one the caller used, and ends the ARN. */
export function configurationOf(
  record: FunctionRecord,
  version: FunctionVersion,
  qualifier?: string,
): FunctionConfiguration {
  const isPublished = version.version !== '$LATEST';
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(record, qualifier ?? (isPublished ? version.version : undefined)),
    // The wire layer has checked the enum when it came in.
    Runtime: version.runtime as Runtime,
    Role: version.role,
    Handler: version.handler,
    CodeSize: version.codeBytes,
    Description: version.description,
    Timeout: version.timeoutSeconds,
    MemorySize: version.memoryMb,
    LastModified: lambdaTime(version.lastModifiedMs),
    CodeSha256: version.codeSha256,
    Version: version.version,
    ...(version.environment === undefined ? {} : { Environment: { Variables: { ...version.environment } } }),
    TracingConfig: { Mode: version.tracingMode as 'Active' | 'PassThrough' },
    RevisionId: version.revisionId,
    ...(version.layers !== undefined && {
      Layers: version.layers.map(({ arn, codeBytes }) => ({ Arn: arn, CodeSize: codeBytes })),
    }),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [version.architecture as 'x86_64' | 'arm64'],
    EphemeralStorage: { Size: version.ephemeralStorageMb },
    SnapStart: {
      ApplyOn: version.snapStartApplyOn as 'None' | 'PublishedVersions',
      OptimizationStatus: 'Off',
    },
    RuntimeVersionConfig: {
      RuntimeVersionArn: `arn:aws:lambda:${record.region}::runtime:${runtimeDigest(version.runtime)}`,
    },
    LoggingConfig: {
      LogFormat: version.logFormat as 'Text' | 'JSON',
      LogGroup: version.logGroup,
      ...(version.applicationLogLevel === undefined
        ? {}
        : {
            ApplicationLogLevel: version.applicationLogLevel as 'INFO',
            SystemLogLevel: version.systemLogLevel as 'INFO',
          }),
    },
  };
}

/** AWS names a runtime release by a digest; ours only has to be stable per runtime. */
function runtimeDigest(runtime: string): string {
  return Buffer.from(runtime.padEnd(32, '.')).toString('hex').slice(0, 64);
}
