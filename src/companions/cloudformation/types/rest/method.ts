/** AWS::ApiGateway::Method: the method, its integration and all their responses are one resource. A change makes them anew; what is deployed does not see it. */
import { ignoringGone } from '../../engine/failure-reason.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../resource-type.ts';

const service = 'apigateway';

interface IntegrationResponse {
  readonly StatusCode?: string | number;
}

async function put(properties: Properties, context: ResourceContext): Promise<Made> {
  const { Integration, MethodResponses = [], ...method } = properties;
  const ids = { restApiId: method['RestApiId'], resourceId: method['ResourceId'], httpMethod: method['HttpMethod'] };
  await context.call(service, 'PutMethod', method);
  try {
    for (const response of MethodResponses as object[]) {
      await context.call(service, 'PutMethodResponse', { ...response, ...ids });
    }
    if (Integration !== undefined) {
      const { IntegrationResponses = [], IntegrationHttpMethod, ...integration } = Integration;
      const verb = IntegrationHttpMethod === undefined ? {} : { integrationHttpMethod: IntegrationHttpMethod };
      await context.call(service, 'PutIntegration', { ...integration, ...verb, ...ids });
      for (const response of IntegrationResponses as IntegrationResponse[]) {
        await context.call(service, 'PutIntegrationResponse', { ...response, ...ids });
      }
    }
  } catch (error) {
    await context.call(service, 'DeleteMethod', ids).catch(() => undefined);
    throw error;
  }
  return { physicalId: `${ids.restApiId}|${ids.resourceId}|${ids.httpMethod}` };
}

async function remove(properties: Properties, context: ResourceContext): Promise<void> {
  const { RestApiId: restApiId, ResourceId: resourceId, HttpMethod: httpMethod } = properties;
  await context.call(service, 'DeleteMethod', { restApiId, resourceId, httpMethod });
}

export const method: ResourceType = {
  needs: ['apigateway:PutMethod'],
  identifiers: ['RestApiId', 'ResourceId', 'HttpMethod'],
  replacedBy: ['RestApiId', 'ResourceId', 'HttpMethod'],
  required: ['RestApiId', 'ResourceId', 'HttpMethod'],
  properties: new Set([
    ...['ApiKeyRequired', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'HttpMethod', 'Integration'],
    ...['MethodResponses', 'OperationName', 'RequestModels', 'RequestParameters', 'RequestValidatorId', 'ResourceId'],
    'RestApiId',
  ]),
  create: (properties, context) => put({ AuthorizationType: 'NONE', ...properties }, context),
  async update(_made, properties, before, context) {
    await ignoringGone(remove(before, context));
    return put({ AuthorizationType: 'NONE', ...properties }, context);
  },
  delete: (_made, properties, context) => remove(properties, context),
};
