/** AWS::Serverless::HttpApi: an HTTP API made of an OpenAPI document, and its stage. */
import type { Json, JsonMap } from '../records.ts';
import { isMap } from '../template/intrinsics.ts';
import { authorizerUri, type FunctionName, invocationUri, permissionFor } from './function-arn.ts';
import { shortHash } from './hash.ts';
import { InvalidResource } from './invalid.ts';
import { locationOf, type MadeApi } from './rest-api.ts';
import type { Mutable } from './rest-document.ts';

/** A function's event on a route of an HTTP API. */
export interface HttpEvent {
  /** `$default` for what no other route takes. */
  readonly path: string;
  /** Lower case; `any` for all. */
  readonly method: string;
  readonly target: FunctionName;
  readonly auth: JsonMap;
  readonly timeoutInMillis: Json | undefined;
  readonly payloadFormatVersion: Json;
  readonly routeSettings: JsonMap | undefined;
}

const known: ReadonlySet<string> = new Set([
  ...['AccessLogSettings', 'Auth', 'CorsConfiguration', 'DefaultRouteSettings', 'DefinitionBody', 'DefinitionUri'],
  ...['Description', 'DisableExecuteApiEndpoint', 'Domain', 'FailOnWarnings', 'Name', 'PropagateTags', 'RouteSettings'],
  ...['StageName', 'StageVariables', 'Tags'],
]);
const createdBySam = { 'httpapi:createdBy': 'SAM' };

export function httpApiOf(
  logicalId: string,
  resource: JsonMap,
  properties: JsonMap,
  events: readonly HttpEvent[],
): MadeApi {
  const unknown = Object.keys(properties).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new InvalidResource(
      logicalId,
      `property ${unknown} not defined for resource of type AWS::Serverless::HttpApi`,
    );
  const { StageName, DefinitionUri, DefinitionBody, Domain, Tags } = properties;
  const auth = isMap(properties['Auth']) ? properties['Auth'] : {};
  const body = DefinitionUri === undefined ? documentOf(logicalId, properties, auth, events) : undefined;
  const condition: JsonMap = resource['Condition'] === undefined ? {} : { Condition: resource['Condition'] };
  const stageId =
    StageName === undefined
      ? `${logicalId}ApiGatewayDefaultStage`
      : `${logicalId}${typeof StageName === 'string' ? StageName.replace(/[^A-Za-z0-9]/g, '') : ''}Stage`;
  const routes = Object.fromEntries(
    events
      .filter(({ routeSettings }) => routeSettings !== undefined)
      .map(({ method, path, routeSettings }) => [
        path === '$default' ? path : `${method.toUpperCase()} ${path}`,
        routeSettings!,
      ]),
  );
  const routeSettings = { ...routes, ...(isMap(properties['RouteSettings']) ? properties['RouteSettings'] : {}) };
  const api: JsonMap = {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: {
      ...(body === undefined ? { BodyS3Location: locationOf(DefinitionUri!) } : { Body: body }),
      ...Object.fromEntries(
        ['Description', 'FailOnWarnings', 'DisableExecuteApiEndpoint']
          .filter((name) => properties[name] !== undefined)
          .map((name) => [name, properties[name]!]),
      ),
      ...(DefinitionBody === undefined ? {} : Tags === undefined ? {} : { Tags }),
    },
    ...condition,
    ...(resource['DependsOn'] !== undefined && { DependsOn: resource['DependsOn'] }),
    ...(resource['Metadata'] !== undefined && { Metadata: resource['Metadata'] }),
  };
  const stage: JsonMap = {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      ...{ ApiId: { Ref: logicalId }, StageName: StageName ?? '$default', AutoDeploy: true },
      ...(properties['AccessLogSettings'] !== undefined && { AccessLogSettings: properties['AccessLogSettings'] }),
      ...(properties['DefaultRouteSettings'] !== undefined && {
        DefaultRouteSettings: properties['DefaultRouteSettings'],
      }),
      ...(Object.keys(routeSettings).length > 0 && { RouteSettings: routeSettings }),
      ...(properties['StageVariables'] !== undefined && { StageVariables: properties['StageVariables'] }),
      Tags: { ...createdBySam, ...(isMap(Tags) ? Tags : {}) },
    },
    ...condition,
  };
  return {
    resources: [
      [logicalId, api],
      [stageId, stage],
      ...authorizerPermissions(logicalId, auth),
      ...(isMap(Domain) ? domainOf(logicalId, Domain, stageId) : []),
    ],
    names: { Stage: stageId },
  };
}

