/** What the access log settings of a stage must fulfil (recorded V16, G4, G5; guide, "Customizing HTTP API access logs"). */
import type { V2Api, V2Stage } from '../../definition/v2-api.ts';
import { tooMany } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import type { V2Limits } from './limits.ts';

/** What an HTTP API's format may name beside the members of `authorizer`; other protocols write `-` for what they do not know. */
const httpVariables = new Set([
  'accountId',
  'apiId',
  'awsEndpointRequestId',
  'awsEndpointRequestId2',
  'customDomain.basePathMatched',
  'dataProcessed',
  'domainName',
  'domainPrefix',
  'error.message',
  'error.messageString',
  'error.responseType',
  'extendedRequestId',
  'httpMethod',
  'identity.accountId',
  'identity.caller',
  'identity.clientCert.clientCertPem',
  'identity.clientCert.issuerDN',
  'identity.clientCert.serialNumber',
  'identity.clientCert.subjectDN',
  'identity.clientCert.validity.notAfter',
  'identity.clientCert.validity.notBefore',
  'identity.cognitoAuthenticationProvider',
  'identity.cognitoAuthenticationType',
  'identity.cognitoIdentityId',
  'identity.cognitoIdentityPoolId',
  'identity.principalOrgId',
  'identity.sourceIp',
  'identity.user',
  'identity.userAgent',
  'identity.userArn',
  'integration.error',
  'integration.integrationStatus',
  'integration.latency',
  'integration.requestId',
  'integration.status',
  'integrationErrorMessage',
  'integrationLatency',
  'integrationStatus',
  'path',
  'protocol',
  'requestId',
  'requestTime',
  'requestTimeEpoch',
  'resourcePath',
  'responseLatency',
  'responseLength',
  'routeKey',
  'stage',
  'status',
]);

const destination = /^arn:aws[a-z-]*:(logs|firehose):[^:]+:\d{12}:.+$/;

/** Throws unless the settings name where to write and what. */
export function checkAccessLog(settings: V2Stage['accessLogSettings'], api: V2Api, limits: V2Limits): void {
  if (settings === undefined) return;
  const { destinationArn, format } = settings;
  if (!destinationArn || !format) {
    throw badRequest('Access Log value missing. Expected destinationArn and format.');
  }
  if (!destination.test(destinationArn)) {
    throw badRequest(
      'Invalid ARN specified in the request. The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream ARN.',
    );
  }
  if (Buffer.byteLength(format) > limits.accessLogFormatBytes) {
    throw tooMany('bytes', 'access log format', limits.accessLogFormatBytes);
  }
  const isHttp = api.protocolType === 'HTTP';
  if (isHttp) checkVariables(format);
  checkForm(format, isHttp);
}

function checkVariables(format: string): void {
  // An adjacent pipe is read as a part of the name (recorded G4).
  const named = [...format.matchAll(/\$context\.([a-zA-Z0-9._|-]+)/g)].map(([, name]) => name!.replace(/\.$/, ''));
  const unknown = named.filter((name) => !httpVariables.has(name) && !/^authorizer\.[^|]+$/.test(name));
  if (unknown.length === 0) return;
  const list = [...new Set(unknown)].map((name) => `$context.${name}`).join(', ');
  throw badRequest(`The following context variables are not supported: [${list}]`);
}

function checkForm(format: string, isHttp: boolean): void {
  const heading = 'The following errors are found in Access Log Format: ';
  if (isHttp ? format.includes('\n') : /\n(?!$)/.test(format)) {
    throw badRequest(
      `${heading}Access Log format must be single line, new line character is allowed only at end of the format: '${format}'`,
    );
  }
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    throw badRequest(
      `${heading}Access Log format must include either $context.requestId or $context.extendedRequestId : '${format}'`,
    );
  }
}
