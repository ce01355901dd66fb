/**
 * DomainNameAccessAssociation: CreateDomainNameAccessAssociation, GetDomainNameAccessAssociations, DeleteDomainNameAccessAssociation,
 * RejectDomainNameAccessAssociation (rows V1-49, DOM-25). They belong to whoever owns the VPC endpoint, which need not be the domain's owner.
 */
import type { DomainNameAccessAssociation as Association, CustomDomain } from '../../definition/custom-domain.ts';
import { accessAssociations, customDomains } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { DomainNameAccessAssociation, Operations } from '../../wire/generated/apigateway.ts';
import { accessAssociationArn, domainArn, readAssociationArn, readDomainArn } from '../domains/arns.ts';
import { publish } from '../domains/change-domain.ts';
import { associationExists, invalidValue, notPrivate } from '../domains/chosen-refusals.ts';
import { domainKey } from '../domains/find.ts';
import { requireMayAssociate } from '../domains/management-policy.ts';
import { invalidArn, limitExceeded, noSuchAssociation, noSuchDomain } from './errors.ts';
import { pageOf } from './paging.ts';
import type { RestPorts } from './ports.ts';
import { checkTags } from './tag-rules.ts';

interface Found {
  readonly domain: CustomDomain;
  readonly association: Association;
}

export function accessAssociationHandlers({ store, domains, clock, limits }: RestPorts): Handlers<Operations> {
  return {
    async CreateDomainNameAccessAssociation(input, call) {
      const { domainNameArn, accessAssociationSource: source, tags = {} } = input;
      checkTags(tags, limits);
      if (!/^vpce-[a-z0-9]+$/.test(source)) throw invalidValue('access association source', source);
      const found = await store.write(async (tx) => {
        const domain = await domainOfArn(tx, call, domainNameArn);
        requireMayAssociate(domain, call, source);
        const key = [...domainKey(domain), source];
        if ((await tx.get(accessAssociations, key)) !== undefined) throw associationExists();
        const own = (await tx.list(accessAssociations, [call.region])).filter(
          ({ value }) => value.account === call.account,
        );
        if (own.length >= domains.limits.accessAssociations) {
          throw limitExceeded('Domain Name Access Associations', 'account');
        }
        const association: Association = {
          account: call.account,
          accessAssociationSource: source,
          tags,
          createdAtMs: clock.now(),
          isRejected: false,
        };
        tx.put(accessAssociations, key, association);
        return { domain, association };
      });
      publish(found.domain, domains);
      return answerAssociation(found, { emptyTags: false });
    },

    GetDomainNameAccessAssociations: ({ resourceOwner = 'SELF', ...paging }, call) =>
      store.read(async (tx) => {
        const all = (await associationsIn(tx, call.region)).filter(({ domain, association }) =>
          resourceOwner === 'SELF'
            ? association.account === call.account
            : domain.account === call.account && association.account !== call.account && !association.isRejected,
        );
        const answers = all
          .map((found) => answerAssociation(found, { emptyTags: false }))
          .sort((a, b) => (a.domainNameAccessAssociationArn! < b.domainNameAccessAssociationArn! ? -1 : 1));
        return pageOf(answers, ({ domainNameAccessAssociationArn: arn }) => arn!, paging, limits);
      }),

    async DeleteDomainNameAccessAssociation({ domainNameAccessAssociationArn }, call) {
      const domain = await store.write(async (tx) => {
        const found = await findAssociation(tx, call, domainNameAccessAssociationArn);
        if (found.association.account !== call.account) throw noSuchAssociation();
        tx.delete(accessAssociations, [...domainKey(found.domain), found.association.accessAssociationSource]);
        return found.domain;
      });
      publish(domain, domains);
    },

    // Only the owner of the domain: the association stays with whoever made it, and lets nobody through any more.
    async RejectDomainNameAccessAssociation({ domainNameAccessAssociationArn, domainNameArn }, call) {
      const named = readDomainArn(domainNameArn);
      if (named === undefined) throw invalidArn();
      const domain = await store.write(async (tx) => {
        const found = await findAssociation(tx, call, domainNameAccessAssociationArn);
        if (found.domain.account !== call.account) throw noSuchDomain();
        if (domainKey(found.domain)[1] !== named.domainId) throw noSuchAssociation();
        const key = [...domainKey(found.domain), found.association.accessAssociationSource];
        tx.put(accessAssociations, key, { ...found.association, isRejected: true });
        return found.domain;
      });
      publish(domain, domains);
    },
  };
}

/** A private domain of any account: who may use it is asked next. Creating knows no 404. */
async function domainOfArn(tx: ReadTransaction, call: Call, arn: string): Promise<CustomDomain> {
  const named = readDomainArn(arn);
  if (named === undefined || named.region !== call.region) throw invalidArn();
  const domain = await tx.get(customDomains, [named.region, named.domainId]);
  if (domain?.domainNameId === undefined) {
    if (domain !== undefined && domain.account === call.account) throw notPrivate(arn);
    throw invalidArn();
  }
  if (domain.account !== named.account) throw invalidArn();
  return domain;
}

/** Of the caller's region, whoever owns it. */
export async function findAssociation(tx: ReadTransaction, call: Call, arn: string): Promise<Found> {
  const named = readAssociationArn(arn);
  if (named === undefined || named.region !== call.region) throw noSuchAssociation();
  const { region, domainId, source, account } = named;
  const domain = await tx.get(customDomains, [region, domainId]);
  const association = await tx.get(accessAssociations, [region, domainId, source]);
  if (domain === undefined || association?.account !== account) throw noSuchAssociation();
  return { domain, association };
}

async function associationsIn(tx: ReadTransaction, region: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const { key, value: association } of await tx.list(accessAssociations, [region])) {
    const domain = await tx.get(customDomains, key.slice(0, 2));
    if (domain !== undefined) found.push({ domain, association });
  }
  return found;
}

function answerAssociation(
  { domain, association }: Found,
  { emptyTags }: { readonly emptyTags: boolean },
): DomainNameAccessAssociation {
  const { accessAssociationSource, tags } = association;
  return {
    domainNameAccessAssociationArn: accessAssociationArn(domain, association),
    domainNameArn: domainArn(domain),
    accessAssociationSourceType: 'VPCE',
    accessAssociationSource,
    ...((emptyTags || Object.keys(tags).length > 0) && { tags }),
  };
}
