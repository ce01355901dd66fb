/** What IAM and STS refuse, in their words. */
import { Problem } from '../../base/problem.ts';

export const noSuchEntity = (message: string): Problem => new Problem('NoSuchEntityException', message);
export const notFound = (what: string, name: string): Problem =>
  noSuchEntity(`The ${what} with name ${name} cannot be found.`);
export const alreadyExists = (message: string): Problem => new Problem('EntityAlreadyExistsException', message);
export const deleteConflict = (message: string): Problem => new Problem('DeleteConflictException', message);
export const limitExceeded = (message: string): Problem => new Problem('LimitExceededException', message);
export const invalidInput = (message: string): Problem => new Problem('InvalidInputException', message);
export const malformedPolicy = (message: string): Problem => new Problem('MalformedPolicyDocumentException', message);
export const validation = (message: string): Problem => new Problem('ValidationException', message);
export const unmodifiable = (message: string): Problem => new Problem('UnmodifiableEntityException', message);
export const accessDenied = (message: string, why = message): Problem =>
  new Problem('AccessDeniedException', message, { why });
