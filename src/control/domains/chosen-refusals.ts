/**
 * Refusals about custom domain names whose AWS wording we do not know: what is refused is AWS's rule, how it is said is our choice, in AWS's manner.
 * Whoever finds the real sentence changes it here.
 */
import { Problem } from '../../base/problem.ts';

const badRequest = (message: string, why?: string): Problem =>
  new Problem('BadRequestException', message, why === undefined ? {} : { why });
const conflict = (message: string): Problem => new Problem('ConflictException', message);

/** A value outside of what a member may be, e.g. `Invalid domain name specified: a..b`. */
export const invalidValue = (what: string, value: string): Problem => badRequest(`Invalid ${what} specified: ${value}`);

export const wildcardTaken = (): Problem =>
  badRequest('The wildcard domain name you provided conflicts with a domain name of a different AWS account.');
export const wildcardNeedsAcm = (): Problem =>
  badRequest('A wildcard custom domain name requires a certificate from AWS Certificate Manager.');
export const privateStandsAlone = (): Problem =>
  badRequest('A private custom domain name cannot have another endpoint type.');
export const lastEndpointType = (): Problem => badRequest('A domain name must have at least one endpoint type.');
export const onlyForPrivate = (member: string): Problem =>
  badRequest(`${member} is only supported for private custom domain names.`);
export const onlyForPublic = (member: string): Problem =>
  badRequest(`${member} is only supported for public custom domain names.`);
export const invalidPolicy = (): Problem =>
  badRequest('Invalid policy document. Please check the policy syntax and ensure that Principals are valid.');

export const policyNotForEndpoint = (securityPolicy: string, endpointType: string): Problem =>
  badRequest(`Security policy ${securityPolicy} is not supported for the endpoint type ${endpointType}.`);
export const policyOfSeveralEndpoints = (): Problem =>
  badRequest('Updating a security policy is not supported for a domain name with multiple endpoint types.');
export const accessModeNeedsPolicy = (): Problem =>
  badRequest('Endpoint access mode is only supported for security policies that start with SecurityPolicy_');
export const policyNotForMappings = (securityPolicy: string, kind: string): Problem =>
  badRequest(
    `Security policy ${securityPolicy} is not supported for a domain name with ${kind} APIs. Only TLS_1_2 is supported.`,
  );

export const certificateNotIssued = (arn: string, status: string): Problem =>
  badRequest(`The certificate ${arn} cannot be used: its status is ${status}.`);
export const certificateCoversNot = (arn: string, domainName: string): Problem =>
  badRequest(`The certificate ${arn} does not cover the domain name ${domainName}.`);
export const ownershipNotIssuedByAcm = (arn: string): Problem =>
  badRequest(`The ownershipVerificationCertificate ${arn} must be a public certificate issued by ACM.`);
export const invalidCertificateText = (what: string, why: string): Problem =>
  badRequest(
    `Invalid ${what}. Please make sure that it is PEM encoded and that certificate and private key match.`,
    why,
  );

export const mutualTlsNeedsRegional = (): Problem =>
  badRequest('Mutual TLS is only supported for REGIONAL domain names.');
export const mutualTlsNeedsTls12 = (): Problem =>
  badRequest('Mutual TLS is only supported for domain names with the security policy TLS_1_2.');
export const truststoreVersionAlone = (): Problem => badRequest('A truststoreVersion requires a truststoreUri.');
export const invalidTruststoreUri = (uri: string): Problem =>
  badRequest(`Invalid truststoreUri specified: ${uri}. It must be of the form s3://bucket-name/key-name`);
export const truststoreUnreadable = (uri: string, why: string): Problem =>
  badRequest(
    `The truststore ${uri} could not be read. Please make sure that the object exists and that you have permission to access it.`,
    why,
  );
export const invalidTruststore = (uri: string, why: string): Problem =>
  badRequest(`The truststore ${uri} is not valid: ${why}.`);

export const invalidBasePath = (): Problem =>
  badRequest("A base path may contain only letters, numbers and one of $-_.+!*'()");
export const slashesAtEnds = (): Problem =>
  badRequest('An ApiMapping key may not begin or end with a slash (/) or contain consecutive slashes.');
export const basePathTooLong = (limit: number): Problem =>
  badRequest(`A base path may not be longer than ${limit} characters.`);
export const onlyWebSockets = (): Problem =>
  badRequest('Currently, WebSocket APIs can only be attached to a domain name with other WebSocket APIs.');
export const noLevelsForWebSockets = (): Problem =>
  badRequest('Multi-level base path mappings are not supported for WebSocket APIs.');
export const httpNeedsTls12 = (): Problem =>
  badRequest('HTTP APIs and WebSocket APIs can only be attached to a domain name with the security policy TLS_1_2.');
export const privateWithPrivate = (): Problem =>
  badRequest('Private APIs can only be attached to private custom domain names, and public APIs to public ones.');
export const rulesForRestOnly = (): Problem =>
  badRequest('Routing rules are not supported for a domain name that has API mappings to HTTP APIs or WebSocket APIs.');
export const stageIsMapped = (apiId: string, stage: string, domains: readonly string[]): Problem =>
  badRequest(
    `Deleting stage ${stage} of API ${apiId} failed. Please remove all API mappings and routing rules related to the stage in your domains: ${domains.join(', ')}`,
  );

export const priorityTaken = (priority: number): Problem =>
  conflict(`A routing rule with priority ${priority} already exists for this domain name`);
export const rulesNeedRest = (): Problem => badRequest('Routing rules can only invoke REST APIs.');
export const rulesNeedRegional = (): Problem =>
  badRequest('Routing rules are only supported for REGIONAL and private custom domain names.');
export const oneAction = (): Problem => badRequest('A routing rule must have exactly one action.');
export const invalidCondition = (why: string): Problem =>
  badRequest(`Invalid routing rule condition specified: ${why}`);

export const associationExists = (): Problem =>
  conflict('A domain name access association already exists for this domain name and access association source');
export const notPrivate = (arn: string): Problem =>
  badRequest(`Domain name access associations are only supported for private custom domain names: ${arn}`);
export const domainHasAssociations = (): Problem =>
  badRequest(
    'Deleting domain name failed. Please delete all domain name access associations with the domain name first.',
  );
