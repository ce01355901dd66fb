/**
 * AWS::Serverless-2016-10-31: a template with serverless resources becomes one without. Logical ids are those SAM gives: `ServerlessRestApi`,
 * `MyFunctionRole`, `MyApiDeployment0123abcdef`.
 */
import type { Json, JsonMap, ParameterValue } from '../records.ts';
import { isMap, namesInSub } from '../template/intrinsics.ts';
import type { ParameterDeclaration } from '../template/parameters.ts';
import { functionOf, type MadeFunction } from './function.ts';
import { globalsOf, merged } from './globals.ts';
import { shortHash } from './hash.ts';
import { type HttpEvent, httpApiOf } from './http-api.ts';
import { InvalidResource, invalidDocument } from './invalid.ts';
import { locationOf, type MadeApi, restApiOf } from './rest-api.ts';
import type { RestEvent } from './rest-document.ts';

export interface SamInput {
  readonly declared: ReadonlyMap<string, ParameterDeclaration>;
  readonly parameters: readonly ParameterValue[];
}

/** Throws ValidationError with every resource that is wrong. */
export function translated(raw: JsonMap, input: SamInput): JsonMap {
  const globals = globalsOf(raw);
  const own = raw['Resources'] as Record<string, JsonMap>;
  for (const [name, resource] of Object.entries(own)) {
    if (!isMap(resource))
      throw invalidDocument([`Resource with id [${name}] is invalid. Resource must be a dictionary.`]);
  }
  const complaints: string[] = [];
  const resources: Record<string, Json> = {};
  const names = new Map<string, Readonly<Record<string, string>>>();

  const propertiesOf = (resource: JsonMap, type: string): JsonMap => {
    const given = isMap(resource['Properties']) ? resource['Properties'] : {};
    return withParameters(merged(globals.get(type), given) ?? {}, input) as JsonMap;
  };
  const ofType = (type: string): [string, JsonMap][] => Object.entries(own).filter(([, { Type }]) => Type === type);
  const attempt = <T>(logicalId: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      // A list where a map should be, a number for a text: which one, SAM does not say either.
      const isStructure = error instanceof TypeError;
      if (!isStructure && !(error instanceof InvalidResource)) throw error;
      complaints.push(
        isStructure
          ? `Resource with id [${logicalId}] is invalid. Its properties do not have the structure they should.`
          : error.message,
      );
      return undefined;
    }
  };

  const restApis = new Map(
    ofType('AWS::Serverless::Api').map(([id, each]) => [id, propertiesOf(each, 'AWS::Serverless::Api')]),
  );
  const httpApis = new Map(
    ofType('AWS::Serverless::HttpApi').map(([id, each]) => [id, propertiesOf(each, 'AWS::Serverless::HttpApi')]),
  );
  const isGiven = (properties: JsonMap): boolean =>
    properties['DefinitionBody'] !== undefined || properties['DefinitionUri'] !== undefined;
  const apis = {
    stageOf: (id: string): Json | undefined => (id === 'ServerlessRestApi' ? 'Prod' : restApis.get(id)?.['StageName']),
    isManaged(id: string): boolean {
      const properties = restApis.get(id) ?? httpApis.get(id);
      return properties !== undefined && !isGiven(properties);
    },
  };

  const rest = new Map<string, RestEvent[]>();
  const http = new Map<string, HttpEvent[]>();
  const triggers: MadeFunction['triggers'][number][] = [];
  for (const [logicalId, resource] of Object.entries(own)) {
    const type = String(resource['Type']);
    if (!type.startsWith('AWS::Serverless::')) {
      resources[logicalId] = resource;
      continue;
    }
    if (type === 'AWS::Serverless::Function') {
      const made = attempt(logicalId, () => functionOf(logicalId, resource, propertiesOf(resource, type), apis, own));
      if (made === undefined) continue;
      for (const [name, each] of made.resources) resources[name] = each;
      names.set(logicalId, made.names);
      for (const { apiId, event } of made.rest) append(rest, apiId ?? 'ServerlessRestApi', event);
      for (const { apiId, event } of made.http) append(http, apiId ?? 'ServerlessHttpApi', event);
      triggers.push(...made.triggers);
      continue;
    }
    if (type === 'AWS::Serverless::Api' || type === 'AWS::Serverless::HttpApi') continue;
    const made = attempt(logicalId, () => otherResource(logicalId, type, resource, propertiesOf(resource, type)));
    for (const [name, each] of made?.resources ?? []) resources[name] = each;
    if (made?.layer !== undefined) names.set(logicalId, { '': made.layer });
  }

  const keep = (logicalId: string, made: MadeApi | undefined): void => {
    for (const [name, each] of made?.resources ?? []) resources[name] = each;
    if (made !== undefined) names.set(logicalId, made.names);
  };
  for (const [logicalId, properties] of restApis) {
    keep(
      logicalId,
      attempt(logicalId, () => restApiOf(logicalId, own[logicalId]!, properties, rest.get(logicalId) ?? [])),
    );
  }
  for (const [logicalId, properties] of httpApis) {
    keep(
      logicalId,
      attempt(logicalId, () => httpApiOf(logicalId, own[logicalId]!, properties, http.get(logicalId) ?? [])),
    );
  }
  const implicitRest = rest.get('ServerlessRestApi');
  if (implicitRest !== undefined && !restApis.has('ServerlessRestApi')) {
    const properties = {
      ...(withParameters(globals.get('AWS::Serverless::Api') ?? {}, input) as JsonMap),
      StageName: 'Prod',
    };
    keep(
      'ServerlessRestApi',
      attempt('ServerlessRestApi', () => restApiOf('ServerlessRestApi', {}, properties, implicitRest)),
    );
  }
  const implicitHttp = http.get('ServerlessHttpApi');
  if (implicitHttp !== undefined && !httpApis.has('ServerlessHttpApi')) {
    const properties = withParameters(globals.get('AWS::Serverless::HttpApi') ?? {}, input) as JsonMap;
    keep(
      'ServerlessHttpApi',
      attempt('ServerlessHttpApi', () => httpApiOf('ServerlessHttpApi', {}, properties, implicitHttp)),
    );
  }
  addTriggers(resources, triggers, complaints);
  if (complaints.length > 0) throw invalidDocument(complaints);
  const { Globals: _, Resources: __, ...sections } = raw;
  return renamed({ ...sections, Resources: resources }, names) as JsonMap;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

