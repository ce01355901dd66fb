/** The refusals of AWS WAF, in its words as users quote them; the apostrophe is AWS's. */
import { Problem } from '../../base/problem.ts';

const couldNot = (kind: string, why: string): Problem => new Problem(kind, `AWS WAF couldn’t ${why}`);

export const nonexistent = (): Problem =>
  couldNot('WAFNonexistentItemException', 'perform the operation because your resource doesn’t exist.');

export const duplicate = (): Problem =>
  couldNot(
    'WAFDuplicateItemException',
    'perform the operation because some resource in your request is a duplicate of an existing one.',
  );

export const changedMeanwhile = (): Problem =>
  couldNot(
    'WAFOptimisticLockException',
    'save your changes because someone changed the resource after you started to edit it. Reapply your changes.',
  );

export const inUse = (): Problem =>
  couldNot(
    'WAFAssociatedItemException',
    'perform the operation because your resource is being used by another resource or it’s associated with another resource.',
  );

export const limitExceeded = (): Problem =>
  couldNot('WAFLimitsExceededException', 'perform the operation because you exceeded your resource limit.');

export type Field =
  | 'SCOPE_VALUE'
  | 'RESOURCE_ARN'
  | 'STATEMENT'
  | 'RULE'
  | 'RULE_ACTION'
  | 'OVERRIDE_ACTION'
  | 'DEFAULT_ACTION'
  | 'IP_ADDRESS'
  | 'FIELD_TO_MATCH'
  | 'CUSTOM_RESPONSE_BODY'
  | 'REGEX_PATTERN_SET'
  | 'RATE_BASED_STATEMENT'
  | 'FORWARDED_IP_CONFIG'
  | 'CUSTOM_KEYS'
  | 'TIME_WINDOW'
  | 'LOG_DESTINATION';

/** `Error reason: …, field: …, parameter: …`, and the same three as members. */
export function invalidParameter(reason: string, field: Field, parameter: string): Problem {
  const message = `Error reason: ${reason}, field: ${field}, parameter: ${parameter}`;
  return new Problem('WAFInvalidParameterException', message, {
    members: { Field: field, Parameter: parameter, Reason: reason },
  });
}

export const badScope = (scope: string): Problem => invalidParameter('The scope is not valid.', 'SCOPE_VALUE', scope);

export const badArn = (arn: string): Problem =>
  invalidParameter(
    "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes.",
    'RESOURCE_ARN',
    arn,
  );

export const badDestination = (arn: string): Problem =>
  invalidParameter(
    "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes.",
    'LOG_DESTINATION',
    arn,
  );

export const notExactlyOne = (field: Field, parameter: string): Problem =>
  invalidParameter(
    'You have used none or multiple values for a field that requires exactly one value.',
    field,
    parameter,
  );

export const badReference = (arn: string): Problem =>
  invalidParameter('A reference in your rule statement is not valid.', 'RULE', arn);

export const badFormat = (field: Field, parameter: string): Problem =>
  invalidParameter('The parameter contains formatting that is not valid.', field, parameter);

export const badNesting = (statement: string): Problem =>
  invalidParameter('The statement may not stand there.', 'STATEMENT', statement);

/** AWS would take it; here it cannot be enforced, so it does not get to stand before a stage. */
export const notEnforceable = (complaints: readonly string[]): Problem =>
  new Problem(
    'WAFInvalidOperationException',
    `The web ACL cannot be enforced here, so it is refused rather than skipped: ${complaints.join('; ')}`,
  );
