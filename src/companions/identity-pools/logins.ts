/** The tokens callers show an identity pool: whether a provider of the pool issued them, to a client the pool knows, and whether they still count. */
import { createPublicKey } from 'node:crypto';
import { Problem } from '../../base/problem.ts';
import type { TokenIssuers, TokenKey } from '../../ports/token-issuers.ts';
import { type Claims, keyIdOf, unverifiedClaims, verifiedClaims } from '../jwt.ts';
import { forbidden, notAuthorized, notBuilt } from './identity-errors.ts';
import { identityIssuer, identityProvider } from './identity-tokens.ts';
import type { IdentityPoolRecord, IdentityRecord } from './records.ts';

export interface Login {
  /** `cognito-idp.{region}.amazonaws.com/{userPoolId}` */
  readonly provider: string;
  readonly subject: string;
  readonly clientId: string;
  readonly claims: Claims;
}

/** Checks every login. Throws NotAuthorizedException for the first that does not hold. */
export async function checkedLogins(
  pool: IdentityPoolRecord,
  logins: Readonly<Record<string, string>>,
  tokenIssuers: TokenIssuers,
  nowMs: number,
): Promise<Login[]> {
  const checked: Login[] = [];
  for (const [provider, token] of Object.entries(logins)) {
    checked.push(await checkedLogin(pool, provider, token, tokenIssuers, nowMs));
  }
  return checked;
}

async function checkedLogin(
  pool: IdentityPoolRecord,
  provider: string,
  token: string,
  tokenIssuers: TokenIssuers,
  nowMs: number,
): Promise<Login> {
  const { CognitoIdentityProviders = [], SupportedLoginProviders = {}, OpenIdConnectProviderARNs = [] } = pool.settings;
  const known = CognitoIdentityProviders.filter(({ ProviderName }) => ProviderName === provider);
  if (known.length === 0) {
    const isOther =
      Object.hasOwn(SupportedLoginProviders, provider) ||
      OpenIdConnectProviderARNs.some((arn) => arn.endsWith(`:oidc-provider/${provider}`));
    if (isOther) throw notBuilt(`Logins of ${provider} in identity pools`);
    throw notAuthorized('Token is not from a supported provider of this identity pool.');
  }
  const claims = await claimsBy(`https://${provider}`, token, tokenIssuers);
  const exp = Number(claims['exp']);
  const now = Math.floor(nowMs / 1000);
  if (!(exp > now)) throw notAuthorized(`Invalid login token. Token expired: ${exp} < ${now}`);
  if (claims['iss'] !== `https://${provider}`)
    throw notAuthorized("Invalid login token. Issuer doesn't match providerName");
  if (claims['token_use'] !== 'id')
    throw notAuthorized('Invalid login token. Not a valid OpenId Connect identity token.');
  const client = known.find(({ ClientId }) => ClientId === claims['aud']);
  if (client === undefined) throw notAuthorized('Invalid login token. Incorrect token audience.');
  return { provider, subject: String(claims['sub']), clientId: client.ClientId!, claims };
}

/** The token of GetOpenIdTokenForDeveloperIdentity as a login: it says itself which identity it is for. */
export async function developerLogin(
  identity: IdentityRecord,
  token: string,
  tokenIssuers: TokenIssuers,
  nowMs: number,
): Promise<Login> {
  const claims = await claimsBy(identityIssuer, token, tokenIssuers);
  const exp = Number(claims['exp']);
  const now = Math.floor(nowMs / 1000);
  if (!(exp > now)) throw notAuthorized(`Invalid login token. Token expired: ${exp} < ${now}`);
  if (claims['aud'] !== identity.poolId) throw notAuthorized('Invalid login token. Incorrect token audience.');
  if (claims['sub'] !== identity.id) throw forbidden(identity.id);
  return { provider: identityProvider, subject: identity.id, clientId: identity.poolId, claims };
}

const couldNotVerify = (why: string): Problem =>
  notAuthorized("Invalid login token. Couldn't verify signed token.", why);

async function claimsBy(issuer: string, token: string, tokenIssuers: TokenIssuers): Promise<Claims> {
  const kid = keyIdOf(token);
  if (kid === undefined || unverifiedClaims(token) === undefined) {
    throw notAuthorized('Invalid login token. Not a valid OpenId Connect identity token.');
  }
  const keyNamed = (keys: readonly TokenKey[]): TokenKey | undefined => keys.find((key) => key.kid === kid);
  let key: TokenKey | undefined;
  try {
    key = keyNamed(await tokenIssuers.keysOf(issuer)) ?? keyNamed(await tokenIssuers.keysOf(issuer, true));
  } catch (error) {
    throw couldNotVerify(error instanceof Problem ? error.why : String(error));
  }
  if (key === undefined || key.kty !== 'RSA') throw couldNotVerify(`${issuer} has no RSA key ${kid}`);
  const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' });
  const claims = verifiedClaims(token, [{ kid, publicKey }]);
  if (claims === undefined) throw couldNotVerify('the signature is another, or not RS256');
  return claims;
}
