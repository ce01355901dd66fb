/** Security schemes as authorizers of an HTTP API, and what `security` means for a route. */
import { defined } from '../../base/defined.ts';
import type { Route, V2Authorizer } from '../v2-api.ts';
import type { HttpFindings } from './http-api-description.ts';
import { isNode, memberOf, membersOf, type Node, nodeOf } from './members.ts';

const authorizerExtension = 'x-amazon-apigateway-authorizer';

/** Every authorizer of the document, named as its scheme. */
export function httpAuthorizersOf(schemes: Node, findings: HttpFindings): Omit<V2Authorizer, 'authorizerId'>[] {
  return Object.entries(schemes).flatMap(([name, each]) => {
    const scheme = nodeOf(each);
    const extension = memberOf(scheme, authorizerExtension);
    if (extension === undefined) return [];
    const complain = (complaint: string) => findings.errors.push(`Unable to create authorizer '${name}': ${complaint}`);
    if (!isNode(extension)) {
      complain(`${authorizerExtension} must be an object`);
      return [];
    }
    const members = membersOf(extension, complain);
    const type = members.choice('type', ['REQUEST', 'JWT']);
    if (type === undefined) {
      if (memberOf(extension, 'type') === undefined) complain('type is missing');
      return [];
    }
    const jwt = members.node('jwtConfiguration');
    return [
      defined({
        name,
        authorizerType: type,
        authorizerUri: members.text('authorizerUri'),
        authorizerCredentialsArn: members.text('authorizerCredentials'),
        authorizerPayloadFormatVersion: versionText(members.text('authorizerPayloadFormatVersion')),
        authorizerResultTtlInSeconds: members.integer('authorizerResultTtlInSeconds'),
        enableSimpleResponses: members.flag('enableSimpleResponses'),
        identitySource: sourcesOf(members.text('identitySource')),
        jwtConfiguration: type === 'JWT' ? jwtOf(jwt ?? {}, scheme, complain) : undefined,
      }),
    ];
  });
}

const versionText = (text: string | undefined): string | undefined => (/^[12]$/.test(text ?? '') ? `${text}.0` : text);

const sourcesOf = (text: string | undefined): string[] | undefined =>
  text
    ?.split(',')
    .map((source) => source.trim())
    .filter((source) => source !== '');

/** The issuer may be left to the scheme's own address of discovery (guide, "x-amazon-apigateway-authorizer"). */
function jwtOf(node: Node, scheme: Node, complain: (complaint: string) => void): V2Authorizer['jwtConfiguration'] {
  const members = membersOf(node, complain);
  const discovery = memberOf(scheme, 'openIdConnectUrl');
  const found =
    typeof discovery === 'string' ? discovery.replace(/\/\.well-known\/openid-configuration$/, '') : undefined;
  return defined({ issuer: members.text('issuer') ?? found, audience: members.texts('audience') });
}

export interface RouteSecurity {
  readonly authorizationType: Route['authorizationType'];
  readonly authorizerName?: string;
  readonly authorizationScopes?: readonly string[];
}

interface SecuredOperation {
  readonly routeKey: string;
  readonly operation: Node;
  readonly document: Node;
  readonly schemes: Node;
}

/**
 * A route has one guard: several requirements are an error (guide, "Import validation information"). The security of the whole document holds for
 * operations without their own, as OpenAPI has it: a route that the document guards must not come out open.
 */
export function routeSecurityOf(secured: SecuredOperation, findings: HttpFindings): RouteSecurity {
  const { routeKey, operation, document, schemes } = secured;
  const auth = memberOf(nodeOf(memberOf(operation, 'x-amazon-apigateway-auth')), 'type');
  const own = typeof auth === 'string' && auth.toUpperCase() === 'AWS_IAM' ? iam : undefined;
  const security = memberOf(operation, 'security') ?? (own ? [] : memberOf(document, 'security'));
  const requirements = (Array.isArray(security) ? security : []).flatMap((each) => Object.entries(nodeOf(each)));
  const guards = requirements.flatMap(([name, scopes]) => guardOf(name, scopes, routeKey, schemes, findings));
  if (own !== undefined) guards.push(own);
  if (guards.length > 1) {
    findings.errors.push(`Route ${routeKey} has multiple security requirements, an HTTP API's route can have one`);
  }
  return guards[0] ?? { authorizationType: 'NONE' };
}

const iam: RouteSecurity = { authorizationType: 'AWS_IAM' };

function guardOf(
  name: string,
  given: unknown,
  routeKey: string,
  schemes: Node,
  findings: HttpFindings,
): RouteSecurity[] {
  const scheme = memberOf(schemes, name);
  if (!isNode(scheme)) {
    findings.errors.push(`Security scheme '${name}' of route ${routeKey} is not defined`);
    return [];
  }
  if (String(memberOf(scheme, 'x-amazon-apigateway-authtype')).toLowerCase() === 'awssigv4') return [iam];
  const extension = nodeOf(memberOf(scheme, authorizerExtension));
  const type = String(memberOf(extension, 'type')).toUpperCase();
  if (type === 'REQUEST') return [{ authorizationType: 'CUSTOM', authorizerName: name }];
  if (type === 'JWT') {
    const scopes = Array.isArray(given) ? given.map(String) : [];
    return [
      { authorizationType: 'JWT', authorizerName: name, ...(scopes.length > 0 && { authorizationScopes: scopes }) },
    ];
  }
  // A faulty authorizer has been complained of where it stands.
  if (memberOf(scheme, authorizerExtension) === undefined) {
    findings.warnings.push(`Security scheme '${name}' of route ${routeKey} has no authorizer. Ignoring.`);
  }
  return [];
}
