/**
 * How much an account may hold, by mode. AWS's quotas are for accounts that people look after; what tests and trials leave behind on a laptop
 * adds up to 120 edge-optimized APIs within an afternoon (decisions/0068).
 */
import { awsDomainLimits, type DomainLimits } from './domains/limits.ts';
import { awsRestLimits, type RestLimits } from './rest/limits.ts';
import { awsV2Limits, type V2Limits } from './v2/limits.ts';

export interface AccountQuotas {
  readonly restLimits: RestLimits;
  readonly httpLimits: V2Limits;
  readonly domainLimits: DomainLimits;
}

const awsQuotas: AccountQuotas = { restLimits: awsRestLimits, httpLimits: awsV2Limits, domainLimits: awsDomainLimits };

/** More than anybody leaves behind, and still an end. */
const plenty = 100_000;

/** Only what counts the things of a whole account; what one API, stage or domain may have is AWS's everywhere. */
const devQuotas: AccountQuotas = {
  restLimits: {
    ...awsRestLimits,
    regionalApis: plenty,
    edgeApis: plenty,
    privateApis: plenty,
    clientCertificates: plenty,
    vpcLinks: plenty,
    apiKeys: plenty,
    usagePlans: plenty,
  },
  httpLimits: { ...awsV2Limits, apis: plenty, vpcLinks: plenty },
  domainLimits: {
    ...awsDomainLimits,
    publicDomainNames: plenty,
    privateDomainNames: plenty,
    accessAssociations: plenty,
  },
};

/** The quotas of a mode with those that were named put in their place. */
export function accountQuotas(mode: 'dev' | 'secure', named: Partial<AccountQuotas>): AccountQuotas {
  const { restLimits, httpLimits, domainLimits } = mode === 'dev' ? devQuotas : awsQuotas;
  return {
    restLimits: { ...restLimits, ...named.restLimits },
    httpLimits: { ...httpLimits, ...named.httpLimits },
    domainLimits: { ...domainLimits, ...named.domainLimits },
  };
}
