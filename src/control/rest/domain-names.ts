/** DomainName of v1: CreateDomainName, GetDomainName, GetDomainNames, UpdateDomainName, DeleteDomainName (rows V1-46, PATCH-07, DOM-01 to DOM-03). */
import { type CustomDomain, domainIdOf } from '../../definition/custom-domain.ts';
import { customDomains } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type {
  DomainName as AnsweredDomain,
  CreateDomainNameRequest,
  Operations,
} from '../../wire/generated/apigateway.ts';
import { domainArn } from '../domains/arns.ts';
import { createDomain, deleteDomain, updateDomain } from '../domains/change-domain.ts';
import { type DomainDraft, withDefaults } from '../domains/draft.ts';
import { domainsOf, findDomain } from '../domains/find.ts';
import { edgeHostedZone, regionalHostedZone } from '../domains/hosted-zones.ts';
import { mayAssociate } from '../domains/management-policy.ts';
import { routingModeOf, v1RoutingMode } from '../domains/routing-modes.ts';
import { statusOf } from '../domains/status.ts';
import { wholeSeconds } from './answers.ts';
import { domainPatches } from './domain-patches.ts';
import { limitExceeded, noSuchDomain } from './errors.ts';
import { pageOf } from './paging.ts';
import { applyPatch } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { checkTags } from './tag-rules.ts';

export function domainNameHandlers({ domains, store, limits }: RestPorts): Handlers<Operations> {
  return {
    async CreateDomainName(input, call) {
      checkTags(input.tags ?? {}, limits);
      const { domain, truststoreWarnings } = await createDomain(newDraft(input), call, domains, (things) =>
        limitExceeded(things, 'account'),
      );
      return answerDomain(domain, { emptyTags: false, truststoreWarnings });
    },

    async GetDomainName(input, call) {
      const domain = await store.read((tx) => findDomain(tx, call, input, noSuchDomain));
      return answerDomain(domain, { emptyTags: true });
    },

    async GetDomainNames({ resourceOwner, ...paging }, call) {
      const all = await store.read((tx) =>
        resourceOwner === 'OTHER_ACCOUNTS' ? domainsSharedWith(tx, call) : domainsOf(tx, call),
      );
      const page = pageOf(all, domainIdOf, paging, limits);
      const answer = (domain: CustomDomain): Promise<AnsweredDomain> | AnsweredDomain =>
        domain.account === call.account ? answerDomain(domain, { emptyTags: false }) : answerShared(domain);
      return { ...page, items: await Promise.all(page.items.map(answer)) };
    },

    async UpdateDomainName(input, call) {
      // The guide writes some paths without their first slash ("Migrating a custom domain name").
      const operations = (input.patchOperations ?? []).map((operation) =>
        operation.path === undefined || operation.path.startsWith('/')
          ? operation
          : { ...operation, path: `/${operation.path}` },
      );
      const { domain, truststoreWarnings } = await updateDomain(
        {
          find: (tx) => findDomain(tx, call, input, noSuchDomain),
          change: (draft) => applyPatch(domainPatches, draft, operations),
          rereadsTruststore: operations.some(({ path }) => path?.startsWith('/mutualTlsAuthentication/')),
        },
        call,
        domains,
      );
      return answerDomain(domain, { emptyTags: true, truststoreWarnings });
    },

    DeleteDomainName: (input, call) => deleteDomain((tx) => findDomain(tx, call, input, noSuchDomain), domains),
  };

  async function answerDomain(
    domain: CustomDomain,
    { emptyTags, truststoreWarnings }: { emptyTags: boolean; truststoreWarnings?: readonly string[] | undefined },
  ): Promise<AnsweredDomain> {
    const { status, message } = await statusOf(domain, domains);
    const { domainName, domainNameId, tags, mutualTlsAuthentication } = domain;
    return {
      domainName,
      ...(domainNameId !== undefined && { domainNameId }),
      domainNameArn: domainArn(domain),
      ...endpointMembers(domain),
      domainNameStatus: status,
      ...(message !== undefined && { domainNameStatusMessage: message }),
      securityPolicy: domain.securityPolicy as NonNullable<AnsweredDomain['securityPolicy']>,
      ...(domain.endpointAccessMode !== undefined && { endpointAccessMode: domain.endpointAccessMode }),
      ...(mutualTlsAuthentication !== undefined && {
        mutualTlsAuthentication: { ...mutualTlsAuthentication, ...(truststoreWarnings && { truststoreWarnings }) },
      }),
      ...(domain.ownershipVerificationCertificateArn !== undefined && {
        ownershipVerificationCertificateArn: domain.ownershipVerificationCertificateArn,
      }),
      ...(domain.policy !== undefined && { policy: domain.policy }),
      ...(domain.managementPolicy !== undefined && { managementPolicy: domain.managementPolicy }),
      routingMode: v1RoutingMode(domain.routingMode),
      ...((emptyTags || Object.keys(tags).length > 0) && { tags }),
    };
  }
}

