/** The refusals of identity pools, in Cognito's words. */
import { Problem } from '../../base/problem.ts';

export const notAuthorized = (message: string, why?: string): Problem =>
  new Problem('NotAuthorizedException', message, why === undefined ? {} : { why });
export const poolNotFound = (id: string): Problem =>
  new Problem('ResourceNotFoundException', `IdentityPool '${id}' not found.`);
export const identityNotFound = (id: string): Problem =>
  new Problem('ResourceNotFoundException', `Identity '${id}' not found.`);
export const invalidParameter = (message: string): Problem => new Problem('InvalidParameterException', message);
export const invalidConfiguration = (why: string): Problem =>
  new Problem(
    'InvalidIdentityPoolConfigurationException',
    'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
    { why },
  );
export const forbidden = (id: string): Problem => notAuthorized(`Access to Identity '${id}' is forbidden.`);
/** Configured, but nothing here would keep to it: refused, never skipped. */
export const notBuilt = (what: string): Problem =>
  new Problem('NotImplementedException', `${what} is not built yet in Gatewright. docs/user-pools.md lists what is.`);
