/** Management ARNs of custom domain names and what belongs to them. Those of public domains have no account, those of private ones do (API reference). */
import { type CustomDomain, type DomainNameAccessAssociation, domainIdOf } from '../../definition/custom-domain.ts';

/** `arn:aws:apigateway:eu-west-1::/domainnames/api.example.com`, `arn:aws:apigateway:eu-west-1:123456789012:/domainnames/api.example.com+abc123`. */
export function domainArn({ domainName, domainNameId, account, region }: CustomDomain): string {
  const owner = domainNameId === undefined ? '' : account;
  const suffix = domainNameId === undefined ? '' : `+${domainNameId}`;
  return `arn:aws:apigateway:${region}:${owner}:/domainnames/${domainName}${suffix}`;
}

/** With the account even below a public domain (seen in the CLI's examples). */
export const routingRuleArn = (domain: CustomDomain, routingRuleId: string): string =>
  `arn:aws:apigateway:${domain.region}:${domain.account}:/domainnames/${domainIdOf(domain)}/routingrules/${routingRuleId}`;

/** The account is that of the VPC endpoint's owner. */
export const accessAssociationArn = (domain: CustomDomain, association: DomainNameAccessAssociation): string =>
  `arn:aws:apigateway:${domain.region}:${association.account}:/domainnameaccessassociations/domainname/${domainIdOf(domain)}/vpcesource/${association.accessAssociationSource}`;

export interface NamedDomain {
  readonly region: string;
  /** '' in the ARN of a public domain. */
  readonly account: string;
  /** domainIdOf */
  readonly domainId: string;
}

/** What a domain's ARN names; undefined when the text is none. */
export function readDomainArn(arn: string): NamedDomain | undefined {
  const [, region, account, domainId] =
    /^arn:aws[a-z-]*:apigateway:([a-z0-9-]+):(\d{12}|):\/domainnames\/([^/]+)$/.exec(arn) ?? [];
  if (region === undefined || account === undefined || domainId === undefined) return undefined;
  return { region, account, domainId: lowerCaseName(domainId) };
}

export interface NamedAssociation extends NamedDomain {
  /** `vpce-…` */
  readonly source: string;
}

/** What the ARN of an access association names; undefined when the text is none. */
export function readAssociationArn(arn: string): NamedAssociation | undefined {
  const [, region, account, domainId, source] =
    /^arn:aws[a-z-]*:apigateway:([a-z0-9-]+):(\d{12}):\/domainnameaccessassociations\/domainname\/([^/]+)\/vpcesource\/([^/]+)$/.exec(
      arn,
    ) ?? [];
  if (region === undefined || account === undefined || domainId === undefined || source === undefined) return undefined;
  return { region, account, domainId: lowerCaseName(domainId), source };
}

/** Ids of private domains tell letters' case apart as little as names do: AWS makes them of lower-case letters. */
const lowerCaseName = (domainId: string): string => domainId.toLowerCase();
