/** AWS::Cognito::*. */
import { isDeepStrictEqual } from 'node:util';
import { validationError } from '../refusals.ts';
import { allTags, modelled, withoutUndefined } from './modelled.ts';
import type { Answer, Made, Properties, ResourceContext, ResourceType } from './resource-type.ts';

const service = 'cognito-idp';

const changeable = [
  ...['AccountRecoverySetting', 'AdminCreateUserConfig', 'AutoVerifiedAttributes', 'DeletionProtection'],
  ...['DeviceConfiguration', 'EmailConfiguration', 'EmailVerificationMessage', 'EmailVerificationSubject'],
  ...['LambdaConfig', 'MfaConfiguration', 'Policies', 'SmsAuthenticationMessage', 'SmsConfiguration'],
  ...['SmsVerificationMessage', 'UserAttributeUpdateSettings', 'UserPoolAddOns', 'UserPoolTier'],
  'VerificationMessageTemplate',
];
const atCreation = ['AliasAttributes', 'Schema', 'UsernameAttributes', 'UsernameConfiguration'];

const picked = (properties: Properties, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]));

/** `EnabledMfas` is a setting of its own in the API; MFA is off until it is known by what. */
async function setMfa(UserPoolId: string, properties: Properties, context: ResourceContext): Promise<void> {
  const { EnabledMfas, MfaConfiguration = 'OFF', SmsConfiguration, SmsAuthenticationMessage } = properties;
  if (EnabledMfas === undefined) return;
  const enabled = new Set(EnabledMfas as string[]);
  const { EmailAuthenticationMessage, EmailAuthenticationSubject } = properties;
  await context.call(service, 'SetUserPoolMfaConfig', {
    ...{ UserPoolId, MfaConfiguration, SoftwareTokenMfaConfiguration: { Enabled: enabled.has('SOFTWARE_TOKEN_MFA') } },
    ...(enabled.has('SMS_MFA') && {
      SmsMfaConfiguration: withoutUndefined({ SmsConfiguration, SmsAuthenticationMessage }),
    }),
    ...(enabled.has('EMAIL_OTP') && {
      EmailMfaConfiguration: withoutUndefined({
        Message: EmailAuthenticationMessage,
        Subject: EmailAuthenticationSubject,
      }),
    }),
  });
}

function settingsOf(properties: Properties): Record<string, unknown> {
  const settings = picked(properties, changeable);
  // Without a second factor of its own the pool cannot ask for one yet.
  if (properties['EnabledMfas'] !== undefined) delete settings['MfaConfiguration'];
  return settings;
}

const poolMade = (id: string, { account, region }: ResourceContext): Made => ({
  physicalId: id,
  attributes: {
    Arn: `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`,
    ProviderName: `cognito-idp.${region}.amazonaws.com/${id}`,
    ProviderURL: `https://cognito-idp.${region}.amazonaws.com/${id}`,
    UserPoolId: id,
  },
});

const userPool: ResourceType = {
  needs: ['cognito-idp:CreateUserPool'],
  identifiers: ['UserPoolId'],
  replacedBy: ['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration'],
  properties: new Set([
    ...changeable,
    ...atCreation,
    ...['EmailAuthenticationMessage', 'EmailAuthenticationSubject', 'EnabledMfas', 'UserPoolName', 'UserPoolTags'],
  ]),
  async create(properties, context) {
    const { UserPoolName, UserPoolTags } = properties;
    const own = allTags(UserPoolTags, context);
    const { UserPool } = await context.call(service, 'CreateUserPool', {
      PoolName: UserPoolName ?? context.newName(128),
      ...settingsOf(properties),
      ...picked(properties, atCreation),
      ...(own.size > 0 && { UserPoolTags: Object.fromEntries(own) }),
    });
    try {
      await setMfa(UserPool.Id, properties, context);
    } catch (error) {
      await context.call(service, 'DeleteUserPool', { UserPoolId: UserPool.Id });
      throw error;
    }
    return poolMade(UserPool.Id, context);
  },
  async update(made, properties, before, context) {
    const UserPoolId = made.physicalId;
    const had = (before['Schema'] ?? []) as { Name: string }[];
    const has = (properties['Schema'] ?? []) as { Name: string }[];
    const added = has.filter(({ Name }) => !had.some((each) => each.Name === Name));
    const isChanged = had.some((each) => !has.some((other) => isDeepStrictEqual(each, other)));
    // What was added to a schema cannot be taken away again; going back leaves it.
    if (isChanged && !context.isRollback) {
      throw validationError(
        'Invalid AttributeDataType input, consider using the provided AttributeDataType enum. Existing schema attributes cannot be modified or deleted.',
      );
    }
    if (added.length > 0) await context.call(service, 'AddCustomAttributes', { UserPoolId, CustomAttributes: added });
    const { UserPoolName, UserPoolTags } = properties;
    await context.call(service, 'UpdateUserPool', {
      ...settingsOf(properties),
      UserPoolId,
      ...(UserPoolName !== undefined && { PoolName: UserPoolName }),
      UserPoolTags: Object.fromEntries(allTags(UserPoolTags, context)),
    });
    await setMfa(UserPoolId, properties, context);
    return poolMade(UserPoolId, context);
  },
  async delete({ physicalId }, _properties, context) {
    await context.call(service, 'DeleteUserPool', { UserPoolId: physicalId });
  },
  async read({ UserPoolId }, _properties, context) {
    const { UserPool } = await context.call(service, 'DescribeUserPool', { UserPoolId });
    return poolMade(UserPool.Id, context);
  },
};

