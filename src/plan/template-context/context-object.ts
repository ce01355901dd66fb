/** `$context` of mapping templates (rows MAP-14, MAP-16). */
import { javaInteger } from '../../language/java-values.ts';
import { type HostObject, MapView, type VtlMap, type VtlValue } from '../../language/vtl/values.ts';
import { contextVariable } from '../context-variables.ts';
import type { AuthorizerResult } from '../exchange.ts';
import type { MethodScope } from '../method-scope.ts';
import type { Overrides } from '../overrides.ts';
import type { MappingSource } from '../parameter-mapping.ts';
import { requestOverrideObject, responseOverrideObject } from './override-objects.ts';

/** What has members of its own. */
const groups: ReadonlySet<string> = new Set([
  'authorizer',
  'authorizer.claims',
  'customDomain',
  'error',
  'identity',
  'identity.clientCert',
  'identity.clientCert.validity',
]);

/**
 * `$context` of one exchange. A variable AWS knows but has no value for is empty text, as in the output of the console's own passthrough template
 * (`"caller" : ""`); a name it does not know is not there, and the reference prints itself.
 */
export function contextObject({ x }: MappingSource, overrides: Overrides, scope: MethodScope): HostObject {
  const { stage, resourceId, resourcePath } = scope;
  const method = { resourceId, resourcePath, operationName: scope.method.operationName };

  function variable(name: string): VtlValue | undefined {
    if (name === 'requestOverride') return requestOverrideObject(overrides);
    if (name === 'responseOverride') return responseOverrideObject(overrides);
    const read = contextVariable(name, stage, method);
    if (read === undefined) return undefined;
    const value = read(x);
    // Numbers of templates are Java's: the time of a request is a Long.
    return typeof value === 'number' ? javaInteger(String(value)) : (value ?? '');
  }

  return membersOf('', variable, (prefix) => namesBelow(prefix, x.authorizer));
}

/** As an event of the Serverless Framework's template shows them, which asks `$context.identity` for its keys. */
const identityNames = [
  ...['cognitoIdentityPoolId', 'accountId', 'cognitoIdentityId', 'caller', 'apiKey', 'sourceIp', 'accessKey'],
  ...['cognitoAuthenticationType', 'cognitoAuthenticationProvider', 'userArn', 'userAgent', 'user'],
];

/** The keys of the groups that templates go through; none of the others. */
function namesBelow(prefix: string, authorizer: AuthorizerResult | null): readonly string[] {
  if (prefix === 'identity.') return identityNames;
  if (prefix === 'authorizer.claims.') return Object.keys(authorizer?.claims ?? {});
  if (prefix !== 'authorizer.' || authorizer === null) return [];
  const { principalId, context } = authorizer;
  return [...(principalId === undefined ? [] : ['principalId']), ...Object.keys(context), 'integrationLatency'];
}

/** The variables whose names begin like this. Those of a group can be gone through as those of a Java map. */
function membersOf(
  prefix: string,
  variable: (name: string) => VtlValue | undefined,
  namesOf: (prefix: string) => readonly string[],
): HostObject {
  function get(name: string): VtlValue | undefined {
    const whole = prefix + name;
    return groups.has(whole) ? membersOf(`${whole}.`, variable, namesOf) : variable(whole);
  }
  function asMap(): VtlMap {
    const entries = namesOf(prefix).map((name) => [name, variable(prefix + name)] as const);
    return new Map(entries.filter((entry): entry is readonly [string, VtlValue] => entry[1] !== undefined));
  }
  return {
    get,
    call(called, [name]) {
      switch (called) {
        case 'get':
          return typeof name === 'string' ? (get(name) ?? null) : undefined;
        case 'keySet':
          return new MapView(asMap(), 'keys');
        case 'values':
          return new MapView(asMap(), 'values');
        case 'entrySet':
          return new MapView(asMap(), 'entries');
        case 'containsKey':
          return typeof name === 'string' ? asMap().has(name) : undefined;
        case 'size':
          return asMap().size;
        case 'isEmpty':
          return asMap().size === 0;
        default:
          return undefined;
      }
    },
    toString: () => '',
  };
}
