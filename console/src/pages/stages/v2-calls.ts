/** What the tabs of a stage of an HTTP or WebSocket API ask and change. */
import { call, type ItemOf } from '../../client/call.ts';
import type { Input, Output } from '../../client/operations.ts';

export type V2Stage = ItemOf<Output<'apigatewayv2', 'GetStages'>>;
export type V2Api = Output<'apigatewayv2', 'GetApi'>;

export interface V2StageProps {
  readonly api: V2Api;
  readonly stage: V2Stage;
}

type StageChange = Omit<Input<'apigatewayv2', 'UpdateStage'>, 'ApiId' | 'StageName'>;

export const changeStage = ({ api, stage }: V2StageProps, change: StageChange): Promise<unknown> =>
  call('apigatewayv2', 'UpdateStage', { ApiId: api.ApiId!, StageName: stage.StageName!, ...change });

/** Text of a number field: undefined when it is empty. */
export const numberIn = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
