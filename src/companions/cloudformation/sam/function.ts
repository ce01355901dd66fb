/** AWS::Serverless::Function: the function, its role, its version and alias, and what its events need. */
import type { Json, JsonMap } from '../records.ts';
import { isMap } from '../template/intrinsics.ts';
import { type FunctionName, permissionFor, refOf } from './function-arn.ts';
import { shortHash } from './hash.ts';
import type { HttpEvent } from './http-api.ts';
import { InvalidResource, invalidEvent } from './invalid.ts';
import { locationOf } from './rest-api.ts';
import type { RestEvent } from './rest-document.ts';
import { createdBySam, roleOf } from './role.ts';

/** Properties that go to the function as they are. */
const plain = [
  ...['Architectures', 'CodeSigningConfigArn', 'Description', 'Environment', 'EphemeralStorage', 'FileSystemConfigs'],
  ...['FunctionName', 'Handler', 'ImageConfig', 'KmsKeyArn', 'Layers', 'LoggingConfig', 'MemorySize', 'PackageType'],
  ...['RecursiveLoop', 'ReservedConcurrentExecutions', 'Runtime', 'RuntimeManagementConfig', 'SnapStart', 'Timeout'],
  'VpcConfig',
];
const ofSam: ReadonlySet<string> = new Set([
  ...[
    'AssumeRolePolicyDocument',
    'AutoPublishAlias',
    'AutoPublishAliasAllProperties',
    'AutoPublishCodeSha256',
    'CodeUri',
  ],
  ...[
    'DeadLetterQueue',
    'DeploymentPreference',
    'EventInvokeConfig',
    'Events',
    'FunctionUrlConfig',
    'ImageUri',
    'InlineCode',
  ],
  ...[
    'PermissionsBoundary',
    'Policies',
    'PropagateTags',
    'ProvisionedConcurrencyConfig',
    'PublishToLatestPublished',
    'Role',
  ],
  ...['RolePath', 'Tags', 'Tracing', 'VersionDescription', 'VersionDeletionPolicy'],
]);
const notSupported = ['DeploymentPreference', 'ProvisionedConcurrencyConfig', 'DeadLetterQueue'];

export interface MadeFunction {
  readonly resources: readonly [string, Json][];
  /** What `MyFunction.Version` and `MyFunction.Alias` stand for. */
  readonly names: Readonly<Record<string, string>>;
  readonly rest: readonly { readonly apiId: string | undefined; readonly event: RestEvent }[];
  readonly http: readonly { readonly apiId: string | undefined; readonly event: HttpEvent }[];
  /** Triggers of user pools of the template: pool, trigger, function. */
  readonly triggers: readonly { readonly pool: string; readonly trigger: string; readonly target: FunctionName }[];
}

export interface ApiStages {
  /** The stage that the permission of a REST API's event is for, by the API's logical id. */
  stageOf(apiId: string): Json | undefined;
  /** Whether an API's document is made here; then the events are in it. */
  isManaged(apiId: string): boolean;
}

export function functionOf(
  logicalId: string,
  resource: JsonMap,
  properties: JsonMap,
  apis: ApiStages,
  all: JsonMap,
): MadeFunction {
  const unknown = Object.keys(properties).find((name) => !plain.includes(name) && !ofSam.has(name));
  if (unknown !== undefined)
    throw new InvalidResource(
      logicalId,
      `property ${unknown} not defined for resource of type AWS::Serverless::Function`,
    );
  const unsupported = notSupported.find((name) => properties[name] !== undefined);
  if (unsupported !== undefined) throw new InvalidResource(logicalId, `${unsupported} is not supported here.`);
  const { Tags, Role, Tracing, AutoPublishAlias } = properties;
  const condition: JsonMap = resource['Condition'] === undefined ? {} : { Condition: resource['Condition'] };
  const tags: Json[] = [
    createdBySam,
    ...(isMap(Tags) ? Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })) : []),
  ];
  const Code = codeOf(logicalId, properties);
  const roleTags = properties['PropagateTags'] === true ? tags : [createdBySam];
  const resources: [string, Json][] = [];
  if (Role === undefined)
    resources.push([`${logicalId}Role`, { ...roleOf(logicalId, properties, roleTags, all), ...condition }]);
  resources.push([
    logicalId,
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code,
        ...Object.fromEntries(
          plain.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]!]),
        ),
        Role: Role ?? { 'Fn::GetAtt': [`${logicalId}Role`, 'Arn'] },
        ...(Tracing !== undefined && Tracing !== 'Disabled' && { TracingConfig: { Mode: Tracing } }),
        Tags: tags,
      },
      ...condition,
      ...(resource['DependsOn'] !== undefined && { DependsOn: resource['DependsOn'] }),
      ...(resource['Metadata'] !== undefined && { Metadata: resource['Metadata'] }),
      ...(resource['DeletionPolicy'] !== undefined && { DeletionPolicy: resource['DeletionPolicy'] }),
    },
  ]);

  const names: Record<string, string> = {};
  let alias: string | undefined;
  if (AutoPublishAlias !== undefined) {
    if (typeof AutoPublishAlias !== 'string')
      throw new InvalidResource(logicalId, "'AutoPublishAlias' must be a string or a Ref to a template parameter");
    const basis =
      properties['AutoPublishAliasAllProperties'] === true
        ? { ...properties, Events: null }
        : (properties['AutoPublishCodeSha256'] ?? Code);
    const version = `${logicalId}Version${shortHash(basis)}`;
    alias = `${logicalId}Alias${AutoPublishAlias.replace(/[^A-Za-z0-9]/g, '')}`;
    names['Version'] = version;
    names['Alias'] = alias;
    resources.push([
      version,
      {
        ...{ Type: 'AWS::Lambda::Version', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
        Properties: {
          FunctionName: { Ref: logicalId },
          ...(properties['VersionDescription'] !== undefined && { Description: properties['VersionDescription'] }),
        },
        ...condition,
      },
    ]);
    resources.push([
      alias,
      {
        Type: 'AWS::Lambda::Alias',
        Properties: {
          Name: AutoPublishAlias,
          FunctionName: { Ref: logicalId },
          FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
        },
        ...condition,
      },
    ]);
  }
  const target: FunctionName = { logicalId, alias };
  resources.push(
    ...urlOf(logicalId, properties, target, condition),
    ...invokeConfigOf(logicalId, properties, alias, condition),
  );
  const events = eventsOf(logicalId, resource, properties, target, apis);
  return {
    ...events,
    names,
    resources: [
      ...resources,
      ...events.resources.map(([name, each]): [string, Json] => [name, { ...(each as JsonMap), ...condition }]),
    ],
  };
}

