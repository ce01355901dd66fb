/** What UpdateIntegration can change (row PATCH-09). */
import type { Integration } from '../../definition/rest-api.ts';
import { requireOneOf } from './chosen-refusals.ts';
import { noSuchContentType, noSuchParameter } from './errors.ts';
import {
  asSent,
  booleanOf,
  entryRow,
  namesPath,
  numberOf,
  type PatchRow,
  type PatchTable,
  withMember,
  without,
} from './patch.ts';
import { storedTemplate } from './templates.ts';

type TextMember = 'uri' | 'httpMethod' | 'credentials' | 'connectionId' | 'integrationTarget';

/** A text member that the empty text takes away. */
const text = (member: TextMember): PatchRow<Integration> => ({
  path: `/${member}`,
  replace: (integration, { value }) =>
    value === '' ? without(integration, member) : withMember(integration, member, value),
});

/** A text member that is one of a few words. */
const oneOf = (
  member: 'connectionType' | 'passthroughBehavior' | 'responseTransferMode',
  words: readonly string[],
): PatchRow<Integration> => ({
  path: `/${member}`,
  replace(integration, { value }) {
    requireOneOf(member, value, words);
    return withMember(integration, member, value);
  },
});

export const integrationPatches: PatchTable<Integration> = {
  refuse: namesPath,
  rows: [
    text('uri'),
    text('httpMethod'),
    text('credentials'),
    text('connectionId'),
    oneOf('connectionType', ['INTERNET', 'VPC_LINK']),
    {
      path: '/contentHandling',
      replace(integration, { value }) {
        if (value === '') return without(integration, 'contentHandling');
        return withMember(integration, 'contentHandling', contentHandlingOf(value));
      },
    },
    oneOf('passthroughBehavior', ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']),
    {
      path: '/timeoutInMillis',
      replace: (integration, { value }) =>
        withMember(integration, 'timeoutInMillis', numberOf('timeoutInMillis', value)),
    },
    { path: '/cacheNamespace', replace: (integration, { value }) => withMember(integration, 'cacheNamespace', value) },
    {
      path: '/tlsConfig/insecureSkipVerification',
      replace: (integration, { value }) =>
        withMember(integration, 'tlsConfig', { insecureSkipVerification: booleanOf(value) }),
    },
    oneOf('responseTransferMode', ['BUFFERED', 'STREAM']),
    text('integrationTarget'),
    entryRow('/requestTemplates/{contentType}', 'requestTemplates', storedTemplate, noSuchContentType),
    entryRow('/requestParameters/{destination}', 'requestParameters', asSent, noSuchParameter),
    {
      path: '/cacheKeyParameters/{name}',
      add: (integration, { names }) =>
        withMember(integration, 'cacheKeyParameters', [...new Set([...integration.cacheKeyParameters, names[0]!])]),
      remove(integration, { names }) {
        if (!integration.cacheKeyParameters.includes(names[0]!)) throw noSuchParameter();
        const rest = integration.cacheKeyParameters.filter((name) => name !== names[0]);
        return withMember(integration, 'cacheKeyParameters', rest);
      },
    },
  ],
};

/** CONVERT_TO_BINARY or CONVERT_TO_TEXT. */
export function contentHandlingOf(value: string): string {
  requireOneOf('contentHandling', value, ['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT']);
  return value;
}
