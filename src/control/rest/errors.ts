/** AWS's words for what the REST control plane refuses, where more than one file says them; chosen-refusals.ts has those we had to choose ourselves. */
import { Problem } from '../../base/problem.ts';
import type { Call } from '../../wire/call.ts';

/** `why` is for the log alone. */
export const badRequest = (message: string, why = message): Problem =>
  new Problem('BadRequestException', message, { why });
export const conflict = (message: string): Problem => new Problem('ConflictException', message);
export const notFound = (message: string): Problem => new Problem('NotFoundException', message);

/** A quota is used up; `things` in the plural as AWS writes them, e.g. `Stages`. */
export const limitExceeded = (things: string, owner: string): Problem =>
  new Problem(
    'LimitExceededException',
    `Maximum number of ${things} for this ${owner} has been reached. Please contact AWS if you need additional ${things}.`,
    { members: { retryAfterSeconds: '1' } },
  );

export const noSuchApi = (call: Call, restApiId: string): Problem =>
  notFound(`Invalid API identifier specified ${call.account}:${restApiId}`);
/** Where an API is named by a member of the request and not by its path, AWS answers 400 (recorded for request validators). */
export const noSuchNamedApi = (): Problem => badRequest('Invalid REST API identifier specified');
export const noSuchResource = (): Problem => notFound('Invalid Resource identifier specified');
export const noSuchMethod = (): Problem => notFound('Invalid Method identifier specified');
export const noSuchIntegration = (): Problem => notFound('Invalid Integration identifier specified');
export const noSuchResponse = (): Problem => notFound('Invalid Response status code specified');
export const noSuchModel = (name: string): Problem => notFound(`Invalid model name specified: ${name}`);
export const noSuchRequestValidator = (): Problem => notFound('Invalid Request Validator identifier specified');
export const noSuchDeployment = (): Problem => notFound('Invalid Deployment identifier specified');
export const noSuchStage = (): Problem => notFound('Invalid stage identifier specified');
export const noSuchAuthorizer = (): Problem => notFound('Invalid Authorizer identifier specified');
export const noSuchClientCertificate = (): Problem => notFound('Invalid Client Certificate identifier specified');
export const noSuchVpcLink = (): Problem => notFound('Invalid Vpc Link identifier specified');
export const noSuchDomain = (): Problem => notFound('Invalid domain name identifier specified');
export const noSuchMapping = (): Problem => notFound('Invalid base path mapping identifier specified');
export const noSuchAssociation = (): Problem => notFound('Invalid domain name access association identifier specified');
export const noSuchGatewayResponse = (): Problem => notFound('Gateway response type not defined on api');
export const noSuchParameter = (): Problem => notFound('Invalid parameter name specified');
export const noSuchContentType = (): Problem => notFound('Content-Type specified was not found');

export const invalidVerb = (): Problem =>
  badRequest('Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY');
export const invalidArn = (): Problem => badRequest('Invalid ARN specified in the request');

export const concurrentModification = (): Problem =>
  conflict('Unable to complete operation due to concurrent modification. Please try again later.');

/** These three as AWS's users quote them. A method is written `GET//pets` here. */
export const invalidAuthorizerUri = (uri: string): Problem =>
  badRequest(
    `Invalid Authorizer URI: ${uri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
  );
export const authorizerNameTaken = (name: string): Problem =>
  badRequest(`Authorizer name must be unique. Authorizer ${name} already exists in this RestApi.`);
/** Users quote the first sentence; the second is after that of authorizers. */
export const validatorNameTaken = (name: string): Problem =>
  badRequest(`Request Validator name must be unique. Request Validator ${name} already exists in this RestApi.`);
export const authorizerIsReferredTo = (name: string, method: string): Problem =>
  conflict(`Cannot delete authorizer '${name}', is referenced in method: ${method}`);

/** Mapping complaints as AWS wraps them. */
export const invalidMappings = (complaints: readonly string[]): Problem =>
  badRequest(
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [${complaints.join(', ')}]`,
  );
