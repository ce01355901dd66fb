/** ApiMapping: CreateApiMapping, GetApiMapping, GetApiMappings, UpdateApiMapping, DeleteApiMapping (row V2-22). v1 calls them base path mappings. */
import { newChildId } from '../../base/ids.ts';
import type { ApiMapping, CustomDomain } from '../../definition/custom-domain.ts';
import { apiMappings } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { ApiMapping as AnsweredMapping, Operations } from '../../wire/generated/apigatewayv2.ts';
import { publish } from '../domains/change-domain.ts';
import { belowDomain, domainKey, findDomain } from '../domains/find.ts';
import { checkManagedByV2, checkMapping } from '../domains/mapping-rules.ts';
import { limitExceeded, noSuchApi, noSuchApiMapping, noSuchDomain } from './errors.ts';
import { pageOf } from './paging.ts';
import type { V2Ports } from './ports.ts';

export function apiMappingHandlers({ store, domains, limits }: V2Ports): Handlers<Operations> {
  const wish = (domain: CustomDomain, mapping: ApiMapping, call: Call) => ({
    domain,
    mapping,
    through: 'v2' as const,
    noSuchApi: () => noSuchApi(call, mapping.apiId),
    tooMany: (things: string) => limitExceeded(things, 'domain name'),
  });

  return {
    async CreateApiMapping({ DomainName: domainName, ...input }, call) {
      const { domain, mapping } = await store.write(async (tx) => {
        const owner = await findDomain(tx, call, { domainName }, noSuchDomain);
        const made: ApiMapping = {
          apiMappingId: newChildId(),
          apiMappingKey: input.ApiMappingKey ?? '',
          apiId: input.ApiId,
          stage: input.Stage,
        };
        await checkMapping(tx, wish(owner, made, call), domains.limits);
        tx.put(apiMappings, [...domainKey(owner), made.apiMappingId], made);
        return { domain: owner, mapping: made };
      });
      publish(domain, domains);
      return answerMapping(mapping);
    },

    GetApiMapping: (input, call) =>
      store.read(async (tx) => answerMapping((await findMapping(tx, call, input)).mapping)),

    GetApiMappings: ({ DomainName: domainName, ...paging }, call) =>
      store.read(async (tx) => {
        const domain = await findDomain(tx, call, { domainName }, noSuchDomain);
        checkManagedByV2(domain);
        const all = await belowDomain(tx, apiMappings, domain);
        return pageOf(all, ({ apiMappingId }) => apiMappingId, answerMapping, paging, limits);
      }),

    async UpdateApiMapping(input, call) {
      const { domain, mapping } = await store.write(async (tx) => {
        const found = await findMapping(tx, call, input);
        const changed: ApiMapping = {
          ...found.mapping,
          apiId: input.ApiId,
          ...(input.ApiMappingKey !== undefined && { apiMappingKey: input.ApiMappingKey }),
          ...(input.Stage !== undefined && { stage: input.Stage }),
        };
        await checkMapping(tx, wish(found.domain, changed, call), domains.limits);
        tx.put(apiMappings, [...domainKey(found.domain), changed.apiMappingId], changed);
        return { domain: found.domain, mapping: changed };
      });
      publish(domain, domains);
      return answerMapping(mapping);
    },

    async DeleteApiMapping(input, call) {
      const domain = await store.write(async (tx) => {
        const found = await findMapping(tx, call, input);
        tx.delete(apiMappings, [...domainKey(found.domain), found.mapping.apiMappingId]);
        return found.domain;
      });
      publish(domain, domains);
    },
  };
}

async function findMapping(
  tx: ReadTransaction,
  call: Call,
  { DomainName: domainName, ApiMappingId }: { readonly DomainName: string; readonly ApiMappingId: string },
): Promise<{ domain: CustomDomain; mapping: ApiMapping }> {
  const domain = await findDomain(tx, call, { domainName }, noSuchDomain);
  checkManagedByV2(domain);
  const mapping = await tx.get(apiMappings, [...domainKey(domain), ApiMappingId]);
  if (mapping === undefined) throw noSuchApiMapping();
  return { domain, mapping };
}

/** The stage of a mapping that v1 made without one is empty: here it is no optional member. */
const answerMapping = ({ apiMappingId, apiMappingKey, apiId, stage = '' }: ApiMapping): AnsweredMapping => ({
  ApiId: apiId,
  ApiMappingId: apiMappingId,
  ApiMappingKey: apiMappingKey,
  Stage: stage,
});
