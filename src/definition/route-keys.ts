/** Route keys: what they may be, and the parts of those of HTTP APIs (rows V2-06, V2-07). */

export interface HttpRouteKey {
  /** Upper-case verb, or `ANY`. */
  readonly method: string;
  /** `/pets/{id}`, `/{proxy+}`, `/`. */
  readonly path: string;
}

const verbs = new Set(['ANY', 'GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);

/** The parts of `GET /pets/{id}`; undefined for `$default` and for what is no route key of an HTTP API. */
export function parseHttpRouteKey(routeKey: string): HttpRouteKey | undefined {
  const space = routeKey.indexOf(' ');
  if (space < 0) return undefined;
  const method = routeKey.slice(0, space);
  const path = routeKey.slice(space + 1);
  return verbs.has(method) && path.startsWith('/') ? { method, path } : undefined;
}

/** A path part as AWS's own message gives it (recorded V12). */
const pathPart = /^(\{[\w.:-]+\+?\}|[a-zA-Z0-9.:_-]+)$/;

/** What is wrong with the key of an HTTP API's route, in AWS's words; undefined when nothing is. */
export function httpRouteKeyFault(routeKey: string): string | undefined {
  if (routeKey === '$default') return undefined;
  const key = parseHttpRouteKey(routeKey);
  if (key === undefined) {
    return 'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"';
  }
  if (key.path === '/') return undefined;
  const parts = key.path.slice(1).split('/');
  // One slash at the end is a path of its own.
  if (parts.at(-1) === '' && parts.length > 1) parts.pop();
  if (parts.some((part) => !pathPart.test(part))) {
    return 'One or more path parts appear to be invalid. Parts are validated against this regular expression: ^(\\{[\\w.:-]+\\+?\\}|[a-zA-Z0-9.:_-]+)$';
  }
  if (parts.slice(0, -1).some((part) => part.endsWith('+}'))) {
    return 'Greedy path variables are only allowed as the last path part';
  }
  const variables = parts.filter((part) => part.startsWith('{')).map((part) => part.replace(/[{}+]/g, ''));
  if (new Set(variables).size < variables.length) return 'Path variable names must be unique within a route key';
  return undefined;
}

/** The same for a WebSocket API: `$connect`, `$disconnect`, `$default`, or 1 to 128 characters that do not begin with `$` (recorded R9). */
export function webSocketRouteKeyFault(routeKey: string): string | undefined {
  if (routeKey === '$connect' || routeKey === '$disconnect' || routeKey === '$default') return undefined;
  // As users quote AWS about `$getauthorized`.
  return /^[^$\r\n\t][^\r\n\t]{0,127}$/.test(routeKey) ? undefined : 'The provided route key is not formatted properly';
}
