/** What is used of the SAML library. Its own types bring a browser's globals along, which nothing here has; tsconfig.json leads here instead. */
export interface SamlSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly callbackUrl: string;
  readonly entryPoint: string;
  readonly idpCert: string[];
  readonly identifierFormat: null;
  readonly disableRequestedAuthnContext: boolean;
  readonly wantAssertionsSigned: boolean;
  readonly wantAuthnResponseSigned: boolean;
  readonly acceptedClockSkewMs: number;
  generateUniqueId(): string;
}

export interface Profile {
  readonly issuer: string;
  readonly nameID: string;
  readonly inResponseTo?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export declare class SAML {
  constructor(settings: SamlSettings);
  getAuthorizeUrlAsync(relayState: string, host: string | undefined, options: object): Promise<string>;
  validatePostResponseAsync(body: { SAMLResponse: string }): Promise<{ profile: Profile | null }>;
}
