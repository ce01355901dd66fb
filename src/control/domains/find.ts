/** Finds the domain a call names, and what APIs there are for it. A domain belongs to one account in one region; for anyone else it does not exist. */
import { type ApiMapping, type CustomDomain, domainIdOf } from '../../definition/custom-domain.ts';
import { apiMappings, customDomains, restApis, routingRules, stages, v2Apis, v2Stages } from '../../ports/records.ts';
import type { Collection, ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';

type Owner = Pick<Call, 'account' | 'region'>;

/** Of the caller; `missing` is what the API at hand says when there is none. */
export async function findDomain(
  tx: ReadTransaction,
  call: Owner,
  named: { readonly domainName: string; readonly domainNameId?: string | undefined },
  missing: () => Error,
): Promise<CustomDomain> {
  const { domainName, domainNameId } = named;
  const id = domainIdOf({ domainName, ...(domainNameId && { domainNameId }) });
  const domain = id === '' ? undefined : await tx.get(customDomains, [call.region, id]);
  if (domain?.account !== call.account) throw missing();
  return domain;
}

/** The caller's, by id. */
export async function domainsOf(tx: ReadTransaction, { account, region }: Owner): Promise<CustomDomain[]> {
  return (await tx.list(customDomains, [region])).map(({ value }) => value).filter((each) => each.account === account);
}

export const domainKey = (domain: CustomDomain): readonly [string, string] => [domain.region, domainIdOf(domain)];

export async function belowDomain<T>(tx: ReadTransaction, from: Collection<T>, domain: CustomDomain): Promise<T[]> {
  return (await tx.list(from, domainKey(domain))).map(({ value }) => value);
}

export interface MappableApi {
  readonly kind: 'rest' | 'http' | 'websocket';
  readonly isPrivate: boolean;
  hasStage(stageName: string): Promise<boolean>;
}

/** An API of the caller that a mapping or a rule can lead to; undefined when there is none. */
export async function mappableApi(tx: ReadTransaction, owner: Owner, apiId: string): Promise<MappableApi | undefined> {
  const isOwn = (api: Owner): boolean => api.account === owner.account && api.region === owner.region;
  const rest = await tx.get(restApis, [apiId]);
  if (rest !== undefined && isOwn(rest)) {
    return {
      kind: 'rest',
      isPrivate: rest.endpointConfiguration.types.includes('PRIVATE'),
      hasStage: async (stageName) => (await tx.get(stages, [apiId, stageName])) !== undefined,
    };
  }
  const api = await tx.get(v2Apis, [apiId]);
  if (api === undefined || !isOwn(api)) return undefined;
  return {
    kind: api.protocolType === 'HTTP' ? 'http' : 'websocket',
    isPrivate: false,
    hasStage: async (stageName) => (await tx.get(v2Stages, [apiId, stageName])) !== undefined,
  };
}

export async function kindsOf(
  tx: ReadTransaction,
  owner: Owner,
  mappings: readonly ApiMapping[],
): Promise<ReadonlySet<MappableApi['kind']>> {
  const kinds = new Set<MappableApi['kind']>();
  for (const { apiId } of mappings) {
    const api = await mappableApi(tx, owner, apiId);
    if (api !== undefined) kinds.add(api.kind);
  }
  return kinds;
}

/** Domains whose mappings or rules lead to an API, or to one stage of it (row V1-06). */
export async function domainsLeadingTo(
  tx: ReadTransaction,
  region: string,
  apiId: string,
  stageName?: string,
): Promise<string[]> {
  const leads = (to: { readonly apiId: string; readonly stage?: string }): boolean =>
    to.apiId === apiId && (stageName === undefined || to.stage === stageName);
  const found = new Set<string>();
  for (const { key, value } of await tx.list(apiMappings, [region])) if (leads(value)) found.add(key[1]!);
  for (const { key, value } of await tx.list(routingRules, [region])) if (leads(value.action)) found.add(key[1]!);
  return [...found].map((domainId) => domainId.split('+')[0]!);
}
