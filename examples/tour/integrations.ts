/** The five kinds of integration, built by hand: a resource, a method, an integration, and for those that are no proxies the two responses. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteRestApiCommand,
  type IntegrationType,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
} from '@aws-sdk/client-api-gateway';
import type { Tour } from './context.ts';
import { call, expectAnswer } from './expect.ts';
import { lambdaFunction } from './function.ts';
import { invocationUri } from './rest-api.ts';

export async function integrations(tour: Tour): Promise<string> {
  const { apigateway } = tour;
  const backend = createServer((_, response) => response.end('from a web server')).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  tour.afterwards(() => backend.close().closeAllConnections());
  const web = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
  const proxied = await lambdaFunction(
    tour,
    'proxied',
    `export const handler = async () => ({ statusCode: 200, body: 'from a function' });`,
  );
  const plain = await lambdaFunction(tour, 'plain', `export const handler = async ({ name }) => 'hello ' + name;`);

  const { id, rootResourceId } = await apigateway.send(new CreateRestApiCommand({ name: `tour-${tour.run}` }));
  const restApiId = id!;
  tour.afterwards(() => apigateway.send(new DeleteRestApiCommand({ restApiId })));

  const kinds: [IntegrationType, { uri?: string; requestTemplate?: string; answer: string }][] = [
    ['MOCK', { requestTemplate: '{"statusCode": 200}', answer: 'from nowhere' }],
    ['HTTP', { uri: web, answer: 'from a web server' }],
    ['HTTP_PROXY', { uri: web, answer: 'from a web server' }],
    ['AWS', { uri: invocationUri(plain), requestTemplate: '{"name": "Ana"}', answer: '"hello Ana"' }],
    ['AWS_PROXY', { uri: invocationUri(proxied), answer: 'from a function' }],
  ];
  for (const [type, { uri, requestTemplate, answer }] of kinds) {
    const resource = await apigateway.send(
      new CreateResourceCommand({ restApiId, parentId: rootResourceId, pathPart: type.toLowerCase() }),
    );
    const method = { restApiId, resourceId: resource.id, httpMethod: 'GET' };
    await apigateway.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
    await apigateway.send(
      new PutIntegrationCommand({
        ...method,
        type,
        ...(uri !== undefined && { uri, integrationHttpMethod: type.startsWith('AWS') ? 'POST' : 'GET' }),
        ...(requestTemplate !== undefined && { requestTemplates: { 'application/json': requestTemplate } }),
      }),
    );
    if (type.endsWith('_PROXY')) continue;
    const responseTemplates = type === 'MOCK' ? { 'application/json': answer } : undefined;
    await apigateway.send(new PutMethodResponseCommand({ ...method, statusCode: '200' }));
    await apigateway.send(new PutIntegrationResponseCommand({ ...method, statusCode: '200', responseTemplates }));
  }
  await apigateway.send(new CreateDeploymentCommand({ restApiId, stageName: 'prod' }));
  for (const [type, { answer }] of kinds) {
    const url = `${tour.endpoint}/_aws/execute-api/${restApiId}/prod/${type.toLowerCase()}`;
    expectAnswer(`The ${type} integration`, await call(url), 200, answer);
  }
  return `${kinds.map(([type]) => type).join(', ')} answered, each from its own kind of backend`;
}
