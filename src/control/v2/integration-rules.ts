/** What a new integration holds and what one must fulfil to be kept (rows V2-08, V2-09, V2-10, AWSI-01, HPM-*). */
import { serviceAction, serviceActions } from '../../definition/first-class-services.ts';
import {
  httpRequestMappingComplaints,
  httpResponseMappingComplaints,
  mappingValue,
} from '../../definition/http-parameter-mapping.ts';
import type { V2Api, V2Integration } from '../../definition/v2-api.ts';
import { webSocketRequestMappingComplaints } from '../../definition/websocket-parameters.ts';
import { v2Integrations } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { CreateIntegrationRequest } from '../../wire/generated/apigatewayv2.ts';
import { invalidMappings } from '../rest/errors.ts';
import { isHttpEndpoint } from '../rest/integration-rules.ts';
import { invalidValue, notForProtocol, required } from './chosen-refusals.ts';
import { badRequest, invalidArn, invalidSelections, limitExceeded, proxyIntegrationsOnly } from './errors.ts';
import { listOf } from './find.ts';
import { ourNames } from './member-names.ts';
import { withoutEmpty } from './partial-update.ts';
import type { V2Ports } from './ports.ts';
import { checkTextLengths } from './text-lengths.ts';
import { checkVpcLink } from './vpc-link-rules.ts';

/** With AWS's defaults, which differ by protocol. Not yet checked. */
export function newIntegration(
  input: Omit<CreateIntegrationRequest, 'ApiId'>,
  integrationId: string,
  api: V2Api,
): V2Integration {
  return withDefaults({ ...(ourNames(input) as Partial<V2Integration>), integrationId }, api);
}

/** What every integration of its kind has is there, whether it was never given or cleared by an update. */
export function withDefaults(given: Partial<V2Integration>, { protocolType }: V2Api): V2Integration {
  const isHttp = protocolType === 'HTTP';
  const { integrationType: type, integrationSubtype } = given;
  const isService = Boolean(integrationSubtype);
  // Terraform sends AWS's default for every integration; an HTTP API takes it and does not show it.
  const { passthroughBehavior, ...others } = given;
  const passthrough = isHttp && passthroughBehavior === 'WHEN_NO_MATCH' ? undefined : passthroughBehavior;
  const method = isService ? undefined : methodOf(type, given.integrationUri ?? '', isHttp);
  return withoutEmpty({
    ...others,
    passthroughBehavior: passthrough ?? (isHttp ? undefined : 'WHEN_NO_MATCH'),
    connectionType: given.connectionType || 'INTERNET',
    integrationMethod: given.integrationMethod || method,
    payloadFormatVersion: given.payloadFormatVersion || '1.0',
    timeoutInMillis: given.timeoutInMillis ?? (isHttp ? 30_000 : 29_000),
    ...(!isHttp && {
      integrationResponseSelectionExpression:
        given.integrationResponseSelectionExpression ?? responseSelectionOf(given.integrationType),
    }),
  }) as V2Integration;
}

/** A function is called by POST, whether its answer is a proxy's or not (both seen in answers of AWS); a backend of an HTTP API as its caller called. */
function methodOf(
  type: V2Integration['integrationType'] | undefined,
  uri: string,
  isHttp: boolean,
): string | undefined {
  if (type === 'AWS_PROXY' || (type === 'AWS' && isFunction(uri))) return 'POST';
  return type === 'HTTP_PROXY' && isHttp ? 'ANY' : undefined;
}

/** Row V2-11. What a proxy answers goes out as it is, so nothing is selected (Terraform's provider checks this against AWS). */
function responseSelectionOf(type: V2Integration['integrationType'] | undefined): string | undefined {
  if (type === 'AWS_PROXY' || type === 'HTTP_PROXY') return undefined;
  return type === 'AWS' ? '${integration.response.body.errorMessage}' : '${integration.response.statuscode}';
}

/** Puts an integration, new or changed, that is checked. */
export async function keepIntegration(
  tx: WriteTransaction,
  api: V2Api,
  integration: V2Integration,
  ports: V2Ports,
): Promise<void> {
  await checkIntegration(tx, api, integration, ports);
  const key = [api.apiId, integration.integrationId];
  const isNew = (await tx.get(v2Integrations, key)) === undefined;
  if (isNew && (await listOf(tx, v2Integrations, api.apiId)).length >= ports.limits.integrationsPerApi) {
    throw limitExceeded('Integrations', 'API');
  }
  tx.put(v2Integrations, key, integration);
}

async function checkIntegration(
  tx: ReadTransaction,
  api: V2Api,
  integration: V2Integration,
  { limits }: V2Ports,
): Promise<void> {
  checkTextLengths(integration);
  const isHttp = api.protocolType === 'HTTP';
  const maximum = isHttp ? limits.maximumHttpTimeoutMs : limits.maximumWebSocketTimeoutMs;
  const { timeoutInMillis } = integration;
  if (timeoutInMillis < limits.minimumTimeoutMs || timeoutInMillis > maximum) {
    throw badRequest(`Timeout should be between ${limits.minimumTimeoutMs} ms and ${maximum} ms`);
  }
  checkCredentials(integration.credentialsArn);
  if (isHttp) checkHttpIntegration(api, integration);
  else checkWebSocketIntegration(integration);
  await checkVpcLink(tx, api, integration);
}

/** The caller's own credentials (`arn:aws:iam::*:user/*`) are for REST APIs alone (recorded V17). */
function checkCredentials(arn: string | undefined): void {
  if (arn === undefined) return;
  if (!/^arn:aws[a-z-]*:iam::(\d{12}|\$\{stageVariables\.\w+\}):role\/.+|^\$\{stageVariables\.\w+\}$/.test(arn)) {
    throw badRequest('Invalid role ARN');
  }
}

