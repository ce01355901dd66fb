/** Every operation of every model, called with the official SDK: our side must read what the SDK wrote, and the SDK must read what we answer. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import * as apigateway from '@aws-sdk/client-api-gateway';
import * as management from '@aws-sdk/client-apigatewaymanagementapi';
import * as apigatewayv2 from '@aws-sdk/client-apigatewayv2';
import * as lambda from '@aws-sdk/client-lambda';
import * as xray from '@aws-sdk/client-xray';
import { dialectOf } from './dialects.ts';
import { restJsonProtocol } from './rest-json-protocol.ts';
import { loadModel, type ModelName, type Shape } from './service-model.ts';
import { fromSdkRequest, headerRecord, type SdkRequest } from './testing/sdk-request.ts';

interface SdkClient {
  send(command: unknown): Promise<Record<string, unknown>>;
  destroy(): void;
}
type SdkModule = Record<string, new (input: unknown) => unknown>;

const atMs = Date.UTC(2026, 2, 4, 5, 6, 7);

/** A value with every member present; times as the SDK's Dates or as our milliseconds. */
function sample(
  shape: Shape,
  side: 'sdk' | 'ours',
  enumValues = shape.enumValues,
  seen: readonly Shape[] = [],
): unknown {
  if (enumValues !== undefined) return enumValues[0];
  if (seen.includes(shape)) return undefined;
  const inside = [...seen, shape];
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        shape.members
          .map((member) => [member.name, sample(member.shape, side, member.enumValues, inside)] as const)
          .filter(([, value]) => value !== undefined),
      );
    case 'list':
      return [sample(shape.element!, side, undefined, inside)].filter((value) => value !== undefined);
    case 'map':
      return { 'a key': sample(shape.value!, side, undefined, inside) };
    case 'timestamp':
      return side === 'sdk' ? new Date(atMs) : atMs;
    case 'blob':
      return new Uint8Array([0, 1, 254, 255]);
    case 'boolean':
      return true;
    case 'integer':
    case 'long':
      return 200;
    case 'double':
    case 'float':
      return 0.5;
    default:
      return 'a b/c:ü+%2F';
  }
}

/** Bytes as arrays, Dates as numbers, so that both sides compare. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, item]) => item !== undefined && name !== '$metadata')
      .map(([name, item]) => [name, comparable(item)]),
  );
}

/** The services that speak rest-json. */
type RestJsonModel = Extract<ModelName, 'apigateway' | 'apigatewayv2' | 'apigatewaymanagementapi' | 'lambda' | 'xray'>;

const sdks: Record<RestJsonModel, { module: unknown; client: string }> = {
  apigateway: { module: apigateway, client: 'APIGatewayClient' },
  apigatewayv2: { module: apigatewayv2, client: 'ApiGatewayV2Client' },
  apigatewaymanagementapi: { module: management, client: 'ApiGatewayManagementApiClient' },
  lambda: { module: lambda, client: 'LambdaClient' },
  xray: { module: xray, client: 'XRayClient' },
};

/** Event streams and streamed bodies are not compared; see service.ts for who refuses them. */
const leftOut = new Set(['InvokeWithResponseStream', 'InvokeAsync']);

/** Output members of the model that the SDK does not read. */
const unknownToSdk: Record<string, readonly string[]> = { GetSdkTypes: ['position'] };

for (const [name, sdk] of Object.entries(sdks) as [RestJsonModel, (typeof sdks)[RestJsonModel]][]) {
  const model = loadModel(name);
  const protocol = restJsonProtocol(model, dialectOf(model));
  const module = sdk.module as SdkModule;
  const operations = model.operationNames.filter((operation) => !leftOut.has(operation));

  const row = name.startsWith('apigatewayv') || name === 'apigateway' ? '[CP-01] ' : '';
  test(`${row}${name}: ${operations.length} operations survive the way from the SDK and back`, async () => {
    let received: { operation: string; input: unknown } | undefined;
    const client = new module[sdk.client]!({
      region: 'eu-west-1',
      endpoint: 'http://localhost:4566',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      requestHandler: {
        async handle(sdkRequest: SdkRequest) {
          const request = fromSdkRequest(sdkRequest);
          const matched = protocol.match({ request, query: new URLSearchParams(request.query) });
          assert.ok(matched, `${request.method} ${request.path}?${request.query} is no operation`);
          received = { operation: matched.operation.name, input: matched.decode() };
          const output = matched.operation.output && sample(matched.operation.output, 'ours');
          const reply = protocol.encode(matched.operation, output, 'id', (body) => body);
          return {
            response: { statusCode: reply.status, headers: headerRecord(reply), body: Buffer.from(reply.body) },
          };
        },
      },
    }) as SdkClient;
    for (const operationName of operations) {
      const Command = module[`${operationName}Command`];
      assert.ok(Command, `the SDK has no ${operationName}`);
      const operation = model.operation(operationName);
      const sdkInput = sample(operation.input, 'sdk') as Record<string, unknown>;
      const ourInput = sample(operation.input, 'ours') as Record<string, unknown>;
      const output = await client.send(new Command(sdkInput));
      assert.equal(received?.operation, operationName);
      assert.deepEqual(comparable(received?.input), comparable(ourInput), `input of ${operationName}`);
      const wanted = (operation.output === undefined ? {} : sample(operation.output, 'ours')) as Record<
        string,
        unknown
      >;
      for (const member of unknownToSdk[operationName] ?? []) delete wanted[member];
      assert.deepEqual(comparable(output), comparable(wanted), `output of ${operationName}`);
    }
    client.destroy();
  });
}
