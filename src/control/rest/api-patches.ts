/** What UpdateRestApi can change (row PATCH-14). */
import { expandedPolicy } from '../../definition/resource-policy.ts';
import type { RestApi } from '../../definition/rest-api.ts';
import type { SecurityPolicy } from '../../wire/generated/apigateway.ts';
import { invalidValue, noSuchMediaType, requireOneOf, requireText } from './chosen-refusals.ts';
import { withEndpoint } from './endpoints.ts';
import { badRequest } from './errors.ts';
import { booleanOf, isPatchVerb, namesPath, type PatchTable, withMember, without } from './patch.ts';

/** As the service model lists them; a create is checked against the model itself. */
const securityPolicies: readonly string[] = [
  'TLS_1_0',
  'TLS_1_2',
  'SecurityPolicy_TLS13_1_3_2025_09',
  'SecurityPolicy_TLS13_1_3_FIPS_2025_09',
  'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_2021_06',
  'SecurityPolicy_TLS13_2025_EDGE',
  'SecurityPolicy_TLS12_PFS_2025_EDGE',
  'SecurityPolicy_TLS12_2018_EDGE',
] satisfies SecurityPolicy[];

const maximumCompressionSize = 10_485_760;

/** Throws unless the size, a number or the text of one, is a whole number of bytes up to 10 MB. */
export function checkCompressionSize(size: number | string | undefined): void {
  if (size === undefined) return;
  const number = typeof size === 'string' && size.trim() === '' ? Number.NaN : Number(size);
  if (Number.isInteger(number) && number >= 0 && number <= maximumCompressionSize) return;
  throw badRequest(`Invalid minimum compression size, must be between 0 to ${maximumCompressionSize}`);
}

/** A list without one of its values; undefined when none is left, because AWS leaves empty lists out. */
function listWithout(list: readonly string[] | undefined, value: string): readonly string[] | undefined {
  const rest = list?.filter((each) => each !== value);
  return rest?.length ? rest : undefined;
}

export const apiPatches: PatchTable<RestApi> = {
  // As users quote it: CloudFormation once sent `/binaryMediaTypes/image/png`.
  refuse: (operation, isKnown) => (isKnown || !isPatchVerb(operation.op) ? undefined : namesPath(operation)),
  rows: [
    {
      path: '/name',
      replace(api, { value }) {
        requireText(value, 'Name');
        return withMember(api, 'name', value);
      },
    },
    {
      path: '/description',
      replace(api, { value }) {
        requireText(value, 'Description');
        return withMember(api, 'description', value);
      },
    },
    { path: '/version', replace: (api, { value }) => withMember(api, 'version', value) },
    {
      path: '/apiKeySource',
      replace(api, { value }) {
        if (value !== 'HEADER' && value !== 'AUTHORIZER')
          throw invalidValue('API key source', value, ['HEADER', 'AUTHORIZER']);
        return withMember(api, 'apiKeySource', value);
      },
    },
    {
      path: '/policy',
      // The empty text takes the policy away.
      replace: (api, { value }) =>
        value === '' ? without(api, 'policy') : withMember(api, 'policy', expandedPolicy(value, api)),
    },
    {
      path: '/minimumCompressionSize',
      // The empty text switches compression off (row PATCH-15).
      replace(api, { value }) {
        if (value === '') return without(api, 'minimumCompressionSize');
        checkCompressionSize(value);
        return withMember(api, 'minimumCompressionSize', Number(value));
      },
    },
    {
      path: '/disableExecuteApiEndpoint',
      replace: (api, { value }) => withMember(api, 'disableExecuteApiEndpoint', booleanOf(value)),
    },
    {
      path: '/securityPolicy',
      replace(api, { value }) {
        if (!securityPolicies.includes(value)) throw invalidValue('security policy', value);
        return withMember(api, 'securityPolicy', value);
      },
    },
    {
      path: '/endpointAccessMode',
      replace(api, { value }) {
        requireOneOf('endpoint access mode', value, ['BASIC', 'STRICT']);
        return withMember(api, 'endpointAccessMode', value);
      },
    },
    {
      path: '/endpointConfiguration/ipAddressType',
      replace(api, { value }) {
        requireOneOf('ipAddressType', value, ['ipv4', 'dualstack']);
        return withMember(api, 'endpointConfiguration', { ...api.endpointConfiguration, ipAddressType: value });
      },
    },
    {
      path: '/endpointConfiguration/types/{type}',
      replace: (api, { names, value }) => withEndpoint(api, names[0]!, value),
    },
    {
      path: '/endpointConfiguration/vpcEndpointIds',
      add: (api, { value }) =>
        withMember(api, 'endpointConfiguration', {
          ...api.endpointConfiguration,
          vpcEndpointIds: [...new Set([...(api.endpointConfiguration.vpcEndpointIds ?? []), value])],
        }),
      remove(api, { value }) {
        const vpcEndpointIds = listWithout(api.endpointConfiguration.vpcEndpointIds, value);
        return withMember(api, 'endpointConfiguration', {
          ...without(api.endpointConfiguration, 'vpcEndpointIds'),
          ...(vpcEndpointIds && { vpcEndpointIds }),
        });
      },
    },
    {
      // The media type stands in the path; `/binaryMediaTypes/-` adds a literal `-` (recorded).
      path: '/binaryMediaTypes/{mediaType}',
      add: (api, { names }) =>
        withMember(api, 'binaryMediaTypes', [...new Set([...(api.binaryMediaTypes ?? []), names[0]!])]),
      // Moves the new one to the end (recorded).
      replace(api, { names, value }) {
        if (!api.binaryMediaTypes?.includes(names[0]!)) throw noSuchMediaType();
        return withMember(api, 'binaryMediaTypes', [
          ...api.binaryMediaTypes.filter((each) => each !== names[0] && each !== value),
          value,
        ]);
      },
      remove(api, { names }) {
        if (!api.binaryMediaTypes?.includes(names[0]!)) throw noSuchMediaType();
        const binaryMediaTypes = listWithout(api.binaryMediaTypes, names[0]!);
        return { ...without(api, 'binaryMediaTypes'), ...(binaryMediaTypes && { binaryMediaTypes }) };
      },
    },
  ],
};
