/** A WebSocket API on a running product, made with the official SDK from a few routes. */
import {
  type ApiGatewayV2Client,
  CreateApiCommand,
  type CreateApiCommandInput,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  type CreateIntegrationCommandInput,
  CreateIntegrationResponseCommand,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateRouteResponseCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';

export interface RouteMade extends Partial<Omit<CreateRouteCommandInput, 'ApiId' | 'RouteKey'>> {
  readonly integration?: Partial<CreateIntegrationCommandInput>;
  /** Template of the `$default` integration response. */
  readonly response?: string;
  readonly twoWay?: boolean;
}

/** Makes and deploys it on the stage `dev`; resolves to its id. */
export async function createSocketApi(
  client: ApiGatewayV2Client,
  routes: Readonly<Record<string, RouteMade>>,
  api: Partial<CreateApiCommandInput> = {},
): Promise<string> {
  const { ApiId } = await client.send(
    new CreateApiCommand({
      Name: 'sockets',
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
      ...api,
    }),
  );
  for (const [RouteKey, route] of Object.entries(routes)) await createRoute(client, ApiId!, RouteKey, route);
  await client.send(new CreateStageCommand({ ApiId, StageName: 'dev' }));
  await client.send(new CreateDeploymentCommand({ ApiId, StageName: 'dev' }));
  return ApiId!;
}

export async function createRoute(
  client: ApiGatewayV2Client,
  ApiId: string,
  RouteKey: string,
  { integration, response, twoWay, ...more }: RouteMade,
): Promise<string> {
  let Target: string | undefined;
  if (integration !== undefined) {
    const { IntegrationId } = await client.send(
      new CreateIntegrationCommand({ ApiId, IntegrationType: 'MOCK', ...integration }),
    );
    Target = `integrations/${IntegrationId}`;
    if (response !== undefined) {
      const ResponseTemplates = { $default: response };
      await client.send(
        new CreateIntegrationResponseCommand({
          ApiId,
          IntegrationId,
          IntegrationResponseKey: '$default',
          ResponseTemplates,
        }),
      );
    }
  }
  const { RouteId } = await client.send(
    new CreateRouteCommand({ ApiId, RouteKey, ...(Target !== undefined && { Target }), ...more }),
  );
  if (twoWay === true) {
    await client.send(new CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: '$default' }));
  }
  return RouteId!;
}

/** A mock that answers with a template. */
export const mock = (response: string): RouteMade => ({
  integration: { RequestTemplates: { $default: '{"statusCode": 200}' } },
  response,
  twoWay: true,
});
