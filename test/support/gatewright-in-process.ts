/** The whole product in this process on a free port, in memory, for tests that talk to it with real clients. */
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { compose } from '../../src/app/compose/compose.ts';
import { endpointUrl } from '../../src/app/endpoint-url.ts';
import { defaultSettings, type Settings } from '../../src/app/settings.ts';
import { version } from '../../src/app/version.ts';
import type { Log } from '../../src/ports/telemetry.ts';

export interface TestGatewright {
  readonly endpoint: string;
  readonly port: number;
  readonly apigateway: APIGatewayClient;
  readonly lambda: LambdaClient;
  /** Every warning and error logged so far, in order: what an operator would see. */
  readonly complaints: readonly string[];
  /** Of a VPC endpoint with a listener of its own. */
  vpcEndpointPort(id: string): number;
  /** Of the listeners that serve APIs alone, in the order of the settings. */
  readonly apiPorts: readonly number[];
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
  const complaints: string[] = [];
  const keep = (message: string): number => complaints.push(message);
  const log: Log = { debug() {}, info() {}, warn: keep, error: keep };
  const running = await compose(
    { ...defaultSettings, dataDirectory: undefined, port: 0, drainMs: 1000, ...settings },
    log,
    version(),
  );
  const endpoint = endpointUrl(settings.host ?? defaultSettings.host, running.port);
  const apigateway = new APIGatewayClient(clientConfig(endpoint));
  const lambda = new LambdaClient(clientConfig(endpoint));
  return {
    endpoint,
    port: running.port,
    apigateway,
    lambda,
    complaints,
    vpcEndpointPort: (id) => running.vpcEndpointPorts.get(id)!,
    apiPorts: running.apiPorts,
    invokeUrl: (apiId, stage) => `${endpoint}/_aws/execute-api/${apiId}/${stage}`,
    async close() {
      apigateway.destroy();
      lambda.destroy();
      await running.close();
    },
  };
}
