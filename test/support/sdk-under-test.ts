/** An API to make SDKs of, the guide's calculator with a few guarded methods, and the SDKs unpacked. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  CreateApiKeyCommand,
  CreateDeploymentCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  GetSdkCommand,
  ImportRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import { strFromU8, unzipSync } from 'fflate';
import { httpBackend } from './backends.ts';
import type { TestGatewright } from './gatewright-in-process.ts';
import { allowInvoke, iamUnderTest, type Keys, policyOf } from './iam-under-test.ts';

export interface CalculatorApi {
  readonly id: string;
  /** Of a user who may call everything. */
  readonly keys: Keys;
  /** Value of a key of the stage's usage plan. */
  readonly apiKey: string;
}

const cors = { 'Access-Control-Allow-Origin': '*' };

/** `GET /?a&b&op`, `POST /` with an Input, `GET /{a}/{b}/{op}`: all answer a Result; what else is called is told back. */
async function calculator(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += chunk;
  const url = new URL(request.url!, 'http://backend');
  const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const query = Object.fromEntries(url.searchParams);
  const isCalculation = parts[0] === '' || (parts.length === 3 && parts[0] !== 'files');
  const given = parts.length === 3 ? { a: parts[0], b: parts[1], op: parts[2] } : query;
  const input = body !== '' ? JSON.parse(body) : given;
  const [a, b] = [Number(input.a), Number(input.b)];
  const results: Record<string, number> = { '+': a + b, '-': a - b, '*': a * b, div: a / b };
  const told = { path: url.pathname, query, trace: request.headers['x-trace'], body };
  const result = { input: { a, b, op: input.op }, output: { c: results[input.op] } };
  response.writeHead(isCalculation && results[input.op] === undefined ? 422 : 200, {
    'Content-Type': 'application/json',
    ...cors,
  });
  response.end(JSON.stringify(isCalculation ? result : told));
}

const parameter = (name: string, where: string) => ({ name, in: where, required: where === 'path', type: 'string' });
const answers = { 200: { description: 'ok', schema: { $ref: '#/definitions/Result' } } };

/** OpenAPI, as the guide has it ("Simple calculator API OpenAPI definition"). */
function definition(backend: string, name: string): object {
  const to = (httpMethod: string, path: string, requestParameters = {}) => ({
    'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod, uri: `${backend}${path}`, requestParameters },
  });
  const options = {
    options: {
      responses: {
        200: {
          description: 'ok',
          headers: {
            'Access-Control-Allow-Origin': { type: 'string' },
            'Access-Control-Allow-Headers': { type: 'string' },
            'Access-Control-Allow-Methods': { type: 'string' },
          },
        },
      },
      'x-amazon-apigateway-integration': {
        type: 'mock',
        requestTemplates: { 'application/json': '{"statusCode": 200}' },
        responses: {
          default: {
            statusCode: '200',
            responseParameters: {
              'method.response.header.Access-Control-Allow-Origin': "'*'",
              'method.response.header.Access-Control-Allow-Headers':
                "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Trace'",
              'method.response.header.Access-Control-Allow-Methods': "'GET,POST,OPTIONS'",
            },
          },
        },
      },
    },
  };
  const fromPath = { 'integration.request.path.path': 'method.request.path.path' };
  return {
    swagger: '2.0',
    info: { title: name, version: '1' },
    securityDefinitions: {
      api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
      sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    },
    paths: {
      '/': {
        get: {
          parameters: [parameter('op', 'query'), parameter('a', 'query'), parameter('b', 'query')],
          responses: answers,
          ...to('GET', '/'),
        },
        post: {
          parameters: [{ in: 'body', name: 'Input', required: true, schema: { $ref: '#/definitions/Input' } }],
          responses: answers,
          ...to('POST', '/'),
        },
        ...options,
      },
      '/{a}/{b}/{op}': {
        get: {
          parameters: ['a', 'b', 'op'].map((each) => parameter(each, 'path')),
          responses: answers,
          ...to(
            'GET',
            '/{a}/{b}/{op}',
            Object.fromEntries(
              ['a', 'b', 'op'].map((each) => [`integration.request.path.${each}`, `method.request.path.${each}`]),
            ),
          ),
        },
        ...options,
      },
      '/files/{path+}': {
        get: {
          operationId: 'readFile',
          parameters: [parameter('path', 'path'), parameter('X-Trace', 'header'), parameter('part-no', 'query')],
          responses: { 200: { description: 'ok' } },
          ...to('GET', '/files/{path}', fromPath),
        },
        ...options,
      },
      '/keyed': { get: { security: [{ api_key: [] }], responses: answers, ...to('GET', '/keyed') }, ...options },
      '/signed': {
        get: { security: [{ sigv4: [] }], responses: { 200: { description: 'ok' } }, ...to('GET', '/signed') },
        post: { security: [{ sigv4: [] }], responses: { 200: { description: 'ok' } }, ...to('POST', '/signed') },
        ...options,
      },
      '/any': { 'x-amazon-apigateway-any-method': { responses: answers, ...to('ANY', '/any') } },
    },
    definitions: {
      Input: {
        type: 'object',
        title: 'Input',
        properties: { a: { type: 'number' }, b: { type: 'number' }, op: { type: 'string' } },
      },
      Output: { type: 'object', title: 'Output', properties: { c: { type: 'number' } } },
      Result: {
        type: 'object',
        title: 'Result',
        properties: { input: { $ref: '#/definitions/Input' }, output: { $ref: '#/definitions/Output' } },
      },
    },
  };
}

/** Made, deployed to `test` and callable with keys; its backend ends with the test. */
export async function calculatorApi(
  t: TestContext,
  gatewright: TestGatewright,
  name = 'SimpleCalc',
): Promise<CalculatorApi> {
  const { apigateway } = gatewright;
  const backend = await httpBackend((request, response) => void calculator(request, response));
  t.after(() => backend.close());
  const { id } = await apigateway.send(
    new ImportRestApiCommand({ body: Buffer.from(JSON.stringify(definition(backend.origin, name))) }),
  );
  await apigateway.send(new CreateDeploymentCommand({ restApiId: id!, stageName: 'test' }));
  const key = await apigateway.send(new CreateApiKeyCommand({ name, enabled: true }));
  const plan = await apigateway.send(new CreateUsagePlanCommand({ name, apiStages: [{ apiId: id!, stage: 'test' }] }));
  await apigateway.send(new CreateUsagePlanKeyCommand({ usagePlanId: plan.id!, keyId: key.id!, keyType: 'API_KEY' }));
  const iam = iamUnderTest(gatewright);
  const keys = await iam.user(`caller-of-${id}`, policyOf(allowInvoke()));
  iam.close();
  return { id: id!, keys, apiKey: key.value! };
}

export interface UnpackedSdk {
  /** Path within the archive → text. */
  readonly files: Readonly<Record<string, string>>;
  /** Where they lie. */
  readonly folder: string;
}

/** The SDK as a caller gets it, in a folder that goes with the test. */
export async function unpackedSdk(
  t: TestContext,
  gatewright: TestGatewright,
  restApiId: string,
  sdkType: string,
  parameters: Record<string, string> = {},
): Promise<UnpackedSdk> {
  const { body } = await gatewright.apigateway.send(
    new GetSdkCommand({ restApiId, stageName: 'test', sdkType, parameters }),
  );
  const files = Object.fromEntries(Object.entries(unzipSync(body!)).map(([path, bytes]) => [path, strFromU8(bytes)]));
  const folder = mkdtempSync(join(tmpdir(), 'sdk-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { files, folder };
}
