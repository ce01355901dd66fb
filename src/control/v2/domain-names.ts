/**
 * DomainName of v2: CreateDomainName, GetDomainName, GetDomainNames, UpdateDomainName, DeleteDomainName (row V2-21). The same domains as v1's: this API
 * shows every public one and manages those with one REGIONAL endpoint and TLS 1.2.
 */
import type { CustomDomain } from '../../definition/custom-domain.ts';
import { domainIdOf } from '../../definition/custom-domain.ts';
import type { Handlers } from '../../wire/call.ts';
import type {
  DomainName as AnsweredDomain,
  CreateDomainNameRequest,
  DomainNameConfiguration,
  MutualTlsAuthenticationInput,
  Operations,
  UpdateDomainNameRequest,
} from '../../wire/generated/apigatewayv2.ts';
import { domainArn } from '../domains/arns.ts';
import { createDomain, deleteDomain, updateDomain } from '../domains/change-domain.ts';
import { type DomainDraft, withDefaults } from '../domains/draft.ts';
import { notOnV2, oneConfiguration, onlyRegionalOnV2 } from '../domains/errors.ts';
import { domainsOf, findDomain } from '../domains/find.ts';
import { edgeHostedZone, regionalHostedZone } from '../domains/hosted-zones.ts';
import { checkManagedByV2 } from '../domains/mapping-rules.ts';
import { statusOf } from '../domains/status.ts';
import { checkTags } from '../rest/tag-rules.ts';
import { withoutEmptyTags } from './answers.ts';
import { limitExceeded, noSuchDomain } from './errors.ts';
import { pageOf } from './paging.ts';
import type { V2Ports } from './ports.ts';

export function domainNameHandlers({ domains, store, limits }: V2Ports): Handlers<Operations> {
  return {
    async CreateDomainName(input, call) {
      checkTags(input.Tags ?? {}, limits);
      const { domain, truststoreWarnings } = await createDomain(newDraft(input), call, domains, (things) =>
        limitExceeded(things, 'account'),
      );
      return withoutEmptyTags(await answerDomain(domain, truststoreWarnings));
    },

    GetDomainName: async ({ DomainName: domainName }, call) =>
      answerDomain(await store.read((tx) => findDomain(tx, call, { domainName }, noSuchDomain))),

    async GetDomainNames(input, call) {
      const all = (await store.read((tx) => domainsOf(tx, call))).filter(
        ({ domainNameId }) => domainNameId === undefined,
      );
      const { Items, ...rest } = pageOf(all, domainIdOf, (domain) => answerDomain(domain), input, limits);
      return { ...rest, Items: (await Promise.all(Items)).map(withoutEmptyTags) };
    },

    async UpdateDomainName(input, call) {
      const find = { domainName: input.DomainName };
      const { domain, truststoreWarnings } = await updateDomain(
        {
          async find(tx) {
            const found = await findDomain(tx, call, find, noSuchDomain);
            checkManagedByV2(found);
            return found;
          },
          change: (draft) => changedDraft(draft, input),
          rereadsTruststore: input.MutualTlsAuthentication !== undefined,
        },
        call,
        domains,
      );
      return answerDomain(domain, truststoreWarnings);
    },

    DeleteDomainName: ({ DomainName: domainName }, call) =>
      deleteDomain((tx) => findDomain(tx, call, { domainName }, noSuchDomain), domains),
  };

  async function answerDomain(
    domain: CustomDomain,
    truststoreWarnings?: readonly string[] | undefined,
  ): Promise<AnsweredDomain> {
    const { status, message } = await statusOf(domain, domains);
    const { mutualTlsAuthentication: mutualTls } = domain;
    return {
      ApiMappingSelectionExpression: '$request.basepath',
      DomainName: domain.domainName,
      DomainNameArn: domainArn(domain),
      DomainNameConfigurations: domain.endpoints.map((endpoint) => ({
        ...(endpoint.hostName !== undefined && { ApiGatewayDomainName: endpoint.hostName }),
        ...(endpoint.certificateArn !== undefined && { CertificateArn: endpoint.certificateArn }),
        ...(endpoint.certificateName !== undefined && { CertificateName: endpoint.certificateName }),
        // Answers about REGIONAL domains, the only ones v2 makes, have no date; v1 shows it (examples of the CLI reference).
        ...(endpoint.endpointType === 'EDGE' &&
          endpoint.certificateUploadedAtMs !== undefined && {
            CertificateUploadDate: endpoint.certificateUploadedAtMs,
          }),
        // PENDING is a word of v1 only.
        DomainNameStatus: status === 'PENDING' ? 'UPDATING' : status,
        ...(message !== undefined && { DomainNameStatusMessage: message }),
        EndpointType: endpoint.endpointType as NonNullable<DomainNameConfiguration['EndpointType']>,
        HostedZoneId: endpoint.endpointType === 'EDGE' ? edgeHostedZone : regionalHostedZone(domain.region),
        IpAddressType: domain.ipAddressType,
        ...(domain.ownershipVerificationCertificateArn !== undefined && {
          OwnershipVerificationCertificateArn: domain.ownershipVerificationCertificateArn,
        }),
        // An enhanced policy, which only v1 can set, is shown as it is called there.
        SecurityPolicy: domain.securityPolicy as NonNullable<DomainNameConfiguration['SecurityPolicy']>,
      })),
      ...(mutualTls !== undefined && {
        MutualTlsAuthentication: {
          TruststoreUri: mutualTls.truststoreUri,
          ...(mutualTls.truststoreVersion !== undefined && { TruststoreVersion: mutualTls.truststoreVersion }),
          ...(truststoreWarnings && { TruststoreWarnings: truststoreWarnings }),
        },
      }),
      RoutingMode: domain.routingMode,
      Tags: domain.tags,
    };
  }
}

