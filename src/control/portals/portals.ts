/** Portal: CreatePortal, GetPortal, ListPortals, UpdatePortal, DeletePortal (rows V2-24, NEW-05). */
import { defined } from '../../base/defined.ts';
import { newApiId } from '../../base/ids.ts';
import type { Portal } from '../../definition/portal.ts';
import { portalDomains, portalSitePages, portalSites, portals } from '../../ports/records.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { CreatePortalRequest, Operations, UpdatePortalRequest } from '../../wire/generated/apigatewayv2.ts';
import { checkTags } from '../rest/tag-rules.ts';
import { pageOf } from '../v2/paging.ts';
import { answerPortal } from './answers.ts';
import { findPortal, portalKey } from './find.ts';
import { findIncluded } from './included-products.ts';
import { readLogo } from './logo.ts';
import { checkCertificate, keepDomain } from './portal-domains.ts';
import { readAuthorization, readColors, readEndpoint } from './portal-rules.ts';
import type { PortalPorts } from './ports.ts';
import { limitExceeded, stillPublished } from './refusals.ts';
import { checkSettled } from './status.ts';

export function portalHandlers(ports: PortalPorts): Handlers<Operations> {
  const { store, clock, limits, hosts } = ports;
  return {
    async CreatePortal(input, call) {
      const { account, region } = call;
      checkTags(input.Tags ?? {}, limits);
      const made = {
        portalId: newApiId(),
        ...{ account, region },
        includedPortalProductArns: [],
        tags: input.Tags ?? {},
        publishStatus: 'DISABLED' as const,
        ...(await readSettings(input, call)),
      };
      const portal = defined({ ...made, lastModifiedMs: clock.now() }) as Portal;
      const named = await store.write(async (tx) => {
        if ((await tx.list(portals, [account, region])).length >= limits.portals) {
          throw limitExceeded('portals', 'account');
        }
        await findIncluded(tx, call, portal.includedPortalProductArns, limits);
        tx.put(portals, portalKey(portal), portal);
        return keepDomain(tx, undefined, portal);
      });
      if (named) hosts.changed();
      const { Preview: _, ...answer } = answerPortal(portal, call, clock.now());
      return answer;
    },

    GetPortal: ({ PortalId }, call) =>
      store.read(async (tx) => answerPortal(await findPortal(tx, call, PortalId), call, clock.now())),

    ListPortals: (input, call) =>
      store.read(async (tx) => {
        const all = (await tx.list(portals, [call.account, call.region])).map(({ value }) => value);
        return pageOf(
          all,
          ({ portalId }) => portalId,
          (portal) => answerPortal(portal, call, clock.now()),
          input,
          limits,
        );
      }),

    async UpdatePortal(input, call) {
      // Said before anything is read from elsewhere.
      await store.read((tx) => findPortal(tx, call, input.PortalId));
      const settings = await readSettings(input, call);
      const { portal, named } = await store.write(async (tx) => {
        const before = await findPortal(tx, call, input.PortalId);
        checkSettled(before, clock.now());
        const changed = defined({ ...before, ...settings, lastModifiedMs: clock.now() }) as Portal;
        if (settings.includedPortalProductArns !== undefined) {
          await findIncluded(tx, call, settings.includedPortalProductArns, limits);
        }
        tx.put(portals, portalKey(changed), changed);
        return { portal: changed, named: await keepDomain(tx, before, changed) };
      });
      if (named) hosts.changed();
      return answerPortal(portal, call, clock.now());
    },

    async DeletePortal({ PortalId }, call) {
      const named = await store.write(async (tx) => {
        const portal = await findPortal(tx, call, PortalId);
        checkSettled(portal, clock.now());
        if (portal.publishStatus === 'PUBLISHED') throw stillPublished();
        tx.delete(portals, portalKey(portal));
        await tx.deleteAll(portalSites, [PortalId]);
        await tx.deleteAll(portalSitePages, [PortalId]);
        if (portal.customDomain === undefined) return false;
        tx.delete(portalDomains, [portal.customDomain.domainName.toLowerCase()]);
        return true;
      });
      if (named) hosts.changed();
    },
  };

  /** What the call sets, checked; a member that is undefined is taken away. */
  async function readSettings(input: CreatePortalRequest | UpdatePortalRequest, call: Call): Promise<Partial<Portal>> {
    const { Authorization, EndpointConfiguration, IncludedPortalProductArns, PortalContent } = input;
    const { LogoUri, RumAppMonitorName } = input;
    const customDomain = EndpointConfiguration && readEndpoint(EndpointConfiguration);
    const settings = {
      ...(Authorization && { cognitoConfig: readAuthorization(Authorization, call.region) }),
      ...(EndpointConfiguration && { customDomain }),
      ...(IncludedPortalProductArns && { includedPortalProductArns: IncludedPortalProductArns }),
      ...(PortalContent && {
        displayName: PortalContent.DisplayName,
        description: PortalContent.Description,
        customColors: readColors(PortalContent.Theme.CustomColors),
      }),
      ...(RumAppMonitorName !== undefined && { rumAppMonitorName: RumAppMonitorName || undefined }),
    };
    if (customDomain !== undefined) await checkCertificate(customDomain, call, ports);
    // Asks S3, so what can be said without comes first.
    const logo = LogoUri === undefined ? {} : { logo: await readLogo(LogoUri, call, ports) };
    return { ...settings, ...logo } as Partial<Portal>;
  }
}
