/** All of AWS::ApiGateway::*. */
import type { Patch } from '../patches.ts';
import { patchesBetween } from '../patches.ts';
import type { Properties, ResourceContext, ResourceType } from '../resource-type.ts';
import { domainTypes } from './domains.ts';
import { method } from './method.ts';
import { patched } from './patched.ts';
import { restApi } from './rest-api.ts';
import { deployment, stage } from './stages.ts';

const service = 'apigateway';
const idOnly = (name: string) => (answer: { id?: string }) => ({ [name]: answer.id });

/** The one record of an account and region: several stacks may set it, the last wins, and deleting leaves it. */
const account: ResourceType = {
  needs: ['apigateway:UpdateAccount'],
  identifiers: ['Id'],
  replacedBy: [],
  properties: new Set(['CloudWatchRoleArn']),
  async create(properties, context) {
    await setLogRole(properties, context);
    const id = `${context.stackName}-${context.logicalId}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, properties, _before, context) {
    await setLogRole(properties, context);
    return made;
  },
  async delete() {},
};

async function setLogRole({ CloudWatchRoleArn: role }: Properties, context: ResourceContext): Promise<void> {
  const patchOperations = [{ op: 'replace', path: '/cloudwatchRoleArn', value: role ?? '' }];
  await context.call(service, 'UpdateAccount', { patchOperations });
}

const gatewayResponse: ResourceType = {
  needs: ['apigateway:PutGatewayResponse'],
  identifiers: ['Id'],
  replacedBy: ['RestApiId', 'ResponseType'],
  required: ['RestApiId', 'ResponseType'],
  properties: new Set(['ResponseParameters', 'ResponseTemplates', 'ResponseType', 'RestApiId', 'StatusCode']),
  async create(properties, context) {
    await context.call(service, 'PutGatewayResponse', properties);
    const id = `${properties['RestApiId']}-${properties['ResponseType']}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, properties, _before, context) {
    await context.call(service, 'PutGatewayResponse', properties);
    return made;
  },
  async delete(_made, { RestApiId, ResponseType }, context) {
    await context.call(service, 'DeleteGatewayResponse', { restApiId: RestApiId, responseType: ResponseType });
  },
};

