/** The address an API of any kind is called at, as answers show it (decision 0026). */
import type { Call } from '../wire/call.ts';

/** Names below which every name leads to the same machine, so that `{api}.execute-api` may stand before them. */
const wildcardHosts = ['localhost.localstack.cloud'];

/**
 * `http://…` without stage, as AWS says it. A caller who called us as AWS is called, `apigateway.{rest}`, gets AWS's form, `{api}.execute-api.{rest}`;
 * one who called a host or an address gets a path on it, because a name before `localhost` or an address leads nowhere on most machines.
 */
export function apiAddress(apiId: string, { endpoint }: Pick<Call, 'endpoint'>): string {
  // The host is what the caller wrote; one that is none gets an address that at least has the form of one.
  const { protocol, host } = URL.parse(endpoint) ?? new URL('http://localhost');
  const parent = host.startsWith('apigateway.') ? host.slice('apigateway.'.length) : host;
  const isWildcard = wildcardHosts.some((name) => parent === name || parent.startsWith(`${name}:`));
  if (parent !== host || isWildcard) return `${protocol}//${apiId}.execute-api.${parent}`;
  return `${protocol}//${host}/_aws/execute-api/${apiId}`;
}
