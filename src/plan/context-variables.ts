/**
 * The `$context` variables of REST APIs (row MAP-14), each a closure over the exchange made once. Parameter mappings use them now; templates, gateway
 * responses and access logs read the same table.
 */
import { headerValue } from '../base/headers.ts';
import type { AuthorizerResult, Exchange } from './exchange.ts';
import type { StageContext } from './plan.ts';
import { requestTime } from './request-time.ts';
import { socketContextVariable } from './websocket/socket-context.ts';

/** The method a request matched, as far as `$context` shows it. */
export interface ContextMethod {
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly operationName: string | undefined;
}

/** A value as `$context` holds it; undefined where AWS has null or nothing. */
export type ContextReader = (x: Exchange) => string | number | undefined;

const absent: ContextReader = () => undefined;

/** Names known to AWS that stay empty until authorizers, validation, web ACLs and AWS services fill them. */
const emptyForNow = new Set([
  'awsEndpointRequestId',
  'error.message',
  'error.messageString',
  'error.responseType',
  'error.validationErrorString',
]);

/** The reader of `$context.{name}`; undefined when AWS knows no such variable. */
export function contextVariable(name: string, stage: StageContext, method: ContextMethod): ContextReader | undefined {
  if (stage.kind === 'websocket') return socketContextVariable(name, stage);
  switch (name) {
    case 'accountId':
      return () => stage.account;
    case 'apiId':
      return () => stage.apiId;
    case 'tlsVersion':
      return (x) => x.request.tls?.version;
    case 'cipherSuite':
      return (x) => x.request.tls?.cipherSuite;
    case 'customDomain.basePathMatched':
      return (x) => x.customDomain?.basePathMatched;
    case 'customDomain.routingRuleIdMatched':
      return (x) => x.customDomain?.routingRuleIdMatched;
    case 'deploymentId':
      return () => stage.deploymentId;
    case 'domainName':
      return (x) => x.domainName;
    case 'domainPrefix':
      return (x) => domainPrefix(x.domainName);
    case 'extendedRequestId':
      return (x) => x.extendedRequestId;
    case 'httpMethod':
      return (x) => x.method;
    case 'identity.apiKey':
      return (x) => x.apiKey?.value;
    case 'identity.apiKeyId':
      return (x) => x.apiKey?.id;
    case 'identity.accessKey':
      return (x) => x.caller?.accessKey;
    case 'identity.accountId':
      return (x) => x.caller?.accountId;
    case 'identity.caller':
      return (x) => x.caller?.caller;
    case 'identity.cognitoAuthenticationProvider':
      return (x) => x.caller?.cognito?.authenticationProvider;
    case 'identity.cognitoAuthenticationType':
      return (x) => x.caller?.cognito?.authenticationType;
    case 'identity.cognitoIdentityId':
      return (x) => x.caller?.cognito?.identityId;
    case 'identity.cognitoIdentityPoolId':
      return (x) => x.caller?.cognito?.identityPoolId;
    case 'identity.principalOrgId':
      return (x) => x.caller?.principalOrgId;
    case 'identity.sourceIp':
      return (x) => x.request.sourceIp;
    case 'identity.vpcId':
      return (x) => x.request.vpcEndpoint?.vpcId;
    case 'identity.vpceId':
      return (x) => x.request.vpcEndpoint?.id;
    case 'identity.userAgent':
      return (x) => headerValue(x.request.headers, 'user-agent');
    case 'identity.user':
      return (x) => x.caller?.user;
    case 'identity.userArn':
      return (x) => x.caller?.userArn;
    case 'isCanaryRequest':
      return () => (stage.isCanary === undefined ? undefined : String(stage.isCanary));
    case 'operationName':
      return () => method.operationName;
    case 'path':
      return (x) => x.contextPath;
    case 'protocol':
      return (x) => x.request.protocol;
    case 'requestId':
      return (x) => x.requestId;
    case 'requestTime':
      return (x) => requestTime(x.startedAtMs);
    case 'requestTimeEpoch':
      return (x) => x.startedAtMs;
    case 'resourceId':
      return () => method.resourceId;
    case 'resourcePath':
      return () => method.resourcePath;
    case 'stage':
      return () => stage.stage;
    case 'wafResponseCode':
      return (x) => x.webAcl?.code;
    case 'webaclArn':
      return (x) => x.webAcl?.arn;
    case 'xrayTraceId':
      return (x) => (x.traceHeader === '' ? undefined : x.traceHeader);
    default:
      if (name.startsWith('authorizer.')) return authorizerVariable(name.slice('authorizer.'.length));
      if (name.startsWith('identity.clientCert.')) return clientCertificateVariable(name.slice(20));
      return emptyForNow.has(name) ? absent : undefined;
  }
}

/** What the authorizer found out. Any name may be a member of a function's context, so all are known; values are texts (row LA-09). */
function authorizerVariable(name: string): ContextReader {
  if (name === 'principalId') return ({ authorizer }) => authorizer?.principalId;
  if (name === 'integrationLatency')
    return ({ authorizer }) => (authorizer === null ? undefined : Math.max(0, authorizer.latencyMs));
  if (name.startsWith('claims.')) {
    const claim = name.slice('claims.'.length);
    return ({ authorizer }) => ownText(authorizer?.claims, claim);
  }
  return ({ authorizer }) => ownText(authorizer?.context, name);
}

/** Of the certificate a client showed by mutual TLS (row DOM-18). */
export function clientCertificateVariable(member: string): ContextReader | undefined {
  switch (member) {
    case 'clientCertPem':
    case 'subjectDN':
    case 'issuerDN':
    case 'serialNumber':
      return (x) => x.clientCertificate?.[member];
    case 'validity.notBefore':
      return (x) => x.clientCertificate?.notBefore;
    case 'validity.notAfter':
      return (x) => x.clientCertificate?.notAfter;
    default:
      return undefined;
  }
}

function ownText(map: AuthorizerResult['context'] | null | undefined, name: string): string | undefined {
  return map != null && Object.hasOwn(map, name) ? String(map[name]) : undefined;
}

/** First label of a host name: the API id on the default endpoint. */
export function domainPrefix(domainName: string): string {
  const dot = domainName.indexOf('.');
  return dot === -1 ? domainName : domainName.slice(0, dot);
}
