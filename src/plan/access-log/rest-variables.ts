/** `$context` in access logs of REST APIs: what mappings see, the answer, the error, and how the caller was let in (row LOG-10). */
import type { Problem } from '../../base/problem.ts';
import { type ContextMethod, contextVariable } from '../context-variables.ts';
import { defaultGatewayResponses, type GatewayResponseType } from '../gateway-responses.ts';
import type { StageContext } from '../plan.ts';
import { webAclVariable } from '../web-acl/log-variables.ts';
import { type AccessRow, answerVariable, errorVariable, type RowReader, saidMessage } from './access-row.ts';
import { guardVariable } from './guard-facts.ts';

export function restAccessVariable(
  name: string,
  stage: StageContext,
  method: ContextMethod,
  transferMode = 'BUFFERED',
): RowReader | undefined {
  if (name === 'integration.responseTransferMode') return () => transferMode;
  const ofAnswer =
    answerVariable(name) ??
    errorVariable(name, errorMessage, responseType) ??
    guardVariable(name, errorMessage) ??
    webAclVariable(name);
  if (ofAnswer !== undefined) return ofAnswer;
  if (name === 'integration.error' || name === 'integrationErrorMessage') return integrationError;
  const read = contextVariable(name, stage, method);
  return read && (({ x }) => read(x));
}

function responseType({ kind }: Pick<Problem, 'kind'>): string {
  return Object.hasOwn(defaultGatewayResponses, kind) ? kind : 'DEFAULT_5XX';
}

/** What AWS's own body says, whatever a customised response made of it. */
function errorMessage({ reply }: AccessRow): string | undefined {
  const { problem } = reply;
  if (problem === undefined) return undefined;
  const standard = defaultGatewayResponses[responseType(problem) as GatewayResponseType];
  const isOwn = !standard.isMessageFixed && problem.message !== '';
  return (isOwn ? problem.message : standard.message) ?? saidMessage(reply);
}

const fromIntegration: ReadonlySet<string> = new Set([
  'API_CONFIGURATION_ERROR',
  'DEFAULT_5XX',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
]);

/** Why an integration failed; the sentence the execution log has too, where there is one. */
function integrationError({ reply }: AccessRow): string | undefined {
  const { problem } = reply;
  if (problem === undefined || !fromIntegration.has(problem.kind)) return undefined;
  const { logged } = problem.members;
  return typeof logged === 'string' ? logged : problem.message || undefined;
}
