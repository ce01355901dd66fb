/** A pool's JWK set and OpenID configuration. */
import { headerValue } from '../../../base/headers.ts';
import type { HttpReply, HttpRequest } from '../../../base/http.ts';
import type { PoolParts } from '../parts.ts';
import { pools } from '../records.ts';

/** Answers `/{poolId}/.well-known/{page}`. */
export async function discovery(
  parts: PoolParts,
  request: HttpRequest,
  poolId: string,
  page: string,
): Promise<HttpReply> {
  const pool = await parts.store.read((tx) => tx.get(pools, [poolId]));
  if (pool === undefined) return publicJson(404, { message: `User pool ${poolId} does not exist.` });
  if (page === 'jwks.json') return publicJson(200, { keys: (await parts.keys.keysOf(poolId))?.published ?? [] });
  if (page !== 'openid-configuration') return publicJson(404, { message: 'Not Found' });
  const origin = `${request.secure ? 'https' : 'http'}://${headerValue(request.headers, 'host') ?? 'localhost'}`;
  const hosted = `${origin}/_aws/cognito/${poolId}`;
  return publicJson(200, {
    authorization_endpoint: `${hosted}/oauth2/authorize`,
    end_session_endpoint: `${hosted}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: parts.issuerOf(pool),
    jwks_uri: `${origin}/${poolId}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${hosted}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${hosted}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${hosted}/oauth2/userInfo`,
  });
}

/** Keys are public: pages of any site may read them. */
const publicJson = (status: number, value: unknown): HttpReply => ({
  status,
  headers: [
    'Content-Type',
    'application/json',
    'Access-Control-Allow-Origin',
    '*',
    'Cache-Control',
    status === 200 ? 'public, max-age=86400' : 'no-store',
  ],
  body: JSON.stringify(value),
});
