/** The Lambda API's errors, in AWS's words. `Type` is a member AWS adds to most of them. */
import { Problem } from '../../base/problem.ts';

const user = { Type: 'User' };

export const badParameter = (message: string): Problem =>
  new Problem('InvalidParameterValueException', message, { members: user });

export const functionNotFound = (arn: string): Problem =>
  new Problem('ResourceNotFoundException', `Function not found: ${arn}`, { members: user });

export const aliasNotFound = (arn: string): Problem =>
  new Problem('ResourceNotFoundException', `Cannot find alias arn: ${arn}`, { members: user });

export const resourceNotFound = (message = 'The resource you requested does not exist.'): Problem =>
  new Problem('ResourceNotFoundException', message, { members: user });

export const conflict = (message: string): Problem =>
  new Problem('ResourceConflictException', message, { members: user });

export const staleRevision = (): Problem =>
  new Problem(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { members: user },
  );

/** 413; sizes in bytes. */
export const requestTooLarge = (maxBytes: number): Problem =>
  new Problem(
    'RequestTooLargeException',
    `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${maxBytes}`,
    { members: user },
  );

/** 413 for asynchronous invokes; sizes in bytes. */
export const eventTooLarge = (bytes: number, maxBytes: number): Problem =>
  new Problem(
    'RequestTooLargeException',
    `${bytes} byte payload is too large for the Event invocation type (limit ${maxBytes} bytes)`,
    { members: user },
  );

export type ThrottleReason =
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'ConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded';

/** 429; `why` tells the operator which limit it was. */
export const throttled = (reason: ThrottleReason, why: string): Problem =>
  new Problem('TooManyRequestsException', 'Rate Exceeded.', {
    why,
    members: { ...user, Reason: reason },
  });

/** For members that are accepted by AWS but mean something this companion cannot do: refused, never ignored. */
export const unsupported = (what: string): Problem => badParameter(`${what} is not supported by this Lambda endpoint.`);
