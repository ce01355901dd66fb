/** `$context` of mapping templates (rows MAP-14, MAP-16). */
import { javaInteger } from '../../language/java-values.ts';
import type { HostObject, VtlValue } from '../../language/vtl/values.ts';
import { contextVariable } from '../context-variables.ts';
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
    const read = contextVariable(name, stage, method);
    if (read === undefined) return undefined;
    const value = read(x);
    // Numbers of templates are Java's: the time of a request is a Long.
    return typeof value === 'number' ? javaInteger(String(value)) : (value ?? '');
  }

  const variables = membersOf('', variable);
  return membersOf('', (name) => {
    if (name === 'requestOverride') return requestOverrideObject(overrides);
    if (name === 'responseOverride') return responseOverrideObject(overrides);
    return variables.get(name);
  });
}

/** The variables whose names begin like this. */
function membersOf(prefix: string, variable: (name: string) => VtlValue | undefined): HostObject {
  function get(name: string): VtlValue | undefined {
    const whole = prefix + name;
    return groups.has(whole) ? membersOf(`${whole}.`, variable) : variable(whole);
  }
  return {
    get,
    call: (called, [name]) => (called === 'get' && typeof name === 'string' ? (get(name) ?? null) : undefined),
    toString: () => '',
  };
}
