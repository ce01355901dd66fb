/** AWS services an HTTP API calls by name, `integrationSubtype` (rows AWSI-*): parameters become the service's request, signed; its answer is the reply. */
import { headerValue } from '../../base/headers.ts';
import { signatureHeaders } from '../../base/sigv4-signer.ts';
import { serviceAction } from '../../definition/first-class-services.ts';
import { backendCall } from '../backend-call.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { notBuiltYet } from '../method-scope.ts';
import { withStageVariables } from '../stage-variables.ts';
import { compileValue, requestSource, type ValueReader } from './mapped-value.ts';
import { backendReply } from './reply.ts';
import type { RouteIntegration } from './route-integration.ts';
import type { IntegrationScope } from './route-scope.ts';
import { ServiceParameterError, type ServiceRequest, serviceApis } from './service-requests.ts';

/** Compiles the integration; prints as `aws-service SQS-SendMessage`. Undefined after a complaint. */
export function compileServiceCall(scope: IntegrationScope, subtype: string): RouteIntegration | undefined {
  const { integration, stage, label, complain } = scope;
  const { awsServices, upstream, clock } = scope.tools;
  const send = backendCall(scope.tools, upstream);
  const action = serviceAction(subtype);
  const api = action === undefined ? undefined : serviceApis[subtype];
  if (action === undefined || api === undefined) {
    complain(notBuiltYet(`integrationSubtype ${subtype}`));
    return undefined;
  }
  const roleArn = withStageVariables(integration.credentialsArn ?? '', stage.stageVariables);
  if (roleArn === '') complain(`${subtype} needs the ARN of a role`);
  const readers = compileParameters(scope, subtype);
  const timeoutMs = integration.timeoutInMillis;

  return {
    name: `aws-service ${subtype}`,
    run: async function callService(x) {
      const parameters = new Map<string, string>();
      const source = requestSource(x);
      for (const [name, read] of readers) {
        const value = read(source);
        // A parameter without a value is left out (row AWSI-05).
        if (value !== undefined) parameters.set(name, value);
      }
      const region = parameters.get('Region') || stage.region;
      // It becomes part of a host name, and a client may have chosen it.
      if (!/^[a-z0-9-]+$/.test(region)) throw unusable(`Region is "${region}"`);
      const awsHost = `${api.hostName}.${region}.amazonaws.com`;
      const { service } = api;
      const access = await awsServices.accessTo({
        service,
        subdomain: undefined,
        region,
        awsHost,
        account: stage.account,
        roleArn,
      });
      if (typeof access === 'string') throw unusable(access);
      const request = requestOf(parameters);
      const [path, query = ''] = request.target.split('?') as [string, string?];
      const headers = ['Host', access.host, ...request.headers];
      const { method, body } = request;
      const signed = { method, path, query, headers, body, keys: access.keys, region, service, nowMs: clock.now() };
      headers.push(...signatureHeaders(signed));
      const answer = await send(x, {
        origin: access.origin,
        target: request.target,
        method,
        headers,
        body,
        timeoutMs,
      });
      const contentType = headerValue(answer.headers, 'content-type');
      return backendReply(x, answer.status, contentType, answer.headers, answer.body);
    },
  };

  function requestOf(parameters: ReadonlyMap<string, string>): ServiceRequest {
    try {
      return api!.request(parameters);
    } catch (error) {
      if (!(error instanceof ServiceParameterError)) throw error;
      throw gatewayProblem('BAD_REQUEST_PARAMETERS', `${label}: ${subtype}: ${error.message}`);
    }
  }

  function unusable(why: string) {
    return gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${why}`);
  }
}

/** Complains of parameters the action does not have, or that it needs and the integration does not give. */
function compileParameters(scope: IntegrationScope, subtype: string): [string, ValueReader][] {
  const { required, optional } = serviceAction(subtype)!;
  const given = scope.integration.requestParameters ?? {};
  for (const name of required)
    if (!Object.hasOwn(given, name)) scope.complain(`${subtype} needs the parameter ${name}`);
  return Object.entries(given).flatMap(([name, text]): [string, ValueReader][] => {
    if (!required.includes(name) && !optional.includes(name)) {
      scope.complain(`${subtype} has no parameter ${name}`);
      return [];
    }
    const read = compileValue(text, 'request', scope);
    return read === undefined ? [] : [[name, read]];
  });
}
