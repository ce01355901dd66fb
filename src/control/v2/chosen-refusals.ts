/**
 * Refusals of HTTP and WebSocket APIs whose AWS wording we do not know: what is refused is AWS's rule, how it is said is our choice, in AWS's
 * manner. Whoever finds the real sentence changes it here. What was recorded or quoted by AWS's users stands where it is used, and in errors.ts.
 */
import type { Problem } from '../../base/problem.ts';
import type { V2Api } from '../../definition/v2-api.ts';
import { badRequest, conflict } from './errors.ts';

/** A value outside of what a member may be, e.g. `Invalid stage name specified: a b`. */
export const invalidValue = (what: string, value: string, options: readonly string[] = []): Problem =>
  badRequest(
    `Invalid ${what} specified: ${value}${options.length > 0 ? `. Valid options are ${options.join(', ')}` : ''}`,
  );

/** After the recorded `EnableSimpleResponses cannot be set for WEBSOCKET protocol Apis.` */
export const notForProtocol = (member: string, { protocolType }: V2Api): Problem =>
  badRequest(`${member} cannot be set for ${protocolType} protocol Apis.`);

export const required = (member: string, owner: string): Problem =>
  badRequest(`${member} is a required parameter for ${owner}`);

export const tooMany = (things: string, owner: string, limit: number): Problem =>
  badRequest(`The maximum number of ${things} allowed on a ${owner} is ${limit}`);

/** After the recorded `Cannot delete authorizer 'x', is referenced in route: $connect`. */
export const isReferenced = (what: string, name: string, place: string): Problem =>
  conflict(`Cannot delete ${what} '${name}', is referenced in ${place}`);

export const quickCreateNeedsHttp = (): Problem => badRequest('Quick create is only supported for HTTP protocol Apis.');
export const quickCreateNeedsTarget = (member: string): Problem =>
  badRequest(`${member} can only be set together with Target`);
export const notQuickCreated = (): Problem =>
  badRequest('Target, RouteKey and CredentialsArn can only be updated on an API that was created using quick create');
export const managed = (what: string, done: 'updated' | 'deleted'): Problem =>
  badRequest(`The ${what} is managed by API Gateway and cannot be ${done}`);

export const deploymentOfAutoDeploy = (): Problem =>
  badRequest('DeploymentId cannot be set on a stage that has AutoDeploy enabled');

export const invalidTarget = (target: string): Problem =>
  badRequest(`Invalid target specified: ${target}. The target must be of the form integrations/{integrationId}`);
export const noSuchTarget = (target: string): Problem =>
  badRequest(`Invalid target specified: ${target}. There is no such integration`);
export const scopesNeedJwt = (): Problem =>
  badRequest('AuthorizationScopes are only supported for JWT authorization type');

export const notTaggable = (arn: string): Problem => badRequest(`Tagging is not supported for the resource ${arn}`);

export const notForAuthorizerType = (member: string, type: string): Problem =>
  badRequest(`${member} cannot be set for ${type} authorizers.`);
/** As users quote AWS; what it is said of is an address of another kind, or none. */
export const invalidIssuer = (issuer: string): Problem =>
  badRequest(
    `Invalid issuer: ${issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`,
  );
export const notDeployed = (stageName: string): Problem => badRequest(`Stage ${stageName} has no deployment to export`);
export const textTooLong = (member: string, most: number): Problem =>
  badRequest(`${member.charAt(0).toUpperCase()}${member.slice(1)} cannot be longer than ${most} characters`);
