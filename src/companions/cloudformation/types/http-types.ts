/** All of AWS::ApiGatewayV2::*. */
import { objectOfBucket } from './bucket-object.ts';
import { allTags, changeTags, type Modelled, modelled, type TagOperations } from './modelled.ts';
import type { Answer, Made, Properties, ResourceContext, ResourceType } from './resource-type.ts';

const service = 'apigatewayv2';

const tagsAt = (path: (made: Made, properties: Properties) => string): TagOperations => ({
  ...{ property: 'Tags', tag: 'TagResource', untag: 'UntagResource', arnMember: 'ResourceArn', tagsMember: 'Tags' },
  keysMember: 'TagKeys',
  arn: (made, properties, context) => `arn:aws:apigateway:${context.region}::${path(made, properties)}`,
});

const ofApi = (
  type: Omit<Modelled, 'service' | 'idMember'> & { readonly kind: string; readonly idMember?: string },
): ResourceType =>
  modelled({
    ...{ service, idMember: `${type.kind}Id`, parents: ['ApiId'] },
    ...type,
    replacedBy: ['ApiId', ...(type.replacedBy ?? [])],
    required: ['ApiId', ...(type.required ?? [])],
    properties: ['ApiId', ...type.properties],
  });

const apiMembers = [
  ...['ApiKeySelectionExpression', 'CorsConfiguration', 'CredentialsArn', 'Description', 'DisableExecuteApiEndpoint'],
  ...['DisableSchemaValidation', 'IpAddressType', 'Name', 'RouteKey', 'RouteSelectionExpression', 'Target', 'Version'],
];

const apiTags = tagsAt(({ physicalId }) => `/apis/${physicalId}`);
const apiMade = ({ ApiId, ApiEndpoint }: Answer): Made => ({
  physicalId: ApiId,
  attributes: { ApiId, ApiEndpoint },
});
const member = (properties: Properties, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]));

async function documentOf(properties: Properties, context: ResourceContext): Promise<string | undefined> {
  const { Body, BodyS3Location } = properties;
  if (Body !== undefined) return typeof Body === 'string' ? Body : JSON.stringify(Body);
  return BodyS3Location === undefined
    ? undefined
    : Buffer.from(await objectOfBucket(BodyS3Location, context)).toString();
}

const importParameters = ({ BasePath, FailOnWarnings }: Properties): Record<string, unknown> => ({
  ...(BasePath !== undefined && { Basepath: BasePath }),
  ...(FailOnWarnings !== undefined && { FailOnWarnings }),
});

const api: ResourceType = {
  needs: ['apigatewayv2:CreateApi'],
  identifiers: ['ApiId'],
  replacedBy: ['ProtocolType'],
  properties: new Set([...apiMembers, 'BasePath', 'Body', 'BodyS3Location', 'FailOnWarnings', 'ProtocolType', 'Tags']),
  async create(properties, context) {
    const Body = await documentOf(properties, context);
    const own = Object.fromEntries(allTags(properties['Tags'], context));
    if (Body === undefined) {
      const { Tags: _, BasePath: __, FailOnWarnings: ___, ...rest } = properties;
      return apiMade(
        await context.call(service, 'CreateApi', { ...rest, ...(Object.keys(own).length > 0 && { Tags: own }) }),
      );
    }
    const made = apiMade(await context.call(service, 'ImportApi', { Body, ...importParameters(properties) }));
    try {
      const more = member(properties, apiMembers);
      if (Object.keys(more).length > 0) await context.call(service, 'UpdateApi', { ...more, ApiId: made.physicalId });
      if (Object.keys(own).length > 0) {
        await context.call(service, 'TagResource', { ResourceArn: apiTags.arn(made, properties, context), Tags: own });
      }
    } catch (error) {
      await context.call(service, 'DeleteApi', { ApiId: made.physicalId });
      throw error;
    }
    return made;
  },
  async update(made, properties, before, context) {
    const ApiId = made.physicalId;
    const Body = await documentOf(properties, context);
    if (Body !== undefined)
      await context.call(service, 'ReimportApi', { ApiId, Body, ...importParameters(properties) });
    const cleared = ['Description', 'Version'].filter(
      (name) => before[name] !== undefined && properties[name] === undefined,
    );
    if (
      before['CorsConfiguration'] !== undefined &&
      properties['CorsConfiguration'] === undefined &&
      Body === undefined
    ) {
      await context.call(service, 'DeleteCorsConfiguration', { ApiId });
    }
    const answer = await context.call(service, 'UpdateApi', {
      ...member(properties, apiMembers),
      ...Object.fromEntries(cleared.map((name) => [name, ''])),
      ApiId,
    });
    await changeTags(apiTags, service, made, properties, before, context);
    return apiMade(answer);
  },
  async delete({ physicalId }, _properties, context) {
    await context.call(service, 'DeleteApi', { ApiId: physicalId });
  },
  async read({ ApiId }, _properties, context) {
    return apiMade(await context.call(service, 'GetApi', { ApiId }));
  },
};

