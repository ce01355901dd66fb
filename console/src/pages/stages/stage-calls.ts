/** What the tabs of a stage ask and change. */

import type { ItemOf } from '../../client/call.ts';
import { call } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import type { Patch } from '../../shared/map-patches.ts';

export type RestStage = Output<'apigateway', 'GetStage'>;
export type RestDeployment = ItemOf<Output<'apigateway', 'GetDeployments'>>;

export interface StageTabProps {
  readonly restApiId: string;
  readonly stage: RestStage;
}

/** Changes a stage; nothing is sent when nothing changed. */
export async function patchStage(
  { restApiId, stage }: StageTabProps,
  patchOperations: readonly Patch[],
): Promise<unknown> {
  if (patchOperations.length === 0) return undefined;
  return call('apigateway', 'UpdateStage', { restApiId, stageName: stage.stageName!, patchOperations });
}
