/** Finds what an operation names, or says as AWS does what was not there. Checks run in AWS's order: API, resource, method, integration, status. */
import type {
  Authorizer,
  ClientCertificate,
  Integration,
  IntegrationResponse,
  Method,
  MethodResponse,
  Model,
  RequestValidator,
  Resource,
  RestApi,
  VpcLink,
} from '../../definition/rest-api.ts';
import {
  authorizers,
  clientCertificates,
  methods,
  models,
  requestValidators,
  resources,
  restApis,
  vpcLinks,
} from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import {
  noSuchApi,
  noSuchAuthorizer,
  noSuchClientCertificate,
  noSuchIntegration,
  noSuchMethod,
  noSuchModel,
  noSuchRequestValidator,
  noSuchResource,
  noSuchResponse,
  noSuchVpcLink,
} from './errors.ts';

/** An API belongs to one account in one region; for anyone else it does not exist. */
async function ownApi(tx: ReadTransaction, call: Call, restApiId: string): Promise<RestApi | undefined> {
  const api = await tx.get(restApis, [restApiId]);
  return api?.account === call.account && api.region === call.region ? api : undefined;
}

export const isOwnApi = async (tx: ReadTransaction, call: Call, restApiId: string): Promise<boolean> =>
  (await ownApi(tx, call, restApiId)) !== undefined;

export async function findApi(tx: ReadTransaction, call: Call, restApiId: string): Promise<RestApi> {
  const api = await ownApi(tx, call, restApiId);
  if (api === undefined) throw noSuchApi(call, restApiId);
  return api;
}

/** Operations on a resource and below complain about the resource even when it is the API that is missing (recorded). */
export async function findResource(
  tx: ReadTransaction,
  call: Call,
  { restApiId, resourceId }: { restApiId: string; resourceId: string },
): Promise<Resource> {
  const api = await ownApi(tx, call, restApiId);
  const resource = api && (await tx.get(resources, [restApiId, resourceId]));
  if (resource === undefined) throw noSuchResource();
  return resource;
}

/** Complains about the model even when it is the API that is missing (recorded), as does the next. */
export async function findModel(tx: ReadTransaction, call: Call, restApiId: string, name: string): Promise<Model> {
  const api = await ownApi(tx, call, restApiId);
  const model = api && (await tx.get(models, [restApiId, name]));
  if (model === undefined) throw noSuchModel(name);
  return model;
}

export async function findRequestValidator(
  tx: ReadTransaction,
  call: Call,
  restApiId: string,
  id: string,
): Promise<RequestValidator> {
  const api = await ownApi(tx, call, restApiId);
  const validator = api && (await tx.get(requestValidators, [restApiId, id]));
  if (validator === undefined) throw noSuchRequestValidator();
  return validator;
}

export async function findAuthorizer(
  tx: ReadTransaction,
  call: Call,
  restApiId: string,
  id: string,
): Promise<Authorizer> {
  const api = await ownApi(tx, call, restApiId);
  const authorizer = api && (await tx.get(authorizers, [restApiId, id]));
  if (authorizer === undefined) throw noSuchAuthorizer();
  return authorizer;
}

export async function findVpcLink(tx: ReadTransaction, call: Call, vpcLinkId: string): Promise<VpcLink> {
  const link = await tx.get(vpcLinks, [call.account, call.region, vpcLinkId]);
  if (link === undefined) throw noSuchVpcLink();
  return link;
}

export async function findClientCertificate(tx: ReadTransaction, call: Call, id: string): Promise<ClientCertificate> {
  const certificate = await tx.get(clientCertificates, [call.account, call.region, id]);
  if (certificate === undefined) throw noSuchClientCertificate();
  return certificate;
}

export interface MethodName {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly httpMethod: string;
}

/** `missing` is what to say when the method is not there; DeleteIntegrationResponse names the integration (recorded). */
export async function findMethod(
  tx: ReadTransaction,
  call: Call,
  name: MethodName,
  missing: () => Error = noSuchMethod,
): Promise<Method> {
  await findResource(tx, call, name);
  const method = await tx.get(methods, methodKey(name));
  if (method === undefined) throw missing();
  return method;
}

export const methodKey = ({ restApiId, resourceId, httpMethod }: MethodName): readonly string[] => [
  restApiId,
  resourceId,
  httpMethod,
];

export function integrationOf(method: Method): Integration {
  if (method.integration === undefined) throw noSuchIntegration();
  return method.integration;
}

export function methodResponseOf(method: Method, statusCode: string): MethodResponse {
  const response = method.methodResponses?.[statusCode];
  if (response === undefined) throw noSuchResponse();
  return response;
}

export function integrationResponseOf(integration: Integration, statusCode: string): IntegrationResponse {
  const response = integration.integrationResponses?.[statusCode];
  if (response === undefined) throw noSuchResponse();
  return response;
}