const domain = modelled({
  ...{ service, create: 'CreateDomainName', update: 'UpdateDomainName', delete: 'DeleteDomainName' },
  ...{ id: 'DomainName', idMember: 'DomainName' },
  properties: ['DomainName', 'DomainNameConfigurations', 'MutualTlsAuthentication', 'RoutingMode', 'Tags'],
  required: ['DomainName'],
  replacedBy: ['DomainName'],
  attributes: ({ DomainNameConfigurations: all, DomainNameArn }: Answer) => ({
    RegionalDomainName: all?.[0]?.ApiGatewayDomainName,
    RegionalHostedZoneId: all?.[0]?.HostedZoneId,
    DomainNameArn,
  }),
  tagsBy: tagsAt(({ physicalId }) => `/domainnames/${physicalId}`),
});

/** Changes of what a quick create made: the integration, route and stage of `ManagedBy` API Gateway. */
const managedOverrides: ResourceType = {
  needs: ['apigatewayv2:UpdateRoute'],
  identifiers: ['ApiId'],
  replacedBy: ['ApiId'],
  required: ['ApiId'],
  properties: new Set(['ApiId', 'Integration', 'Route', 'Stage']),
  async create(properties, context) {
    await override(properties, context);
    return { physicalId: properties['ApiId'] };
  },
  async update(made, properties, _before, context) {
    await override(properties, context);
    return made;
  },
  async delete() {},
};

async function override({ ApiId, Integration, Route, Stage }: Properties, context: ResourceContext): Promise<void> {
  const managed = async (operation: string): Promise<Answer> => {
    const { Items } = await context.call(service, operation, { ApiId });
    const found = (Items as Answer[]).find((each) => each['ApiGatewayManaged'] === true);
    if (found === undefined) throw new Error(`API ${ApiId} was not quick-created: it has nothing to override`);
    return found;
  };
  if (Route !== undefined) {
    const { RouteId } = await managed('GetRoutes');
    await context.call(service, 'UpdateRoute', { ...Route, ApiId, RouteId });
  }
  if (Integration !== undefined) {
    const { IntegrationId } = await managed('GetIntegrations');
    await context.call(service, 'UpdateIntegration', { ...Integration, ApiId, IntegrationId });
  }
  if (Stage !== undefined) await context.call(service, 'UpdateStage', { ...Stage, ApiId, StageName: '$default' });
}

