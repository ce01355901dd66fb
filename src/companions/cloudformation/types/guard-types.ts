/** AWS::WAFv2::* and AWS::CertificateManager::Certificate. */
import { tagList, withoutUndefined } from './modelled.ts';
import type { Made, Properties, ResourceContext, ResourceType } from './resource-type.ts';

const service = 'wafv2';

/** Entities of WAF are changed and deleted with the token of their last change. */
function entity(
  kind: 'WebACL' | 'IPSet' | 'RegexPatternSet' | 'RuleGroup',
  properties: readonly string[],
  required: readonly string[],
): ResourceType {
  const idsOf = (made: Made): Record<string, string> => {
    const [Name, Id, Scope] = made.physicalId.split('|') as [string, string, string];
    return { Name, Id, Scope };
  };
  async function read(made: Made, context: ResourceContext): Promise<{ token: string; more: Record<string, unknown> }> {
    const answer = await context.call(service, `Get${kind}`, idsOf(made));
    return { token: answer['LockToken'], more: answer[kind] };
  }
  const attributesOf = (summary: Record<string, unknown>, Id: string): NonNullable<Made['attributes']> =>
    withoutUndefined({
      ...{ Arn: summary['ARN'], Id },
      ...{ Capacity: summary['Capacity'], LabelNamespace: summary['LabelNamespace'] },
    }) as NonNullable<Made['attributes']>;
  return {
    needs: [`wafv2:Create${kind}`],
    identifiers: ['Name', 'Id', 'Scope'],
    replacedBy: ['Name', 'Scope', 'IPAddressVersion', 'Capacity'],
    required,
    properties: new Set(['Description', 'Name', 'Scope', 'Tags', ...properties]),
    async create(given, context) {
      const Name = given['Name'] ?? context.newName(128);
      const Tags = tagList(given['Tags'], context);
      const input = { ...given, Name, ...(Tags.length > 0 && { Tags }) };
      const { Summary } = await context.call(service, `Create${kind}`, input);
      const made = { physicalId: `${Name}|${Summary.Id}|${given['Scope']}` };
      const { more } = await read(made, context);
      return { ...made, attributes: attributesOf({ ...Summary, ...more }, Summary.Id) };
    },
    async update(made, given, _before, context) {
      const { token } = await read(made, context);
      const { Tags: _, Name: __, Scope: ___, Capacity: ____, IPAddressVersion: _____, ...change } = given;
      await context.call(service, `Update${kind}`, { ...change, ...idsOf(made), LockToken: token });
      const { more } = await read(made, context);
      return { ...made, attributes: attributesOf(more, idsOf(made)['Id']!) };
    },
    async delete(made, _properties, context) {
      const { token } = await read(made, context);
      await context.call(service, `Delete${kind}`, { ...idsOf(made), LockToken: token });
    },
  };
}

const association: ResourceType = {
  needs: ['wafv2:AssociateWebACL', 'wafv2:GetWebACLForResource'],
  identifiers: ['ResourceArn', 'WebACLArn'],
  replacedBy: ['ResourceArn', 'WebACLArn'],
  required: ['ResourceArn', 'WebACLArn'],
  properties: new Set(['ResourceArn', 'WebACLArn']),
  async create(properties, context) {
    await context.call(service, 'AssociateWebACL', properties);
    return { physicalId: `${properties['ResourceArn']}|${properties['WebACLArn']}` };
  },
  /** Where another web ACL has taken its place, that one stays. */
  async delete(_made, { ResourceArn, WebACLArn }, context) {
    const { WebACL } = await context.call(service, 'GetWebACLForResource', { ResourceArn });
    if (WebACL?.ARN === WebACLArn) await context.call(service, 'DisassociateWebACL', { ResourceArn });
  },
};

const logging: ResourceType = {
  needs: ['wafv2:PutLoggingConfiguration'],
  identifiers: ['ResourceArn'],
  replacedBy: ['ResourceArn'],
  required: ['ResourceArn', 'LogDestinationConfigs'],
  properties: new Set(['LogDestinationConfigs', 'LoggingFilter', 'RedactedFields', 'ResourceArn']),
  async create(properties, context) {
    await context.call(service, 'PutLoggingConfiguration', { LoggingConfiguration: properties });
    return { physicalId: properties['ResourceArn'], attributes: { ManagedByFirewallManager: false } };
  },
  async update(made, properties, _before, context) {
    await context.call(service, 'PutLoggingConfiguration', { LoggingConfiguration: properties });
    return made;
  },
  async delete({ physicalId }, _properties, context) {
    await context.call(service, 'DeleteLoggingConfiguration', { ResourceArn: physicalId });
  },
};

