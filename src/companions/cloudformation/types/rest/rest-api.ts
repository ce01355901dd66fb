/** AWS::ApiGateway::RestApi: made of properties, of an OpenAPI document, or of both. */
import { objectOfBucket } from '../bucket-object.ts';
import { allTags, changeTags } from '../modelled.ts';
import { type PatchRow, patchesBetween } from '../patches.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../resource-type.ts';
import { gatewayTags } from './patched.ts';

const rows: readonly PatchRow[] = [
  { property: 'Name', path: '/name' },
  { property: 'Description', path: '/description' },
  { property: 'Version', path: '/version' },
  { property: 'ApiKeySourceType', path: '/apiKeySource', absent: 'HEADER' },
  { property: 'Policy', path: '/policy' },
  { property: 'MinimumCompressionSize', path: '/minimumCompressionSize' },
  { property: 'DisableExecuteApiEndpoint', path: '/disableExecuteApiEndpoint', absent: 'false' },
  { property: 'SecurityPolicy', path: '/securityPolicy' },
  { property: 'EndpointAccessMode', path: '/endpointAccessMode' },
  { property: 'EndpointConfiguration.IpAddressType', path: '/endpointConfiguration/ipAddressType', absent: 'ipv4' },
  { property: 'BinaryMediaTypes', path: '/binaryMediaTypes', kind: 'set' },
];

const tags = gatewayTags(({ physicalId }) => `/restapis/${physicalId}`);
const service = 'apigateway';

async function documentOf(properties: Properties, context: ResourceContext): Promise<unknown> {
  const { Body, BodyS3Location } = properties;
  if (Body !== undefined) return typeof Body === 'string' ? Body : JSON.stringify(Body);
  return BodyS3Location === undefined ? undefined : objectOfBucket(BodyS3Location, context);
}

const importParameters = (properties: Properties): Record<string, unknown> => ({
  ...(properties['FailOnWarnings'] !== undefined && { failOnWarnings: properties['FailOnWarnings'] }),
  ...(properties['Parameters'] !== undefined && { parameters: properties['Parameters'] }),
});

/** Properties that stand beside a document win over it. */
async function overDocument(restApiId: string, properties: Properties, context: ResourceContext): Promise<void> {
  const patchOperations = [
    ...patchesBetween(
      {},
      properties,
      rows.filter(({ property }) => property !== 'Version'),
    ),
    ...endpointPatches({}, properties),
  ];
  if (patchOperations.length > 0) await context.call(service, 'UpdateRestApi', { restApiId, patchOperations });
}

function endpointPatches(before: Properties, after: Properties) {
  const was = (before['EndpointConfiguration'] ?? {}) as { Types?: string[]; VpcEndpointIds?: string[] };
  const is = (after['EndpointConfiguration'] ?? {}) as { Types?: string[]; VpcEndpointIds?: string[] };
  const ids = (list: string[] | undefined): string[] => list ?? [];
  const newType = is.Types?.[0];
  return [
    ...(newType !== undefined && newType !== was.Types?.[0]
      ? [{ op: 'replace' as const, path: `/endpointConfiguration/types/${was.Types?.[0] ?? 'EDGE'}`, value: newType }]
      : []),
    ...ids(was.VpcEndpointIds)
      .filter((id) => !ids(is.VpcEndpointIds).includes(id))
      .map((value) => ({ op: 'remove' as const, path: '/endpointConfiguration/vpcEndpointIds', value })),
    ...ids(is.VpcEndpointIds)
      .filter((id) => !ids(was.VpcEndpointIds).includes(id))
      .map((value) => ({ op: 'add' as const, path: '/endpointConfiguration/vpcEndpointIds', value })),
  ];
}

const made = (id: string, rootResourceId: string): Made => ({
  physicalId: id,
  attributes: { RestApiId: id, RootResourceId: rootResourceId },
});

export const restApi: ResourceType = {
  needs: ['apigateway:CreateRestApi'],
  identifiers: ['RestApiId'],
  replacedBy: [],
  properties: new Set([
    ...['ApiKeySourceType', 'BinaryMediaTypes', 'Body', 'BodyS3Location', 'CloneFrom', 'Description'],
    ...['DisableExecuteApiEndpoint', 'EndpointAccessMode', 'EndpointConfiguration', 'FailOnWarnings'],
    ...['MinimumCompressionSize', 'Mode', 'Name', 'Parameters', 'Policy', 'SecurityPolicy', 'Tags'],
  ]),
  async create(properties, context) {
    const body = await documentOf(properties, context);
    const own = Object.fromEntries(allTags(properties['Tags'], context));
    if (body === undefined) {
      const { ApiKeySourceType, FailOnWarnings: _, Mode: __, Parameters: ___, Tags: ____, ...rest } = properties;
      const input = { ...rest, ...(ApiKeySourceType !== undefined && { apiKeySource: ApiKeySourceType }) };
      const tagged = Object.keys(own).length > 0 ? { ...input, tags: own } : input;
      const answer = await context.call(service, 'CreateRestApi', tagged);
      return made(answer['id'], answer['rootResourceId']);
    }
    const answer = await context.call(service, 'ImportRestApi', { body, ...importParameters(properties) });
    const restApiId = answer['id'] as string;
    try {
      await overDocument(restApiId, imported(properties, answer['endpointConfiguration']), context);
      if (Object.keys(own).length > 0) {
        const resourceArn = `arn:aws:apigateway:${context.region}::/restapis/${restApiId}`;
        await context.call(service, 'TagResource', { resourceArn, tags: own });
      }
    } catch (error) {
      await context.call(service, 'DeleteRestApi', { restApiId });
      throw error;
    }
    return made(restApiId, answer['rootResourceId']);
  },
  async update(resource, properties, before, context) {
    const restApiId = resource.physicalId;
    const body = await documentOf(properties, context);
    if (body !== undefined) {
      const mode = String(properties['Mode'] ?? 'overwrite').toLowerCase();
      const answer = await context.call(service, 'PutRestApi', {
        restApiId,
        mode,
        body,
        ...importParameters(properties),
      });
      await overDocument(restApiId, imported(properties, answer['endpointConfiguration']), context);
    } else {
      const patchOperations = [...patchesBetween(before, properties, rows), ...endpointPatches(before, properties)];
      if (patchOperations.length > 0) await context.call(service, 'UpdateRestApi', { restApiId, patchOperations });
    }
    await changeTags(tags, service, resource, properties, before, context);
    const { rootResourceId } = await context.call(service, 'GetRestApi', { restApiId });
    return made(restApiId, rootResourceId);
  },
  async delete({ physicalId }, _properties, context) {
    await context.call(service, 'DeleteRestApi', { restApiId: physicalId });
  },
  async read({ RestApiId }, _properties, context) {
    const answer = await context.call(service, 'GetRestApi', { restApiId: RestApiId });
    return made(answer['id'], answer['rootResourceId']);
  },
};

/** The endpoint types an import already set need no patch. */
function imported(properties: Properties, endpoint: { types?: string[] } | undefined): Properties {
  const { EndpointConfiguration, ...rest } = properties;
  if (EndpointConfiguration === undefined) return rest;
  const types = EndpointConfiguration.Types?.[0] === endpoint?.types?.[0] ? undefined : EndpointConfiguration.Types;
  const { Types: _, ...others } = EndpointConfiguration;
  return { ...rest, EndpointConfiguration: types === undefined ? others : { ...others, Types: types } };
}
