/**
 * What the control plane of portals refuses. Nothing was recorded of portals, so every sentence is our choice in AWS's manner; what is refused is AWS's rule
 * (developer guide, "API Gateway portals"; service model).
 */
import { Problem } from '../../base/problem.ts';

export const badRequest = (message: string): Problem => new Problem('BadRequestException', message);
export const conflict = (message: string): Problem => new Problem('ConflictException', message);
const notFound = (resourceType: string, message: string): Problem =>
  new Problem('NotFoundException', message, { members: { ResourceType: resourceType } });

export const noSuchPortal = (): Problem => notFound('Portal', 'Invalid portal identifier specified');
export const noSuchProduct = (): Problem => notFound('PortalProduct', 'Invalid portal product identifier specified');
export const noSuchPage = (): Problem => notFound('ProductPage', 'Invalid product page identifier specified');
export const noSuchEndpointPage = (): Problem =>
  notFound('ProductRestEndpointPage', 'Invalid product REST endpoint page identifier specified');
export const noSharingPolicy = (): Problem =>
  notFound('PortalProductSharingPolicy', 'No sharing policy exists for the portal product');

export const limitExceeded = (things: string, owner: string): Problem =>
  new Problem(
    'TooManyRequestsException',
    `Maximum number of ${things} for this ${owner} has been reached. Please contact AWS if you need additional ${things}.`,
    { members: { LimitType: things } },
  );

export const exactlyOne = (what: string, options: readonly string[]): Problem =>
  badRequest(`Invalid ${what} specified. Exactly one of ${options.join(', ')} must be set`);
export const invalidValue = (what: string, value: string): Problem => badRequest(`Invalid ${what} specified: ${value}`);
export const namedTwice = (what: string, value: string): Problem =>
  badRequest(`Invalid ${what} specified: ${value} is listed more than once`);

export const noSuchIncludedProduct = (arn: string): Problem =>
  badRequest(`Invalid portal product ARN specified: ${arn}. There is no such portal product in this Region`);
export const notShared = (arn: string): Problem =>
  badRequest(`Invalid portal product ARN specified: ${arn}. The portal product is not shared with this account`);
export const productElsewhere = (arn: string, region: string): Problem =>
  badRequest(`Invalid portal product ARN specified: ${arn}. The portal product must be in ${region}`);

export const statusChanging = (status: string): Problem =>
  conflict(`The portal cannot be changed while its publish status is ${status}`);
export const stillPublished = (): Problem =>
  badRequest('A published portal cannot be deleted. Disable the portal before you delete it');
export const domainTaken = (domainName: string): Problem =>
  badRequest(`The domain name ${domainName} is already used by another portal or custom domain name`);

export const poolElsewhere = (arn: string, region: string): Problem =>
  badRequest(`Invalid user pool ARN specified: ${arn}. The user pool must be in ${region}`);
export const noSuchClient = (clientId: string): Problem =>
  badRequest(`Invalid app client ID specified: ${clientId}. The user pool has no such app client`);
export const clientWithSecret = (clientId: string): Problem =>
  badRequest(`Invalid app client ID specified: ${clientId}. App clients of a portal cannot have a client secret`);
export const clientWithoutCodes = (clientId: string): Problem =>
  badRequest(
    `Invalid app client ID specified: ${clientId}. The app client must allow the authorization code grant with the openid scope`,
  );

export const invalidLogo = (uri: string, why: string): Problem =>
  badRequest(`Invalid logo URI specified: ${uri}. ${why}`);
export const endpointNotAvailable = (arn: string, why: string): Problem =>
  badRequest(`The product REST endpoint page ${arn} cannot be published: ${why}`);
export const foreignPage = (arn: string): Problem =>
  badRequest(`Invalid display order specified: ${arn} is not a page of this portal product`);
export const invalidPolicy = (why: string): Problem => badRequest(`Invalid policy document. ${why}`);
