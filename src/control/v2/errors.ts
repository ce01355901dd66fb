/** AWS's words for what the control plane of HTTP and WebSocket APIs refuses; chosen-refusals.ts has those we had to choose ourselves. */
import { newRequestId } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { Call } from '../../wire/call.ts';

export const badRequest = (message: string): Problem => new Problem('BadRequestException', message);
export const conflict = (message: string): Problem => new Problem('ConflictException', message);

/**
 * The message alone: the model has a `resourceType` beside it, which AWS leaves out (the error that Terraform prints member by member when route settings
 * name no route).
 */
export const notFound = (message: string): Problem => new Problem('NotFoundException', message);

/** A quota is used up; `things` in the plural as AWS writes them, e.g. `Stages`. */
export const limitExceeded = (things: string, owner: string): Problem =>
  new Problem(
    'TooManyRequestsException',
    `Maximum number of ${things} for this ${owner} has been reached. Please contact AWS if you need additional ${things}.`,
    { members: { LimitType: things } },
  );

/** Recorded, as are the authorizer's and the route's; the others follow their form. */
export const noSuchApi = (call: Call, apiId: string): Problem =>
  notFound(`Invalid API identifier specified ${call.account}:${apiId}`);
export const noSuchAuthorizer = (): Problem => notFound('Invalid Authorizer identifier specified');
export const noSuchRoute = (): Problem => notFound('Invalid route identifier specified');
export const noSuchIntegration = (): Problem => notFound('Invalid Integration identifier specified');
export const noSuchIntegrationResponse = (): Problem => notFound('Invalid IntegrationResponse identifier specified');
export const noSuchRouteResponse = (): Problem => notFound('Invalid RouteResponse identifier specified');
export const noSuchModel = (): Problem => notFound('Invalid model identifier specified');
export const noSuchDeployment = (): Problem => notFound('Invalid deployment identifier specified');
export const noSuchStage = (): Problem => notFound('Invalid stage identifier specified');
export const noSuchVpcLink = (): Problem => notFound('Invalid VpcLink identifier specified');
/** As users quote AWS; the next two follow its form. */
export const noSuchDomain = (): Problem => notFound('Invalid domain name identifier specified');
export const noSuchApiMapping = (): Problem => notFound('Invalid API mapping identifier specified');
export const noSuchRoutingRule = (): Problem => notFound('Invalid routing rule identifier specified');
/** As users quote AWS. */
export const noSuchRouteKey = (routeKey: string): Problem =>
  notFound(`Unable to find Route by key ${routeKey} within the provided RouteSettings`);

/** These too are as users quote AWS. */
export const credentialsWithWildcard = (): Problem =>
  badRequest("allow-credentials is not supported if 'allow-origin' is *");
export const proxyIntegrationsOnly = (): Problem =>
  badRequest(
    'Currently, an API with a protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)',
  );
export const integrationIsUsed = (routeIds: readonly string[]): Problem =>
  conflict(
    `Cannot delete Integration because it is referenced by the following Routes with Ids: [${routeIds.join(', ')}]`,
  );
/** CUSTOM is refused in the words REST APIs have for it. */
export const noValidAuthorizer = (authorizationType: string): Problem =>
  badRequest(
    authorizationType === 'JWT'
      ? 'Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.'
      : 'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
  );
/** Each complaint is `Invalid source: {value} specified for destination: {parameter}` or in its manner. */
export const invalidSelections = (complaints: readonly string[]): Problem =>
  badRequest(
    `Invalid selection expression specified: Validation Result: warnings : [], errors : [${complaints.join(', ')}]`,
  );

export const invalidArn = (): Problem => badRequest('Invalid ARN specified in the request');

/** Recorded, the log service's own refusal within. */
export const noSuchLogGroup = (arn: string): Problem =>
  notFound(
    `Cannot enable logging. LogDestination: ${arn.replace(/:\*$/, '').replace(/^.*:log-group:/, '')} does not exist (Service: AWSIngestionHub; ` +
      `Status Code: 400; Error Code: LogDestinationNotFoundException; Request ID: ${newRequestId()}; Proxy: null)`,
  );
