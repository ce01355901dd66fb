/**
 * Under what an answer is kept (rows CACHE-05, CACHE-06): deployment, namespace, verb, and the parameters declared as cache keys. A namespace is the resource unless
 * its owner gives several the same, to have them share (reference of PutIntegration). Nothing
 * else of a request counts, so two that differ only there share an answer, as in AWS.
 */
import { parseRequestExpression, type RequestLocation } from '../../language/mapping-expression.ts';
import type { Exchange } from '../exchange.ts';
import type { MethodScope } from '../method-scope.ts';
import { expressionReader, mappingSource, requestReader, type ValueReader } from '../parameter-mapping.ts';

export type CacheKey = (x: Exchange) => string;

/** Compiles the key of a method. Complains of a cache key parameter that cannot be read from a request. */
export function compileCacheKey(scope: MethodScope): CacheKey {
  const { integration, stage } = scope;
  const readers = integration.cacheKeyParameters.flatMap((name) => {
    const read = parameterReader(name, scope);
    return read === undefined ? [] : [{ read, name: `\n${name}=` }];
  });
  // Namespaces are what users write: the length keeps one from ending early.
  const { cacheNamespace } = integration;
  const start = `${stage.deploymentId}\n${cacheNamespace.length}:${cacheNamespace}\n`;
  return function keyOf(x) {
    let key = start + x.method;
    if (readers.length === 0) return key;
    const source = mappingSource(x, undefined);
    for (const { read, name } of readers) {
      key += name;
      const value = read(source);
      // A length before each text, their number before several: no two lists of values look alike. An absent one is not an empty one.
      if (value === undefined) key += '-';
      else if (typeof value === 'string') key += `${value.length}:${value}`;
      else {
        key += value.length;
        for (const text of value) key += `;${text.length}:${text}`;
      }
    }
    return key;
  };
}

const methodParameter = /^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.(.+)$/s;

/** `method.request.querystring.type`, or a parameter of the integration that is mapped from one. */
function parameterReader(name: string, scope: MethodScope): ValueReader | undefined {
  const declared = methodParameter.exec(name);
  if (declared !== null) {
    const [, location, parameter] = declared as unknown as [string, RequestLocation, string];
    // Every value of a repeated parameter counts.
    const all = { querystring: 'multivaluequerystring', header: 'multivalueheader' } as const;
    return requestReader(location in all ? all[location as keyof typeof all] : location, parameter);
  }
  const mapped = parseRequestExpression(scope.integration.requestParameters?.[name] ?? '');
  // A stage variable counts: a canary on the same deployment has its own (row CAN-09).
  const read = mapped === undefined ? 'it is mapped from nothing' : expressionReader(mapped, scope);
  if (typeof read === 'function') return read;
  scope.complain(`the cache key parameter ${name} cannot be read: ${read}`);
  return undefined;
}
