/** What the `security` of one operation means for its method (rows OAS-08, OAS-12). Root-level security does not count for REST APIs, as in AWS. */
import { isNode, memberOf, membersOf, type Node, nodeOf } from './members.ts';

export interface MethodSecurity {
  readonly authorizationType: string;
  readonly apiKeyRequired: boolean;
}

export interface SecurityReport {
  error(text: string): void;
  warning(text: string): void;
}

/** `schemes`: the document's security schemes by name. Whatever would need an authorizer is an error, for none can be made yet. */
export function securityOf(operation: Node, schemes: Node, report: SecurityReport): MethodSecurity {
  let authorizationType = ownType(operation, report) ?? 'NONE';
  let apiKeyRequired = false;
  for (const name of requiredSchemes(operation)) {
    const scheme = memberOf(schemes, name);
    if (!isNode(scheme)) {
      report.error(`Security scheme '${name}' is not defined`);
      continue;
    }
    const type = typeof memberOf(scheme, authType) === 'string' ? String(scheme[authType]).toLowerCase() : undefined;
    if (type === 'awssigv4') authorizationType = 'AWS_IAM';
    else if (needsAuthorizer(scheme)) {
      report.error(
        `Security scheme '${name}' needs an authorizer. Authorizers are not built yet, so it is refused rather than skipped`,
      );
    } else if (isApiKey(scheme)) apiKeyRequired = true;
    else report.warning(`Security scheme '${name}' has no authorizer. Ignoring.`);
  }
  return { authorizationType, apiKeyRequired };
}

/** Names of the schemes that would need an authorizer, used or not. */
export const authorizersOf = (schemes: Node): string[] =>
  Object.keys(schemes).filter((name) => needsAuthorizer(nodeOf(schemes[name])));

const authType = 'x-amazon-apigateway-authtype';

const needsAuthorizer = (scheme: Node): boolean =>
  memberOf(scheme, 'x-amazon-apigateway-authorizer') !== undefined ||
  (memberOf(scheme, authType) !== undefined && String(scheme[authType]).toLowerCase() !== 'awssigv4');

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

/** Alternatives count together: a method has one authorization type and asks for a key or not, so it can only be as strict as all of them. */
function requiredSchemes(operation: Node): Set<string> {
  const security = memberOf(operation, 'security');
  return new Set(Array.isArray(security) ? security.flatMap((requirement) => Object.keys(nodeOf(requirement))) : []);
}
