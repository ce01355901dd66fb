/** Endpoint configuration of a REST API: EDGE, REGIONAL or PRIVATE (rows EP-06, EP-07). */
import type { EndpointConfiguration, RestApi } from '../../definition/rest-api.ts';
import {
  endpointCannotChange,
  privateIsDualstack,
  privateIsTls12,
  requireOneOf,
  severalEndpointTypes,
} from './chosen-refusals.ts';
import { badRequest } from './errors.ts';

interface EndpointInput {
  readonly types?: readonly string[];
  readonly ipAddressType?: string;
  readonly vpcEndpointIds?: readonly string[];
}

/** EDGE unless asked otherwise, ipv4 unless private (recorded). */
export function newEndpointConfiguration(input: EndpointInput | undefined): EndpointConfiguration {
  const types = input?.types?.length ? input.types : ['EDGE'];
  return {
    types,
    ipAddressType: input?.ipAddressType ?? (types[0] === 'PRIVATE' ? 'dualstack' : 'ipv4'),
    ...(input?.vpcEndpointIds?.length && { vpcEndpointIds: input.vpcEndpointIds }),
  };
}

/** Throws unless the parts of the configuration agree with each other. */
export function checkEndpointConfiguration({ types, ipAddressType, vpcEndpointIds }: EndpointConfiguration): void {
  if (types.length !== 1) throw severalEndpointTypes();
  if (vpcEndpointIds !== undefined && types[0] !== 'PRIVATE') {
    throw badRequest('VPCEndpoints can only be specified with PRIVATE apis.');
  }
  if (types[0] === 'PRIVATE' && ipAddressType !== 'dualstack') throw privateIsDualstack();
}

/** "For an API using a default endpoint" (guide page on TLS versions): private APIs take TLS 1.2 and later only (row PRV-06). */
export const defaultSecurityPolicy = ({ types }: EndpointConfiguration): string =>
  types[0] === 'PRIVATE' ? 'TLS_1_2' : 'TLS_1_0';

/** Throws for a private API that would take older versions. */
export function checkSecurityPolicy({ endpointConfiguration, securityPolicy }: RestApi): void {
  if (endpointConfiguration.types[0] === 'PRIVATE' && securityPolicy === 'TLS_1_0') throw privateIsTls12();
}

/** The API with another endpoint type; what the type does not allow goes with it. */
export function withEndpoint(api: RestApi, old: string, wanted: string): RestApi {
  const endpointConfiguration = withEndpointType(api.endpointConfiguration, old, wanted);
  const turnsPrivate = endpointConfiguration.types[0] === 'PRIVATE' && api.securityPolicy === 'TLS_1_0';
  return { ...api, endpointConfiguration, ...(turnsPrivate && { securityPolicy: 'TLS_1_2' }) };
}

const changes: Readonly<Record<string, readonly string[]>> = {
  EDGE: ['EDGE', 'REGIONAL', 'PRIVATE'],
  REGIONAL: ['EDGE', 'REGIONAL', 'PRIVATE'],
  PRIVATE: ['REGIONAL', 'PRIVATE'],
};

/**
 * Replaces the endpoint type. `old` is what the patch path names: the type now, or its index, which is always 0. A private API is reached over
 * both IP versions only, so becoming private turns ipAddressType to dualstack (recorded).
 */
function withEndpointType(configuration: EndpointConfiguration, old: string, wanted: string): EndpointConfiguration {
  const current = configuration.types[0]!;
  if (old !== '0' && old !== current) {
    throw badRequest(
      `Invalid patch path  '/endpointConfiguration/types/${old}' specified for op 'replace'. Must be one of: [/endpointConfiguration/types/${current}]`,
    );
  }
  requireOneOf('EndpointTypes', wanted, Object.keys(changes));
  if (!changes[current]!.includes(wanted)) throw endpointCannotChange(current, wanted);
  return {
    ...configuration,
    types: [wanted],
    ipAddressType: wanted === 'PRIVATE' ? 'dualstack' : configuration.ipAddressType,
  };
}
