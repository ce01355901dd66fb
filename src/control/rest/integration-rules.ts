/** What an integration must fulfil to be kept (rows V1-18, V1-20, INT-30, MAP-02, MAP-03). */
import { requestMappingComplaints } from '../../definition/parameters.ts';
import type { Integration, Method } from '../../definition/rest-api.ts';
import {
  callerNeedsIam,
  requireOneOf,
  streamNeedsProxy,
  targetIsNoLoadBalancer,
  vpcLinkNeedsHttp,
  vpcLinkNeedsId,
} from './chosen-refusals.ts';
import { badRequest, invalidArn, invalidMappings, invalidVerb } from './errors.ts';
import type { RestLimits } from './limits.ts';
import { isVerb } from './method-rules.ts';

/** An integration that calls as whoever called the method; AWS calls it "caller sentinel". */
const callerCredentials = 'arn:aws:iam::*:user/*';

/** A stage variable may stand for the account, for the rest or for part of it (row SV-05). */
const roleArn = /^arn:aws[a-z-]*:iam::(\d{12}|\$\{stageVariables\.\w+\}):((role|user)\/.+|\$\{stageVariables\.\w+\})$/;
const passthroughBehaviors = ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'];

const speaksHttp = ({ type }: Integration): boolean => type === 'HTTP' || type === 'HTTP_PROXY';

/** Throws when the integration cannot be, for the method it belongs to. */
export function checkIntegration(integration: Integration, method: Method, limits: RestLimits): void {
  const { type, passthroughBehavior, timeoutInMillis, responseTransferMode } = integration;
  requireOneOf('passthrough behavior', passthroughBehavior, passthroughBehaviors);
  if (type !== 'MOCK') {
    if (!integration.httpMethod) throw badRequest('Enumeration value for HttpMethod must be non-empty');
    if (!isVerb(integration.httpMethod)) throw invalidVerb();
    checkUri(integration);
  }
  const isStreamed = responseTransferMode === 'STREAM';
  const maximumMs = isStreamed ? limits.maximumStreamTimeoutMs : limits.maximumTimeoutMs;
  if (!Number.isInteger(timeoutInMillis) || timeoutInMillis < limits.minimumTimeoutMs || timeoutInMillis > maximumMs) {
    throw badRequest(`Timeout should be between ${limits.minimumTimeoutMs} ms and ${maximumMs} ms`);
  }
  if (isStreamed && type !== 'HTTP_PROXY' && type !== 'AWS_PROXY') {
    throw streamNeedsProxy();
  }
  checkCredentials(integration, method);
  checkConnection(integration);
  const complaints = requestMappingComplaints(integration.requestParameters ?? {}, method.requestParameters ?? {});
  if (complaints.length > 0) throw invalidMappings(complaints);
  checkCacheKeyParameters(integration, method);
}

function checkUri(integration: Integration): void {
  const uri = integration.uri ?? '';
  if (speaksHttp(integration)) {
    if (!isHttpEndpoint(uri)) throw badRequest('Invalid HTTP endpoint specified for URI');
    return;
  }
  // Any ARN at all, such as the function's own, is told that it is the wrong one; users quote both sentences.
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(uri)) throw invalidArn();
  const target = uri.split(':').slice(5).join(':');
  if (!/^arn:[^:]+:apigateway:[^:]+:[^:]+:/.test(uri) || !/^(path|action)\//.test(target)) {
    throw badRequest('AWS ARN for integration must contain path or action');
  }
  const service = uri.split(':')[4]!;
  if (integration.type === 'AWS_PROXY' && !/^(lambda|firehose)$/.test(service)) {
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  }
  if (integration.type === 'AWS' && service !== 'lambda' && integration.credentials === undefined) {
    throw badRequest('Role ARN must be specified for AWS integrations');
  }
}

/** `http` or `https`, a host, and one of the ports AWS calls. Stage variables and path parameters may stand for any part but the scheme. */
export function isHttpEndpoint(uri: string): boolean {
  const found = /^https?:\/\/([^/?#]+)/i.exec(uri);
  if (found === null) return false;
  // What a stage variable or path parameter stands for is not known yet, so any will do here. Inner braces are left out of the pattern to keep
  // a long run of them linear.
  const authority = found[1]!.replaceAll(/\$?\{[^{}]*\}/g, 'host');
  const [, host, port] = /^(?:[^@]*@)?(\[[0-9a-fA-F:.]+\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [];
  if (!host || /[\s\\{}]/.test(host)) return false;
  if (port === undefined || port === 'host') return true;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  return number === 80 || number === 443 || (number >= 1024 && number <= 65_535);
}

/** Throws unless the credentials are a role, or the caller's own on a method that knows its caller. */
export function checkCredentials({ credentials }: Integration, { authorizationType }: Method): void {
  if (credentials === undefined) return;
  if (credentials === callerCredentials) {
    if (authorizationType === 'AWS_IAM') return;
    throw callerNeedsIam();
  }
  if (!roleArn.test(credentials)) throw invalidArn();
}

function checkConnection(integration: Integration): void {
  if (integration.connectionType !== 'VPC_LINK') return;
  if (!speaksHttp(integration)) throw vpcLinkNeedsHttp();
  if (!integration.connectionId) throw vpcLinkNeedsId();
  const { integrationTarget } = integration;
  if (integrationTarget !== undefined && !isLoadBalancer(integrationTarget)) throw targetIsNoLoadBalancer();
}

/** An ARN, or a stage variable for all or part of it; AWS Cloud Map is for HTTP APIs only (row INT-20). */
function isLoadBalancer(target: string): boolean {
  return /^arn:[^:]+:elasticloadbalancing:/.test(target) || target.includes('${stageVariables.');
}

function checkCacheKeyParameters({ cacheKeyParameters, requestParameters }: Integration, method: Method): void {
  for (const name of cacheKeyParameters) {
    const isDeclared =
      Object.hasOwn(method.requestParameters ?? {}, name) || Object.hasOwn(requestParameters ?? {}, name);
    if (!isDeclared) throw badRequest('Invalid cache key parameter specified');
  }
}
