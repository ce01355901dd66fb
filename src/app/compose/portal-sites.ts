/** Portals with what their visitors need of other rooms: user pools to sign in at, APIs to try. */
import { createLazyPortalSites } from '../../companions/portals/lazy-portal-sites.ts';
import { createPortalUserPools } from '../../companions/user-pools/portal-clients.ts';
import { createSiteTls } from '../../gateway/domains/site-tls.ts';
import type { HttpHandler } from '../../gateway/http-handler.ts';
import type { Sites } from '../../gateway/pages.ts';
import { TokenFault } from '../../plan/authorizers/decoded-token.ts';
import type { PortalHosts } from '../../ports/portals.ts';
import type { Companions } from './companions.ts';
import type { Foundation } from './foundation.ts';

export interface PortalSiteNeeds {
  readonly foundation: Foundation;
  readonly companions: Pick<Companions, 'userPools' | 'verifiedTokens' | 'certificates'>;
  readonly hosts: PortalHosts;
}

/** For the gateway, which is told of the sites and tells how it handles a request: by then nobody has asked for a page. */
export function portalSites({ foundation, companions, hosts }: PortalSiteNeeds): {
  readonly sites: Sites;
  whenHandling(handle: HttpHandler['handle']): void;
} {
  const { store, clock, log, upstream } = foundation;
  const handling = Promise.withResolvers<HttpHandler['handle']>();
  const portals = createLazyPortalSites({
    ...{ store, clock, log, upstream, hosts },
    userPools: createPortalUserPools(store),
    hostedPages: (request) => companions.userPools.pages.answer(request),
    async verifiedClaims(issuer, token) {
      const tokens = companions.verifiedTokens.of(issuer);
      const nowMs = clock.now();
      const verified = tokens.known(token, nowMs) ?? (await tokens.verify(token, nowMs));
      return verified instanceof TokenFault ? undefined : verified.claims;
    },
    async invoke(request) {
      const handle = await handling.promise;
      const reply = await handle(request);
      if (!('headers' in reply)) throw new Error('the answer is no longer HTTP');
      return reply;
    },
  });
  const { certificates } = companions.certificates;
  const sites: Sites = {
    get loading() {
      return hosts.loading;
    },
    owns: portals.owns,
    answer: portals.answer,
    withTls: (domainTls) => createSiteTls({ domainTls, hosts, certificates, clock, log }),
  };
  return { sites, whenHandling: handling.resolve };
}
