/** Custom domains for tests, in few words. */
import type { CustomDomains, DomainChange, LiveDomain } from '../../ports/custom-domains.ts';

type Domain = LiveDomain['domain'];

export function liveDomain(
  domainName: string,
  more: Omit<Partial<LiveDomain>, 'domain'> & { domain?: Partial<Domain> } = {},
): LiveDomain {
  const { domain, ...rest } = more;
  return {
    domain: {
      domainName,
      account: '123456789012',
      region: 'eu-west-1',
      endpoints: [{ endpointType: 'REGIONAL' }],
      securityPolicy: 'TLS_1_2',
      ipAddressType: 'ipv4',
      routingMode: 'API_MAPPING_ONLY',
      tags: {},
      createdAtMs: 0,
      ...domain,
    },
    mappings: [],
    rules: [],
    accessAssociations: [],
    ...rest,
  };
}

/** `{ 'v1/orders': 'api:stage' }`; `api` alone leaves the stage to the path. */
export function mappings(keys: Readonly<Record<string, string>>): LiveDomain['mappings'] {
  return Object.entries(keys).map(([apiMappingKey, target], i) => {
    const [apiId, stage] = target.split(':') as [string, string | undefined];
    return { apiMappingId: `m${i}`, apiMappingKey, apiId, ...(stage !== undefined && { stage }) };
  });
}

export interface FakeDomains extends CustomDomains {
  readonly all: LiveDomain[];
  /** Reads wait until this is called, when `isHeld`. */
  isHeld: boolean;
  release(): void;
}

export function fakeDomains(...all: LiveDomain[]): FakeDomains {
  const listeners = new Set<(change: DomainChange) => void>();
  let held = Promise.withResolvers<void>();
  const fake: FakeDomains = {
    all,
    isHeld: false,
    release() {
      held.resolve();
      held = Promise.withResolvers();
      fake.isHeld = false;
    },
    async liveDomain(region, domainId) {
      if (fake.isHeld) await held.promise;
      return all.find(({ domain }) => domain.region === region && idOf(domain) === domainId);
    },
    liveDomains: async () => [...all],
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return fake;
}

const idOf = ({ domainName, domainNameId }: Domain): string =>
  domainNameId === undefined ? domainName.toLowerCase() : `${domainName.toLowerCase()}+${domainNameId}`;
