/** Tokens of OpenID Connect providers, as AssumeRoleWithWebIdentity takes them: signed by their issuer, in time, and meant for us. */
import { decodeJwt, decodeProtectedHeader, errors, importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { Problem } from '../../base/problem.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { TokenIssuers, TokenKey } from '../../ports/token-issuers.ts';
import { providerArn } from './handlers/account.ts';
import { oidcProviders } from './records.ts';

export interface WebIdentity {
  /** `accounts.google.com`: what condition keys begin with. */
  readonly provider: string;
  /** As a trust policy's Federated principal may name it. */
  readonly principalNames: readonly string[];
  readonly subject: string;
  readonly audience: string;
  readonly claims: JWTPayload;
}

/** Providers every account believes; all others are made with CreateOpenIDConnectProvider. */
const builtIn: ReadonlySet<string> = new Set(['cognito-identity.amazonaws.com', 'accounts.google.com']);

const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

const invalidToken = (message: string, why = message): Problem =>
  new Problem('InvalidIdentityTokenException', message, { why });

/** Rejects with a Problem in STS's words. */
export async function readWebIdentity(
  tx: ReadTransaction,
  issuers: TokenIssuers,
  account: string,
  token: string,
  nowMs: number,
): Promise<WebIdentity> {
  const claims = unverified(token);
  const { iss } = claims;
  if (typeof iss !== 'string')
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  const provider = iss.replace(/^https:\/\//, '').replace(/\/$/, '');
  const record = await tx.get(oidcProviders, [account, provider]);
  if (record === undefined && !builtIn.has(provider)) {
    throw invalidToken(`No OpenIDConnect provider found in your account for ${iss}`);
  }
  await verify(token, iss, issuers, nowMs);
  const audiences = [claims.aud ?? []].flat();
  const audience = record === undefined ? audiences[0] : audiences.find((aud) => record.clientIds.includes(aud));
  if (audience === undefined) throw invalidToken('Incorrect token audience');
  if (typeof claims.sub !== 'string') throw invalidToken('Missing a required claim: sub');
  return {
    provider,
    principalNames: record === undefined ? [provider] : [providerArn(record), provider],
    subject: claims.sub,
    audience,
    claims,
  };
}

function unverified(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (error) {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      String(error),
    );
  }
}

async function verify(token: string, issuer: string, issuers: TokenIssuers, nowMs: number): Promise<void> {
  const { kid } = decodeProtectedHeader(token);
  const named = (keys: readonly TokenKey[]): TokenKey | undefined =>
    kid === undefined && keys.length === 1 ? keys[0] : keys.find((key) => key.kid === kid);
  let key: TokenKey | undefined;
  try {
    key = named(await issuers.keysOf(issuer)) ?? named(await issuers.keysOf(issuer, true));
  } catch (error) {
    const why = error instanceof Problem ? error.why : String(error);
    throw new Problem(
      'IDPCommunicationErrorException',
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
      { why },
    );
  }
  // A shared secret is never a provider's key: the token's author could then have signed it alone.
  if (key === undefined || key.kty === 'oct')
    throw invalidToken("Couldn't retrieve verification key from your identity provider");
  try {
    const imported = await importJWK(key as unknown as JWK, key.alg ?? decodeProtectedHeader(token).alg);
    await jwtVerify(token, imported, { algorithms, currentDate: new Date(nowMs), requiredClaims: ['exp'] });
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new Problem(
        'ExpiredTokenException',
        `Token expired: current date/time ${Math.floor(nowMs / 1000)} must be before the expiration date/time ${error.payload.exp}`,
      );
    }
    throw invalidToken('Provided Token is not authentic: its signature could not be verified', String(error));
  }
}

/** Condition keys of a token, `accounts.google.com:sub`, in lower case. */
export function webIdentityContext({
  provider,
  subject,
  audience,
  claims,
}: WebIdentity): Map<string, string | readonly string[]> {
  const context = new Map<string, string | readonly string[]>([['aws:federatedprovider', provider]]);
  const put = (name: string, value: unknown): void => {
    const isList = Array.isArray(value) && value.every((item): item is string => typeof item === 'string');
    if (typeof value === 'string' || isList) context.set(`${provider}:${name}`.toLowerCase(), value);
  };
  for (const [name, value] of Object.entries(claims)) put(name, value);
  put('sub', subject);
  put('aud', audience);
  return context;
}