const routingRule: ResourceType = {
  needs: ['apigatewayv2:CreateRoutingRule'],
  identifiers: ['RoutingRuleArn'],
  replacedBy: ['DomainNameArn'],
  required: ['Actions', 'Conditions', 'DomainNameArn', 'Priority'],
  properties: new Set(['Actions', 'Conditions', 'DomainNameArn', 'Priority']),
  async create({ DomainNameArn, ...rule }, context) {
    const answer = await context.call(service, 'CreateRoutingRule', { ...rule, ...domainOfArn(DomainNameArn) });
    const { RoutingRuleId, RoutingRuleArn } = answer;
    return { physicalId: RoutingRuleArn, attributes: { RoutingRuleId, RoutingRuleArn } };
  },
  async update(made, { DomainNameArn, ...rule }, _before, context) {
    const RoutingRuleId = made.attributes!['RoutingRuleId'];
    await context.call(service, 'PutRoutingRule', { ...rule, ...domainOfArn(DomainNameArn), RoutingRuleId });
    return made;
  },
  async delete(made, { DomainNameArn }, context) {
    const RoutingRuleId = made.attributes!['RoutingRuleId'];
    await context.call(service, 'DeleteRoutingRule', { ...domainOfArn(DomainNameArn), RoutingRuleId });
  },
};

function domainOfArn(arn: string): Record<string, string> {
  const [DomainName, DomainNameId] = (arn.split('/domainnames/')[1] ?? arn).split('+');
  return { DomainName: DomainName!, ...(DomainNameId !== undefined && { DomainNameId }) };
}

/** Destroying a value that is not there any more: each member's own way to say nothing. */
const clearedRoute = { AuthorizationScopes: [], OperationName: '', RequestModels: {}, RequestParameters: {} };