function codeOf(logicalId: string, properties: JsonMap): Json {
  const { InlineCode, CodeUri, ImageUri } = properties;
  if (InlineCode !== undefined) return { ZipFile: InlineCode };
  if (ImageUri !== undefined) return { ImageUri };
  if (CodeUri === undefined) throw new InvalidResource(logicalId, "Missing required property 'CodeUri'.");
  const place = locationOf(CodeUri);
  if (!isMap(place)) {
    throw new InvalidResource(
      logicalId,
      "'CodeUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.",
    );
  }
  const { Bucket, Key, Version } = place;
  if (Bucket === undefined) return place;
  return { S3Bucket: Bucket, S3Key: Key!, ...(Version !== undefined && { S3ObjectVersion: Version }) };
}

function urlOf(logicalId: string, properties: JsonMap, target: FunctionName, condition: JsonMap): [string, Json][] {
  const url = properties['FunctionUrlConfig'];
  if (!isMap(url)) return [];
  const { AuthType, Cors, InvokeMode } = url;
  const made: [string, Json][] = [
    [
      `${logicalId}Url`,
      {
        Type: 'AWS::Lambda::Url',
        Properties: {
          ...{ AuthType: AuthType!, TargetFunctionArn: { Ref: logicalId } },
          ...(Cors !== undefined && { Cors }),
          ...(InvokeMode !== undefined && { InvokeMode }),
          ...(target.alias !== undefined && { Qualifier: properties['AutoPublishAlias']! }),
        },
        ...condition,
      },
    ],
  ];
  if (AuthType === 'NONE') {
    made.push([
      `${logicalId}UrlPublicPermissions`,
      {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunctionUrl',
          FunctionName: refOf(target),
          Principal: '*',
          FunctionUrlAuthType: 'NONE',
        },
        ...condition,
      },
    ]);
  }
  return made;
}

function invokeConfigOf(
  logicalId: string,
  properties: JsonMap,
  alias: string | undefined,
  condition: JsonMap,
): [string, Json][] {
  const config = properties['EventInvokeConfig'];
  if (!isMap(config)) return [];
  const Qualifier = alias === undefined ? '$LATEST' : properties['AutoPublishAlias']!;
  const Properties = { ...config, FunctionName: { Ref: logicalId }, Qualifier };
  return [[`${logicalId}EventInvokeConfig`, { Type: 'AWS::Lambda::EventInvokeConfig', Properties, ...condition }]];
}

/** A logical id of the template that a Ref names, or an API of another stack. */
function refName(value: Json | undefined): string | undefined {
  return isMap(value) && typeof value['Ref'] === 'string' ? value['Ref'] : undefined;
}

