/**
 * Failures of AWS calls: which status a kind has, and what of a thrown thing a caller may read. A Problem whose kind is an exception of the
 * service's model, or one every AWS service has, is answered as such; anything else is our fault, is logged, and says nothing about us.
 */
import { Problem } from '../base/problem.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Dialect } from './dialects.ts';
import { encodeHeaderValue, encodeJsonValue } from './encode-values.ts';
import type { ServiceModel } from './service-model.ts';

/** Kinds that no model lists because every service has them. */
const commonStatuses: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  BadRequestException: 400,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  NotImplementedException: 501,
  RequestEntityTooLargeException: 413,
  SerializationException: 400,
  ServiceException: 500,
  ThrottlingException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
};

/** A failure ready to be written in any protocol. */
export interface ErrorAnswer {
  readonly status: number;
  /** Error code: `NotFoundException`. */
  readonly code: string;
  /** Name of the exception's shape, where it differs from its code: `InvalidParameterValueException`. */
  readonly exceptionName: string;
  /** What the caller reads. */
  readonly message: string;
  readonly isFault: boolean;
  /** Members of the exception in the body, by wire name; the message is among them. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Members of the exception bound to headers, as name, value, … */
  readonly headers: readonly string[];
}

/** The answer for whatever was thrown; what is not a known Problem is logged with its stack and becomes the service's own 500. */
export function errorAnswer(
  thrown: unknown,
  model: ServiceModel,
  dialect: Dialect,
  log: Log,
  context: { requestId: string; operation: string | undefined },
): ErrorAnswer {
  if (thrown instanceof Problem) {
    const answer = problemAnswer(thrown, model, dialect);
    if (answer !== undefined) {
      if (thrown.why !== thrown.message) {
        log.info(`${model.serviceId}: ${thrown.kind}: ${thrown.why}`, { ...context });
      }
      return answer;
    }
  }
  log.error(`${model.serviceId}: ${context.operation ?? 'a call'} failed unexpectedly`, {
    ...context,
    error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  });
  const message = 'Internal server error';
  return problemAnswer(new Problem(dialect.fault, message), model, dialect)!;
}

function problemAnswer(problem: Problem, model: ServiceModel, dialect: Dialect): ErrorAnswer | undefined {
  const shape = model.exception(problem.kind);
  if (shape?.error === undefined) {
    if (!Object.hasOwn(commonStatuses, problem.kind)) return undefined;
    const status = commonStatuses[problem.kind]!;
    return {
      status,
      code: problem.kind,
      exceptionName: problem.kind,
      message: problem.message,
      isFault: status >= 500,
      members: { message: problem.message },
      headers: [],
    };
  }

  const members: Record<string, unknown> = {};
  const headers: string[] = [];
  let saysMessage = false;
  for (const member of shape.members) {
    const isMessage = member.name.toLowerCase() === 'message';
    saysMessage ||= isMessage;
    const given = Object.hasOwn(problem.members, member.name) ? problem.members[member.name] : undefined;
    // Lambda's exceptions say whose fault it was.
    const implied = isMessage
      ? problem.message
      : member.name === 'Type'
        ? shape.error.isFault
          ? 'Service'
          : 'User'
        : undefined;
    const value = given ?? implied;
    if (value === undefined || value === null) continue;
    if (member.location === 'header') headers.push(member.wireName, encodeHeaderValue(value, member.shape, dialect));
    else members[member.wireName] = encodeJsonValue(value, member.shape, dialect);
  }
  // Exceptions without members still say what happened, when there is something to say.
  if (!saysMessage && problem.message !== '') members['message'] = problem.message;
  return {
    status: shape.error.status,
    code: shape.error.code,
    exceptionName: shape.name,
    message: problem.message,
    isFault: shape.error.isFault,
    members,
    headers,
  };
}
