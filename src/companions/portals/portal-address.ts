/** Which portal a request means, and what of it: by the name of its own, by its default name, by path for those whom no name leads here. */
import { headerValue } from '../../base/headers.ts';
import type { HttpRequest } from '../../base/http.ts';
import type { PortalHosts } from '../../ports/portals.ts';

export interface PortalAddress {
  readonly portalId: string;
  readonly by: 'default name' | 'own name' | 'path';
  /** Host without port, in lower case. */
  readonly hostName: string;
  /** What its links begin with: `''` by name, `/_aws/portals/{portalId}` by path. */
  readonly base: string;
  /** Path below that, `/products/abc`; `''` and `/` are the home page. */
  readonly page: string;
  /** Of a preview, which has a path of its own. */
  readonly previewToken?: string;
}

const pathBase = '/_aws/portals/';
const defaultName = /^p-([a-z0-9]{1,30})\.apigw-portal\./;
const byPath = /^\/_aws\/portals\/([a-z0-9]{1,30})(?:\/preview\/([0-9a-f]{32}))?(\/.*)?$/;

/** Cheap: nothing is read. Undefined for what is no portal's. */
export function portalAddress(
  { path, headers }: Pick<HttpRequest, 'path' | 'headers'>,
  hosts: Pick<PortalHosts, 'isEmpty' | 'find'>,
): PortalAddress | undefined {
  const host = headerValue(headers, 'host') ?? '';
  // Most requests are no portal's; they pay for three looks.
  const isNamedSo = host.startsWith('p-') || host.startsWith('P-');
  if (!isNamedSo && hosts.isEmpty && !path.startsWith(pathBase)) return undefined;
  const hostName = hostNameOf(host);
  const [, named] = defaultName.exec(hostName) ?? [];
  if (named !== undefined) return { portalId: named, by: 'default name', hostName, base: '', page: path };
  const own = hosts.isEmpty ? undefined : hosts.find(hostName);
  if (own !== undefined) return { portalId: own.portalId, by: 'own name', hostName, base: '', page: path };
  if (!path.startsWith(pathBase)) return undefined;
  const [, portalId, previewToken, page = ''] = byPath.exec(path) ?? [];
  if (portalId === undefined) return undefined;
  const base = path.slice(0, path.length - page.length);
  return { portalId, by: 'path', hostName, base, page, ...(previewToken !== undefined && { previewToken }) };
}

function hostNameOf(host: string): string {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
