/** AWS::Serverless::Api: a REST API, its deployment and its one stage. */
import type { Json, JsonMap } from '../records.ts';
import { isMap } from '../template/intrinsics.ts';
import { hashOf, shortHash } from './hash.ts';
import { InvalidResource } from './invalid.ts';
import { resourcePolicy } from './resource-policy.ts';
import {
  addCors,
  addGatewayResponses,
  addSecurity,
  authorizerPermissions,
  type Mutable,
  type RestEvent,
  restDocument,
} from './rest-document.ts';

const apiProperties: ReadonlySet<string> = new Set([
  ...['AccessLogSetting', 'AlwaysDeploy', 'ApiKeySourceType', 'Auth', 'BinaryMediaTypes', 'CacheClusterEnabled'],
  ...['CacheClusterSize', 'CanarySetting', 'Cors', 'DefinitionBody', 'DefinitionUri', 'Description'],
  ...['DisableExecuteApiEndpoint', 'Domain', 'EndpointConfiguration', 'FailOnWarnings', 'GatewayResponses'],
  ...['MergeDefinitions', 'MethodSettings', 'MinimumCompressionSize', 'Mode', 'Models', 'Name', 'OpenApiVersion'],
  ...['Policy', 'PropagateTags', 'SecurityPolicy', 'StageName', 'Tags', 'TracingEnabled', 'Variables'],
]);

export interface MadeApi {
  readonly resources: readonly [string, Json][];
  /** What `MyApi.Stage` and `MyApi.Deployment` stand for. */
  readonly names: Readonly<Record<string, string>>;
}

const picked = (properties: JsonMap, names: readonly string[]): JsonMap =>
  Object.fromEntries(names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]!]));

export function restApiOf(
  logicalId: string,
  resource: JsonMap,
  properties: JsonMap,
  events: readonly RestEvent[],
): MadeApi {
  const unknown = Object.keys(properties).find((name) => !apiProperties.has(name));
  if (unknown !== undefined)
    throw new InvalidResource(logicalId, `property ${unknown} not defined for resource of type AWS::Serverless::Api`);
  const { StageName, DefinitionUri, DefinitionBody, Domain, Cors, GatewayResponses } = properties;
  if (StageName === undefined) throw new InvalidResource(logicalId, "Missing required property 'StageName'.");
  if (DefinitionUri !== undefined && DefinitionBody !== undefined) {
    throw new InvalidResource(logicalId, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  }
  const auth = isMap(properties['Auth']) ? properties['Auth'] : {};
  const body = DefinitionUri === undefined ? documentOf(logicalId, properties, auth, events) : undefined;
  if (body !== undefined) {
    if (Cors !== undefined) addCors(logicalId, body, Cors, auth);
    if (isMap(GatewayResponses)) addGatewayResponses(body, GatewayResponses);
    const policy = resourcePolicy(logicalId, auth);
    if (policy !== undefined) body['x-amazon-apigateway-policy'] = policy;
  }
  const more = { ...(resource['Condition'] !== undefined && { Condition: resource['Condition'] }) };
  const api: JsonMap = {
    Type: 'AWS::ApiGateway::RestApi',
    Properties: {
      ...(body === undefined ? { BodyS3Location: locationOf(DefinitionUri!) } : { Body: body }),
      ...picked(properties, [
        'ApiKeySourceType',
        'Description',
        'FailOnWarnings',
        'MinimumCompressionSize',
        'Mode',
        'Name',
        'Policy',
      ]),
      ...picked(properties, ['DisableExecuteApiEndpoint', 'SecurityPolicy']),
      ...endpointOf(properties['EndpointConfiguration']),
      ...(properties['BinaryMediaTypes'] !== undefined && {
        BinaryMediaTypes: (properties['BinaryMediaTypes'] as readonly Json[]).map((each) =>
          typeof each === 'string' ? each.replaceAll('~1', '/') : each,
        ),
      }),
      ...(properties['Tags'] !== undefined && { Tags: tagsOf(properties['Tags']) }),
    },
    ...more,
    ...(resource['DependsOn'] !== undefined && { DependsOn: resource['DependsOn'] }),
    ...(resource['Metadata'] !== undefined && { Metadata: resource['Metadata'] }),
    ...(resource['DeletionPolicy'] !== undefined && { DeletionPolicy: resource['DeletionPolicy'] }),
  };
  const basis: Json = [
    body ?? DefinitionUri!,
    properties['AlwaysDeploy'] === true ? String(Date.now()) : '',
    Domain ?? null,
  ];
  const deploymentId = `${logicalId}Deployment${shortHash(basis)}`;
  const stageId =
    typeof StageName === 'string' ? `${logicalId}${StageName.replace(/[^A-Za-z0-9]/g, '')}Stage` : `${logicalId}Stage`;
  const deployment: JsonMap = {
    Type: 'AWS::ApiGateway::Deployment',
    Properties: {
      Description: `RestApi deployment id: ${hashOf(basis)}`,
      RestApiId: { Ref: logicalId },
      // SAM's own spare stage, which APIs have unless they say which OpenAPI they speak.
      ...(properties['OpenApiVersion'] === undefined && { StageName: 'Stage' }),
    },
    ...more,
  };
  const stage: JsonMap = {
    Type: 'AWS::ApiGateway::Stage',
    Properties: {
      ...{ RestApiId: { Ref: logicalId }, DeploymentId: { Ref: deploymentId }, StageName },
      ...picked(properties, [
        ...['AccessLogSetting', 'CacheClusterEnabled', 'CacheClusterSize', 'CanarySetting', 'MethodSettings'],
        ...['TracingEnabled', 'Variables'],
      ]),
      ...(properties['Tags'] !== undefined && { Tags: tagsOf(properties['Tags']) }),
    },
    ...more,
  };
  return {
    resources: [
      [logicalId, api],
      [deploymentId, deployment],
      [stageId, stage],
      ...authorizerPermissions(logicalId, auth),
      ...usagePlanOf(logicalId, auth, stageId),
      ...(isMap(Domain) ? domainOf(logicalId, Domain, stageId) : []),
    ].map(([name, each]): [string, Json] => [name as string, each as Json]),
    names: { Stage: stageId, Deployment: deploymentId },
  };
}

function documentOf(logicalId: string, properties: JsonMap, auth: JsonMap, events: readonly RestEvent[]): Mutable {
  const given = properties['DefinitionBody'];
  if (given !== undefined) {
    if (!isMap(given))
      throw new InvalidResource(
        logicalId,
        "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid Swagger definition.",
      );
    return structuredClone(given) as Mutable;
  }
  const document = restDocument(logicalId, properties, events);
  addSecurity(logicalId, document, auth);
  return document;
}

/** `s3://bucket/key`, or the parts. */
export function locationOf(uri: Json): Json {
  if (typeof uri === 'string') {
    const found = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri);
    return found === null ? uri : { Bucket: found[1]!, Key: found[2]! };
  }
  return uri;
}

