/** The refusals of Cognito's user pools, in its words. */
import { Problem } from '../../base/problem.ts';

const refusal =
  (kind: string) =>
  (message: string, why?: string): Problem =>
    new Problem(kind, message, why === undefined ? {} : { why });

export const invalidParameter = refusal('InvalidParameterException');
export const notAuthorized = refusal('NotAuthorizedException');
export const resourceNotFound = refusal('ResourceNotFoundException');
export const limitExceeded = refusal('LimitExceededException');
export const invalidOAuthFlow = refusal('InvalidOAuthFlowException');

export const poolNotFound = (id: string): Problem => resourceNotFound(`User pool ${id} does not exist.`);
export const clientNotFound = (id: string): Problem => resourceNotFound(`User pool client ${id} does not exist.`);
export const groupNotFound = (): Problem => resourceNotFound('Group not found.');
export const userNotFound = (): Problem => new Problem('UserNotFoundException', 'User does not exist.');
export const usernameExists = (message: string): Problem => new Problem('UsernameExistsException', message);
export const aliasExists = (attribute: string): Problem =>
  new Problem('AliasExistsException', `An account with the ${wordOf(attribute)} already exists.`);
export const userNotConfirmed = (): Problem => new Problem('UserNotConfirmedException', 'User is not confirmed.');
export const passwordResetRequired = (): Problem =>
  new Problem('PasswordResetRequiredException', 'Password reset required for the user');
export const invalidPassword = (message: string): Problem => new Problem('InvalidPasswordException', message);
export const codeMismatch = (message = 'Invalid verification code provided, please try again.'): Problem =>
  new Problem('CodeMismatchException', message);
export const expiredCode = (): Problem =>
  new Problem('ExpiredCodeException', 'Invalid code provided, please request a code again.');
export const tooManyAttempts = (): Problem => limitExceeded('Attempt limit exceeded, please try after some time.');
/** What AWS says of a wrong password, and of a user who does not exist when the client hides that. */
export const wrongPassword = (why?: string): Problem => notAuthorized('Incorrect username or password.', why);
/** Configured, but nothing here would keep to it: refused, never skipped. */
export const notBuilt = (what: string): Problem =>
  new Problem('NotImplementedException', `${what} is not built yet in Gatewright. docs/user-pools.md lists what is.`);

const wordOf = (attribute: string): string => (attribute === 'phone_number' ? 'phone number' : attribute);
