/**
 * The `$context` variables of HTTP APIs (guide page http-api-logging-variables), each a closure over the exchange made once. What REST APIs have too is
 * read by their table; here is what differs.
 */
import { type ContextReader, clientCertificateVariable, contextVariable } from '../context-variables.ts';
import type { IamCaller } from '../exchange.ts';
import { rawPath } from './raw-path.ts';
import type { RouteScope } from './route-scope.ts';

/** Known to both kinds and meaning the same. */
const shared = new Set([
  'accountId',
  'apiId',
  'customDomain.basePathMatched',
  'domainName',
  'domainPrefix',
  'extendedRequestId',
  'httpMethod',
  'identity.sourceIp',
  'identity.userAgent',
  'protocol',
  'requestId',
  'requestTime',
  'stage',
]);

/** Of the answer: nothing to read while a request is on its way. `resourcePath` is never filled (recorded). */
const empty =
  /^(awsEndpointRequestId2?|dataProcessed|error\.\w+|integration\.\w+|integrationErrorMessage|integrationLatency|integrationStatus|resourcePath|responseLatency|responseLength|status)$/;

const ofCaller: Readonly<Record<string, (caller: IamCaller) => string | undefined>> = {
  'identity.accountId': ({ accountId }) => accountId,
  'identity.caller': ({ caller }) => caller,
  'identity.cognitoAuthenticationProvider': ({ cognito }) => cognito?.authenticationProvider,
  'identity.cognitoAuthenticationType': ({ cognito }) => cognito?.authenticationType,
  'identity.cognitoIdentityId': ({ cognito }) => cognito?.identityId,
  'identity.cognitoIdentityPoolId': ({ cognito }) => cognito?.identityPoolId,
  'identity.principalOrgId': ({ principalOrgId }) => principalOrgId,
  'identity.user': ({ user }) => user,
  'identity.userArn': ({ userArn }) => userArn,
};

/** The reader of `$context.{name}`; undefined when HTTP APIs know no such variable. */
export function httpContextVariable(
  name: string,
  { label, route, path, stage }: RouteScope,
): ContextReader | undefined {
  if (shared.has(name)) {
    const { operationName } = route;
    return contextVariable(name, stage, { resourceId: label, resourcePath: path, operationName });
  }
  if (name === 'routeKey') return () => label;
  if (name === 'path') return (x) => rawPath(x.contextPath);
  // Recorded: seconds, where REST APIs have milliseconds.
  if (name === 'requestTimeEpoch') return (x) => Math.floor(x.startedAtMs / 1000);
  if (name.startsWith('authorizer.')) return authorizerVariable(name.slice('authorizer.'.length));
  if (name.startsWith('identity.clientCert.')) return clientCertificateVariable(name.slice(20));
  if (Object.hasOwn(ofCaller, name)) {
    const read = ofCaller[name]!;
    return (x) => (x.caller === null ? undefined : read(x.caller));
  }
  return empty.test(name) ? () => undefined : undefined;
}

/** `claims.sub` of a token, `principalId` or a member of the context of a function's answer. */
function authorizerVariable(name: string): ContextReader {
  const claim = name.startsWith('claims.') ? name.slice('claims.'.length) : undefined;
  if (claim !== undefined) return (x) => ownMember(x.authorizer?.claims, claim);
  if (name === 'principalId') return (x) => x.authorizer?.principalId;
  return (x) => ownMember(x.authorizer?.context, name);
}

/** What every object inherits is no claim. Objects and lists, which an answer of format 2.0 may hold, are JSON. */
function ownMember(map: Readonly<Record<string, unknown>> | null | undefined, name: string): string | undefined {
  if (map === null || map === undefined || !Object.hasOwn(map, name)) return undefined;
  const value = map[name];
  if (value === null || value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
