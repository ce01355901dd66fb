/**
 * `$context` in access logs of WebSocket APIs (row LOG-12). Recorded: of the variables about the integration and the answer only `status` and `integrationLatency` have values, the
 * others stay `-`.
 */
import type { Problem } from '../../base/problem.ts';
import type { StageContext } from '../plan.ts';
import { socketContextVariable } from '../websocket/socket-context.ts';
import { type AccessRow, answerVariable, errorVariable, failureMessage, type RowReader } from './access-row.ts';
import { guardVariable } from './guard-facts.ts';

export function socketAccessVariable(name: string, stage: StageContext): RowReader | undefined {
  switch (name) {
    case 'status':
      return socketStatus;
    case 'integrationLatency':
      return answerVariable(name);
    default: {
      const ofError = errorVariable(name, failureMessage, responseType) ?? guardVariable(name, failureMessage);
      if (ofError !== undefined) return ofError;
      const read = socketContextVariable(name, stage);
      return read && (({ x }) => read(x));
    }
  }
}

const responseType = ({ kind }: Problem): string => (integrationFailures.has(kind) ? 'INTEGRATION_FAILURE' : kind);

const integrationFailures: ReadonlySet<string> = new Set([
  'API_CONFIGURATION_ERROR',
  'DEFAULT_5XX',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
]);

/** Recorded: a message whose integration failed is 502, though its sender sees an error frame without a status. */
export function socketStatus({ x, reply }: Pick<AccessRow, 'x' | 'reply'>): number {
  const isMessage = x.socket?.eventType !== 'CONNECT';
  return isMessage && reply.problem !== undefined && integrationFailures.has(reply.problem.kind) ? 502 : reply.status;
}
