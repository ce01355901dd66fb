/** What SAM says of a template it cannot translate. */
import type { Problem } from '../../../base/problem.ts';
import { validationError } from '../refusals.ts';

export class InvalidResource extends Error {
  constructor(logicalId: string, message: string) {
    super(`Resource with id [${logicalId}] is invalid. ${message}`);
  }
}

export const invalidEvent = (logicalId: string, event: string, message: string): InvalidResource =>
  new InvalidResource(logicalId, `Event with id [${event}] is invalid. ${message}`);

export const invalidDocument = (messages: readonly string[]): Problem =>
  validationError(
    `Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: ${messages.length}. ${messages.join(' ')}`,
  );