const usagePlanKey: ResourceType = {
  needs: ['apigateway:CreateUsagePlanKey'],
  identifiers: ['Id'],
  replacedBy: ['KeyId', 'KeyType', 'UsagePlanId'],
  required: ['KeyId', 'KeyType', 'UsagePlanId'],
  properties: new Set(['KeyId', 'KeyType', 'UsagePlanId']),
  async create(properties, context) {
    await context.call(service, 'CreateUsagePlanKey', properties);
    const id = `${properties['KeyId']}:${properties['UsagePlanId']}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  async delete(_made, { KeyId, UsagePlanId }, context) {
    await context.call(service, 'DeleteUsagePlanKey', { keyId: KeyId, usagePlanId: UsagePlanId });
  },
};

interface PlanStage {
  readonly ApiId?: string;
  readonly Stage?: string;
  readonly Throttle?: unknown;
}

/** A stage whose limits changed leaves the plan and comes back. */
function planStagePatches(before: Properties, after: Properties): Patch[] {
  const nameOf = ({ ApiId, Stage }: PlanStage): string => `${ApiId}:${Stage}`;
  const was = new Map(((before['ApiStages'] ?? []) as PlanStage[]).map((each) => [nameOf(each), each]));
  const is = new Map(((after['ApiStages'] ?? []) as PlanStage[]).map((each) => [nameOf(each), each]));
  const path = '/apiStages';
  return [
    ...[...was.keys()].filter((name) => !is.has(name)).map((value): Patch => ({ op: 'remove', path, value })),
    ...[...is.keys()].filter((name) => !was.has(name)).map((value): Patch => ({ op: 'add', path, value })),
    ...[...is].flatMap(([name, { Throttle }]): Patch[] => {
      const earlier = was.get(name)?.Throttle;
      if (JSON.stringify(earlier) === JSON.stringify(Throttle)) return [];
      const at = `${path}/${name}/throttle`;
      if (Throttle === undefined) return [{ op: 'remove', path: at }];
      return [{ op: 'replace', path: at, value: JSON.stringify(lowered(Throttle)) }];
    }),
  ];
}

/** `{ "/pets/GET": { BurstLimit: 1 } }` with the members as patches have them. */
function lowered(throttle: unknown): unknown {
  const entries = Object.entries(throttle as Record<string, Record<string, unknown>>).map(([name, limits]) => [
    name,
    Object.fromEntries(
      Object.entries(limits).map(([member, value]) => [member[0]!.toLowerCase() + member.slice(1), Number(value)]),
    ),
  ]);
  return Object.fromEntries(entries);
}

function limitPatches(before: Properties, after: Properties): Patch[] {
  const rowsOf = (property: string, path: string, members: readonly string[]): Patch[] => {
    if (before[property] !== undefined && after[property] === undefined) return [{ op: 'remove', path }];
    const rows = members.map((member) => ({
      property: `${property}.${member}`,
      path: `${path}/${member[0]!.toLowerCase()}${member.slice(1)}`,
      absent: '0',
    }));
    return patchesBetween(before, after, rows);
  };
  return [
    ...rowsOf('Throttle', '/throttle', ['BurstLimit', 'RateLimit']),
    ...rowsOf('Quota', '/quota', ['Limit', 'Period', 'Offset']),
  ];
}

const plainPlan = patched({
  ...{
    create: 'CreateUsagePlan',
    update: 'UpdateUsagePlan',
    delete: 'DeleteUsagePlan',
    id: 'id',
    idMember: 'usagePlanId',
  },
  properties: ['ApiStages', 'Description', 'Quota', 'Tags', 'Throttle', 'UsagePlanName'],
  renamed: { UsagePlanName: 'name' },
  name: { property: 'UsagePlanName', maxLength: 128 },
  attributes: idOnly('Id'),
  rows: [{ property: 'Description', path: '/description' }],
  tagged: ({ physicalId }) => `/usageplans/${physicalId}`,
});

const usagePlan: ResourceType = {
  ...plainPlan,
  async update(made, properties, before, context) {
    const names =
      properties['UsagePlanName'] === undefined
        ? []
        : patchesBetween(before, properties, [{ property: 'UsagePlanName', path: '/name' }]);
    const patchOperations = [...names, ...limitPatches(before, properties), ...planStagePatches(before, properties)];
    if (patchOperations.length > 0) {
      await context.call(service, 'UpdateUsagePlan', { usagePlanId: made.physicalId, patchOperations });
    }
    return plainPlan.update!(made, properties, before, context);
  },
  /** A plan with stages is not deleted: they leave it first. */
  async delete(made, properties, context) {
    const patchOperations = planStagePatches(properties, {});
    if (patchOperations.length > 0) {
      await context.call(service, 'UpdateUsagePlan', { usagePlanId: made.physicalId, patchOperations });
    }
    await plainPlan.delete(made, properties, context);
  },
};

export const restTypes: Readonly<Record<string, ResourceType>> = {
  RestApi: restApi,
  Resource: patched({
    ...{
      create: 'CreateResource',
      update: 'UpdateResource',
      delete: 'DeleteResource',
      id: 'id',
      idMember: 'resourceId',
    },
    properties: ['ParentId', 'PathPart', 'RestApiId'],
    required: ['ParentId', 'PathPart', 'RestApiId'],
    replacedBy: ['ParentId', 'PathPart', 'RestApiId'],
    parents: ['RestApiId'],
    attributes: idOnly('ResourceId'),
    rows: [],
  }),
  Method: method,
  Deployment: deployment,
  Stage: stage,
  Authorizer: patched({
    ...{ create: 'CreateAuthorizer', update: 'UpdateAuthorizer', delete: 'DeleteAuthorizer', id: 'id' },
    idMember: 'authorizerId',
    properties: [
      ...['AuthorizerCredentials', 'AuthorizerResultTtlInSeconds', 'AuthorizerUri', 'AuthType', 'IdentitySource'],
      ...['IdentityValidationExpression', 'Name', 'ProviderARNs', 'RestApiId', 'Type'],
    ],
    required: ['RestApiId', 'Name', 'Type'],
    replacedBy: ['RestApiId'],
    parents: ['RestApiId'],
    attributes: idOnly('AuthorizerId'),
    rows: [
      { property: 'Name', path: '/name' },
      { property: 'Type', path: '/type' },
      { property: 'AuthType', path: '/authType' },
      { property: 'AuthorizerUri', path: '/authorizerUri' },
      { property: 'AuthorizerCredentials', path: '/authorizerCredentials' },
      { property: 'IdentitySource', path: '/identitySource' },
      { property: 'IdentityValidationExpression', path: '/identityValidationExpression' },
      { property: 'AuthorizerResultTtlInSeconds', path: '/authorizerResultTtlInSeconds', absent: '300' },
    ],
  }),
  ApiKey: patched({
    ...{ create: 'CreateApiKey', update: 'UpdateApiKey', delete: 'DeleteApiKey', id: 'id', idMember: 'apiKey' },
    properties: ['CustomerId', 'Description', 'Enabled', 'GenerateDistinctId', 'Name', 'StageKeys', 'Tags', 'Value'],
    replacedBy: ['GenerateDistinctId', 'Name', 'Value', 'StageKeys'],
    name: { property: 'Name', maxLength: 128 },
    attributes: idOnly('APIKeyId'),
    rows: [
      { property: 'CustomerId', path: '/customerId' },
      { property: 'Description', path: '/description' },
      { property: 'Enabled', path: '/enabled', absent: 'false' },
    ],
    tagged: ({ physicalId }) => `/apikeys/${physicalId}`,
    identifiers: ['APIKeyId'],
  }),
  UsagePlan: usagePlan,
  UsagePlanKey: usagePlanKey,
  Model: patched({
    ...{ create: 'CreateModel', update: 'UpdateModel', delete: 'DeleteModel', id: 'name', idMember: 'modelName' },
    properties: ['ContentType', 'Description', 'Name', 'RestApiId', 'Schema'],
    required: ['RestApiId'],
    replacedBy: ['ContentType', 'Name', 'RestApiId'],
    parents: ['RestApiId'],
    rows: [
      { property: 'Description', path: '/description' },
      { property: 'Schema', path: '/schema' },
    ],
    identifiers: ['RestApiId', 'Name'],
  }),
  RequestValidator: patched({
    ...{
      create: 'CreateRequestValidator',
      update: 'UpdateRequestValidator',
      delete: 'DeleteRequestValidator',
      id: 'id',
    },
    idMember: 'requestValidatorId',
    properties: ['Name', 'RestApiId', 'ValidateRequestBody', 'ValidateRequestParameters'],
    required: ['RestApiId'],
    replacedBy: ['RestApiId', 'Name'],
    parents: ['RestApiId'],
    attributes: idOnly('RequestValidatorId'),
    rows: [
      { property: 'ValidateRequestBody', path: '/validateRequestBody', absent: 'false' },
      { property: 'ValidateRequestParameters', path: '/validateRequestParameters', absent: 'false' },
    ],
  }),
  GatewayResponse: gatewayResponse,
  ClientCertificate: patched({
    ...{ create: 'GenerateClientCertificate', update: 'UpdateClientCertificate', delete: 'DeleteClientCertificate' },
    ...{ id: 'clientCertificateId', idMember: 'clientCertificateId' },
    properties: ['Description', 'Tags'],
    attributes: ({ clientCertificateId }) => ({ ClientCertificateId: clientCertificateId }),
    rows: [{ property: 'Description', path: '/description' }],
    tagged: ({ physicalId }) => `/clientcertificates/${physicalId}`,
  }),
  DocumentationPart: patched({
    ...{ create: 'CreateDocumentationPart', update: 'UpdateDocumentationPart', delete: 'DeleteDocumentationPart' },
    ...{ id: 'id', idMember: 'documentationPartId' },
    properties: ['Location', 'Properties', 'RestApiId'],
    required: ['Location', 'Properties', 'RestApiId'],
    replacedBy: ['Location', 'RestApiId'],
    parents: ['RestApiId'],
    attributes: idOnly('DocumentationPartId'),
    rows: [{ property: 'Properties', path: '/properties' }],
  }),
  DocumentationVersion: patched({
    ...{
      create: 'CreateDocumentationVersion',
      update: 'UpdateDocumentationVersion',
      delete: 'DeleteDocumentationVersion',
    },
    ...{ id: 'version', idMember: 'documentationVersion' },
    properties: ['Description', 'DocumentationVersion', 'RestApiId'],
    required: ['DocumentationVersion', 'RestApiId'],
    replacedBy: ['DocumentationVersion', 'RestApiId'],
    parents: ['RestApiId'],
    rows: [{ property: 'Description', path: '/description' }],
  }),
  VpcLink: patched({
    ...{ create: 'CreateVpcLink', update: 'UpdateVpcLink', delete: 'DeleteVpcLink', id: 'id', idMember: 'vpcLinkId' },
    properties: ['Description', 'Name', 'Tags', 'TargetArns'],
    required: ['Name', 'TargetArns'],
    replacedBy: ['TargetArns'],
    attributes: idOnly('VpcLinkId'),
    rows: [
      { property: 'Name', path: '/name' },
      { property: 'Description', path: '/description' },
    ],
    tagged: ({ physicalId }) => `/vpclinks/${physicalId}`,
  }),
  Account: account,
  ...domainTypes,
};
