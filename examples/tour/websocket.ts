/** A WebSocket API: messages find their route, and the server can speak first. */
import { once } from 'node:events';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import {
  CreateApiCommand,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  CreateIntegrationResponseCommand,
  CreateRouteCommand,
  CreateRouteResponseCommand,
  CreateStageCommand,
  DeleteApiCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Tour } from './context.ts';
import { expect } from './expect.ts';

export async function webSocket(tour: Tour): Promise<string> {
  const address = await socketApi(tour);
  const socket = new WebSocket(address.replace(/^http/, 'ws'));
  tour.afterwards(() => socket.close());
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`The handshake with ${address} was refused`));
  });
  const next = async (): Promise<string> => {
    const signal = AbortSignal.timeout(5000);
    const [event] = (await once(socket, 'message', { signal }).catch(() => {
      throw new Error('No message came over the WebSocket within 5 s');
    })) as [MessageEvent];
    return String(event.data);
  };

  socket.send(JSON.stringify({ action: 'whoami' }));
  const { id, route } = JSON.parse(await next()) as { id: string; route: string };
  expect(route === 'whoami', `A message {"action":"whoami"} took the route ${route}`);

  const management = new ApiGatewayManagementApiClient({ ...tour.client, endpoint: address });
  tour.afterwards(() => management.destroy());
  const said = next();
  await management.send(new PostToConnectionCommand({ ConnectionId: id, Data: Buffer.from('hello from the server') }));
  const heard = await said;
  expect(heard === 'hello from the server', `The connection heard "${heard}"`);
  return `a message took the route whoami, and the server told connection ${id} "${heard}"`;
}

/** The address of a deployed API whose only route answers the connection's id. */
async function socketApi({ endpoint, apigatewayv2, run, afterwards }: Tour): Promise<string> {
  const { ApiId } = await apigatewayv2.send(
    new CreateApiCommand({
      Name: `tour-${run}`,
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    }),
  );
  afterwards(() => apigatewayv2.send(new DeleteApiCommand({ ApiId })));
  const { IntegrationId } = await apigatewayv2.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'MOCK',
      TemplateSelectionExpression: '200',
      RequestTemplates: { 200: '{"statusCode": 200}' },
    }),
  );
  await apigatewayv2.send(
    new CreateIntegrationResponseCommand({
      ApiId,
      IntegrationId,
      IntegrationResponseKey: '$default',
      TemplateSelectionExpression: '200',
      ResponseTemplates: { 200: '{"id":"$context.connectionId","route":"$context.routeKey"}' },
    }),
  );
  const Target = `integrations/${IntegrationId}`;
  const { RouteId } = await apigatewayv2.send(
    new CreateRouteCommand({ ApiId, RouteKey: 'whoami', Target, RouteResponseSelectionExpression: '$default' }),
  );
  await apigatewayv2.send(new CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: '$default' }));
  const { DeploymentId } = await apigatewayv2.send(new CreateDeploymentCommand({ ApiId }));
  await apigatewayv2.send(new CreateStageCommand({ ApiId, StageName: 'prod', DeploymentId }));
  return `${endpoint}/_aws/execute-api/${ApiId}/prod`;
}