function otherResource(
  logicalId: string,
  type: string,
  resource: JsonMap,
  properties: JsonMap,
): { resources: [string, Json][]; layer?: string } {
  const { Type: _, Properties: __, ...more } = resource;
  switch (type) {
    case 'AWS::Serverless::LayerVersion': {
      const { ContentUri, RetentionPolicy = 'Retain', LayerName, ...rest } = properties;
      const place = locationOf(ContentUri ?? '');
      if (!isMap(place))
        throw new InvalidResource(
          logicalId,
          "'ContentUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.",
        );
      const { Bucket, Key, Version } = place;
      const layer = `${logicalId}${shortHash([place, rest])}`;
      const Content = { S3Bucket: Bucket!, S3Key: Key!, ...(Version !== undefined && { S3ObjectVersion: Version }) };
      const policy = RetentionPolicy === 'Delete' ? 'Delete' : 'Retain';
      const Properties = { ...rest, Content, LayerName: LayerName ?? logicalId };
      return {
        resources: [[layer, { ...more, Type: 'AWS::Lambda::LayerVersion', DeletionPolicy: policy, Properties }]],
        layer,
      };
    }
    case 'AWS::Serverless::SimpleTable': {
      const { PrimaryKey = { Name: 'id', Type: 'String' }, ...rest } = properties;
      const { Name, Type: keyType } = PrimaryKey as JsonMap;
      const letter = ({ String: 'S', Number: 'N', Binary: 'B' } as Record<string, string>)[String(keyType)] ?? 'S';
      const Properties = {
        ...rest,
        AttributeDefinitions: [{ AttributeName: Name!, AttributeType: letter }],
        KeySchema: [{ AttributeName: Name!, KeyType: 'HASH' }],
      };
      return { resources: [[logicalId, { ...more, Type: 'AWS::DynamoDB::Table', Properties }]] };
    }
    case 'AWS::Serverless::Application': {
      const { Location, Parameters, NotificationARNs, Tags, TimeoutInMinutes } = properties;
      if (typeof Location !== 'string')
        throw new InvalidResource(
          logicalId,
          'Applications of the Serverless Application Repository are not supported here.',
        );
      const given = Object.entries({ Parameters, NotificationARNs, TimeoutInMinutes }).filter(
        (each): each is [string, Json] => each[1] !== undefined,
      );
      const tags: JsonMap = isMap(Tags) ? { Tags: Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })) } : {};
      return {
        resources: [
          [
            logicalId,
            {
              ...more,
              Type: 'AWS::CloudFormation::Stack',
              Properties: { TemplateURL: Location, ...Object.fromEntries(given), ...tags },
            },
          ],
        ],
      };
    }
    default:
      throw new InvalidResource(logicalId, `${type} is not supported here.`);
  }
}

