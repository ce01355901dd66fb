/**
 * BasePathMapping of v1: CreateBasePathMapping, GetBasePathMapping, GetBasePathMappings, UpdateBasePathMapping, DeleteBasePathMapping (rows V1-47, PATCH-04).
 * They are the API mappings of v2, told in v1's words: `(none)` is the empty path, and a stage that is left out is named by the next segment (row DOM-09).
 */
import { newChildId } from '../../base/ids.ts';
import type { ApiMapping, CustomDomain } from '../../definition/custom-domain.ts';
import { apiMappings } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { BasePathMapping, Operations } from '../../wire/generated/apigateway.ts';
import { publish } from '../domains/change-domain.ts';
import { belowDomain, domainKey, findDomain } from '../domains/find.ts';
import { checkMapping } from '../domains/mapping-rules.ts';
import { limitExceeded, noSuchDomain, noSuchMapping, noSuchNamedApi } from './errors.ts';
import { pageOf } from './paging.ts';
import { applyPatch, type PatchTable, withMember, without } from './patch.ts';
import type { RestPorts } from './ports.ts';

const none = '(none)';

const withStage = (mapping: ApiMapping, stage: string | undefined): ApiMapping =>
  !stage || stage === none ? without(mapping, 'stage') : withMember(mapping, 'stage', stage);

const withApi = (mapping: ApiMapping, { value }: { readonly value: string }): ApiMapping =>
  withMember(mapping, 'apiId', value);

/** What UpdateBasePathMapping can change; the odd spelling of the API's id is AWS's, the other that of its members. */
const mappingPatches: PatchTable<ApiMapping> = {
  rows: [
    { path: '/basePath', replace: (mapping, { value }) => withMember(mapping, 'apiMappingKey', keyOf(value)) },
    { path: '/restapiId', replace: withApi },
    { path: '/restApiId', replace: withApi },
    { path: '/stage', replace: (mapping, { value }) => withStage(mapping, value) },
  ],
};

export function basePathMappingHandlers({ store, domains, limits }: RestPorts): Handlers<Operations> {
  const wish = (domain: CustomDomain, mapping: ApiMapping) => ({
    domain,
    mapping,
    through: 'v1' as const,
    noSuchApi: noSuchNamedApi,
    tooMany: (things: string) => limitExceeded(things, 'domain name'),
  });

  return {
    async CreateBasePathMapping(input, call) {
      const { domain, mapping } = await store.write(async (tx) => {
        const owner = await findDomain(tx, call, input, noSuchDomain);
        const made = withStage(
          { apiMappingId: newChildId(), apiMappingKey: keyOf(input.basePath ?? ''), apiId: input.restApiId },
          input.stage,
        );
        await checkMapping(tx, wish(owner, made), domains.limits);
        tx.put(apiMappings, [...domainKey(owner), made.apiMappingId], made);
        return { domain: owner, mapping: made };
      });
      publish(domain, domains);
      return answerMapping(mapping);
    },

    GetBasePathMapping: (input, call) =>
      store.read(async (tx) => answerMapping((await findMapping(tx, call, input)).mapping)),

    GetBasePathMappings: (input, call) =>
      store.read(async (tx) => {
        const all = await belowDomain(tx, apiMappings, await findDomain(tx, call, input, noSuchDomain));
        const byPath = all.map(answerMapping).sort((a, b) => (a.basePath! < b.basePath! ? -1 : 1));
        return pageOf(byPath, ({ basePath }) => basePath!, input, limits);
      }),

    async UpdateBasePathMapping(input, call) {
      const { domain, mapping } = await store.write(async (tx) => {
        const found = await findMapping(tx, call, input);
        const patched = applyPatch(mappingPatches, found.mapping, input.patchOperations);
        await checkMapping(tx, wish(found.domain, patched), domains.limits);
        tx.put(apiMappings, [...domainKey(found.domain), patched.apiMappingId], patched);
        return { domain: found.domain, mapping: patched };
      });
      publish(domain, domains);
      return answerMapping(mapping);
    },

    async DeleteBasePathMapping(input, call) {
      const domain = await store.write(async (tx) => {
        const found = await findMapping(tx, call, input);
        tx.delete(apiMappings, [...domainKey(found.domain), found.mapping.apiMappingId]);
        return found.domain;
      });
      publish(domain, domains);
    },
  };
}

const keyOf = (basePath: string): string => (basePath === none ? '' : basePath);

async function findMapping(
  tx: ReadTransaction,
  call: Call,
  input: { readonly domainName: string; readonly domainNameId?: string; readonly basePath: string },
): Promise<{ domain: CustomDomain; mapping: ApiMapping }> {
  const domain = await findDomain(tx, call, input, noSuchDomain);
  const key = keyOf(input.basePath);
  const mapping = (await belowDomain(tx, apiMappings, domain)).find(({ apiMappingKey }) => apiMappingKey === key);
  if (mapping === undefined) throw noSuchMapping();
  return { domain, mapping };
}

const answerMapping = ({ apiMappingKey, apiId, stage }: ApiMapping): BasePathMapping => ({
  basePath: apiMappingKey === '' ? none : apiMappingKey,
  restApiId: apiId,
  ...(stage !== undefined && { stage }),
});
