/**
 * Refusals whose AWS wording we do not know: what is refused is AWS's rule, how it is said is our choice, in AWS's manner. Whoever finds the real
 * sentence changes it here. Sentences that were recorded or quoted by AWS's users stand where they are used, and in errors.ts.
 */
import type { Problem } from '../../base/problem.ts';
import { badRequest, conflict, notFound } from './errors.ts';

/** A value outside of what a member may be, e.g. `Invalid security policy specified: TLS_9`. */
export const invalidValue = (what: string, value: string, options: readonly string[] = []): Problem =>
  badRequest(
    `Invalid ${what} specified: ${value}${options.length > 0 ? `. Valid options are ${options.join(', ')}` : ''}`,
  );

/** Throws unless the value is one of the options. */
export function requireOneOf(what: string, value: string, options: readonly string[]): void {
  if (!options.includes(value)) throw invalidValue(what, value, options);
}

/** Throws when a text member is empty; after the recorded `Customer Id cannot be an empty string`. */
export function requireText(value: string | undefined, member: string): void {
  if (value === '') throw badRequest(`${member} cannot be an empty string`);
}

/** An identifier of something that is not there, in a place where AWS answers 400. */
export const invalidIdentifier = (what: string): Problem => badRequest(`Invalid ${what} identifier specified`);

export const noSuchMediaType = (): Problem => notFound('Invalid binary media type specified');
export const noSuchSdkType = (): Problem => notFound('Invalid SDK type identifier specified');
export const missingSdkParameter = (sdkType: string, name: string): Problem =>
  badRequest(`Missing required parameter ${name} for sdk type ${sdkType}`);
export const badSdkParameter = (name: string, value: string): Problem =>
  badRequest(`Invalid value for parameter ${name} specified: ${value.slice(0, 200)}`);
export const noSuchVariable = (): Problem => notFound('Invalid stage variable name specified');

export const tooMany = (things: string, owner: string, limit: number): Problem =>
  badRequest(`The maximum number of ${things} allowed on a ${owner} is ${limit}`);
export const policyTooLong = (limit: number): Problem =>
  badRequest(`Resource policy exceeds the maximum length of ${limit} characters`);

export const usagePlansStay = (): Problem => badRequest('Usage Plans cannot be disabled once enabled');
export const severalEndpointTypes = (): Problem => badRequest('Cannot create an api with multiple Endpoint Types');
export const privateIsTls12 = (): Problem =>
  badRequest('Private REST APIs support TLS 1.2 and later only. Choose a security policy other than TLS_1_0.');

export const privateIsDualstack = (): Problem =>
  badRequest('Only dualstack ipAddressType is supported for Private APIs.');
export const endpointCannotChange = (from: string, to: string): Problem =>
  badRequest(`Cannot update endpoint from ${from} to ${to}`);

export const rootStays = (): Problem => badRequest('Root resource cannot be updated.');
export const rootIsNotDeleted = (): Problem => badRequest('Cannot delete root resource.');
export const resourceBelowItself = (): Problem => badRequest('Resources cannot be cyclical.');

export const schemaTooLong = (limit: number): Problem =>
  badRequest(`Model schema exceeds the maximum length of ${limit} characters`);
export const schemaMissing = (): Problem =>
  badRequest('Model schema must have at least 1 property or array items defined');
/** Stands among the `errors : […]` of an invalid model. */
export const modelNameNotFound = (name: string): string => `Invalid model name specified: ${name}`;
/** After the recorded `Cannot delete model 'X', is referenced in method request: /pets/POST`, as is the next. */
export const modelIsReferredTo = (name: string, by: string): Problem =>
  conflict(`Cannot delete model '${name}', is referenced in model: ${by}`);
export const validatorIsReferredTo = (id: string, method: string): Problem =>
  conflict(`Cannot delete request validator '${id}', is referenced in method: ${method}`);

export const authorizerNeeds = (type: string, what: string): Problem =>
  badRequest(`An authorizer of type ${type} must specify ${what}`);
export const invalidProvider = (arn: string): Problem => badRequest(`Invalid Cognito User Pool ARN specified: ${arn}`);
export const invalidTokenSource = (source: string): Problem =>
  badRequest(
    `Invalid token identity source expression: ${source}. The source must be a request header, matching 'method.request.header.[a-zA-Z0-9._-]+'`,
  );
/** After the recorded sentence about WebSocket APIs. */
export const invalidIdentitySources = (sources: string): Problem =>
  badRequest(
    `Invalid request identity source expression: ${sources}. The sources must be separated by comma, and each source must be either a request ` +
      "parameter, matching 'method.request.querystring|header.[a-zA-Z0-9._-]+', or a stage variable, matching 'stageVariables.[a-zA-Z0-9._-]+', " +
      "or a context parameter, matching 'context.[a-zA-Z0-9._-]+'",
  );
export const identityNeededForCaching = (): Problem =>
  badRequest('Identity source must be set if authorizer caching is enabled (TTL is greater than 0)');
export const invalidValidationExpression = (complaint: string): Problem =>
  badRequest(`Invalid identity validation expression specified: ${complaint}`);

export const scopesNeedCognito = (): Problem =>
  badRequest('Authorization scopes are only supported with COGNITO_USER_POOLS authorization type.');
export const callerNeedsIam = (): Problem =>
  badRequest('Caller provided credentials not allowed when method authorization type is not AWS_IAM');
export const streamNeedsProxy = (): Problem =>
  badRequest('Response transfer mode STREAM is only supported for HTTP_PROXY and AWS_PROXY integrations');
export const vpcLinkNeedsHttp = (): Problem =>
  badRequest('VPC_LINK connection type is only supported for HTTP and HTTP_PROXY integrations');
export const targetIsNoLoadBalancer = (): Problem =>
  badRequest('Integration target must be the ARN of an Application Load Balancer or a Network Load Balancer');
export const vpcLinkNeedsId = (): Problem =>
  badRequest('VpcLink identifier must be specified for VPC_LINK connection type');

/** After the recorded refusal of a VPC link in use, as is its list. */
export const certificateIsInUse = (id: string, stages: readonly string[]): Problem =>
  badRequest(
    `Cannot delete client certificate. Client certificate '${id}', is referenced in [${stages.join(', ')}] in format of [RESTApiId:Stage].`,
  );
export const noTargetArn = (): Problem => badRequest('No target arn specified for vpc link.');
export const vpcLinkNotReady = (id: string, status: string): Problem =>
  badRequest(`Cannot deploy an api with a vpc link that is not AVAILABLE: vpc link '${id}' is ${status}`);
export const accessLogFormatTooLong = (bytes: number): Problem =>
  badRequest(`Access Log format must not be longer than ${bytes} bytes`);
export const percentOutOfRange = (): Problem => badRequest('Canary percentTraffic must be between 0.0 and 100.0');
export const notTaggable = (arn: string): Problem => badRequest(`Tagging is not supported for the resource ${arn}`);

/** A header of a test invocation that no request could have. */
export const noHeader = (name: string): Problem => badRequest(`Invalid header specified: ${JSON.stringify(name)}`);
