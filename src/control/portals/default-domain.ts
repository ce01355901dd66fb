/** The name a portal has without its owner doing anything, as answers show it (decision 0062, after 0026). */
import type { Call } from '../../wire/call.ts';

/** Below these every name leads to the machine itself: in browsers below `localhost`, everywhere below the other. */
const wildcardHosts = ['localhost', 'localhost.localstack.cloud'];

/**
 * A name that leads here, with its port: who called `apigateway.{rest}`, as AWS is called, gets `p-{portalId}.apigw-portal.{rest}`, who called this machine a
 * name below `localhost`. Everybody else gets AWS's own, which does not lead here by itself; portals have an address by path for that.
 */
export function defaultDomain(
  { portalId, region }: { readonly portalId: string; readonly region: string },
  { endpoint }: Pick<Call, 'endpoint'>,
): string {
  const { host, hostname } = URL.parse(endpoint) ?? new URL('http://localhost');
  const name = `p-${portalId}.apigw-portal`;
  if (host.startsWith('apigateway.')) {
    const rest = host.slice('apigateway.'.length);
    return `${name}.${rest.endsWith('.amazonaws.com') ? `${region}.on.aws` : rest}`;
  }
  if (wildcardHosts.includes(hostname)) return `${name}.${host}`;
  if (hostname === '127.0.0.1' || hostname === '[::1]') return `${name}.localhost${host.slice(hostname.length)}`;
  return `${name}.${region}.on.aws`;
}
