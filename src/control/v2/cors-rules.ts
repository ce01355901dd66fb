/** What a CORS configuration must fulfil (rows CORS-05, CORS-08); HTTP APIs alone have one. */
import type { CorsConfiguration, V2Api } from '../../definition/v2-api.ts';
import { invalidValue, notForProtocol } from './chosen-refusals.ts';
import { credentialsWithWildcard } from './errors.ts';
import { updated } from './partial-update.ts';

const methods = new Set(['*', 'GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);
const headerName = /^(\*|[!#$%&'*+.^_`|~0-9A-Za-z-]+)$/;

/**
 * A configuration changes member by member, and always says whether credentials are allowed: update-api with origins alone answers the headers and
 * methods of before, and `AllowCredentials` false (AWS CLI, example of update-api). An empty list takes its member out.
 */
export function corsWith(before: CorsConfiguration | undefined, changes: CorsConfiguration): CorsConfiguration {
  const changed = updated({ allowCredentials: false, ...before }, changes);
  // A configuration that says nothing is none.
  return Object.keys(changed).length > 1 || changed.allowCredentials ? changed : {};
}

/** Throws unless the API may have its CORS configuration. */
export function checkCors(api: V2Api): void {
  const cors = api.corsConfiguration;
  if (cors === undefined) return;
  if (api.protocolType !== 'HTTP') throw notForProtocol('CorsConfiguration', api);
  for (const origin of cors.allowOrigins ?? []) {
    if (!isOrigin(origin)) throw invalidValue('CORS origin', origin);
  }
  for (const method of cors.allowMethods ?? []) {
    if (!methods.has(method.toUpperCase())) throw invalidValue('CORS method', method, [...methods]);
  }
  for (const name of [...(cors.allowHeaders ?? []), ...(cors.exposeHeaders ?? [])]) {
    if (!headerName.test(name)) throw invalidValue('CORS header', name);
  }
  // A browser sends no credentials where any origin is welcome (Fetch standard), so the pair says something nobody can mean.
  if (cors.allowCredentials === true && allowsAll(cors)) throw credentialsWithWildcard();
}

const allowsAll = ({ allowOrigins }: CorsConfiguration): boolean => (allowOrigins ?? []).includes('*');

/** `*`, every origin of a scheme (`https://*`), or one origin: scheme, host, port, without a path. */
function isOrigin(text: string): boolean {
  if (text === '*') return true;
  const [, rest] = /^[a-z][a-z0-9+.-]*:\/\/(.+)$/i.exec(text) ?? [];
  return rest !== undefined && (rest === '*' || /^[^/?#\s*]+$/.test(rest));
}