function eventsOf(
  logicalId: string,
  resource: JsonMap,
  properties: JsonMap,
  target: FunctionName,
  apis: ApiStages,
): Omit<MadeFunction, 'names'> {
  const resources: [string, Json][] = [];
  const rest: MadeFunction['rest'][number][] = [];
  const http: MadeFunction['http'][number][] = [];
  const triggers: MadeFunction['triggers'][number][] = [];
  const condition = typeof resource['Condition'] === 'string' ? resource['Condition'] : undefined;
  const events = properties['Events'];
  for (const [name, event] of Object.entries(isMap(events) ? events : {})) {
    if (!isMap(event)) throw invalidEvent(logicalId, name, 'Event must be a dictionary.');
    const given = isMap(event['Properties']) ? event['Properties'] : {};
    switch (event['Type']) {
      case 'Api': {
        const { Path, Method, RestApiId, Auth, RequestModel, RequestParameters, TimeoutInMillis } = given;
        if (typeof Path !== 'string' || typeof Method !== 'string')
          throw invalidEvent(logicalId, name, "Api Event must have a String specified for 'Path' and 'Method'.");
        const apiId = RestApiId === undefined ? 'ServerlessRestApi' : refName(RestApiId);
        const method = Method.toLowerCase();
        const stage = apiId === undefined ? undefined : apis.stageOf(apiId);
        const suffix = typeof stage === 'string' ? stage.replace(/[^A-Za-z0-9]/g, '') : 'Stage';
        const source = `/\${__Stage__}/${sourceMethod(method)}${sourcePath(Path)}`;
        resources.push([
          `${logicalId}${name}Permission${suffix}`,
          permissionFor(refOf(target), RestApiId ?? { Ref: 'ServerlessRestApi' }, source, '*'),
        ]);
        if (RestApiId === undefined || (apiId !== undefined && apis.isManaged(apiId))) {
          rest.push({
            apiId: RestApiId === undefined ? undefined : apiId,
            event: {
              ...{
                path: Path,
                method,
                target,
                auth: isMap(Auth) ? Auth : {},
                condition,
                timeoutInMillis: TimeoutInMillis,
              },
              requestModel: isMap(RequestModel) ? RequestModel : undefined,
              requestParameters: (RequestParameters ?? []) as readonly Json[],
            },
          });
        }
        break;
      }
      case 'HttpApi': {
        const {
          Path = '$default',
          Method = 'any',
          ApiId,
          Auth,
          TimeoutInMillis,
          PayloadFormatVersion = '2.0',
          RouteSettings,
        } = given;
        const method = String(Method).toLowerCase() === '*' ? 'any' : String(Method).toLowerCase();
        const path = String(Path);
        const apiId = ApiId === undefined ? 'ServerlessHttpApi' : refName(ApiId);
        const source =
          path === '$default' ? '/${__Stage__}/$default' : `/\${__Stage__}/${sourceMethod(method)}${sourcePath(path)}`;
        resources.push([
          `${logicalId}${name}Permission`,
          permissionFor(refOf(target), ApiId ?? { Ref: 'ServerlessHttpApi' }, source, '*'),
        ]);
        if (ApiId === undefined || (apiId !== undefined && apis.isManaged(apiId))) {
          http.push({
            apiId: ApiId === undefined ? undefined : apiId,
            event: {
              ...{ path, method, target, auth: isMap(Auth) ? Auth : {}, timeoutInMillis: TimeoutInMillis },
              payloadFormatVersion: PayloadFormatVersion,
              routeSettings: isMap(RouteSettings) ? RouteSettings : undefined,
            },
          });
        }
        break;
      }
      case 'CloudWatchLogs': {
        const { LogGroupName, FilterPattern } = given;
        const permission = `${logicalId}${name}Permission`;
        resources.push([
          permission,
          {
            Type: 'AWS::Lambda::Permission',
            Properties: {
              ...{ Action: 'lambda:InvokeFunction', FunctionName: refOf(target), Principal: 'logs.amazonaws.com' },
              SourceArn: {
                'Fn::Sub': [
                  'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*',
                  { __LogGroupName__: LogGroupName! },
                ],
              },
            },
          },
        ]);
        resources.push([
          `${logicalId}${name}`,
          {
            Type: 'AWS::Logs::SubscriptionFilter',
            DependsOn: [permission],
            Properties: {
              LogGroupName: LogGroupName!,
              FilterPattern: FilterPattern!,
              DestinationArn: { 'Fn::GetAtt': [logicalId, 'Arn'] },
            },
          },
        ]);
        break;
      }
      case 'Cognito': {
        const pool = refName(given['UserPool']);
        if (pool === undefined)
          throw invalidEvent(logicalId, name, 'Cognito events must reference a Cognito UserPool in the same template.');
        resources.push([
          `${logicalId}CognitoPermission`,
          {
            Type: 'AWS::Lambda::Permission',
            Properties: {
              ...{
                Action: 'lambda:InvokeFunction',
                FunctionName: refOf(target),
                Principal: 'cognito-idp.amazonaws.com',
              },
              SourceArn: { 'Fn::GetAtt': [pool, 'Arn'] },
            },
          },
        ]);
        const all = Array.isArray(given['Trigger']) ? (given['Trigger'] as readonly Json[]) : [given['Trigger'] ?? ''];
        for (const trigger of all) triggers.push({ pool, trigger: String(trigger), target });
        break;
      }
      default:
        throw invalidEvent(
          logicalId,
          name,
          `Events of type ${String(event['Type'])} are not supported here: Gatewright has no service that sends them.`,
        );
    }
  }
  return { resources, rest, http, triggers };
}

const sourceMethod = (method: string): string => (method === 'any' ? '*' : method.toUpperCase());
/** In ARNs parameters of a path stand as `*`. */
const sourcePath = (path: string): string => {
  const stars = path.replace(/\{[^}]*\}/g, '*');
  return stars.startsWith('/') ? stars : `/${stars}`;
};
