/** `$context` in access logs of HTTP APIs (row LOG-11; guide page http-api-logging-variables; recorded). */
import { hasHeader } from '../../base/headers.ts';
import type { HttpRequest } from '../../base/http.ts';
import type { Problem } from '../../base/problem.ts';
import { httpContextVariable } from '../http/context-variables.ts';
import type { RouteScope } from '../http/route-scope.ts';
import {
  type AccessRow,
  answerVariable,
  bodyBytes,
  errorVariable,
  failureMessage,
  type RowReader,
} from './access-row.ts';

export function httpAccessVariable(name: string, scope: RouteScope): RowReader | undefined {
  switch (name) {
    case 'integration.error':
    case 'integrationErrorMessage':
      return integrationError;
    case 'authorizer.error':
      return (row) => authorizerError(row, scope.route.authorizationType);
    case 'dataProcessed':
      return dataProcessed;
    default: {
      const ofAnswer = errorVariable(name, failureMessage, responseType) ?? answerVariable(name);
      if (ofAnswer !== undefined) return ofAnswer;
      const read = httpContextVariable(name, scope);
      return read && (({ x }) => read(x));
    }
  }
}

/** Recorded: the bytes of the function's whole answer, not of the body it asks for. */
function dataProcessed({ x, reply }: AccessRow): number {
  return x.access?.answerBytes ?? Math.max(x.request.body.length, bodyBytes(reply));
}

const guardFailures: ReadonlySet<string> = new Set([
  'ACCESS_DENIED',
  'FORBIDDEN',
  'MISSING_AUTHENTICATION_TOKEN',
  'INVALID_SIGNATURE',
  'EXPIRED_TOKEN',
]);
const integrationFailures: ReadonlySet<string> = new Set([
  'API_CONFIGURATION_ERROR',
  'DEFAULT_5XX',
  'INTEGRATION_FAILURE',
]);

/** Recorded: a function that raised is INTEGRATION_FAILURE, an unsigned call to a route with AWS_IAM is ACCESS_DENIED. */
function responseType({ kind }: Problem): string {
  if (guardFailures.has(kind)) return 'ACCESS_DENIED';
  return integrationFailures.has(kind) ? 'INTEGRATION_FAILURE' : kind;
}

/** Recorded for a function that raised; what else failed is said in our words. */
function integrationError({ x, reply: { problem } }: AccessRow): string | undefined {
  if (problem === undefined || !isOfIntegration(problem)) return undefined;
  const failure = x.access?.functionError;
  return failure === undefined
    ? problem.why
    : `The Lambda function returned the following error: ${failure}. Check your Lambda function code and try again.`;
}

const isOfIntegration = ({ kind }: Problem): boolean => integrationFailures.has(kind) || kind === 'INTEGRATION_TIMEOUT';

function authorizerError({ x, reply: { problem } }: AccessRow, type: string): string | undefined {
  if (type === 'NONE' || problem === undefined) return undefined;
  const { kind, message, why } = problem;
  // Recorded.
  if (type === 'AWS_IAM' && !isSigned(x.request)) {
    return "The request for the IAM Authorizer doesn't match the format that API Gateway expects.";
  }
  if (!guardFailures.has(kind) && kind !== 'UNAUTHORIZED' && !kind.startsWith('AUTHORIZER_')) return undefined;
  return why || message;
}

const isSigned = ({ headers, query }: HttpRequest): boolean =>
  hasHeader(headers, 'authorization') || query.includes('X-Amz-Signature=');
