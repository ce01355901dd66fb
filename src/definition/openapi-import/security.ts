/** Security schemes as authorizers, and what the `security` of one operation means for its method (rows OAS-08, OAS-12, COG-12). Root-level security does not count for REST APIs, as in AWS. */

import { defined } from '../../base/defined.ts';
import type { AuthorizerDescription } from './description.ts';
import { isNode, memberOf, membersOf, type Node, nodeOf } from './members.ts';

export interface MethodSecurity {
  readonly authorizationType: string;
  /** The scheme's; the authorizer of that name in the document, or else in the API. */
  readonly authorizerName?: string;
  readonly authorizationScopes?: readonly string[];
  readonly apiKeyRequired: boolean;
}

export interface SecurityReport {
  error(text: string): void;
  warning(text: string): void;
}

/** `schemes`: the document's security schemes by name. What cannot be guarded as the document says is an error. */
export function securityOf(operation: Node, schemes: Node, report: SecurityReport): MethodSecurity {
  let guard: Omit<MethodSecurity, 'apiKeyRequired'> = { authorizationType: ownType(operation, report) ?? 'NONE' };
  let apiKeyRequired = false;
  for (const [name, scopes] of requiredSchemes(operation)) {
    const scheme = memberOf(schemes, name);
    if (!isNode(scheme)) {
      report.error(`Security scheme '${name}' is not defined`);
      continue;
    }
    const next = guardOf(name, scheme, scopes);
    if (next !== undefined) {
      if (guard.authorizationType !== 'NONE' && guard.authorizerName !== next.authorizerName) {
        report.error(`Security scheme '${name}' is one too many: a method has one authorizer`);
      }
      guard = next;
    } else if (isApiKey(scheme)) apiKeyRequired = true;
    else report.warning(`Security scheme '${name}' has no authorizer. Ignoring.`);
  }
  return { ...guard, apiKeyRequired };
}

/** Undefined for a scheme that guards nothing by itself. */
function guardOf(
  name: string,
  scheme: Node,
  scopes: readonly string[],
): Omit<MethodSecurity, 'apiKeyRequired'> | undefined {
  const authType = authTypeOf(scheme)?.toLowerCase();
  if (authType === 'awssigv4') return { authorizationType: 'AWS_IAM' };
  const authorizer = memberOf(scheme, authorizerExtension);
  if (authorizer === undefined && authType === undefined) return undefined;
  const type = String(memberOf(nodeOf(authorizer), 'type') ?? authType).toLowerCase();
  if (type !== 'cognito_user_pools') return { authorizationType: 'CUSTOM', authorizerName: name };
  return {
    authorizationType: 'COGNITO_USER_POOLS',
    authorizerName: name,
    ...(scopes.length > 0 && { authorizationScopes: scopes }),
  };
}

/** Every authorizer of the document, used or not, named as its scheme. */
export function authorizersOf(schemes: Node, error: (text: string) => void): AuthorizerDescription[] {
  return Object.entries(schemes).flatMap(([name, each]) => {
    const scheme = nodeOf(each);
    const extension = memberOf(scheme, authorizerExtension);
    if (extension === undefined) return [];
    const complain = (complaint: string) => error(`Unable to create authorizer '${name}': ${complaint}`);
    if (!isNode(extension)) {
      complain(`${authorizerExtension} must be an object`);
      return [];
    }
    const members = membersOf(extension, complain);
    const type = members.choice('type', ['TOKEN', 'REQUEST', 'COGNITO_USER_POOLS']);
    if (type === undefined) {
      // A wrong one has been complained of.
      if (memberOf(extension, 'type') === undefined) complain('type is missing');
      return [];
    }
    return [
      defined({
        name,
        type,
        authType: authTypeOf(scheme),
        providerARNs: members.texts('providerARNs'),
        authorizerUri: members.text('authorizerUri'),
        authorizerCredentials: members.text('authorizerCredentials'),
        identitySource: members.text('identitySource') ?? sourceOf(scheme),
        identityValidationExpression: members.text('identityValidationExpression'),
        authorizerResultTtlInSeconds: members.integer('authorizerResultTtlInSeconds'),
      }),
    ];
  });
}

const authorizerExtension = 'x-amazon-apigateway-authorizer';

function authTypeOf(scheme: Node): string | undefined {
  const authType = memberOf(scheme, 'x-amazon-apigateway-authtype');
  return typeof authType === 'string' ? authType : undefined;
}

/** Where the scheme itself says the token is; `Unused` stands for elsewhere (guide, x-amazon-apigateway-authorizer). */
function sourceOf(scheme: Node): string | undefined {
  const name = memberOf(scheme, 'name');
  if (memberOf(scheme, 'type') !== 'apiKey' || typeof name !== 'string' || name === 'Unused') return undefined;
  const place = memberOf(scheme, 'in');
  if (place === 'header') return `method.request.header.${name}`;
  return place === 'query' ? `method.request.querystring.${name}` : undefined;
}

const isApiKey = (scheme: Node): boolean =>
  memberOf(scheme, 'type') === 'apiKey' &&
  memberOf(scheme, 'in') === 'header' &&
  String(memberOf(scheme, 'name')).toLowerCase() === 'x-api-key';

/** `x-amazon-apigateway-auth` names the type without a scheme. */
function ownType(operation: Node, report: SecurityReport): string | undefined {
  const complain = (complaint: string) => report.error(`x-amazon-apigateway-auth: ${complaint}`);
  const auth = membersOf(operation, complain).node('x-amazon-apigateway-auth');
  return auth && membersOf(auth, complain).choice('type', ['NONE', 'AWS_IAM']);
}

/**
 * Names with their scopes. Alternatives count together: a method has one authorization type and asks for a key or not, so it can only be as strict as
 * all of them.
 */
function requiredSchemes(operation: Node): Map<string, readonly string[]> {
  const security = memberOf(operation, 'security');
  const required = new Map<string, readonly string[]>();
  for (const requirement of Array.isArray(security) ? security : []) {
    for (const [name, scopes] of Object.entries(nodeOf(requirement))) {
      const more = Array.isArray(scopes) ? scopes.map(String) : [];
      required.set(name, [...new Set([...(required.get(name) ?? []), ...more])]);
    }
  }
  return required;
}
