/** A REST API's stage and methods as its access log sees them. */
import type { Method } from '../../definition/rest-api.ts';
import type { SnapshotResource } from '../../definition/snapshot.ts';
import type { LiveRestStage } from '../../ports/deployments.ts';
import type { ContextMethod } from '../context-variables.ts';
import type { StageContext } from '../plan.ts';
import type { LoggedStage, MethodAccessLog, StageAccessLog } from './access-log.ts';
import { restAccessVariable } from './rest-variables.ts';

export function loggedStage({ account, region, apiId, stage, isCanary }: LiveRestStage): LoggedStage {
  const settings = stage.accessLogSettings;
  return { account, region, apiId, stage: stage.stageName, isCanary: isCanary === true, settings };
}

export const contextMethod = ({ id, path }: SnapshotResource, { operationName }: Method): ContextMethod => ({
  resourceId: id,
  resourcePath: path,
  operationName,
});

const noMethod: ContextMethod = { resourceId: '', resourcePath: '', operationName: undefined };

/** Writes the line of a request that no method takes: its 403 is the API's answer, and is logged. */
export function unmatchedLog(
  log: StageAccessLog | undefined,
  stage: StageContext,
): MethodAccessLog['write'] | undefined {
  return log?.of(undefined, (name) => restAccessVariable(name, stage, noMethod)).write;
}
