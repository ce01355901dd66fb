/** What portals show, for those who show it. */
export type {
  EndpointDocument,
  PortalSite,
  SiteEndpoint,
  SiteEndpointPage,
  SitePage,
  SiteProduct,
} from '../definition/portal-site.ts';