function documentOf(logicalId: string, properties: JsonMap, auth: JsonMap, events: readonly HttpEvent[]): Mutable {
  const given = properties['DefinitionBody'];
  if (given !== undefined && !isMap(given)) {
    throw new InvalidResource(logicalId, "'DefinitionBody' does not contain a valid OpenAPI definition.");
  }
  const document: Mutable =
    given === undefined
      ? {
          openapi: '3.0.1',
          info: { version: '1.0', title: properties['Name'] ?? { Ref: 'AWS::StackName' } },
          paths: pathsOf(logicalId, events, auth),
          tags: Object.entries({ ...createdBySam, ...(isMap(properties['Tags']) ? properties['Tags'] : {}) }).map(
            ([name, value]) => ({
              name,
              'x-amazon-apigateway-tag-value': value,
            }),
          ),
        }
      : (structuredClone(given) as Mutable);
  if (given !== undefined && properties['Name'] !== undefined)
    document['info'] = { ...(document['info'] as JsonMap), title: properties['Name'] };
  const schemes = schemesOf(logicalId, auth);
  if (given === undefined && Object.keys(schemes).length > 0) document['components'] = { securitySchemes: schemes };
  const { CorsConfiguration: cors } = properties;
  if (cors === true || cors === 'true') document['x-amazon-apigateway-cors'] = { allowOrigins: ['*'] };
  else if (isMap(cors)) document['x-amazon-apigateway-cors'] = corsOf(cors);
  return document;
}

const corsOf = (cors: JsonMap): JsonMap =>
  Object.fromEntries(Object.entries(cors).map(([name, value]) => [name[0]!.toLowerCase() + name.slice(1), value]));

function pathsOf(logicalId: string, events: readonly HttpEvent[], auth: JsonMap): JsonMap {
  const paths: Record<string, Mutable> = {};
  for (const event of events) {
    const isDefault = event.path === '$default';
    const key = isDefault ? '/$default' : event.path;
    const path = paths[key] ?? {};
    paths[key] = path;
    const security = securityOf(logicalId, event.auth, auth);
    path[isDefault || event.method === 'any' ? 'x-amazon-apigateway-any-method' : event.method] = {
      'x-amazon-apigateway-integration': {
        ...{ type: 'aws_proxy', httpMethod: 'POST', payloadFormatVersion: event.payloadFormatVersion },
        uri: invocationUri(event.target),
        ...(event.timeoutInMillis !== undefined && { timeoutInMillis: event.timeoutInMillis }),
      },
      responses: {},
      ...(isDefault && { isDefaultRoute: true }),
      ...(security.length > 0 && { security }),
    };
  }
  return paths as JsonMap;
}

function securityOf(logicalId: string, event: JsonMap, auth: JsonMap): Json[] {
  const name = event['Authorizer'] ?? auth['DefaultAuthorizer'];
  if (typeof name !== 'string' || name === 'NONE') return [];
  const authorizers = isMap(auth['Authorizers']) ? auth['Authorizers'] : {};
  if (name !== 'AWS_IAM' && !Object.hasOwn(authorizers, name)) {
    throw new InvalidResource(
      logicalId,
      `Unable to set Authorizer '${name}' on API method because it wasn't defined in the API's Authorizers.`,
    );
  }
  if (name === 'AWS_IAM' && auth['EnableIamAuthorizer'] !== true && auth['EnableIamAuthorizer'] !== 'true') {
    throw new InvalidResource(
      logicalId,
      "Unable to set Authorizer 'AWS_IAM' on API method because it wasn't defined in the API's Authorizers. The 'AWS_IAM' authorizer is only available if EnableIamAuthorizer is set.",
    );
  }
  const scopes =
    event['AuthorizationScopes'] ?? (authorizers[name] as JsonMap | undefined)?.['AuthorizationScopes'] ?? [];
  return [{ [name]: scopes }];
}

function schemesOf(logicalId: string, auth: JsonMap): Mutable {
  const schemes: Mutable = {};
  for (const [name, authorizer] of Object.entries(isMap(auth['Authorizers']) ? auth['Authorizers'] : {})) {
    if (!isMap(authorizer)) throw new InvalidResource(logicalId, `Authorizer ${name} must be a dictionary.`);
    schemes[name] = schemeOf(logicalId, name, authorizer);
  }
  if (auth['EnableIamAuthorizer'] === true || auth['EnableIamAuthorizer'] === 'true') {
    schemes['AWS_IAM'] = {
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
      'x-amazon-apigateway-authtype': 'awsSigv4',
    };
  }
  return schemes;
}