function newDraft(input: CreateDomainNameRequest): DomainDraft {
  const { DomainNameConfigurations: configurations = [], RoutingMode, Tags } = input;
  const [configuration] = configurations;
  if (configuration === undefined || configurations.length > 1) throw oneConfiguration();
  return withMutualTls(
    withConfiguration(
      withDefaults({
        domainName: input.DomainName,
        types: ['REGIONAL'],
        ...(RoutingMode && { routingMode: RoutingMode }),
        ...(Tags && { tags: Tags }),
      }),
      configuration,
    ),
    input.MutualTlsAuthentication,
  );
}

/** A configuration has to come along, except where only the routing mode changes ("Set the routing mode for your custom domain name"). */
function changedDraft(draft: DomainDraft, input: UpdateDomainNameRequest): DomainDraft {
  const { DomainNameConfigurations: configurations, RoutingMode, MutualTlsAuthentication } = input;
  const isRoutingOnly =
    configurations === undefined && RoutingMode !== undefined && MutualTlsAuthentication === undefined;
  if (!isRoutingOnly && configurations?.length !== 1) throw oneConfiguration();
  const [configuration] = configurations ?? [];
  const configured = configuration === undefined ? draft : withConfiguration(draft, configuration);
  return withMutualTls({ ...configured, ...(RoutingMode && { routingMode: RoutingMode }) }, MutualTlsAuthentication);
}

/** What a configuration does not name stays. */
function withConfiguration(draft: DomainDraft, configuration: DomainNameConfiguration): DomainDraft {
  const { CertificateArn, CertificateName, EndpointType, IpAddressType, SecurityPolicy } = configuration;
  const { OwnershipVerificationCertificateArn: ownership } = configuration;
  if (EndpointType !== undefined && EndpointType !== 'REGIONAL') throw onlyRegionalOnV2();
  if (SecurityPolicy !== undefined && SecurityPolicy !== 'TLS_1_2' && SecurityPolicy !== draft.securityPolicy) {
    throw notOnV2(SecurityPolicy);
  }
  return {
    ...draft,
    ...(CertificateArn && { regionalCertificateArn: CertificateArn }),
    ...(CertificateName && { regionalCertificateName: CertificateName }),
    ...(IpAddressType && { ipAddressType: IpAddressType }),
    ...(SecurityPolicy && { securityPolicy: SecurityPolicy }),
    ...(ownership && { ownershipVerificationCertificateArn: ownership }),
  };
}

/** An empty URI switches mutual TLS off; a version alone is one of the bundle there is. */
function withMutualTls(draft: DomainDraft, input: MutualTlsAuthenticationInput | undefined): DomainDraft {
  if (input === undefined) return draft;
  const { truststoreUri, truststoreVersion, ...bare } = draft;
  const uri = input.TruststoreUri ?? truststoreUri;
  if (!uri) return input.TruststoreVersion ? { ...bare, truststoreVersion: input.TruststoreVersion } : bare;
  const version = input.TruststoreVersion ?? (uri === truststoreUri ? truststoreVersion : undefined);
  return { ...bare, truststoreUri: uri, ...(version && { truststoreVersion: version }) };
}
