/**
 * The sample `rides`: REST API WildRydes with POST /ride (Lambda proxy to RequestUnicorn) and OPTIONS /ride (mock, CORS), stage prod.
 * Built with the same AWS calls a user would make (docs/getting-started.md), once per data directory: what a user changes or deletes
 * afterwards stays so.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collection, type Store } from '../ports/store.ts';
import type { AwsClient } from './aws-client.ts';

/** `[sample name]` */
const samples = collection<{ readonly apiId: string }>('sample');

const functionSource = join(import.meta.dirname, '../../examples/rides/request-unicorn/index.mjs');
const region = 'us-east-1';
const account = '000000000000';
const functionArn = `arn:aws:lambda:${region}:${account}:function:RequestUnicorn`;

const corsHeaders: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Headers': "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token'",
  'Access-Control-Allow-Methods': "'POST,OPTIONS'",
  'Access-Control-Allow-Origin': "'*'",
};

/** Creates the sample unless this store has had it; resolves to the API's id, undefined when it was there once and is gone. */
export async function createRidesSample(aws: AwsClient, store: Store): Promise<string | undefined> {
  const known = await store.read((tx) => tx.get(samples, ['rides']));
  if (known !== undefined) return (await isDeployed(aws, known.apiId)) ? known.apiId : undefined;
  await createFunction(aws);
  const apiId = await createApi(aws);
  await store.write(async (tx) => tx.put(samples, ['rides'], { apiId }));
  return apiId;
}

async function isDeployed(aws: AwsClient, apiId: string): Promise<boolean> {
  return aws('GET', `/restapis/${apiId}/stages/prod`).then(
    () => true,
    () => false,
  );
}

async function createFunction(aws: AwsClient): Promise<void> {
  // A start that was killed between the function and the API finds the function there.
  const exists = await aws('GET', '/2015-03-31/functions/RequestUnicorn').then(
    () => true,
    () => false,
  );
  if (exists) return;
  const { zipSync } = await import('fflate');
  const zip = zipSync({ 'index.mjs': readFileSync(functionSource) });
  await aws('POST', '/2015-03-31/functions', {
    FunctionName: 'RequestUnicorn',
    Runtime: 'nodejs26.x',
    Handler: 'index.handler',
    Role: `arn:aws:iam::${account}:role/WildRydesLambda`,
    Timeout: 5,
    Code: { ZipFile: Buffer.from(zip).toString('base64') },
  });
}

async function createApi(aws: AwsClient): Promise<string> {
  const api = await aws('POST', '/restapis', { name: 'WildRydes', endpointConfiguration: { types: ['REGIONAL'] } });
  const apiId = String(api['id']);
  const ride = await aws('POST', `/restapis/${apiId}/resources/${api['rootResourceId']}`, { pathPart: 'ride' });
  const methods = `/restapis/${apiId}/resources/${ride['id']}/methods`;

  await aws('PUT', `${methods}/POST`, { authorizationType: 'NONE' });
  await aws('PUT', `${methods}/POST/integration`, {
    type: 'AWS_PROXY',
    httpMethod: 'POST',
    uri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
  });
  await aws('POST', '/2015-03-31/functions/RequestUnicorn/policy', {
    StatementId: `WildRydes-${apiId}`,
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/*/POST/ride`,
  });

  const parameters = (value: (name: string) => unknown): Record<string, unknown> =>
    Object.fromEntries(Object.keys(corsHeaders).map((name) => [`method.response.header.${name}`, value(name)]));
  await aws('PUT', `${methods}/OPTIONS`, { authorizationType: 'NONE' });
  await aws('PUT', `${methods}/OPTIONS/integration`, {
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
  });
  await aws('PUT', `${methods}/OPTIONS/responses/200`, { responseParameters: parameters(() => false) });
  await aws('PUT', `${methods}/OPTIONS/integration/responses/200`, {
    responseParameters: parameters((name) => corsHeaders[name]),
  });

  await aws('POST', `/restapis/${apiId}/deployments`, { stageName: 'prod', description: 'The ride sample' });
  return apiId;
}

/** What `npm start` prints below the ready line. */
export function ridesIntroduction(apiId: string, endpoint: string): string {
  const invokeUrl = `${endpoint}/_aws/execute-api/${apiId}/prod`;
  return [
    `Sample API WildRydes: ${invokeUrl}`,
    `  curl -X POST ${invokeUrl}/ride -H 'Content-Type: application/json' -d '{"PickupLocation":{"Latitude":47.61,"Longitude":-122.33}}'`,
  ].join('\n');
}
