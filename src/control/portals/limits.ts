/** Every quota of portals as a named setting with AWS's default (developer guide, "Quotas for configuring portals in API Gateway"). */
export interface PortalLimits {
  /** Of an account in a region. */
  readonly portals: number;
  readonly productsPerPortal: number;
  /** Of an account in a region. */
  readonly products: number;
  readonly restEndpointPagesPerProduct: number;
  readonly pagesPerProduct: number;
  readonly logoBytes: number;
  /** Items of a list when the caller does not say, and at most. */
  readonly pageSize: number;
  readonly tagsPerResource: number;
  /** How long a preview can be seen; AWS calls its address short-lived. */
  readonly previewMinutes: number;
  /** Not AWS's: how many seconds a portal says PUBLISH_IN_PROGRESS and its kin, for trying out how tools wait. What it shows changes at once. */
  readonly statusChangeSeconds: number;
}

export const awsPortalLimits: PortalLimits = {
  portals: 15,
  productsPerPortal: 200,
  products: 500,
  restEndpointPagesPerProduct: 40,
  pagesPerProduct: 40,
  logoBytes: 200 * 1024,
  pageSize: 500,
  tagsPerResource: 50,
  previewMinutes: 60,
  statusChangeSeconds: 0,
};