/** Of WebSocket APIs only: an HTTP API passes messages on and converts nothing (rows VS-01, VS-03). */
const webSocketMembers = [
  ['ContentHandlingStrategy', 'contentHandlingStrategy'],
  ['PassthroughBehavior', 'passthroughBehavior'],
  ['RequestTemplates', 'requestTemplates'],
  ['TemplateSelectionExpression', 'templateSelectionExpression'],
] as const;

function checkHttpIntegration(api: V2Api, integration: V2Integration): void {
  const { integrationType: type, integrationSubtype, payloadFormatVersion } = integration;
  if (type !== 'AWS_PROXY' && type !== 'HTTP_PROXY') {
    throw proxyIntegrationsOnly();
  }
  for (const [member, key] of webSocketMembers) {
    if (integration[key] !== undefined) throw notForProtocol(member, api);
  }
  const versions = type === 'AWS_PROXY' && integrationSubtype === undefined ? ['1.0', '2.0'] : ['1.0'];
  if (!versions.includes(payloadFormatVersion)) {
    throw invalidValue('payload format version', payloadFormatVersion, versions);
  }
  checkMethod(integration.integrationMethod);
  if (integrationSubtype !== undefined) checkService(integration);
  else {
    checkTarget(integration);
    const errors = httpRequestMappingComplaints(integration.requestParameters ?? {});
    if (errors.length > 0) throw invalidMappings(errors);
  }
  const errors = httpResponseMappingComplaints(integration.responseParameters ?? {});
  if (errors.length > 0) throw invalidMappings(errors);
}

function checkWebSocketIntegration(integration: V2Integration): void {
  const { integrationType: type, integrationSubtype, payloadFormatVersion, responseParameters } = integration;
  if (integrationSubtype !== undefined) {
    throw badRequest('IntegrationSubtype cannot be set for WEBSOCKET protocol Apis.');
  }
  if (responseParameters !== undefined) {
    throw badRequest('ResponseParameters cannot be set for WEBSOCKET protocol Apis.');
  }
  if (payloadFormatVersion !== '1.0') throw invalidValue('payload format version', payloadFormatVersion, ['1.0']);
  if (type !== 'MOCK') {
    if (integration.integrationMethod === undefined) {
      throw badRequest('Enumeration value for HttpMethod must be non-empty');
    }
    checkMethod(integration.integrationMethod);
    checkTarget(integration);
  }
  if (type === 'AWS' && integration.credentialsArn === undefined && !isFunction(integration.integrationUri ?? '')) {
    throw badRequest('Role ARN must be specified for AWS integrations');
  }
  const errors = webSocketRequestMappingComplaints(integration.requestParameters ?? {});
  if (errors.length > 0) throw invalidMappings(errors);
}

const methods = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

function checkMethod(method: string | undefined): void {
  if (method !== undefined && !methods.includes(method)) throw invalidValue('HTTP method', method, methods);
}

/** The plain ARN of a function, or the one by which API Gateway invokes it (row V2-10); stage variables may stand in either. */
const functionArn = /^arn:aws[a-z-]*:lambda:[^:]+:[^:]+:function:[^/]+$/;
const invocationArn = /^arn:aws[a-z-]*:apigateway:[^:]+:lambda:path\/+2015-03-31\/functions\/.+\/invocations$/;
const isFunction = (uri: string): boolean => functionArn.test(uri) || invocationArn.test(uri);

function checkTarget({ integrationType: type, integrationUri: uri, connectionType }: V2Integration): void {
  if (uri === undefined) throw required('IntegrationUri', `${type} integration`);
  if (type === 'AWS_PROXY' && !isFunction(uri)) throw invalidArn();
  if (type === 'AWS' && !isFunction(uri) && !/^arn:[^:]+:apigateway:[^:]+:[^:]+:(path|action)\/./.test(uri)) {
    throw invalidArn();
  }
  if (type !== 'HTTP' && type !== 'HTTP_PROXY') return;
  // A private integration names a listener or a Cloud Map service.
  if (connectionType === 'VPC_LINK' && /^arn:aws[a-z-]*:(elasticloadbalancing|servicediscovery):./.test(uri)) return;
  if (!isHttpEndpoint(uri)) throw badRequest('Invalid HTTP endpoint specified for URI');
}

/** An action of an AWS service: its parameters stand where other integrations have their mappings. */
function checkService(integration: V2Integration): void {
  const { integrationType, integrationSubtype: subtype, requestParameters = {}, credentialsArn } = integration;
  const action = serviceAction(subtype!);
  if (action === undefined) throw invalidValue('integration subtype', subtype!, Object.keys(serviceActions));
  if (integrationType !== 'AWS_PROXY')
    throw badRequest('IntegrationSubtype is only supported for AWS_PROXY integrations');
  if (integration.integrationUri !== undefined) {
    throw badRequest('IntegrationUri cannot be set together with IntegrationSubtype');
  }
  if (credentialsArn === undefined) throw required('CredentialsArn', `${subtype} integration`);
  const missing = action.required.filter((parameter) => requestParameters[parameter] === undefined);
  if (missing.length > 0) {
    throw badRequest(`Missing required request parameters for ${subtype}: [${missing.join(', ')}]`);
  }
  const known = [...action.required, ...action.optional];
  const errors = Object.entries(requestParameters).flatMap(([parameter, value]) => {
    if (!known.includes(parameter)) return [`Invalid request parameter specified: ${parameter}`];
    const isReadable = mappingValue(value, 'request') !== undefined;
    return isReadable ? [] : [`Invalid source: ${value} specified for destination: ${parameter}`];
  });
  if (errors.length > 0) throw invalidSelections(errors);
}