function schemeOf(logicalId: string, name: string, authorizer: JsonMap): Json {
  const { JwtConfiguration: jwt, IdentitySource, FunctionArn } = authorizer;
  if (isMap(jwt)) {
    return {
      type: 'oauth2',
      'x-amazon-apigateway-authorizer': {
        ...{ type: 'jwt', identitySource: IdentitySource ?? '$request.header.Authorization' },
        jwtConfiguration: {
          audience: jwt['audience'] ?? jwt['Audience'] ?? [],
          issuer: jwt['issuer'] ?? jwt['Issuer'] ?? '',
        },
      },
    };
  }
  if (FunctionArn === undefined)
    throw new InvalidResource(logicalId, `${name} Authorizer must define 'JwtConfiguration' or 'FunctionArn'.`);
  const identity = isMap(authorizer['Identity']) ? authorizer['Identity'] : {};
  const named = (property: string, prefix: string): string[] =>
    ((identity[property] ?? []) as readonly Json[]).map((each) => `${prefix}.${String(each)}`);
  const sources = [
    ...named('Headers', '$request.header'),
    ...named('QueryStrings', '$request.querystring'),
    ...named('StageVariables', '$stageVariables'),
    ...named('Context', '$context'),
  ];
  const version = authorizer['AuthorizerPayloadFormatVersion'];
  if (version === undefined)
    throw new InvalidResource(logicalId, `${name} Lambda Authorizer must define 'AuthorizerPayloadFormatVersion'.`);
  const role = authorizer['FunctionInvokeRole'];
  return {
    ...{ type: 'apiKey', name: 'Unused', in: 'header' },
    'x-amazon-apigateway-authorizer': {
      ...{
        type: 'request',
        authorizerUri: authorizerUri(FunctionArn),
        authorizerPayloadFormatVersion: String(version),
      },
      ...(sources.length > 0 && { identitySource: sources.join(', ') }),
      ...(identity['ReauthorizeEvery'] !== undefined && { authorizerResultTtlInSeconds: identity['ReauthorizeEvery'] }),
      ...(authorizer['EnableSimpleResponses'] !== undefined && {
        enableSimpleResponses: authorizer['EnableSimpleResponses'],
      }),
      ...(role !== undefined && role !== 'NONE' && { authorizerCredentials: role }),
    },
  };
}

/** HTTP APIs are given the permission only where the template asks for it. */
function authorizerPermissions(logicalId: string, auth: JsonMap): [string, Json][] {
  return Object.entries(isMap(auth['Authorizers']) ? auth['Authorizers'] : {}).flatMap(
    ([name, authorizer]): [string, Json][] => {
      const { FunctionArn, EnableFunctionDefaultPermissions: wants } = authorizer as JsonMap;
      if (FunctionArn === undefined || (wants !== true && wants !== 'true')) return [];
      return [
        [
          `${logicalId}${name}AuthorizerPermission`,
          permissionFor(FunctionArn, { Ref: logicalId }, '/authorizers/*', undefined),
        ],
      ];
    },
  );
}

function domainOf(logicalId: string, domain: JsonMap, stageId: string): [string, Json][] {
  const { DomainName, CertificateArn, BasePath, EndpointConfiguration = 'REGIONAL', SecurityPolicy, Route53 } = domain;
  if (DomainName === undefined || CertificateArn === undefined) {
    throw new InvalidResource(
      logicalId,
      'Custom Domains only works if both DomainName and CertificateArn are provided.',
    );
  }
  if (Route53 !== undefined)
    throw new InvalidResource(logicalId, 'Route53 of a Domain is not supported here: there is no Route 53.');
  const domainId = `ApiGatewayDomainNameV2${shortHash(DomainName)}`;
  const configuration = {
    ...{ CertificateArn, EndpointType: EndpointConfiguration },
    ...(SecurityPolicy !== undefined && { SecurityPolicy }),
  };
  const paths = BasePath === undefined ? [undefined] : (BasePath as readonly Json[]);
  return [
    [
      domainId,
      {
        Type: 'AWS::ApiGatewayV2::DomainName',
        Properties: {
          ...{ DomainName, DomainNameConfigurations: [configuration] },
          ...(domain['MutualTlsAuthentication'] !== undefined && {
            MutualTlsAuthentication: domain['MutualTlsAuthentication'],
          }),
          Tags: createdBySam,
        },
      },
    ],
    ...paths.map((path): [string, Json] => [
      path === undefined || path === '/'
        ? `${logicalId}ApiMapping`
        : `${logicalId}${String(path).replace(/[^A-Za-z0-9]/g, '')}ApiMapping`,
      {
        Type: 'AWS::ApiGatewayV2::ApiMapping',
        Properties: {
          ...{ ApiId: { Ref: logicalId }, DomainName: { Ref: domainId }, Stage: { Ref: stageId } },
          ...(path !== undefined && path !== '/' && { ApiMappingKey: path }),
        },
      },
    ]),
  ];
}
