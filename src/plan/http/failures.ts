/**
 * How HTTP APIs answer what went wrong: a status and `{"message":…}` in few words, whatever happened behind them (recorded: 404, 500, 403, 401). The
 * kinds are those of REST APIs' gateway responses, because steps and ports are shared; only the words differ.
 */
import type { HeaderList } from '../../base/headers.ts';
import { Problem } from '../../base/problem.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { explainUnmatched } from '../explain.ts';
import { type GatewayResponseType, gatewayProblem } from '../gateway-responses.ts';
import type { Failures } from '../plan.ts';

interface Words {
  readonly status: number;
  readonly message: string;
}

const internal: Words = { status: 500, message: 'Internal Server Error' };
const forbidden: Words = { status: 403, message: 'Forbidden' };
/**
 * In no recording. Users of HTTP APIs quote `{"message":"Service Unavailable"}` with 503 for functions that took longer than 30 s and for backends
 * that could not be reached.
 */
const unavailable: Words = { status: 503, message: 'Service Unavailable' };

/** What is not here is 500: a function that failed, an answer that is malformed, a permission that is missing (recorded). */
const words: Partial<Record<GatewayResponseType, Words>> = {
  ACCESS_DENIED: forbidden,
  BAD_REQUEST: { status: 400, message: 'Bad Request' },
  BAD_REQUEST_BODY: { status: 400, message: 'Bad Request' },
  BAD_REQUEST_PARAMETERS: { status: 400, message: 'Bad Request' },
  DEFAULT_4XX: { status: 400, message: 'Bad Request' },
  EXPIRED_TOKEN: forbidden,
  FORBIDDEN: forbidden,
  INTEGRATION_FAILURE: unavailable,
  INTEGRATION_TIMEOUT: unavailable,
  INVALID_SIGNATURE: forbidden,
  // Recorded: an unsigned call to a route with AWS_IAM.
  MISSING_AUTHENTICATION_TOKEN: forbidden,
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Entity Too Large' },
  RESOURCE_NOT_FOUND: { status: 404, message: 'Not Found' },
  THROTTLED: { status: 429, message: 'Too Many Requests' },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized' },
};

/** Headers of an answer that the gateway makes: the type, then its own in lower case, the id last (recorded). */
export function gatewayHeaders(x: Pick<Exchange, 'extendedRequestId'>, own: HeaderList = []): HeaderList {
  return ['Content-Type', 'application/json', ...own, 'apigw-requestid', x.extendedRequestId];
}

/**
 * A refusal for a step to throw, with headers of its own (`www-authenticate`); `why` is for the log.
 */
export function refusal(type: GatewayResponseType, why: string, headers: HeaderList = []): Problem {
  return new Problem(type, words[type]?.message ?? internal.message, { why, members: { headers } });
}

/** The answer to something thrown: what is no Problem of a known kind (a bug, a broken adapter) is 500, its stack kept for the log. */
export function failureReply(error: unknown, x: Exchange): Reply {
  const problem = error instanceof Problem ? error : gatewayProblem('DEFAULT_5XX', reasonOf(error), { cause: error });
  const { status, message } = words[problem.kind as GatewayResponseType] ?? internal;
  const headers = problem.members['headers'] as HeaderList | undefined;
  return { status, headers: gatewayHeaders(x, headers), body: JSON.stringify({ message }), problem };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`;
}

/** `finishUnmatched` is the work on answers to requests without a route, where there is any. */
export function httpFailures(finishUnmatched?: (x: Exchange, reply: Reply) => void): Failures {
  return {
    unmatched: function answerUnmatched(plan, x) {
      const why = explainUnmatched(plan, x.method, x.path);
      const reply = failureReply(gatewayProblem('RESOURCE_NOT_FOUND', why), x);
      finishUnmatched?.(x, reply);
      return reply;
    },
    answer: failureReply,
  };
}
