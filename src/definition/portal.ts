/**
 * Portals (developer guide, "API Gateway portals"): portals, the products they show, and the products' pages. Member names are AWS's; times are epoch
 * milliseconds. What a published portal shows is a copy (definition/portal-site.ts): a change is seen when the portal is published again.
 */

export interface Portal {
  /** 10 lower-case letters and digits. */
  readonly portalId: string;
  readonly account: string;
  readonly region: string;
  /** Undefined is open to everyone. */
  readonly cognitoConfig?: CognitoConfig;
  /** A name of the owner's own; undefined is the default domain. */
  readonly customDomain?: { readonly domainName: string; readonly certificateArn: string };
  readonly includedPortalProductArns: readonly string[];
  readonly displayName: string;
  readonly description?: string;
  readonly customColors: CustomColors;
  readonly logo?: PortalLogo;
  readonly rumAppMonitorName?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
  /** What it becomes when a change under way is over. */
  readonly publishStatus: 'PUBLISHED' | 'DISABLED';
  /** Until then the status says `…_IN_PROGRESS`. */
  readonly statusChangesAtMs?: number;
  readonly lastPublishedMs?: number;
  readonly lastPublishedDescription?: string;
  readonly preview?: PortalPreview;
}

export interface CognitoConfig {
  readonly appClientId: string;
  readonly userPoolArn: string;
  readonly userPoolDomain: string;
}

export interface CustomColors {
  readonly accentColor: string;
  readonly backgroundColor: string;
  readonly errorValidationColor: string;
  readonly headerColor: string;
  readonly navigationColor: string;
  readonly textColor: string;
}

/** Read once, when the portal is told of it. */
export interface PortalLogo {
  readonly uri: string;
  readonly contentType: string;
  /** Base64; absent where it could not be read, which dev mode lets pass. */
  readonly data?: string;
  readonly lastUploadedMs?: number;
}

export interface PortalPreview {
  /** Whoever has it sees the preview: 32 random hexadecimal digits. */
  readonly token: string;
  /** Until then the status says `PREVIEW_IN_PROGRESS`. */
  readonly readyAtMs: number;
  readonly expiresAtMs: number;
}

export interface PortalProduct {
  readonly portalProductId: string;
  readonly account: string;
  readonly region: string;
  readonly displayName: string;
  readonly description?: string;
  /** Pages that are not in it are drafts, which no portal shows. */
  readonly displayOrder?: DisplayOrder;
  readonly tags: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
}

export interface DisplayOrder {
  readonly overviewPageArn?: string;
  readonly productPageArns?: readonly string[];
  readonly contents?: readonly DisplaySection[];
}

export interface DisplaySection {
  readonly sectionName: string;
  readonly productRestEndpointPageArns: readonly string[];
}

export interface ProductPage {
  readonly productPageId: string;
  readonly title: string;
  /** GitHub Flavored Markdown. */
  readonly body: string;
  readonly lastModifiedMs: number;
}

export interface ProductRestEndpointPage {
  readonly productRestEndpointPageId: string;
  readonly endpoint: RestEndpoint;
  /** What is said instead of what the API says of itself. */
  readonly overrides?: DisplayOverrides;
  readonly tryItState: 'ENABLED' | 'DISABLED';
  readonly lastModifiedMs: number;
}

/** A method of a deployed REST API. */
export interface RestEndpoint {
  readonly restApiId: string;
  readonly stage: string;
  readonly path: string;
  readonly method: string;
}

export interface DisplayOverrides {
  readonly body?: string;
  readonly endpoint?: string;
  readonly operationName?: string;
}