export const httpTypes: Readonly<Record<string, ResourceType>> = {
  Api: api,
  ApiGatewayManagedOverrides: managedOverrides,
  Authorizer: ofApi({
    ...{ kind: 'Authorizer', create: 'CreateAuthorizer', update: 'UpdateAuthorizer', delete: 'DeleteAuthorizer' },
    id: 'AuthorizerId',
    properties: [
      ...[
        'AuthorizerCredentialsArn',
        'AuthorizerPayloadFormatVersion',
        'AuthorizerResultTtlInSeconds',
        'AuthorizerType',
      ],
      ...['AuthorizerUri', 'EnableSimpleResponses', 'IdentitySource', 'IdentityValidationExpression'],
      ...['JwtConfiguration', 'Name'],
    ],
    required: ['AuthorizerType', 'Name'],
    attributes: ({ AuthorizerId }) => ({ AuthorizerId }),
  }),
  Deployment: ofApi({
    ...{ kind: 'Deployment', create: 'CreateDeployment', update: 'UpdateDeployment', delete: 'DeleteDeployment' },
    id: 'DeploymentId',
    properties: ['Description', 'StageName'],
    replacedBy: ['StageName'],
    attributes: ({ DeploymentId }) => ({ DeploymentId }),
  }),
  Integration: ofApi({
    ...{ kind: 'Integration', create: 'CreateIntegration', update: 'UpdateIntegration', delete: 'DeleteIntegration' },
    id: 'IntegrationId',
    properties: [
      ...['ConnectionId', 'ConnectionType', 'ContentHandlingStrategy', 'CredentialsArn', 'Description'],
      ...['IntegrationMethod', 'IntegrationSubtype', 'IntegrationType', 'IntegrationUri', 'PassthroughBehavior'],
      ...['PayloadFormatVersion', 'RequestParameters', 'RequestTemplates', 'ResponseParameters'],
      ...['TemplateSelectionExpression', 'TimeoutInMillis', 'TlsConfig'],
    ],
    required: ['IntegrationType'],
    replacedBy: ['IntegrationSubtype'],
    cleared: { Description: '' },
    attributes: ({ IntegrationId }) => ({ IntegrationId }),
  }),
  IntegrationResponse: modelled({
    ...{ service, create: 'CreateIntegrationResponse', update: 'UpdateIntegrationResponse' },
    ...{ delete: 'DeleteIntegrationResponse', id: 'IntegrationResponseId', idMember: 'IntegrationResponseId' },
    parents: ['ApiId', 'IntegrationId'],
    properties: [
      ...['ApiId', 'ContentHandlingStrategy', 'IntegrationId', 'IntegrationResponseKey', 'ResponseParameters'],
      ...['ResponseTemplates', 'TemplateSelectionExpression'],
    ],
    required: ['ApiId', 'IntegrationId', 'IntegrationResponseKey'],
    replacedBy: ['ApiId', 'IntegrationId'],
    attributes: ({ IntegrationResponseId }) => ({ IntegrationResponseId }),
  }),
  Model: ofApi({
    ...{ kind: 'Model', create: 'CreateModel', update: 'UpdateModel', delete: 'DeleteModel', id: 'ModelId' },
    properties: ['ContentType', 'Description', 'Name', 'Schema'],
    required: ['Name', 'Schema'],
    attributes: ({ ModelId }) => ({ ModelId }),
  }),
  Route: ofApi({
    ...{ kind: 'Route', create: 'CreateRoute', update: 'UpdateRoute', delete: 'DeleteRoute', id: 'RouteId' },
    properties: [
      ...['ApiKeyRequired', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'ModelSelectionExpression'],
      ...['OperationName', 'RequestModels', 'RequestParameters', 'RouteKey', 'RouteResponseSelectionExpression'],
      'Target',
    ],
    required: ['RouteKey'],
    cleared: { ...clearedRoute, AuthorizationType: 'NONE', ApiKeyRequired: false },
    attributes: ({ RouteId }) => ({ RouteId }),
  }),
  RouteResponse: modelled({
    ...{ service, create: 'CreateRouteResponse', update: 'UpdateRouteResponse', delete: 'DeleteRouteResponse' },
    ...{ id: 'RouteResponseId', idMember: 'RouteResponseId', parents: ['ApiId', 'RouteId'] },
    properties: [
      'ApiId',
      'ModelSelectionExpression',
      'ResponseModels',
      'ResponseParameters',
      'RouteId',
      'RouteResponseKey',
    ],
    required: ['ApiId', 'RouteId', 'RouteResponseKey'],
    replacedBy: ['ApiId', 'RouteId'],
    attributes: ({ RouteResponseId }) => ({ RouteResponseId }),
  }),
  RoutingRule: routingRule,
  Stage: ofApi({
    ...{ kind: 'Stage', create: 'CreateStage', update: 'UpdateStage', delete: 'DeleteStage', id: 'StageName' },
    properties: [
      ...['AccessLogSettings', 'AutoDeploy', 'ClientCertificateId', 'DefaultRouteSettings', 'DeploymentId'],
      ...['Description', 'RouteSettings', 'StageName', 'StageVariables', 'Tags'],
    ],
    required: ['StageName'],
    replacedBy: ['StageName'],
    cleared: { Description: '' },
    tagsBy: tagsAt(({ physicalId }, { ApiId }) => `/apis/${ApiId}/stages/${physicalId}`),
    idMember: 'StageName',
    identifiers: ['Id'],
  }),
  VpcLink: modelled({
    ...{ service, create: 'CreateVpcLink', update: 'UpdateVpcLink', delete: 'DeleteVpcLink' },
    ...{ id: 'VpcLinkId', idMember: 'VpcLinkId' },
    properties: ['Name', 'SecurityGroupIds', 'SubnetIds', 'Tags'],
    required: ['Name', 'SubnetIds'],
    replacedBy: ['SecurityGroupIds', 'SubnetIds'],
    attributes: ({ VpcLinkId }) => ({ VpcLinkId }),
    tagsBy: tagsAt(({ physicalId }) => `/vpclinks/${physicalId}`),
  }),
  DomainName: domain,
  ApiMapping: modelled({
    ...{ service, create: 'CreateApiMapping', update: 'UpdateApiMapping', delete: 'DeleteApiMapping' },
    ...{ id: 'ApiMappingId', idMember: 'ApiMappingId', parents: ['DomainName'] },
    properties: ['ApiId', 'ApiMappingKey', 'DomainName', 'Stage'],
    required: ['ApiId', 'DomainName', 'Stage'],
    replacedBy: ['DomainName'],
    cleared: { ApiMappingKey: '' },
    attributes: ({ ApiMappingId }) => ({ ApiMappingId }),
  }),
};
