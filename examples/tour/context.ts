/** What every heading of the tour is given: clients of one endpoint, a name of its own for this run, and a list of what to remove. */
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { LambdaClient } from '@aws-sdk/client-lambda';

/** Resolves to the sentence that says what was seen; rejects with one that says what was not as it should be. */
export type Heading = (tour: Tour) => Promise<string>;

export interface Tour {
  readonly endpoint: string;
  /** Settings of any AWS SDK client that talks to the endpoint. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** In the names of functions, users and domains, so that nobody else's are touched. */
  readonly run: string;
  readonly apigateway: APIGatewayClient;
  readonly apigatewayv2: ApiGatewayV2Client;
  readonly lambda: LambdaClient;
  /** Remembers how to remove what was just made. */
  afterwards(remove: () => unknown): void;
  /** Removes everything remembered, last made first; rejects in the end when something could not be removed. */
  removeAll(): Promise<void>;
  close(): void;
}

/** Credentials are those of the environment; without them any will do, as the product asks for none in dev mode. */
export function openTour(endpoint: string): Tour {
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'test', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'test' } = process.env;
  const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
  const apigateway = new APIGatewayClient(client);
  const apigatewayv2 = new ApiGatewayV2Client(client);
  const lambda = new LambdaClient(client);
  const removals: (() => unknown)[] = [];
  return {
    endpoint,
    client,
    run: crypto.randomUUID().slice(0, 8),
    apigateway,
    apigatewayv2,
    lambda,
    afterwards: (remove) => removals.push(remove),
    async removeAll() {
      const failures: unknown[] = [];
      for (let remove = removals.pop(); remove !== undefined; remove = removals.pop()) {
        try {
          await remove();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, `not all could be removed: ${failures.join('; ')}`);
    },
    close() {
      apigateway.destroy();
      apigatewayv2.destroy();
      lambda.destroy();
    },
  };
}
