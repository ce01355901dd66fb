/** `requestContext.authorizer` of the events functions get: who called, in the words of each payload format (row LPV2-06). */
import type { AuthorizerResult, Exchange, IamCaller } from '../exchange.ts';
import { sortedByName } from './event-parts.ts';

/** Format 2.0: `{"jwt":…}`, `{"lambda":…}` or `{"iam":…}` as JSON; undefined on an open route. */
export function authorizerOfEvent2(x: Exchange): string | undefined {
  if (x.caller !== null) return `{"iam":${JSON.stringify(iam(x.caller))}}`;
  const { authorizer } = x;
  if (authorizer === null) return undefined;
  if (authorizer.claims !== null) return `{"jwt":${JSON.stringify(jwt(authorizer, authorizer.claims))}}`;
  // Recorded: names sorted, types kept, principalId not added, a member called `claims` dropped.
  const context = sortedByName(Object.entries(authorizer.context)).filter(([name]) => name !== 'claims');
  return `{"lambda":${JSON.stringify(Object.fromEntries(context))}}`;
}

/** Format 1.0: the claims and scopes of a token, or the context of a function's answer, all texts; undefined on an open route and for IAM. */
export function authorizerOfEvent1(x: Exchange): string | undefined {
  const { authorizer } = x;
  if (authorizer === null) return undefined;
  if (authorizer.claims !== null) return JSON.stringify(jwt(authorizer, authorizer.claims));
  const texts = sortedByName(Object.entries(authorizer.context)).map(([name, value]) => [name, asText(value)]);
  const { principalId } = authorizer;
  return JSON.stringify({ ...(principalId !== undefined && { principalId }), ...Object.fromEntries(texts) });
}

/** What an authorizer of format 2.0 nests is JSON here, where every value is a text. */
const asText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

function jwt({ scopes }: AuthorizerResult, claims: Readonly<Record<string, string>>) {
  return { claims: Object.fromEntries(sortedByName(Object.entries(claims))), scopes };
}

/** Recorded: `principalOrgId` is that literal text, not an organization. */
function iam({ accessKey, accountId, caller, cognito, userArn, user }: IamCaller) {
  return {
    accessKey,
    accountId,
    callerId: caller,
    cognitoIdentity:
      cognito === null
        ? null
        : { amr: amrOf(cognito), identityId: cognito.identityId, identityPoolId: cognito.identityPoolId },
    principalOrgId: 'aws:PrincipalOrgID',
    userArn,
    userId: user,
  };
}

/** `authenticated`, the provider, and the user in it, as far as they are known. */
function amrOf({ authenticationType, authenticationProvider }: NonNullable<IamCaller['cognito']>): string[] {
  return authenticationProvider === undefined
    ? [authenticationType]
    : [authenticationType, ...authenticationProvider.split(',')];
}
