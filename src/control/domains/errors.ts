/**
 * AWS's words for what it refuses about custom domain names, as its users quote them; chosen-refusals.ts has those we had to choose. Both APIs say the
 * same; only a thing that is not found is told differently (rest/errors, v2/errors).
 */
import { Problem } from '../../base/problem.ts';

const badRequest = (message: string): Problem => new Problem('BadRequestException', message);
const conflict = (message: string): Problem => new Problem('ConflictException', message);

export const domainExists = (): Problem => conflict('The domain name you provided already exists.');
export const edgeDomainExists = (): Problem =>
  badRequest(
    'The domain name you provided is already associated with an existing CloudFront distribution. Remove the domain name from the existing CloudFront ' +
      'distribution or use a different domain name. If you own this domain name and are not using it on an existing CloudFront distribution, please contact ' +
      'support.',
  );
export const updateInProgress = (): Problem => conflict('There is already an update in progress');

export const severalEndpointTypes = (): Problem => badRequest('Cannot create an api with multiple Endpoint Types');
export const certificateMissing = (endpointType: string): Problem =>
  badRequest(`A certificate was not provided for the endpoint type ${endpointType}.`);
export const noUploads = (endpointType: string): Problem =>
  badRequest(`Uploading certificates is not supported for ${endpointType}.`);
export const certificateElsewhere = (arn: string, region: string): Problem =>
  badRequest(`Invalid certificate ARN: ${arn}. Certificate must be in '${region}'.`);
export const noSuchCertificate = (): Problem => badRequest('The provided certificate does not exist.');
export const foreignCertificate = (): Problem =>
  badRequest('The certificate provided must be owned by the account creating the domain.');
export const ownershipCertificateMissing = (): Problem => badRequest('Missing ownershipVerificationCertificate.');

export const accessModeMissing = (): Problem =>
  badRequest('Endpoint access mode is required for the specified security policy');

/** Of CreateDomainName and UpdateDomainName of v2. */
export const oneConfiguration = (): Problem => badRequest('Invalid input. Expected one domain name configuration');
export const notOnV2 = (securityPolicy: string): Problem =>
  badRequest(`${securityPolicy} is not supported for APIGatewayV2 domainName.`);
export const onlyRegionalOnV2 = (): Problem =>
  badRequest(
    'Only REGIONAL domain names can be managed through the API Gateway V2 API. For EDGE domain names, please use the API Gateway V1 API. Also note that ' +
      'only REST APIs can be attached to EDGE domain names.',
  );
export const onlyTls12OnV2 = (): Problem =>
  badRequest(
    'Only REGIONAL domain names with a security policy of TLS 1.2 can be managed through the API Gateway V2 API. For TLS 1.0 domain names, please use the ' +
      'API Gateway V1 API to upgrade your security policy to TLS 1.2. Currently, only REST APIs can be attached to a domain name with a security policy of ' +
      'TLS 1.0.',
  );

export const basePathExists = (): Problem => conflict('Base path already exists for this domain name');
export const mappingKeyExists = (): Problem => conflict('ApiMapping key already exists for this domain name');
export const invalidMappingKey = (): Problem =>
  badRequest("An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()");
export const slashOnV1 = (): Problem =>
  badRequest(
    "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
  );
export const mixedOnV1 = (): Problem =>
  badRequest(
    "Mixing of REST APIs and HTTP APIs on the same domain name can only be accomplished through API Gateway's V2 DomainName interface. Currently, " +
      'WebSocket APIs can only be attached to a domain name with other WebSocket APIs. This must also occur through ' +
      "API Gateway's V2 DomainName interface.",
  );
export const noSuchMappedStage = (): Problem => badRequest('Invalid stage identifier specified');

/** Row V1-06; `domains` as AWS lists them. */
export const restApiIsMapped = (apiId: string, domains: readonly string[]): Problem =>
  badRequest(
    `Deleting RestApi ${apiId} failed. Please remove all base path mappings related to the RestApi in your domains: ${domains.join(', ')}`,
  );
export const apiIsMapped = (apiId: string): Problem =>
  badRequest(`Deleting API ${apiId} failed. Please remove all API mappings for the API from your custom domain names.`);
