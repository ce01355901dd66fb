/**
 * Under what an answer is kept (rows CACHE-05, CACHE-06): deployment, namespace, verb and resource, and the parameters declared as cache keys. Nothing
 * else of a request counts, so two that differ only there share an answer, as in AWS.
 */
import { parseRequestExpression, type RequestLocation } from '../../language/mapping-expression.ts';
import type { Exchange } from '../exchange.ts';
import type { MethodScope } from '../method-scope.ts';
import { mappingSource, requestReader, type ValueReader } from '../parameter-mapping.ts';

export type CacheKey = (x: Exchange) => string;

/** Compiles the key of a method. Complains of a cache key parameter that cannot be read from a request. */
export function compileCacheKey(scope: MethodScope): CacheKey {
  const { integration, stage, resourcePath } = scope;
  const readers = integration.cacheKeyParameters
    .map((name) => parameterReader(name, scope))
    .filter((reader) => reader !== undefined);
  const start = `${stage.deploymentId}\n${integration.cacheNamespace}\n${resourcePath}\n`;
  return function keyOf(x) {
    let key = start + x.method;
    if (readers.length === 0) return key;
    const source = mappingSource(x, undefined);
    for (const read of readers) {
      const value = read(source);
      // A length before each text, their number before several: no two lists of values look alike. An absent one is not an empty one.
      if (value === undefined) key += '\n-';
      else if (typeof value === 'string') key += `\n${value.length}:${value}`;
      else {
        key += `\n${value.length}`;
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
  if (mapped?.kind === 'request') return requestReader(mapped.location, mapped.name);
  // The same for every request of a deployment.
  if (mapped?.kind === 'literal' || mapped?.kind === 'stage-variable') return undefined;
  scope.complain(`the cache key parameter ${name} is mapped from nothing that a request brings`);
  return undefined;
}
