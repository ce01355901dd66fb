/**
 * AWS with any service but a Lambda invocation: the ARN stands for an https address, the request is made and answered as one of type HTTP is, and
 * signed on its way out (rows INT-06, INT-09).
 */
import { type HeaderList, hasHeader } from '../../base/headers.ts';
import { signatureHeaderNames, signatureHeaders } from '../../base/sigv4-signer.ts';
import type { AwsServiceCall } from '../../ports/aws-services.ts';
import type { UpstreamRequest } from '../../ports/upstream.ts';
import { type AwsServiceUri, parseAwsServiceUri } from '../aws-service-uri.ts';
import { type BackendCall, backendCall } from '../backend-call.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { type MethodScope, notBuiltYet } from '../method-scope.ts';
import type { Integration } from '../plan.ts';
import { withStageVariables } from '../stage-variables.ts';
import { compileHttp } from './http.ts';

const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/;

/** Compiles an AWS integration with a service; prints as `aws-service POST https://sqs.us-east-1.amazonaws.com/`. Undefined after a complaint. */
export function compileAwsService(scope: MethodScope): Integration | undefined {
  const { integration, complain } = scope;
  const { stageVariables } = scope.stage;
  const uri = withStageVariables(integration.uri ?? '', stageVariables);
  const credentials = withStageVariables(integration.credentials ?? '', stageVariables);
  if (credentials === 'arn:aws:iam::*:user/*') {
    complain(notBuiltYet('calling the service with the caller’s own credentials'));
    return undefined;
  }
  const service = parseAwsServiceUri(uri);
  const fault = faultOf(uri, service, credentials);
  if (service === undefined || fault !== undefined) {
    // A stage variable can be missing or wrong in one stage and right in another, so that is no mistake of the deployment.
    if (`${integration.uri} ${integration.credentials}`.includes('${stageVariables.')) return unusable(scope, fault!);
    complain(fault!);
    return undefined;
  }
  const send = signedCall(scope, service, {
    service: service.service,
    subdomain: service.subdomain,
    region: service.region,
    awsHost: service.host,
    account: scope.stage.account,
    roleArn: credentials,
  });
  const asHttp = compileHttp({ ...scope, integration: { ...integration, uri: service.address } }, send);
  return { ...asHttp, name: `aws-service ${integration.httpMethod ?? 'ANY'} ${service.address}` };
}

/** What is wrong with where the request goes or as whom; undefined when nothing is. */
function faultOf(uri: string, service: AwsServiceUri | undefined, credentials: string): string | undefined {
  if (service === undefined) return `the integration URI ${uri || '(none)'} is no AWS service ARN`;
  if (credentials === '') return 'Role ARN must be specified for AWS integrations';
  return roleArn.test(credentials) ? undefined : `the credentials ${credentials} are no role ARN`;
}

/** Stands where a stage variable left nothing to call: the method answers 500 in that stage. */
function unusable({ label, integration }: MethodScope, fault: string): Integration {
  const configured = `configured: ${integration.uri}, credentials ${integration.credentials}`;
  const problem = gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${fault} (${configured})`);
  return {
    name: `aws-service (${fault})`,
    run: () => {
      throw problem;
    },
  };
}

/** Sends every request to the service's endpoint, signed. */
function signedCall(scope: MethodScope, uri: AwsServiceUri, call: AwsServiceCall): BackendCall {
  const { awsServices, clock, upstream } = scope.tools;
  const send = backendCall(scope.tools, upstream);
  return async function sendSigned(x, request) {
    const access = await awsServices.accessTo(call);
    if (typeof access === 'string') throw gatewayProblem('API_CONFIGURATION_ERROR', `${scope.label}: ${access}`);
    const headers = headersToSign(request, access.host, uri.target);
    const mark = request.target.indexOf('?');
    const signature = signatureHeaders({
      method: request.method,
      path: mark === -1 ? request.target : request.target.slice(0, mark),
      query: mark === -1 ? '' : request.target.slice(mark + 1),
      headers,
      body: request.body,
      keys: access.keys,
      region: uri.signingRegion,
      service: uri.signingName,
      nowMs: clock.now(),
    });
    headers.push(...signature);
    return send(x, { ...request, origin: access.origin, headers }, request.origin);
  };
}

/** The request's own headers without those that the signature brings, after `Host`; the action's target unless a mapping chose one. */
function headersToSign({ headers }: UpstreamRequest, host: string, target: string | undefined): HeaderList {
  const kept: HeaderList = ['Host', host];
  for (let i = 0; i < headers.length; i += 2) {
    const lowerName = headers[i]!.toLowerCase();
    if (lowerName !== 'host' && !signatureHeaderNames.has(lowerName)) kept.push(headers[i]!, headers[i + 1]!);
  }
  if (target !== undefined && !hasHeader(headers, 'x-amz-target')) kept.push('X-Amz-Target', target);
  return kept;
}
