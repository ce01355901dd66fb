/** What a portal shows once it is published or previewed: a copy of everything, taken then and not changed afterwards. */
import type { CognitoConfig, CustomColors } from './portal.ts';

export interface PortalSite {
  /** Of this copy; its pages are kept below it. */
  readonly siteId: string;
  readonly portalId: string;
  readonly account: string;
  readonly region: string;
  readonly displayName: string;
  readonly description?: string;
  readonly customColors: CustomColors;
  readonly logo?: { readonly contentType: string; readonly data: string };
  /** Who may come in; undefined is everyone. */
  readonly cognitoConfig?: CognitoConfig;
  /** Then the default domain leads nowhere. */
  readonly domainName?: string;
  readonly products: readonly SiteProduct[];
}

export interface SiteProduct {
  readonly productId: string;
  readonly displayName: string;
  readonly description?: string;
  /** Undefined shows name and description. */
  readonly overviewPageId?: string;
  readonly pages: readonly { readonly pageId: string; readonly title: string }[];
  readonly sections: readonly SiteSection[];
}

export interface SiteSection {
  readonly name: string;
  readonly endpoints: readonly SiteEndpoint[];
}

/** An endpoint as it stands in lists. */
export interface SiteEndpoint {
  readonly pageId: string;
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

export type SitePage = SiteTextPage | SiteEndpointPage;

export interface SiteTextPage {
  readonly kind: 'text';
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

export interface SiteEndpointPage {
  readonly kind: 'endpoint';
  readonly title: string;
  /** Markdown that takes the place of the API's own documentation. */
  readonly body?: string;
  /** Where clients call it, as it is shown. */
  readonly url: string;
  readonly restApiId: string;
  readonly stage: string;
  readonly path: string;
  readonly method: string;
  /** Visitors may call it from here. */
  readonly tryIt: boolean;
  /** Headers that callers have to prove themselves with: of an authorizer, of an API key. */
  readonly credentialHeaders: readonly string[];
  /** The operation and the schemas it refers to, as OpenAPI 3.0 has them. */
  readonly document: EndpointDocument;
}

/** A part of an OpenAPI document: one operation and what it refers to. */
export interface EndpointDocument {
  readonly operation: Readonly<Record<string, unknown>>;
  readonly schemas: Readonly<Record<string, unknown>>;
}