const client = modelled({
  ...{ service, create: 'CreateUserPoolClient', update: 'UpdateUserPoolClient', delete: 'DeleteUserPoolClient' },
  ...{ id: 'UserPoolClient.ClientId', idMember: 'ClientId', parents: ['UserPoolId'] },
  properties: [
    ...['AccessTokenValidity', 'AllowedOAuthFlows', 'AllowedOAuthFlowsUserPoolClient', 'AllowedOAuthScopes'],
    ...['AnalyticsConfiguration', 'AuthSessionValidity', 'CallbackURLs', 'ClientName', 'DefaultRedirectURI'],
    ...['EnablePropagateAdditionalUserContextData', 'EnableTokenRevocation', 'ExplicitAuthFlows', 'GenerateSecret'],
    ...['IdTokenValidity', 'LogoutURLs', 'PreventUserExistenceErrors', 'ReadAttributes', 'RefreshTokenRotation'],
    ...['RefreshTokenValidity', 'SupportedIdentityProviders', 'TokenValidityUnits', 'UserPoolId', 'WriteAttributes'],
  ],
  required: ['UserPoolId'],
  replacedBy: ['UserPoolId', 'GenerateSecret'],
  name: { property: 'ClientName', maxLength: 128 },
  attributes: ({ UserPoolClient: made }) => ({
    ClientId: made?.ClientId,
    ClientSecret: made?.ClientSecret,
    Name: made?.ClientName,
  }),
});

const domain: ResourceType = {
  needs: ['cognito-idp:CreateUserPoolDomain'],
  identifiers: ['UserPoolId', 'Domain'],
  replacedBy: ['Domain', 'UserPoolId'],
  required: ['Domain', 'UserPoolId'],
  properties: new Set(['CustomDomainConfig', 'Domain', 'ManagedLoginVersion', 'UserPoolId']),
  async create(properties, context) {
    const { CloudFrontDomain } = await context.call(service, 'CreateUserPoolDomain', properties);
    return {
      physicalId: properties['Domain'],
      attributes: withoutUndefined({ CloudFrontDistribution: CloudFrontDomain }) as NonNullable<Made['attributes']>,
    };
  },
  async update(made, properties, _before, context) {
    await context.call(service, 'UpdateUserPoolDomain', properties);
    return made;
  },
  async delete(_made, { Domain, UserPoolId }, context) {
    await context.call(service, 'DeleteUserPoolDomain', { Domain, UserPoolId });
  },
};

const userToGroup: ResourceType = {
  needs: ['cognito-idp:AdminAddUserToGroup'],
  identifiers: ['UserPoolId', 'GroupName', 'Username'],
  replacedBy: [],
  required: ['GroupName', 'Username', 'UserPoolId'],
  properties: new Set(['GroupName', 'Username', 'UserPoolId']),
  async create(properties, context) {
    await context.call(service, 'AdminAddUserToGroup', properties);
    return { physicalId: `${properties['UserPoolId']}|${properties['GroupName']}|${properties['Username']}` };
  },
  async delete(_made, properties, context) {
    await context.call(service, 'AdminRemoveUserFromGroup', properties);
  },
};

