/** What UpdateMethod can change (row PATCH-11). */
import type { Method } from '../../definition/rest-api.ts';
import { noSuchContentType, noSuchParameter } from './errors.ts';
import { asSent, booleanOf, entryRow, type PatchTable, withMember, without } from './patch.ts';

/** A text member that the empty text takes away. */
const optional = (member: 'authorizerId' | 'operationName' | 'requestValidatorId') => ({
  replace: (method: Method, { value }: { value: string }): Method =>
    value === '' ? without(method, member) : withMember(method, member, value),
});

export const methodPatches: PatchTable<Method> = {
  rows: [
    { path: '/authorizationType', replace: (method, { value }) => withMember(method, 'authorizationType', value) },
    { path: '/authorizerId', ...optional('authorizerId') },
    { path: '/apiKeyRequired', replace: (method, { value }) => withMember(method, 'apiKeyRequired', booleanOf(value)) },
    { path: '/operationName', ...optional('operationName') },
    { path: '/requestValidatorId', ...optional('requestValidatorId') },
    entryRow('/requestParameters/{name}', 'requestParameters', booleanOf, noSuchParameter),
    entryRow('/requestModels/{contentType}', 'requestModels', asSent, noSuchContentType),
    {
      path: '/authorizationScopes',
      add: (method, { value }) =>
        withMember(method, 'authorizationScopes', [...new Set([...(method.authorizationScopes ?? []), value])]),
      remove(method, { value }) {
        const rest = (method.authorizationScopes ?? []).filter((scope) => scope !== value);
        return { ...without(method, 'authorizationScopes'), ...(rest.length > 0 && { authorizationScopes: rest }) };
      },
    },
  ],
};