export const tagsOf = (tags: Json): Json =>
  isMap(tags) ? Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) : tags;

function endpointOf(configuration: Json | undefined): JsonMap {
  if (configuration === undefined) return {};
  if (!isMap(configuration) || configuration['Ref'] !== undefined || configuration['Fn::If'] !== undefined) {
    return { EndpointConfiguration: { Types: [configuration] } };
  }
  const { Type, VPCEndpointIds, IpAddressType } = configuration;
  return {
    EndpointConfiguration: {
      ...(Type !== undefined && { Types: [Type] }),
      ...(VPCEndpointIds !== undefined && { VpcEndpointIds: VPCEndpointIds }),
      ...(IpAddressType !== undefined && { IpAddressType }),
    },
  };
}

function usagePlanOf(logicalId: string, auth: JsonMap, stageId: string): [string, Json][] {
  const plan = auth['UsagePlan'];
  if (!isMap(plan) || plan['CreateUsagePlan'] === undefined || plan['CreateUsagePlan'] === 'NONE') return [];
  const prefix = plan['CreateUsagePlan'] === 'SHARED' ? 'Serverless' : logicalId;
  const stage = { ApiId: { Ref: logicalId }, Stage: { Ref: stageId } };
  const stageKey = { RestApiId: { Ref: logicalId }, StageName: { Ref: stageId } };
  return [
    [
      `${prefix}UsagePlan`,
      {
        Type: 'AWS::ApiGateway::UsagePlan',
        DependsOn: [logicalId, stageId],
        Properties: {
          ApiStages: [stage],
          ...picked(plan, ['Description', 'Quota', 'Tags', 'Throttle', 'UsagePlanName']),
        },
      },
    ],
    [
      `${prefix}ApiKey`,
      {
        Type: 'AWS::ApiGateway::ApiKey',
        DependsOn: [`${prefix}UsagePlan`, stageId],
        Properties: { Enabled: true, StageKeys: [stageKey] },
      },
    ],
    [
      `${prefix}UsagePlanKey`,
      {
        Type: 'AWS::ApiGateway::UsagePlanKey',
        DependsOn: [`${prefix}ApiKey`],
        Properties: {
          KeyId: { Ref: `${prefix}ApiKey` },
          KeyType: 'API_KEY',
          UsagePlanId: { Ref: `${prefix}UsagePlan` },
        },
      },
    ],
  ];
}

function domainOf(logicalId: string, domain: JsonMap, stageId: string): [string, Json][] {
  const { DomainName, CertificateArn, BasePath, EndpointConfiguration = 'EDGE', Route53 } = domain;
  if (DomainName === undefined || CertificateArn === undefined) {
    throw new InvalidResource(
      logicalId,
      'Custom Domains only works if both DomainName and CertificateArn are provided.',
    );
  }
  if (Route53 !== undefined)
    throw new InvalidResource(logicalId, 'Route53 of a Domain is not supported here: there is no Route 53.');
  const isRegional = EndpointConfiguration === 'REGIONAL';
  const domainId = `ApiGatewayDomainName${shortHash(DomainName)}`;
  const paths = BasePath === undefined ? [undefined] : (BasePath as readonly Json[]);
  return [
    [
      domainId,
      {
        Type: 'AWS::ApiGateway::DomainName',
        Properties: {
          ...{ DomainName, EndpointConfiguration: { Types: [EndpointConfiguration] } },
          ...(isRegional ? { RegionalCertificateArn: CertificateArn } : { CertificateArn }),
          ...picked(domain, ['MutualTlsAuthentication', 'OwnershipVerificationCertificateArn', 'SecurityPolicy']),
        },
      },
    ],
    ...paths.map((path): [string, Json] => [
      path === undefined || path === '/'
        ? `${logicalId}BasePathMapping`
        : `${logicalId}${String(path).replace(/[^A-Za-z0-9]/g, '')}BasePathMapping`,
      {
        Type: 'AWS::ApiGateway::BasePathMapping',
        Properties: {
          ...{ DomainName: { Ref: domainId }, RestApiId: { Ref: logicalId }, Stage: { Ref: stageId } },
          ...(path !== undefined && path !== '/' && { BasePath: path }),
        },
      },
    ]),
  ];
}
