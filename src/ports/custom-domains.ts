/** Custom domain names as gateways need them: control publishes that one changed, a gateway asks what is live (row DOM-11). */
import type {
  ApiMapping,
  CustomDomain,
  DomainNameAccessAssociation,
  RoutingRule,
  Truststore,
  UploadedCertificate,
} from '../definition/custom-domain.ts';

/** What keys of a domain's records are made with. */
export { domainIdOf } from '../definition/custom-domain.ts';

/** One domain with all that decides where its requests go. */
export interface LiveDomain {
  readonly domain: CustomDomain;
  readonly mappings: readonly ApiMapping[];
  readonly rules: readonly RoutingRule[];
  /** Of a PRIVATE domain; rejected ones too. */
  readonly accessAssociations: readonly DomainNameAccessAssociation[];
  /** When it was given as PEM; otherwise the endpoint's certificateArn names it. */
  readonly uploadedCertificate?: UploadedCertificate;
  /** With mutualTlsAuthentication. */
  readonly truststore?: Truststore;
}

/** A domain, its mappings, rules or associations were created, changed or deleted; without `domainId` everything changed. */
export interface DomainChange {
  readonly region?: string;
  /** definition/custom-domain: domainIdOf */
  readonly domainId?: string;
}

export interface CustomDomains {
  /** undefined when there is none (any more). */
  liveDomain(region: string, domainId: string): Promise<LiveDomain | undefined>;
  /** Of every account and region. */
  liveDomains(): Promise<readonly LiveDomain[]>;
  /** Told after the change is committed. */
  publish(change: DomainChange): void;
  onChange(listener: (change: DomainChange) => void): () => void;
}
