/**
 * PublishPortal, DisablePortal, PreviewPortal (rows V2-24, NEW-05). The copy that visitors see is made within the call; status and preview say
 * `…_IN_PROGRESS` for as long as the limits have it, with no work going on behind.
 */
import { defined } from '../../base/defined.ts';
import { newHex } from '../../base/ids.ts';
import type { Portal } from '../../definition/portal.ts';
import { portalSitePages, portalSites, portals } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { type BuiltSite, buildSite } from './build-site.ts';
import { findPortal, portalKey } from './find.ts';
import type { PortalPorts } from './ports.ts';
import { clientWithoutCodes, clientWithSecret, noSuchClient } from './refusals.ts';
import { checkSettled } from './status.ts';

export function publicationHandlers({ store, clock, limits, userPools }: PortalPorts): Handlers<Operations> {
  const settlesAt = (): { statusChangesAtMs: number | undefined } => ({
    statusChangesAtMs: limits.statusChangeSeconds > 0 ? clock.now() + limits.statusChangeSeconds * 1000 : undefined,
  });

  return {
    async PublishPortal({ PortalId, Description }, call) {
      await checkSignIn(await store.read((tx) => findPortal(tx, call, PortalId)));
      await store.write(async (tx) => {
        const portal = await findPortal(tx, call, PortalId);
        checkSettled(portal, clock.now());
        const built = await buildSite(tx, call, portal, limits, false);
        await replaceSite(tx, PortalId, 'live', built);
        const published = defined({
          ...portal,
          publishStatus: 'PUBLISHED' as const,
          ...settlesAt(),
          lastPublishedMs: clock.now(),
          lastPublishedDescription: Description || undefined,
        }) as Portal;
        tx.put(portals, portalKey(portal), published);
      });
      return {};
    },

    DisablePortal: ({ PortalId }, call) =>
      store.write(async (tx) => {
        const portal = await findPortal(tx, call, PortalId);
        checkSettled(portal, clock.now());
        if (portal.publishStatus === 'DISABLED') return;
        await removeSite(tx, PortalId, 'live');
        const disabled = defined({ ...portal, publishStatus: 'DISABLED' as const, ...settlesAt() }) as Portal;
        tx.put(portals, portalKey(portal), disabled);
      }),

    async PreviewPortal({ PortalId }, call: Call) {
      await store.write(async (tx) => {
        const portal = await findPortal(tx, call, PortalId);
        checkSettled(portal, clock.now());
        const token = newHex(32);
        const built = await buildSite(tx, call, portal, limits, true);
        if (portal.preview !== undefined) await removeSite(tx, PortalId, portal.preview.token);
        await replaceSite(tx, PortalId, token, built);
        const readyAtMs = clock.now() + limits.statusChangeSeconds * 1000;
        const preview = { token, readyAtMs, expiresAtMs: readyAtMs + limits.previewMinutes * 60_000 };
        tx.put(portals, portalKey(portal), { ...portal, preview });
      });
      return {};
    },
  };

  /** Throws when nobody could sign in; a pool that is not of this process is asked when somebody does. */
  async function checkSignIn({ cognitoConfig }: Portal): Promise<void> {
    if (cognitoConfig === undefined) return;
    const { appClientId, userPoolArn } = cognitoConfig;
    const client = await userPools.find(userPoolArn, appClientId);
    if (client === 'no pool') return;
    if (client === undefined) throw noSuchClient(appClientId);
    if (client.hasSecret) throw clientWithSecret(appClientId);
    if (!client.takesCodes) throw clientWithoutCodes(appClientId);
  }
}

async function replaceSite(tx: WriteTransaction, portalId: string, name: string, built: BuiltSite): Promise<void> {
  await removeSite(tx, portalId, name);
  const { site, pages } = built;
  tx.put(portalSites, [portalId, name], site);
  for (const [productId, pageId, page] of pages) {
    tx.put(portalSitePages, [portalId, site.siteId, productId, pageId], page);
  }
}

async function removeSite(tx: WriteTransaction, portalId: string, name: string): Promise<void> {
  const site = await tx.get(portalSites, [portalId, name]);
  if (site === undefined) return;
  tx.delete(portalSites, [portalId, name]);
  await tx.deleteAll(portalSitePages, [portalId, site.siteId]);
}
