/** What may be mapped where: base path mappings of v1 and API mappings of v2 are the same records (rows DOM-05, DOM-06, V1-47, V2-22). */
import type { ApiMapping, CustomDomain } from '../../definition/custom-domain.ts';
import { apiMappings, routingRules } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import {
  basePathTooLong,
  httpNeedsTls12,
  invalidBasePath,
  noLevelsForWebSockets,
  onlyWebSockets,
  privateWithPrivate,
  rulesForRestOnly,
  slashesAtEnds,
} from './chosen-refusals.ts';
import { isEnhanced } from './draft-rules.ts';
import {
  basePathExists,
  invalidMappingKey,
  mappingKeyExists,
  mixedOnV1,
  noSuchMappedStage,
  onlyRegionalOnV2,
  onlyTls12OnV2,
  slashOnV1,
} from './errors.ts';
import { belowDomain, kindsOf, type MappableApi, mappableApi } from './find.ts';
import type { DomainLimits } from './limits.ts';

export interface MappingWish {
  readonly domain: CustomDomain;
  readonly mapping: ApiMapping;
  readonly through: 'v1' | 'v2';
  /** How the API at hand says that there is no such API, and that a quota is used up. */
  readonly noSuchApi: () => Error;
  readonly tooMany: (things: string) => Error;
}

/** Throws unless the mapping, new or changed, may be as it is. */
export async function checkMapping(tx: ReadTransaction, wish: MappingWish, limits: DomainLimits): Promise<void> {
  const { domain, mapping, through } = wish;
  if (through === 'v2') checkManagedByV2(domain);
  checkKey(mapping.apiMappingKey, through, limits);
  const api = await mappableApi(tx, domain, mapping.apiId);
  if (api === undefined || (through === 'v1' && api.kind !== 'rest')) throw wish.noSuchApi();
  if (mapping.stage !== undefined && !(await api.hasStage(mapping.stage))) throw noSuchMappedStage();
  if (api.isPrivate !== (domain.domainNameId !== undefined)) throw privateWithPrivate();
  const all = await belowDomain(tx, apiMappings, domain);
  const others = all.filter(({ apiMappingId }) => apiMappingId !== mapping.apiMappingId);
  if (others.some(({ apiMappingKey }) => apiMappingKey === mapping.apiMappingKey)) {
    throw through === 'v1' ? basePathExists() : mappingKeyExists();
  }
  await checkMixture(tx, wish, api.kind, others);
  if (all.length === others.length && others.length >= limits.mappingsPerDomain) throw wish.tooMany('API mappings');
}

/** v2 shows every public domain and manages those it could have made. */
export function checkManagedByV2({ endpoints, securityPolicy }: CustomDomain): void {
  if (endpoints.some(({ endpointType }) => endpointType !== 'REGIONAL')) throw onlyRegionalOnV2();
  if (securityPolicy === 'TLS_1_0') throw onlyTls12OnV2();
}

function checkKey(key: string, through: 'v1' | 'v2', { basePathCharacters }: DomainLimits): void {
  if (through === 'v1' && key.includes('/')) throw slashOnV1();
  if (!/^[A-Za-z0-9$\-_.+!*'()/]*$/.test(key)) throw through === 'v1' ? invalidBasePath() : invalidMappingKey();
  if (key === '/') throw invalidMappingKey();
  if (key.startsWith('/') || key.endsWith('/') || key.includes('//')) throw slashesAtEnds();
  if (key.length > basePathCharacters) throw basePathTooLong(basePathCharacters);
}

/** WebSocket APIs keep to themselves; REST and HTTP APIs may share a domain, which v1 cannot arrange. */
async function checkMixture(
  tx: ReadTransaction,
  { domain, mapping, through }: MappingWish,
  kind: MappableApi['kind'],
  others: readonly ApiMapping[],
): Promise<void> {
  const kinds = await kindsOf(tx, domain, others);
  if (through === 'v1' && (kinds.has('http') || kinds.has('websocket'))) throw mixedOnV1();
  if (kinds.size > 0 && kinds.has('websocket') !== (kind === 'websocket')) throw onlyWebSockets();
  if (kind === 'websocket' && mapping.apiMappingKey.includes('/')) throw noLevelsForWebSockets();
  if (kind !== 'rest' && (domain.securityPolicy === 'TLS_1_0' || isEnhanced(domain.securityPolicy))) {
    throw httpNeedsTls12();
  }
  if (kind !== 'rest' && (await belowDomain(tx, routingRules, domain)).length > 0) throw rulesForRestOnly();
}
