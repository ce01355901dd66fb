/** What UpdateMethod can change (row PATCH-11). */
import type { Method } from '../../definition/rest-api.ts';
import { noSuchContentType, noSuchParameter } from './errors.ts';
import { booleanOf, type PatchTable, withEntry, withMember, without, withoutEntry } from './patch.ts';

/** A text member that the empty text takes away. */
const optional = (member: 'authorizerId' | 'operationName' | 'requestValidatorId') => ({
  replace: (method: Method, { value }: { value: string }): Method =>
    value === '' ? without(method, member) : withMember(method, member, value),
});

const withParameter = (method: Method, { names, value }: { names: readonly string[]; value: string }): Method =>
  withMember(method, 'requestParameters', withEntry(method.requestParameters, names[0]!, booleanOf(value)));

const withModel = (method: Method, { names, value }: { names: readonly string[]; value: string }): Method =>
  withMember(method, 'requestModels', withEntry(method.requestModels, names[0]!, value));

export const methodPatches: PatchTable<Method> = {
  rows: [
    { path: '/authorizationType', replace: (method, { value }) => withMember(method, 'authorizationType', value) },
    { path: '/authorizerId', ...optional('authorizerId') },
    { path: '/apiKeyRequired', replace: (method, { value }) => withMember(method, 'apiKeyRequired', booleanOf(value)) },
    { path: '/operationName', ...optional('operationName') },
    { path: '/requestValidatorId', ...optional('requestValidatorId') },
    {
      path: '/requestParameters/{name}',
      add: withParameter,
      replace: withParameter,
      remove(method, { names }) {
        const requestParameters = withoutEntry(method.requestParameters, names[0]!, noSuchParameter);
        return { ...without(method, 'requestParameters'), ...(requestParameters && { requestParameters }) };
      },
    },
    {
      path: '/requestModels/{contentType}',
      add: withModel,
      replace: withModel,
      remove(method, { names }) {
        const requestModels = withoutEntry(method.requestModels, names[0]!, noSuchContentType);
        return { ...without(method, 'requestModels'), ...(requestModels && { requestModels }) };
      },
    },
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
