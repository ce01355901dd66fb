/** Custom domain names of API Gateway and what is mapped to them. */
import { changeTags, withoutUndefined } from '../modelled.ts';
import { type PatchRow, patchesBetween, pointer } from '../patches.ts';
import type { Answer, Properties, ResourceType } from '../resource-type.ts';
import { gatewayTags, patched } from './patched.ts';

const domainRows: readonly PatchRow[] = [
  { property: 'CertificateArn', path: '/certificateArn' },
  { property: 'RegionalCertificateArn', path: '/regionalCertificateArn' },
  { property: 'OwnershipVerificationCertificateArn', path: '/ownershipVerificationCertificateArn' },
  { property: 'SecurityPolicy', path: '/securityPolicy', absent: 'TLS_1_2' },
  { property: 'EndpointAccessMode', path: '/endpointAccessMode' },
  { property: 'RoutingMode', path: '/routingMode', absent: 'BASE_PATH_MAPPING_ONLY' },
  { property: 'EndpointConfiguration.IpAddressType', path: '/endpointConfiguration/ipAddressType', absent: 'ipv4' },
  { property: 'MutualTlsAuthentication.TruststoreUri', path: '/mutualTlsAuthentication/truststoreUri' },
  { property: 'MutualTlsAuthentication.TruststoreVersion', path: '/mutualTlsAuthentication/truststoreVersion' },
];

const publicDomain = patched({
  ...{ create: 'CreateDomainName', update: 'UpdateDomainName', delete: 'DeleteDomainName' },
  ...{ id: 'domainName', idMember: 'domainName' },
  properties: [
    ...['CertificateArn', 'DomainName', 'EndpointAccessMode', 'EndpointConfiguration', 'MutualTlsAuthentication'],
    ...['OwnershipVerificationCertificateArn', 'RegionalCertificateArn', 'RoutingMode', 'SecurityPolicy', 'Tags'],
  ],
  required: ['DomainName'],
  replacedBy: ['DomainName'],
  attributes: ({ distributionDomainName, distributionHostedZoneId, ...more }: Answer) =>
    withoutUndefined({
      DistributionDomainName: distributionDomainName,
      DistributionHostedZoneId: distributionHostedZoneId,
      RegionalDomainName: more['regionalDomainName'],
      RegionalHostedZoneId: more['regionalHostedZoneId'],
      DomainNameArn: more['domainNameArn'],
    }),
  rows: domainRows,
  tagged: ({ physicalId }) => `/domainnames/${physicalId}`,
});

const service = 'apigateway';

/** A private domain: `arn:aws:apigateway:{region}:{account}:/domainnames/{name}+{id}`. */
function partsOfArn(arn: string): { domainName: string; domainNameId?: string } {
  const [name, id] = (arn.split('/domainnames/')[1] ?? arn).split('+');
  return { domainName: name!, ...(id !== undefined && { domainNameId: id }) };
}

const privateDomain: ResourceType = {
  needs: ['apigateway:CreateDomainName'],
  identifiers: ['DomainNameArn'],
  replacedBy: ['DomainName', 'EndpointConfiguration'],
  required: ['DomainName'],
  properties: new Set([
    ...['CertificateArn', 'DomainName', 'EndpointAccessMode', 'EndpointConfiguration', 'Policy', 'RoutingMode'],
    ...['SecurityPolicy', 'Tags'],
  ]),
  async create(properties, context) {
    const answer = await context.call(service, 'CreateDomainName', {
      EndpointConfiguration: { Types: ['PRIVATE'] },
      ...properties,
    });
    const DomainNameArn = answer['domainNameArn'] as string;
    return { physicalId: DomainNameArn, attributes: { DomainNameArn, DomainNameId: answer['domainNameId'] } };
  },
  async update(made, properties, before, context) {
    const rows: PatchRow[] = [
      ...domainRows.filter(({ property }) =>
        /^(?:CertificateArn|SecurityPolicy|EndpointAccessMode|RoutingMode)$/.test(property),
      ),
      { property: 'Policy', path: '/policy' },
    ];

    const patchOperations = patchesBetween(before, properties, rows);
    const ids = partsOfArn(made.physicalId);
    if (patchOperations.length > 0) await context.call(service, 'UpdateDomainName', { ...ids, patchOperations });
    const tags = gatewayTags(({ physicalId }) => `/domainnames/${physicalId.split('/domainnames/')[1]}`);
    await changeTags({ ...tags, arn: ({ physicalId }) => physicalId }, service, made, properties, before, context);
    return made;
  },
  async delete(made, _properties, context) {
    await context.call(service, 'DeleteDomainName', partsOfArn(made.physicalId));
  },
};

