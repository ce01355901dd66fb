/** The whole product in this process on a free port, in memory, for tests that talk to it with real clients. */
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { defaultSettings, type Settings } from '../../src/app/settings.ts';
import { start } from '../../src/app/start.ts';

export interface TestGatewright {
  readonly endpoint: string;
  readonly port: number;
  readonly apigateway: APIGatewayClient;
  readonly lambda: LambdaClient;
  /** `http://…/_aws/execute-api/{api}/{stage}` */
  invokeUrl(apiId: string, stage: string): string;
  close(): Promise<void>;
}

/** Client settings that any AWS SDK v3 client takes. */
export function clientConfig(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
}

export async function startTestGatewright(settings: Partial<Settings> = {}): Promise<TestGatewright> {
  const running = await start({
    ...defaultSettings,
    dataDirectory: undefined,
    port: 0,
    logLevel: 'silent',
    drainMs: 1000,
    ...settings,
  });
  const { endpoint } = running;
  const apigateway = new APIGatewayClient(clientConfig(endpoint));
  const lambda = new LambdaClient(clientConfig(endpoint));
  return {
    endpoint,
    port: Number(new URL(endpoint).port),
    apigateway,
    lambda,
    invokeUrl: (apiId, stage) => `${endpoint}/_aws/execute-api/${apiId}/${stage}`,
    async close() {
      apigateway.destroy();
      lambda.destroy();
      await running.close();
    },
  };
}
