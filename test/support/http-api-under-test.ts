/** An HTTP API with its routes in a few lines, made through the official SDK as its users would. */
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  type CreateApiCommandInput,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  type CreateIntegrationCommandInput,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateStageCommand,
  type CreateStageCommandInput,
} from '@aws-sdk/client-apigatewayv2';
import { clientConfig, type TestGatewright } from './gatewright-in-process.ts';

/** A route's integration, and under `route` what the route itself has. */
export interface RouteUnderTest extends Omit<CreateIntegrationCommandInput, 'ApiId'> {
  readonly route?: Partial<CreateRouteCommandInput>;
}

export interface HttpApiUnderTest {
  readonly id: string;
  readonly client: ApiGatewayV2Client;
  /** Path style URL; without a stage it is that of `$default`. */
  url(path: string, stage?: string): string;
  /** A deployment of what is there now, on this stage, which is made when it is not there. */
  deploy(stage: string, more?: Partial<CreateStageCommandInput>): Promise<void>;
}

/** Creates an API with these routes, `GET /pets/{id}` → integration, and deploys it on `$default`. */
export async function createHttpApi(
  gatewright: TestGatewright,
  routes: Readonly<Record<string, RouteUnderTest>>,
  api: Partial<CreateApiCommandInput> = {},
  stage: Partial<CreateStageCommandInput> = {},
): Promise<HttpApiUnderTest> {
  const client = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const { ApiId } = await client.send(new CreateApiCommand({ Name: 'under test', ProtocolType: 'HTTP', ...api }));
  for (const [RouteKey, { route, ...integration }] of Object.entries(routes)) {
    const { IntegrationId } = await client.send(new CreateIntegrationCommand({ ApiId, ...integration }));
    const Target = `integrations/${IntegrationId}`;
    await client.send(new CreateRouteCommand({ ApiId, RouteKey, Target, ...route }));
  }

  async function deploy(StageName: string, more: Partial<CreateStageCommandInput> = {}): Promise<void> {
    const { DeploymentId } = await client.send(new CreateDeploymentCommand({ ApiId }));
    await client.send(new CreateStageCommand({ ApiId, StageName, DeploymentId, ...more }));
  }

  await deploy('$default', stage);
  return {
    id: ApiId!,
    client,
    url: (path, name) =>
      `${gatewright.endpoint}/_aws/execute-api/${ApiId}${name === undefined ? '' : `/${name}`}${path}`,
    deploy,
  };
}

/** AWS_PROXY with the function of this ARN. */
export const lambdaRoute = (functionArn: string, more: Partial<RouteUnderTest> = {}): RouteUnderTest => ({
  IntegrationType: 'AWS_PROXY',
  IntegrationUri: functionArn,
  PayloadFormatVersion: '2.0',
  ...more,
});

/** HTTP_PROXY to this address, with the client's verb. */
export const proxyRoute = (uri: string, more: Partial<RouteUnderTest> = {}): RouteUnderTest => ({
  IntegrationType: 'HTTP_PROXY',
  IntegrationUri: uri,
  IntegrationMethod: 'ANY',
  PayloadFormatVersion: '1.0',
  ...more,
});