function addTriggers(resources: Record<string, Json>, triggers: MadeFunction['triggers'], complaints: string[]): void {
  for (const { pool, trigger, target } of triggers) {
    const resource = resources[pool];
    if (!isMap(resource) || resource['Type'] !== 'AWS::Cognito::UserPool') {
      complaints.push(
        `Resource with id [${target.logicalId}] is invalid. Cognito events must reference a Cognito UserPool in the same template.`,
      );
      continue;
    }
    const properties = (resource['Properties'] ?? {}) as JsonMap;
    const config = (properties['LambdaConfig'] ?? {}) as JsonMap;
    const arn: Json = target.alias === undefined ? { 'Fn::GetAtt': [target.logicalId, 'Arn'] } : { Ref: target.alias };
    resources[pool] = { ...resource, Properties: { ...properties, LambdaConfig: { ...config, [trigger]: arn } } };
  }
}

/** Parameters are known by now, and ids are made of some of them; those that must not be shown stay references. */
function withParameters(value: Json, input: SamInput): Json {
  const known = new Map(
    input.parameters
      .filter(({ key, noEcho, resolved }) => {
        const type = input.declared.get(key)?.type ?? '';
        return noEcho !== true && resolved === undefined && (type === 'String' || type === 'Number');
      })
      .map(({ key, value: text }) => [key, text]),
  );
  const visit = (node: Json): Json => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return (node as readonly Json[]).map(visit);
    const map = node as JsonMap;
    if (typeof map['Ref'] === 'string' && Object.keys(map).length === 1 && known.has(map['Ref']))
      return known.get(map['Ref'])!;
    return Object.fromEntries(Object.entries(map).map(([name, item]) => [name, visit(item)]));
  };
  return visit(value);
}

/** `Ref: MyFunction.Version`, `${MyApi.Stage}`: names SAM has for what it made of a resource. */
function renamed(value: Json, names: ReadonlyMap<string, Readonly<Record<string, string>>>): Json {
  const nameOf = (text: string): string | undefined => {
    const [id, ...rest] = text.split('.');
    const known = names.get(id!);
    const end = rest.join('.');
    return known !== undefined && Object.hasOwn(known, end) ? known[end] : undefined;
  };
  const visit = (node: Json): Json => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return (node as readonly Json[]).map(visit);
    return Object.fromEntries(
      Object.entries(node as JsonMap).map(([key, item]) => {
        if (key === 'Ref' && typeof item === 'string') return [key, nameOf(item) ?? item];
        if (key === 'Fn::Sub' && typeof item === 'string') return [key, inSub(item)];
        if (key === 'Fn::Sub' && Array.isArray(item) && typeof item[0] === 'string')
          return [key, [inSub(item[0]), ...item.slice(1).map((each) => visit(each as Json))]];
        if (key === 'DependsOn') return [key, dependsOn(item)];
        return [key, visit(item)];
      }),
    );
  };
  const inSub = (text: string): string =>
    namesInSub(text).reduce((made, name) => {
      const known = nameOf(name);
      return known === undefined ? made : made.replaceAll(`\${${name}}`, `\${${known}}`);
    }, text);
  const dependsOn = (item: Json): Json =>
    Array.isArray(item)
      ? item.map((each) => dependsOn(each as Json))
      : typeof item === 'string'
        ? (nameOf(item) ?? item)
        : item;
  return visit(value);
}
