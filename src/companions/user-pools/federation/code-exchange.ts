/** Sign-in with a provider by OAuth's authorization code: where the browser is sent, and what the code it brings back tells of the user. */
import { createLocalJWKSet, importPKCS8, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../../base/clock.ts';
import type { IssuerCalls } from '../../../ports/issuer-calls.ts';
import type { IdentityProviderRecord } from '../records.ts';
import { detailOf, endpointsOf, issuerOf, type ProviderEndpoints } from './provider-kinds.ts';

export type ProviderClaims = Readonly<Record<string, unknown>>;

export interface ExchangeParts {
  readonly calls: IssuerCalls;
  readonly clock: Pick<Clock, 'now'>;
}

const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
/** Clocks of providers may be this much before ours. */
const toleranceSeconds = 60;

/** The provider's page, with everything it must give back. */
export async function authorizationUrl(
  provider: IdentityProviderRecord,
  { calls }: ExchangeParts,
  asked: { readonly redirectUri: string; readonly state: string; readonly nonce: string },
): Promise<string> {
  const { authorize } = await endpointsOf(provider, calls);
  const url = new URL(authorize);
  const scopes = (detailOf(provider, 'authorize_scopes') ?? '')
    .split(/[\s,]+/)
    .join(provider.ProviderType === 'Facebook' ? ',' : ' ');
  const parameters: Record<string, string> = {
    client_id: detailOf(provider, 'client_id') ?? '',
    redirect_uri: asked.redirectUri,
    scope: scopes,
    response_type: 'code',
    state: asked.state,
    ...(issuerOf(provider) !== undefined && { nonce: asked.nonce }),
    // Apple answers with names and addresses only in a form that is posted.
    ...(provider.ProviderType === 'SignInWithApple' && { response_mode: 'form_post' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** What the provider says of the user who brought `code`. Rejects with a sentence when it does not say it, or not believably. */
export async function claimsOfCode(
  provider: IdentityProviderRecord,
  { calls, clock }: ExchangeParts,
  given: { readonly code: string; readonly redirectUri: string; readonly nonce: string },
): Promise<ProviderClaims> {
  const endpoints = await endpointsOf(provider, calls);
  const clientId = detailOf(provider, 'client_id') ?? '';
  const secret = await clientSecret(provider, clientId, clock);
  const tokens = await calls.postForm(endpoints.token, {
    grant_type: 'authorization_code',
    code: given.code,
    redirect_uri: given.redirectUri,
    client_id: clientId,
    ...(secret !== undefined && { client_secret: secret }),
  });
  const fromToken = await idTokenClaims(provider, calls, endpoints, tokens, clientId, given.nonce, clock);
  const accessToken = tokens['access_token'];
  if (endpoints.attributes === undefined || typeof accessToken !== 'string') {
    if (fromToken === undefined)
      throw new Error(`${provider.ProviderName} gave neither an ID token nor an access token`);
    return fromToken;
  }
  const url = new URL(endpoints.attributes);
  if (provider.ProviderType === 'Facebook') url.searchParams.set('fields', facebookFields(provider));
  const attributes = await calls.getJson(url.href, ['Authorization', `Bearer ${accessToken}`]);
  // An access token of somebody else must not change who this is (OpenID Connect Core, section 5.3.2).
  if (fromToken !== undefined && attributes['sub'] !== undefined && attributes['sub'] !== fromToken['sub']) {
    throw new Error(`${provider.ProviderName} tells attributes of another user than its ID token`);
  }
  return { ...attributes, ...fromToken };
}

/** Claims of the ID token, checked; undefined for providers that issue none. */
async function idTokenClaims(
  provider: IdentityProviderRecord,
  calls: IssuerCalls,
  { keys: keysUrl }: ProviderEndpoints,
  { id_token: token }: Readonly<Record<string, unknown>>,
  clientId: string,
  nonce: string,
  clock: Pick<Clock, 'now'>,
): Promise<ProviderClaims | undefined> {
  const issuer = issuerOf(provider);
  if (issuer === undefined) return undefined;
  if (typeof token !== 'string') throw new Error(`${provider.ProviderName} gave no ID token`);
  if (keysUrl === undefined) throw new Error(`${provider.ProviderName} publishes no keys`);
  // Asked for at each sign-in: those are rare, and keys change.
  const keys = (await calls.getJson(keysUrl)) as unknown as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer,
    audience: clientId,
    algorithms,
    currentDate: new Date(clock.now()),
    clockTolerance: toleranceSeconds,
    requiredClaims: ['exp', 'sub'],
  });
  if (payload['nonce'] !== nonce) throw new Error(`${provider.ProviderName} gave an ID token for another sign-in`);
  return payload;
}

/** Apple takes a token signed with the team's key in place of a secret. */
async function clientSecret(
  provider: IdentityProviderRecord,
  clientId: string,
  clock: Pick<Clock, 'now'>,
): Promise<string | undefined> {
  if (provider.ProviderType !== 'SignInWithApple') return detailOf(provider, 'client_secret');
  const seconds = Math.floor(clock.now() / 1000);
  const text = detailOf(provider, 'private_key') ?? '';
  const pem = text.includes('-----') ? text : `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`;
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: detailOf(provider, 'key_id') ?? '' })
    .setIssuer(detailOf(provider, 'team_id') ?? '')
    .setSubject(clientId)
    .setAudience('https://appleid.apple.com')
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 300)
    .sign(await importPKCS8(pem, 'ES256'));
}

/** Facebook tells what it is asked for by name. */
function facebookFields({ AttributeMapping }: IdentityProviderRecord): string {
  const mapped = Object.values(AttributeMapping ?? {}).filter((name): name is string => name !== null);
  return [...new Set(['id', 'name', ...mapped])].join(',');
}
