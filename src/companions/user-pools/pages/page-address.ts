/** Which of the user pools' pages a request means. */
import { headerValue } from '../../../base/headers.ts';
import type { HttpRequest } from '../../../base/http.ts';

export type PageAddress =
  /** `/{poolId}/.well-known/…`, under any host: `cognito-idp.{region}.amazonaws.com` on AWS. */
  | { readonly kind: 'pool'; readonly poolId: string; readonly page: string }
  /** Pages of a domain, below `base`: `''` by host, `/_aws/cognito/{domain}` by path. `name` is a domain or a pool id. */
  | { readonly kind: 'hosted'; readonly name: string; readonly base: string; readonly page: string };

const poolPage = /^\/([\w-]{1,40}_[0-9a-zA-Z]{1,40})\/\.well-known\/([\w.-]+)$/;
const hostedPath = /^\/_aws\/cognito\/([\w.-]{1,128})(\/.*)$/;
/** `{domain}.auth.{region}.amazoncognito.com`, or anything else behind the region, such as `localhost`. */
const hostedHost = /^([a-z0-9-]{1,63})\.auth\.[a-z0-9-]+\.[a-z0-9.-]+(:\d+)?$/i;

/** The page a request means; undefined when it is none of ours. */
export function pageAddress({ path, headers }: Pick<HttpRequest, 'path' | 'headers'>): PageAddress | undefined {
  const byPath = hostedPath.exec(path);
  if (byPath !== null) {
    const name = byPath[1]!;
    return { kind: 'hosted', name, base: `/_aws/cognito/${name}`, page: byPath[2]! };
  }
  const ofPool = poolPage.exec(path);
  if (ofPool !== null) return { kind: 'pool', poolId: ofPool[1]!, page: ofPool[2]! };
  const byHost = hostedHost.exec(headerValue(headers, 'host') ?? '');
  return byHost === null ? undefined : { kind: 'hosted', name: byHost[1]!.toLowerCase(), base: '', page: path };
}
