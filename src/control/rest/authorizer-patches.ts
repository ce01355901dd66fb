/** What UpdateAuthorizer can change (row PATCH-03). */
import type { Authorizer } from '../../definition/rest-api.ts';
import type { AuthorizerType } from '../../wire/generated/apigateway.ts';
import { authorizerTypes, defaultAuthType, ttlOutOfRange } from './authorizer-rules.ts';
import { requireOneOf } from './chosen-refusals.ts';
import { type Change, type PatchRow, type PatchTable, withMember, without } from './patch.ts';

/** A text member that the empty text takes away, as Terraform asks for it. */
const text = (
  member: 'authorizerUri' | 'authorizerCredentials' | 'identitySource' | 'identityValidationExpression',
): PatchRow<Authorizer> => ({
  path: `/${member}`,
  replace: (authorizer, { value }) =>
    value === '' ? without(authorizer, member) : withMember(authorizer, member, value),
});

const addProvider: Change<Authorizer> = (authorizer, { value }) =>
  withMember(authorizer, 'providerARNs', [...new Set([...(authorizer.providerARNs ?? []), value])]);

export const authorizerPatches: PatchTable<Authorizer> = {
  rows: [
    { path: '/name', replace: (authorizer, { value }) => withMember(authorizer, 'name', value) },
    {
      path: '/type',
      replace(authorizer, { value }) {
        requireOneOf('authorizer type', value, authorizerTypes);
        const type = value as AuthorizerType;
        const isDefault = authorizer.authType === defaultAuthType(authorizer.type);
        return { ...authorizer, type, ...(isDefault && { authType: defaultAuthType(type) }) };
      },
    },
    { path: '/authType', replace: (authorizer, { value }) => withMember(authorizer, 'authType', value) },
    text('authorizerUri'),
    text('authorizerCredentials'),
    text('identitySource'),
    text('identityValidationExpression'),
    {
      path: '/authorizerResultTtlInSeconds',
      replace(authorizer, { value }) {
        if (!/^\d{1,6}$/.test(value)) throw ttlOutOfRange();
        return withMember(authorizer, 'authorizerResultTtlInSeconds', Number(value));
      },
    },
    {
      path: '/providerARNs',
      add: addProvider,
      replace: (authorizer, { value }) => withMember(authorizer, 'providerARNs', [value]),
      remove(authorizer, { value }) {
        const rest = (authorizer.providerARNs ?? []).filter((arn) => arn !== value);
        return { ...without(authorizer, 'providerARNs'), ...(rest.length > 0 && { providerARNs: rest }) };
      },
    },
  ],
};
