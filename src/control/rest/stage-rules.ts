/** What a new stage holds and what a stage must fulfil to be kept (rows V1-35, V1-36). */
import type { Stage } from '../../definition/rest-api.ts';
import { clientCertificates, deployments, documentationVersions, restApis, stages } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { CreateStageRequest } from '../../wire/generated/apigateway.ts';
import { accessLogFormatTooLong, invalidIdentifier, percentOutOfRange } from './chosen-refusals.ts';
import { badRequest, invalidArn, limitExceeded } from './errors.ts';
import type { RestLimits } from './limits.ts';
import { checkStageVariables } from './stage-variables.ts';

export function checkStageName(stageName: string): void {
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(stageName)) throw badRequest('Stage name only allows a-zA-Z0-9_-');
}

export async function checkStageCount(tx: ReadTransaction, restApiId: string, limits: RestLimits): Promise<void> {
  if ((await tx.list(stages, [restApiId])).length >= limits.stagesPerApi) throw limitExceeded('Stages', 'API');
}

/** A stage with AWS's defaults. A cache is remembered as asked for, but its status says the truth: there is none yet. */
export function newStage(
  input: Omit<CreateStageRequest, 'restApiId' | 'description' | 'canarySettings'> & {
    readonly description?: string | undefined;
    readonly canarySettings?: CreateStageRequest['canarySettings'] | undefined;
  },
  nowMs: number,
): Stage {
  const { stageName, deploymentId, description, variables, canarySettings, tags } = input;
  const cacheClusterSize = input.cacheClusterSize ?? (input.cacheClusterEnabled ? '0.5' : undefined);
  return {
    stageName,
    deploymentId,
    ...(description !== undefined && { description }),
    cacheClusterEnabled: input.cacheClusterEnabled ?? false,
    ...(cacheClusterSize !== undefined && { cacheClusterSize }),
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: {},
    ...(variables && Object.keys(variables).length > 0 && { variables }),
    ...(canarySettings && { canarySettings: newCanary(canarySettings, deploymentId) }),
    tracingEnabled: input.tracingEnabled ?? false,
    ...(tags && Object.keys(tags).length > 0 && { tags }),
    createdAtMs: nowMs,
    lastUpdatedAtMs: nowMs,
  };
}

/** A canary takes no traffic and the stage's own deployment unless told otherwise (recorded). */
export function newCanary(
  settings: NonNullable<CreateStageRequest['canarySettings']>,
  deploymentId: string,
): NonNullable<Stage['canarySettings']> {
  return {
    percentTraffic: settings.percentTraffic ?? 0,
    deploymentId: settings.deploymentId ?? deploymentId,
    ...(settings.stageVariableOverrides && { stageVariableOverrides: settings.stageVariableOverrides }),
    useStageCache: settings.useStageCache ?? false,
  };
}

/**
 * Throws unless what the stage refers to exists and its settings agree with each other and with the account's. `before` is the stage as it was,
 * undefined for a new one.
 */
export async function checkStage(
  tx: ReadTransaction,
  restApiId: string,
  stage: Stage,
  before: Stage | undefined,
  account: { readonly cloudwatchRoleArn?: string },
  limits: RestLimits,
): Promise<void> {
  for (const id of [stage.deploymentId, stage.canarySettings?.deploymentId]) {
    if (id !== undefined && (await tx.get(deployments, [restApiId, id])) === undefined) {
      throw badRequest('Deployment id does not exist');
    }
  }
  checkStageVariables(stage.variables, limits);
  checkStageVariables(stage.canarySettings?.stageVariableOverrides, limits);
  const percent = stage.canarySettings?.percentTraffic ?? 0;
  if (!(percent >= 0 && percent <= 100)) throw percentOutOfRange();
  // None can be created yet, so none can be named.
  const { documentationVersion } = stage;
  // Looked for when it is set: a stage whose version was there before stays as it is.
  if (documentationVersion !== undefined && documentationVersion !== before?.documentationVersion) {
    const version = await tx.get(documentationVersions, [restApiId, documentationVersion]);
    if (version === undefined) throw invalidIdentifier('Documentation version');
  }
  if (stage.clientCertificateId !== undefined) {
    const { account: owner, region } = (await tx.get(restApis, [restApiId]))!;
    const certificate = await tx.get(clientCertificates, [owner, region, stage.clientCertificateId]);
    if (certificate === undefined) throw invalidIdentifier('Client Certificate');
  }
  checkLogging(stage, before, account, limits);
}

/** A log group, or a delivery stream whose name shows that it is meant for API Gateway (guide page apigateway-logging-to-kinesis). */
const accessLogDestination =
  /^arn:aws[a-z-]*:(logs:[^:]+:\d{12}:log-group:[^:*]+(:\*)?|firehose:[^:]+:\d{12}:deliverystream\/amazon-apigateway-[\w.-]+)$/;

function checkLogging(
  stage: Stage,
  before: Stage | undefined,
  account: { readonly cloudwatchRoleArn?: string },
  { accessLogFormatBytes }: RestLimits,
): void {
  const { destinationArn, format } = stage.accessLogSettings ?? {};
  if (destinationArn !== undefined && !accessLogDestination.test(destinationArn)) throw invalidArn();
  if (format !== undefined) {
    if (Buffer.byteLength(format) > accessLogFormatBytes) throw accessLogFormatTooLong(accessLogFormatBytes);
    checkAccessLogFormat(format);
  }
  // Asked when logging is switched on: a role taken away later stops the logs, not every other change of the stage.
  if (writesLogs(stage) && !(before && writesLogs(before)) && account.cloudwatchRoleArn === undefined) {
    throw badRequest('CloudWatch Logs role ARN must be set in account settings to enable logging');
  }
}

const writesLogs = ({ accessLogSettings, methodSettings }: Stage): boolean =>
  accessLogSettings?.destinationArn?.includes(':logs:') === true ||
  Object.values(methodSettings).some(({ loggingLevel }) => loggingLevel !== 'OFF');

function checkAccessLogFormat(format: string): void {
  if (/\n(?!$)/.test(format)) {
    throw badRequest(
      `Access Log format must be single line, new line character is allowed only at end of the format: '${format}'`,
    );
  }
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    throw badRequest(
      `Access Log format must include either $context.requestId or $context.extendedRequestId : '${format}'`,
    );
  }
}