const acl = [
  ...['AssociationConfig', 'CaptchaConfig', 'ChallengeConfig', 'CustomResponseBodies', 'DataProtectionConfig'],
  ...['DefaultAction', 'Rules', 'TokenDomains', 'VisibilityConfig'],
];

export const wafTypes: Readonly<Record<string, ResourceType>> = {
  WebACL: entity('WebACL', acl, ['DefaultAction', 'Scope', 'VisibilityConfig']),
  IPSet: entity('IPSet', ['Addresses', 'IPAddressVersion'], ['Addresses', 'IPAddressVersion', 'Scope']),
  RegexPatternSet: entity('RegexPatternSet', ['RegularExpressionList'], ['RegularExpressionList', 'Scope']),
  RuleGroup: entity(
    'RuleGroup',
    ['Capacity', 'CustomResponseBodies', 'Rules', 'VisibilityConfig'],
    ['Capacity', 'Scope', 'VisibilityConfig'],
  ),
  WebACLAssociation: association,
  LoggingConfiguration: logging,
};

/** Patterns of a set are objects in the API and texts in templates. */
const patternSet = wafTypes['RegexPatternSet']!;
const withPatterns = ({ RegularExpressionList, ...rest }: Properties): Properties => ({
  ...rest,
  RegularExpressionList: (RegularExpressionList as (string | object)[]).map((each) =>
    typeof each === 'string' ? { RegexString: each } : each,
  ),
});

export const guardTypes: Readonly<Record<string, ResourceType>> = {
  ...wafTypes,
  RegexPatternSet: {
    ...patternSet,
    create: (properties, context) => patternSet.create(withPatterns(properties), context),
    update: (made, properties, before, context) => patternSet.update!(made, withPatterns(properties), before, context),
  },
};

export const certificate: ResourceType = {
  needs: ['acm:RequestCertificate'],
  identifiers: ['Id'],
  replacedBy: [
    ...['CertificateAuthorityArn', 'DomainName', 'DomainValidationOptions', 'KeyAlgorithm', 'SubjectAlternativeNames'],
    'ValidationMethod',
  ],
  required: ['DomainName'],
  properties: new Set([
    ...['CertificateAuthorityArn', 'CertificateTransparencyLoggingPreference', 'DomainName', 'DomainValidationOptions'],
    ...['KeyAlgorithm', 'SubjectAlternativeNames', 'Tags', 'ValidationMethod'],
  ]),
  async create(properties, context) {
    const { CertificateTransparencyLoggingPreference, DomainValidationOptions, Tags: _, ...rest } = properties;
    // Records of the validation go to a hosted zone; certificates here are valid without them.
    const options = (DomainValidationOptions as Properties[] | undefined)?.filter(
      (each) => each['ValidationDomain'] !== undefined,
    );
    const Tags = tagList(properties['Tags'], context);
    const { CertificateArn } = await context.call('acm', 'RequestCertificate', {
      ...rest,
      ...(options !== undefined && options.length > 0 && { DomainValidationOptions: options }),
      ...(CertificateTransparencyLoggingPreference !== undefined && {
        Options: { CertificateTransparencyLoggingPreference },
      }),
      ...(Tags.length > 0 && { Tags }),
    });
    return { physicalId: CertificateArn, attributes: { Id: CertificateArn } };
  },
  async update(made, { CertificateTransparencyLoggingPreference }, before, context) {
    if (CertificateTransparencyLoggingPreference !== before['CertificateTransparencyLoggingPreference']) {
      const preference = CertificateTransparencyLoggingPreference ?? 'ENABLED';
      const Options = { CertificateTransparencyLoggingPreference: preference };
      await context.call('acm', 'UpdateCertificateOptions', { CertificateArn: made.physicalId, Options });
    }
    return made;
  },
  async delete({ physicalId }, _properties, context) {
    await context.call('acm', 'DeleteCertificate', { CertificateArn: physicalId });
  },
};
