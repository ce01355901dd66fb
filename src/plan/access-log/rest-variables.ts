/** `$context` in access logs of REST APIs: what mappings see, the answer, the error, and how the caller was let in (row LOG-10). */
import type { Problem } from '../../base/problem.ts';
import { type ContextMethod, contextVariable } from '../context-variables.ts';
import { defaultGatewayResponses, type GatewayResponseType } from '../gateway-responses.ts';
import type { StageContext } from '../plan.ts';
import { type AccessRow, answerVariable, errorVariable, type RowReader, saidMessage } from './access-row.ts';

/** How callers of a method are let in: `authorizer` and `AWS_IAM` fill variables of their own. */
export type Guard = 'authorizer' | 'AWS_IAM' | 'NONE';

export function restAccessVariable(
  name: string,
  stage: StageContext,
  method: ContextMethod,
  guard: Guard,
): RowReader | undefined {
  const ofAnswer =
    answerVariable(name) ?? errorVariable(name, errorMessage, responseType) ?? guardVariable(name, guard);
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

/** Failures of each guard and the status of each. */
const guardFailures: Readonly<Record<Exclude<Guard, 'NONE'>, readonly string[]>> = {
  authorizer: ['UNAUTHORIZED', 'ACCESS_DENIED', 'AUTHORIZER_FAILURE', 'AUTHORIZER_CONFIGURATION_ERROR'],
  AWS_IAM: ['MISSING_AUTHENTICATION_TOKEN', 'INVALID_SIGNATURE', 'EXPIRED_TOKEN', 'ACCESS_DENIED'],
};

function guardVariable(name: string, guard: Guard): RowReader | undefined {
  const [subject, member] = name.split('.');
  switch (subject) {
    case 'authorizer':
      return authorizerVariable(member!, guard);
    // Who signed the request is one question, what that caller may do the other.
    case 'authenticate':
      return checkVariable(
        member,
        guard === 'AWS_IAM',
        (kind) => kind !== 'ACCESS_DENIED' && isFailureOf('AWS_IAM', kind),
      );
    case 'authorize':
      return checkVariable(member, guard === 'AWS_IAM', (kind) => kind === 'ACCESS_DENIED');
    default:
      return undefined;
  }
}

const isFailureOf = (guard: Exclude<Guard, 'NONE'>, kind: string): boolean => guardFailures[guard].includes(kind);

function authorizerVariable(member: string, guard: Guard): RowReader | undefined {
  switch (member) {
    case 'error':
      return ({ reply }) => {
        const { problem } = reply;
        return guard === 'authorizer' && problem && isFailureOf(guard, problem.kind)
          ? problem.message || undefined
          : undefined;
      };
    case 'latency':
    case 'integrationLatency':
      return ({ x }) => (x.authorizer === null ? undefined : Math.max(0, Math.round(x.authorizer.latencyMs)));
    case 'status':
      return ({ x, reply }) => {
        if (guard !== 'authorizer') return undefined;
        if (reply.problem !== undefined && isFailureOf(guard, reply.problem.kind)) return reply.status;
        return x.authorizer === null ? undefined : 200;
      };
    case 'integrationStatus':
      return ({ x }) =>
        guard === 'authorizer' && x.authorizer !== null && x.authorizer.claims === null ? 200 : undefined;
    case 'requestId':
      return () => undefined;
    default:
      return undefined;
  }
}

function checkVariable(
  member: string | undefined,
  isAsked: boolean,
  isFailure: (kind: string) => boolean,
): RowReader | undefined {
  switch (member) {
    case 'status':
      return ({ x, reply }) => {
        if (!isAsked) return undefined;
        if (reply.problem !== undefined && isFailure(reply.problem.kind)) return reply.status;
        return x.caller === null ? undefined : 200;
      };
    case 'error':
      return (row) =>
        isAsked && row.reply.problem && isFailure(row.reply.problem.kind) ? errorMessage(row) : undefined;
    // Not measured apart from the rest.
    case 'latency':
      return () => undefined;
    default:
      return undefined;
  }
}
