/** Whose tokens authorizers believe: our own user pools, and issuers elsewhere that publish their keys. */

/** A public key as JWK sets hold it (RFC 7517). */
export interface TokenKey {
  readonly kid?: string;
  readonly kty: string;
  readonly alg?: string;
  readonly use?: string;
  readonly [member: string]: unknown;
}

export interface TokenIssuers {
  /**
   * The keys an issuer signs with. `issuer` is the `iss` of its tokens, `https://cognito-idp.{region}.amazonaws.com/{poolId}` for a user pool. Answers from
   * what is known unless `isStale` says that a token named a key which is not there. Rejects with a Problem whose `why` says why the issuer cannot be reached.
   */
  keysOf(issuer: string, isStale?: boolean): Promise<readonly TokenKey[]>;
}
