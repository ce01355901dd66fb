/**
 * An exchange that turned out to be an HTTP API's: its stage `$default` has no segment in the path (rows EP-02, HRT-01), its verb is what the client
 * sent, and it knows one id only (recorded).
 */
import type { Exchange } from '../plan/exchange.ts';
import type { InvokeAddress } from './addresses.ts';

/** `stage` is the one that answers. */
export function addressToHttpApi(
  x: Exchange,
  { form, stage: segment, contextPath }: InvokeAddress,
  stage: string,
): void {
  x.method = x.request.method;
  x.requestId = x.extendedRequestId;
  if (form === 'domain') {
    // Guide, and reported by users: what a mapping strips is not told, the stage is (decisions/0045).
    x.contextPath = stage === '$default' ? x.path : `/${stage}${x.path}`;
    return;
  }
  if (stage !== '$default') return;
  // Only by path can the stage be named: there the host does not say which API is meant.
  if (form === 'path' && segment === '$default') x.contextPath = x.path;
  else x.path = x.contextPath = contextPath === '' ? '/' : contextPath;
}