const roleAttachment: ResourceType = {
  needs: ['cognito-identity:SetIdentityPoolRoles'],
  identifiers: ['Id'],
  replacedBy: ['IdentityPoolId'],
  required: ['IdentityPoolId'],
  properties: new Set(['IdentityPoolId', 'RoleMappings', 'Roles']),
  async create(properties, context) {
    await setRoles(properties, context);
    const id = `${properties['IdentityPoolId']}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, properties, _before, context) {
    await setRoles(properties, context);
    return made;
  },
  async delete(_made, { IdentityPoolId }, context) {
    await context.call('cognito-identity', 'SetIdentityPoolRoles', { IdentityPoolId, Roles: {} });
  },
};

/** In templates a mapping may name its provider beside a key of its own. */
async function setRoles(
  { IdentityPoolId, Roles = {}, RoleMappings = {} }: Properties,
  context: ResourceContext,
): Promise<void> {
  const mappings = Object.entries(RoleMappings as Record<string, Answer>).map(
    ([key, { IdentityProvider, ...mapping }]) => [IdentityProvider ?? key, mapping],
  );
  await context.call('cognito-identity', 'SetIdentityPoolRoles', {
    ...{ IdentityPoolId, Roles },
    ...(mappings.length > 0 && { RoleMappings: Object.fromEntries(mappings) }),
  });
}

export const cognitoTypes: Readonly<Record<string, ResourceType>> = {
  UserPool: userPool,
  UserPoolClient: client,
  UserPoolDomain: domain,
  UserPoolGroup: modelled({
    ...{ service, create: 'CreateGroup', update: 'UpdateGroup', delete: 'DeleteGroup' },
    ...{ id: 'Group.GroupName', idMember: 'GroupName', parents: ['UserPoolId'] },
    properties: ['Description', 'GroupName', 'Precedence', 'RoleArn', 'UserPoolId'],
    required: ['UserPoolId'],
    replacedBy: ['GroupName', 'UserPoolId'],
    name: { property: 'GroupName', maxLength: 128 },
  }),
  UserPoolResourceServer: modelled({
    ...{ service, create: 'CreateResourceServer', update: 'UpdateResourceServer', delete: 'DeleteResourceServer' },
    ...{ id: 'ResourceServer.Identifier', idMember: 'Identifier', parents: ['UserPoolId'] },
    properties: ['Identifier', 'Name', 'Scopes', 'UserPoolId'],
    required: ['Identifier', 'Name', 'UserPoolId'],
    replacedBy: ['Identifier', 'UserPoolId'],
  }),
  UserPoolIdentityProvider: modelled({
    ...{
      service,
      create: 'CreateIdentityProvider',
      update: 'UpdateIdentityProvider',
      delete: 'DeleteIdentityProvider',
    },
    ...{ id: 'IdentityProvider.ProviderName', idMember: 'ProviderName', parents: ['UserPoolId'] },
    properties: ['AttributeMapping', 'IdpIdentifiers', 'ProviderDetails', 'ProviderName', 'ProviderType', 'UserPoolId'],
    required: ['ProviderDetails', 'ProviderName', 'ProviderType', 'UserPoolId'],
    replacedBy: ['ProviderName', 'ProviderType', 'UserPoolId'],
  }),
  UserPoolUser: modelled({
    ...{ service, create: 'AdminCreateUser', delete: 'AdminDeleteUser' },
    ...{ id: 'User.Username', idMember: 'Username', parents: ['UserPoolId'] },
    properties: [
      ...[
        'ClientMetadata',
        'DesiredDeliveryMediums',
        'ForceAliasCreation',
        'MessageAction',
        'UserAttributes',
        'Username',
      ],
      ...['UserPoolId', 'ValidationData'],
    ],
    required: ['UserPoolId'],
    name: { property: 'Username', maxLength: 128 },
  }),
  UserPoolUserToGroupAttachment: userToGroup,
  IdentityPool: modelled({
    ...{ service: 'cognito-identity', create: 'CreateIdentityPool', update: 'UpdateIdentityPool' },
    ...{ delete: 'DeleteIdentityPool', id: 'IdentityPoolId', idMember: 'IdentityPoolId' },
    properties: [
      ...['AllowClassicFlow', 'AllowUnauthenticatedIdentities', 'CognitoIdentityProviders', 'DeveloperProviderName'],
      ...['IdentityPoolName', 'IdentityPoolTags', 'OpenIdConnectProviderARNs', 'SamlProviderARNs'],
      'SupportedLoginProviders',
    ],
    required: ['AllowUnauthenticatedIdentities'],
    name: { property: 'IdentityPoolName', maxLength: 128 },
    attributes: ({ IdentityPoolName }) => ({ Name: IdentityPoolName }),
  }),
  IdentityPoolRoleAttachment: roleAttachment,
};
