/** REST APIs of the tour: a few methods written as OpenAPI, the shortest way to say them, imported and deployed. */
import {
  CreateDeploymentCommand,
  type CreateDeploymentCommandInput,
  DeleteRestApiCommand,
  ImportRestApiCommand,
  type PatchOperation,
  PutRestApiCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import type { Tour } from './context.ts';

/** `GET /pets` → the operation object of OpenAPI. */
export type Methods = Readonly<Record<string, object>>;

export interface RestApi {
  readonly id: string;
  /** Replaces all methods; unseen by callers until `deploy`. */
  replace(methods: Methods, more?: object): Promise<void>;
  /** Deploys on the stage `prod`, which is made by the first time; the id of the deployment. */
  deploy(more?: Omit<CreateDeploymentCommandInput, 'restApiId'>): Promise<string>;
  /** Sets these members of the stage `prod`, path → value. */
  set(values: Readonly<Record<string, string>>): Promise<void>;
  update(patchOperations: PatchOperation[]): Promise<void>;
  url(path: string, stage?: string): string;
}

/** Made, not yet deployed. `more` are further members of the OpenAPI document. */
export async function restApi(tour: Tour, methods: Methods, more: object = {}): Promise<RestApi> {
  const { apigateway } = tour;
  const { id } = await apigateway.send(new ImportRestApiCommand({ body: documentOf(tour, methods, more) }));
  const restApiId = id!;
  tour.afterwards(() => apigateway.send(new DeleteRestApiCommand({ restApiId })));
  const update: RestApi['update'] = async (patchOperations) => {
    await apigateway.send(new UpdateStageCommand({ restApiId, stageName: 'prod', patchOperations }));
  };
  return {
    id: restApiId,
    async replace(replacement, others = more) {
      const body = documentOf(tour, replacement, others);
      await apigateway.send(new PutRestApiCommand({ restApiId, mode: 'overwrite', body }));
    },
    async deploy(settings = {}) {
      const input = { restApiId, stageName: 'prod', ...settings };
      return (await apigateway.send(new CreateDeploymentCommand(input))).id!;
    },
    update,
    set: (values) => update(Object.entries(values).map(([path, value]) => ({ op: 'replace', path, value }))),
    url: (path, stage = 'prod') => `${tour.endpoint}/_aws/execute-api/${restApiId}/${stage}${path}`,
  };
}

function documentOf(tour: Tour, methods: Methods, more: object): Uint8Array {
  const paths: Record<string, Record<string, object>> = {};
  for (const [label, operation] of Object.entries(methods)) {
    const [method, path] = label.split(' ') as [string, string];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  const info = { title: `tour-${tour.run}`, version: '1' };
  return Buffer.from(JSON.stringify({ openapi: '3.0.1', info, paths, ...more }));
}

/** A method that answers 200 with this text (a template of VTL) without any backend. */
export const mock = (body: string, more: object = {}): object => ({
  responses: { 200: { description: 'OK' } },
  'x-amazon-apigateway-integration': {
    type: 'mock',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    responses: { default: { statusCode: '200', responseTemplates: { 'application/json': body } } },
  },
  ...more,
});

/** A method that hands its request to the function of this ARN. */
export const lambdaProxy = (functionArn: string, more: object = {}): object => ({
  'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri: invocationUri(functionArn) },
  ...more,
});

/** The ARN by which API Gateway names the call of a function. */
export const invocationUri = (functionArn: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
