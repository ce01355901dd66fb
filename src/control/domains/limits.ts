/** Every quota of custom domain names as a named setting with AWS's default (rows LIM-*; developer guide, "Quotas"). */
export interface DomainLimits {
  /** EDGE and REGIONAL ones of an account in a region. */
  readonly publicDomainNames: number;
  readonly privateDomainNames: number;
  readonly mappingsPerDomain: number;
  readonly routingRulesPerDomain: number;
  /** Of an account in a region. */
  readonly accessAssociations: number;
  /** Characters of a mapping's path. */
  readonly basePathCharacters: number;
  readonly truststoreCertificates: number;
  readonly truststoreBytes: number;
  /** Not AWS's: how many seconds a new or changed domain says PENDING or UPDATING, for trying out how tools wait. It serves all the while. */
  readonly statusChangeSeconds: number;
}

export const awsDomainLimits: DomainLimits = {
  publicDomainNames: 120,
  privateDomainNames: 50,
  mappingsPerDomain: 200,
  routingRulesPerDomain: 50,
  accessAssociations: 100,
  basePathCharacters: 300,
  truststoreCertificates: 1000,
  truststoreBytes: 1024 * 1024,
  statusChangeSeconds: 0,
};
