/** Where REST API records stand in the store: the agreement between control, which writes them, and the deployments adapter, which reads them. */
import type {
  Account,
  Deployment,
  GatewayResponse,
  Method,
  Model,
  RequestValidator,
  Resource,
  RestApi,
  Stage,
} from '../definition/rest-api.ts';
import type { RestSnapshot } from '../definition/snapshot.ts';
import { collection } from './store.ts';

/** `[apiId]`; ids are unique over all accounts and over REST, HTTP and WebSocket APIs. */
export const restApis = collection<RestApi>('rest-api');
/** `[apiId, resourceId]` */
export const resources = collection<Resource>('resource');
/** `[apiId, resourceId, VERB]` */
export const methods = collection<Method>('method');
/** `[apiId, modelName]` */
export const models = collection<Model>('model');
/** `[apiId, TYPE]`; only customised ones are kept. */
export const gatewayResponses = collection<GatewayResponse>('gateway-response');
/** `[apiId, validatorId]` */
export const requestValidators = collection<RequestValidator>('request-validator');
/** `[apiId, deploymentId]` */
export const deployments = collection<Deployment>('deployment');
/** `[apiId, deploymentId]` */
export const snapshots = collection<RestSnapshot>('snapshot');
/** `[apiId, stageName]` */
export const stages = collection<Stage>('stage');
/** `[account, region]` */
export const accounts = collection<Account>('account');