function mapping(domainOf: (properties: Properties) => Record<string, unknown>, isPrivate: boolean): ResourceType {
  const keyOf = ({ BasePath }: Properties): string =>
    BasePath === undefined || BasePath === '' ? '(none)' : String(BasePath);
  return {
    needs: ['apigateway:CreateBasePathMapping'],
    identifiers: isPrivate ? ['BasePathMappingArn'] : ['DomainName', 'BasePath'],
    replacedBy: isPrivate ? ['DomainNameArn', 'BasePath'] : ['DomainName', 'BasePath'],
    required: [isPrivate ? 'DomainNameArn' : 'DomainName'],
    properties: new Set([isPrivate ? 'DomainNameArn' : 'DomainName', 'BasePath', 'Id', 'RestApiId', 'Stage']),
    async create(properties, context) {
      const { RestApiId, Stage, BasePath } = properties;
      await context.call(service, 'CreateBasePathMapping', {
        ...domainOf(properties),
        ...{ restApiId: RestApiId },
        ...(Stage !== undefined && { stage: Stage }),
        ...(BasePath !== undefined && { basePath: BasePath }),
      });
      const path = pointer(keyOf(properties));
      if (!isPrivate) return { physicalId: `${properties['DomainName']}|${keyOf(properties)}` };
      const arn = `${properties['DomainNameArn']}/basepathmappings/${path}`;
      return { physicalId: arn, attributes: { BasePathMappingArn: arn } };
    },
    async update(made, properties, before, context) {
      const patchOperations = patchesBetween(before, properties, [
        { property: 'RestApiId', path: '/restapiId' },
        { property: 'Stage', path: '/stage' },
      ]);
      const ids = { ...domainOf(properties), basePath: keyOf(properties) };
      if (patchOperations.length > 0) await context.call(service, 'UpdateBasePathMapping', { ...ids, patchOperations });
      return made;
    },
    async delete(_made, properties, context) {
      await context.call(service, 'DeleteBasePathMapping', { ...domainOf(properties), basePath: keyOf(properties) });
    },
  };
}

const access: ResourceType = {
  needs: ['apigateway:CreateDomainNameAccessAssociation'],
  identifiers: ['DomainNameAccessAssociationArn'],
  replacedBy: ['AccessAssociationSource', 'AccessAssociationSourceType', 'DomainNameArn', 'Tags'],
  required: ['AccessAssociationSource', 'AccessAssociationSourceType', 'DomainNameArn'],
  properties: new Set(['AccessAssociationSource', 'AccessAssociationSourceType', 'DomainNameArn', 'Tags']),
  async create(properties, context) {
    const answer = await context.call(service, 'CreateDomainNameAccessAssociation', properties);
    const arn = answer['domainNameAccessAssociationArn'] as string;
    return { physicalId: arn, attributes: { DomainNameAccessAssociationArn: arn } };
  },
  async delete({ physicalId }, _properties, context) {
    await context.call(service, 'DeleteDomainNameAccessAssociation', { domainNameAccessAssociationArn: physicalId });
  },
};

export const domainTypes: Readonly<Record<string, ResourceType>> = {
  DomainName: publicDomain,
  DomainNameV2: privateDomain,
  BasePathMapping: mapping(({ DomainName }) => ({ domainName: DomainName }), false),
  BasePathMappingV2: mapping(({ DomainNameArn }) => partsOfArn(String(DomainNameArn)), true),
  DomainNameAccessAssociation: access,
};