/** Of others' domains a consumer sees what it needs for an access association (AWS CLI's example). */
const answerShared = (domain: CustomDomain): AnsweredDomain => ({
  domainName: domain.domainName,
  ...(domain.domainNameId !== undefined && { domainNameId: domain.domainNameId }),
  domainNameArn: domainArn(domain),
});

/** Private domains of other accounts that the caller may make access associations with (row DOM-25). */
async function domainsSharedWith(tx: ReadTransaction, call: Call): Promise<CustomDomain[]> {
  return (await tx.list(customDomains, [call.region]))
    .map(({ value }) => value)
    .filter((domain) => domain.account !== call.account && mayAssociate(domain, call));
}

/** What v1 says of the endpoints and their certificates; the upload date is one for both. */
function endpointMembers({ endpoints, ipAddressType, region }: CustomDomain): AnsweredDomain {
  const members: AnsweredDomain = {
    endpointConfiguration: { types: endpoints.map(({ endpointType }) => endpointType), ipAddressType },
  };
  let uploadedAtMs: number | undefined;
  for (const { endpointType, certificateArn, certificateName, certificateUploadedAtMs, hostName } of endpoints) {
    if (endpointType === 'REGIONAL') {
      Object.assign(members, {
        ...(hostName !== undefined && { regionalDomainName: hostName }),
        regionalHostedZoneId: regionalHostedZone(region),
        ...(certificateArn !== undefined && { regionalCertificateArn: certificateArn }),
        ...(certificateName !== undefined && { regionalCertificateName: certificateName }),
      });
    } else {
      Object.assign(members, {
        ...(endpointType === 'EDGE' && {
          ...(hostName !== undefined && { distributionDomainName: hostName }),
          distributionHostedZoneId: edgeHostedZone,
        }),
        ...(certificateArn !== undefined && { certificateArn }),
        ...(certificateName !== undefined && { certificateName }),
      });
    }
    uploadedAtMs = Math.max(uploadedAtMs ?? 0, certificateUploadedAtMs ?? 0);
  }
  return { ...members, ...(uploadedAtMs && { certificateUploadDate: wholeSeconds(uploadedAtMs) }) };
}

function newDraft(input: CreateDomainNameRequest): DomainDraft {
  const { certificateBody, certificateChain, certificatePrivateKey, mutualTlsAuthentication, endpointConfiguration } =
    input;
  const { certificateArn, certificateName, regionalCertificateArn, regionalCertificateName } = input;
  const { truststoreUri, truststoreVersion } = mutualTlsAuthentication ?? {};
  const routingMode = input.routingMode === undefined ? undefined : routingModeOf(input.routingMode);
  return withDefaults({
    domainName: input.domainName,
    types: endpointConfiguration?.types?.length ? endpointConfiguration.types : [impliedType(input)],
    ...(certificateArn && { certificateArn }),
    ...(certificateName && { certificateName }),
    ...(regionalCertificateArn && { regionalCertificateArn }),
    ...(regionalCertificateName && { regionalCertificateName }),
    ...(certificateBody !== undefined && {
      uploaded: {
        certificate: certificateBody,
        ...(certificateChain && { chain: certificateChain }),
        ...(certificatePrivateKey && { privateKey: certificatePrivateKey }),
      },
    }),
    ...(input.securityPolicy && { securityPolicy: input.securityPolicy }),
    ...(input.endpointAccessMode && { endpointAccessMode: input.endpointAccessMode }),
    ...(endpointConfiguration?.ipAddressType && { ipAddressType: endpointConfiguration.ipAddressType }),
    ...(truststoreUri && { truststoreUri }),
    ...(truststoreVersion && { truststoreVersion }),
    ...(input.ownershipVerificationCertificateArn && {
      ownershipVerificationCertificateArn: input.ownershipVerificationCertificateArn,
    }),
    ...(routingMode && { routingMode }),
    ...(input.policy && { policy: input.policy }),
    ...(input.tags && { tags: input.tags }),
  });
}

/** EDGE, as for APIs, unless only a regional endpoint could use the certificate that is named. */
function impliedType({ certificateArn, certificateName, ...input }: CreateDomainNameRequest): string {
  const isRegional = input.regionalCertificateArn !== undefined || input.regionalCertificateName !== undefined;
  return isRegional && certificateArn === undefined && certificateName === undefined ? 'REGIONAL' : 'EDGE';
}
