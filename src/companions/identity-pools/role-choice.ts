/** Which role an identity acts in ("Using role-based access control" in the developer guide): by its token, by rules, or the pool's default. */
import type { RoleMapping } from '../../wire/generated/cognito-identity.ts';
import { invalidConfiguration, notAuthorized } from './identity-errors.ts';
import type { Login } from './logins.ts';
import type { IdentityPoolRecord } from './records.ts';

/** The role's ARN. `customRoleArn` is a wish, granted only where the token lists that role. */
export function roleFor(pool: IdentityPoolRecord, login: Login | undefined, customRoleArn: string | undefined): string {
  const fallback = pool.roles[login === undefined ? 'unauthenticated' : 'authenticated'];
  if (login === undefined) return required(fallback, pool);
  const mapping = pool.roleMappings[`${login.provider}:${login.clientId}`] ?? pool.roleMappings[login.provider];
  if (mapping === undefined) {
    if (customRoleArn !== undefined) throw notAuthorized('Custom role requires a role mapping of type Token.');
    return required(fallback, pool);
  }
  const found = mapping.Type === 'Token' ? roleByToken(login, customRoleArn) : roleByRules(mapping, login);
  if (found !== undefined) return found;
  if (mapping.AmbiguousRoleResolution === 'AuthenticatedRole') return required(fallback, pool);
  throw notAuthorized('Could not determine a role for this identity.', `AmbiguousRoleResolution of ${pool.id} is Deny`);
}

function required(role: string | undefined, pool: IdentityPoolRecord): string {
  if (role === undefined) throw invalidConfiguration(`${pool.id} has no such role: SetIdentityPoolRoles`);
  return role;
}

function roleByToken({ claims }: Login, customRoleArn: string | undefined): string | undefined {
  const roles = Array.isArray(claims['cognito:roles']) ? claims['cognito:roles'] : [];
  if (customRoleArn !== undefined) {
    if (!roles.includes(customRoleArn)) throw notAuthorized('The custom role is none of those in the token.');
    return customRoleArn;
  }
  const preferred = claims['cognito:preferred_role'];
  if (typeof preferred === 'string') return preferred;
  return roles.length === 1 && typeof roles[0] === 'string' ? roles[0] : undefined;
}

function roleByRules({ RulesConfiguration }: RoleMapping, { claims }: Login): string | undefined {
  return RulesConfiguration?.Rules.find(({ Claim, MatchType, Value }) => {
    const claim = claims[Claim];
    if (claim === undefined) return false;
    const texts = (Array.isArray(claim) ? claim : [claim]).map(String);
    switch (MatchType) {
      case 'Equals':
        return texts.includes(Value);
      case 'Contains':
        return texts.some((text) => text.includes(Value));
      case 'StartsWith':
        return texts.some((text) => text.startsWith(Value));
      case 'NotEqual':
        return !texts.includes(Value);
      default:
        return false;
    }
  })?.RoleARN;
}
