/** `/oauth2/token`, `/oauth2/revoke` and `/oauth2/userInfo`: what applications call themselves. */
import { headerValue } from '../../../base/headers.ts';
import type { HttpReply } from '../../../base/http.ts';
import { Problem } from '../../../base/problem.ts';
import type { SignIn } from '../challenges.ts';
import { findUser } from '../directory.ts';
import { revokeToken } from '../handlers/auth.ts';
import { poolNotFound } from '../pool-errors.ts';
import { type ClientRecord, clients, resourceServers } from '../records.ts';
import { refreshedBySecret } from '../refresh.ts';
import { scopedAttributes } from '../scopes.ts';
import { isSameSecret } from '../secret-hash.ts';
import { beginSession } from '../sessions.ts';
import { clientToken } from '../tokens.ts';
import { provesChallenge } from './authorization.ts';
import type { Grants } from './grants.ts';
import { formOf, type PageRequest, type Parameters } from './page-request.ts';
import { jsonReply, oauthError } from './replies.ts';

/** The client that calls, proven by Basic or by the form; or the refusal. */
async function callingClient(
  { parts, pool, request }: PageRequest,
  form: Parameters,
): Promise<ClientRecord | HttpReply> {
  const basic = /^Basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(headerValue(request.headers, 'authorization') ?? '')?.[1];
  const [basicId, basicSecret] = basic === undefined ? [] : splitAtColon(Buffer.from(basic, 'base64').toString());
  const id = basicId ?? form['client_id'];
  if (id === undefined) return oauthError('invalid_request');
  if (basicId !== undefined && form['client_id'] !== undefined && form['client_id'] !== basicId)
    return oauthError('invalid_client');
  const client = await parts.store.read((tx) => tx.get(clients, [pool.id, id]));
  if (client === undefined) return oauthError('invalid_client');
  if (client.secret !== undefined && !isSameSecret(basicSecret ?? form['client_secret'] ?? '', client.secret)) {
    return oauthError('invalid_client');
  }
  return client;
}

function splitAtColon(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Answers the token endpoint. */
export async function tokenEndpoint(page: PageRequest, grants: Grants): Promise<HttpReply> {
  if (page.request.method !== 'POST') return oauthError('invalid_request', 405);
  const form = formOf(page.request);
  if (form === undefined || form['grant_type'] === undefined) return oauthError('invalid_request');
  const client = await callingClient(page, form);
  if ('status' in client) return client;
  switch (form['grant_type']) {
    case 'authorization_code':
      return fromCode(page, grants, client, form);
    case 'refresh_token':
      return fromRefreshToken(page, client, form);
    case 'client_credentials':
      return fromCredentials(page, client, form);
    default:
      return oauthError('unsupported_grant_type');
  }
}

async function fromCode(
  { parts, pool }: PageRequest,
  grants: Grants,
  client: ClientRecord,
  form: Parameters,
): Promise<HttpReply> {
  if (client.settings.AllowedOAuthFlows?.includes('code') !== true) return oauthError('unauthorized_client');
  const { code, redirect_uri: redirectUri, code_verifier: verifier } = form;
  if (code === undefined || redirectUri === undefined) return oauthError('invalid_request');
  const grant = grants.redeem(code);
  if (grant?.poolId !== pool.id || grant.clientId !== client.id || grant.redirectUri !== redirectUri)
    return oauthError('invalid_grant');
  const { codeChallenge, scope, authTimeMs, nonce } = grant;
  if (
    codeChallenge === undefined
      ? verifier !== undefined
      : verifier === undefined || !provesChallenge(verifier, codeChallenge)
  ) {
    return oauthError('invalid_grant');
  }
  const user = await parts.store.read((tx) => findUser(tx, pool, grant.username));
  if (user?.enabled !== true || user.generation !== grant.generation) return oauthError('invalid_grant');
  const source = 'TokenGeneration_HostedAuth';
  const tokens = await beginSession(parts, {
    pool,
    client,
    user,
    source,
    scope,
    authTimeMs,
    ...(nonce !== undefined && { nonce }),
  });
  return jsonReply(200, {
    ...(scope.split(' ').includes('openid') && { id_token: tokens.IdToken }),
    access_token: tokens.AccessToken,
    refresh_token: tokens.RefreshToken,
    expires_in: tokens.ExpiresIn,
    token_type: tokens.TokenType,
  });
}

async function fromRefreshToken(
  { parts, pool }: PageRequest,
  client: ClientRecord,
  form: Parameters,
): Promise<HttpReply> {
  if (form['refresh_token'] === undefined) return oauthError('invalid_request');
  const signIn: SignIn = { parts, pool, client, metadata: undefined };
  try {
    // The client has proven itself already, in whichever of the two ways.
    const tokens = await refreshedBySecret(signIn, form['refresh_token'], client.secret);
    return jsonReply(200, {
      id_token: tokens.IdToken,
      access_token: tokens.AccessToken,
      ...(tokens.RefreshToken !== undefined && { refresh_token: tokens.RefreshToken }),
      expires_in: tokens.ExpiresIn,
      token_type: tokens.TokenType,
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    parts.log.info(`Token endpoint of user pool ${pool.id}: ${error.kind}: ${error.why}`);
    return oauthError('invalid_grant');
  }
}

async function fromCredentials(
  { parts, pool }: PageRequest,
  client: ClientRecord,
  form: Parameters,
): Promise<HttpReply> {
  const { settings, secret } = client;
  if (
    secret === undefined ||
    settings.AllowedOAuthFlowsUserPoolClient !== true ||
    settings.AllowedOAuthFlows?.includes('client_credentials') !== true
  ) {
    return oauthError('unauthorized_client');
  }
  const allowed: readonly string[] = settings.AllowedOAuthScopes ?? [];
  const asked = (form['scope'] ?? '').split(' ').filter((scope) => scope !== '');
  const scopes = asked.length === 0 ? allowed : asked;
  if (scopes.some((scope) => !allowed.includes(scope))) return oauthError('invalid_scope');
  // A scope whose resource server has gone since is no scope any more.
  const servers = await parts.store.read((tx) => tx.list(resourceServers, [pool.id]));
  const known = new Set(
    servers.flatMap(({ value }) => value.scopes.map(({ ScopeName }) => `${value.identifier}/${ScopeName}`)),
  );
  if (scopes.some((scope) => !known.has(scope))) return oauthError('invalid_scope');
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  const issuer = parts.issuerOf(pool);
  const { accessToken, expiresInSeconds } = clientToken(
    { client, scope: scopes.join(' '), issuer },
    keys,
    parts.clock.now(),
  );
  return jsonReply(200, { access_token: accessToken, expires_in: expiresInSeconds, token_type: 'Bearer' });
}

/** Answers the revocation endpoint: ends the session of a refresh token. */
export async function revokeEndpoint(page: PageRequest): Promise<HttpReply> {
  const form = page.request.method === 'POST' ? formOf(page.request) : undefined;
  if (form?.['token'] === undefined) return oauthError('invalid_request');
  const client = await callingClient(page, form);
  if ('status' in client) return client;
  if (client.settings.EnableTokenRevocation === false) return oauthError('invalid_request');
  try {
    await revokeToken(page.parts, page.pool, client, form['token']);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return oauthError(error.kind === 'UnsupportedTokenTypeException' ? 'unsupported_token_type' : 'invalid_request');
  }
  return { status: 200, headers: [], body: '' };
}

/** Answers the userInfo endpoint: the attributes the token's scopes open, all of them texts. */
export async function userInfoEndpoint({ parts, request }: PageRequest): Promise<HttpReply> {
  const token = /^Bearer\s+(\S+)$/i.exec(headerValue(request.headers, 'authorization') ?? '')?.[1];
  if (token === undefined) return invalidToken('invalid_request', 400, 'The access token is missing.');
  try {
    const { client, user, claims } = await parts.tokens.bearerOf(token, 'openid');
    const attributes = scopedAttributes(client, user.attributes, String(claims['scope']));
    return jsonReply(200, { sub: user.sub, ...attributes, username: user.username });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    parts.log.info(`userInfo: ${error.kind}: ${error.why}`);
    return invalidToken(
      'invalid_token',
      401,
      'Access token is expired, disabled, or deleted, or the user has globally signed out.',
    );
  }
}

function invalidToken(error: string, status: number, description: string): HttpReply {
  const challenge = `error="${error}", error_description="${description}"`;
  return jsonReply(status, { error, error_description: description }, ['WWW-Authenticate', challenge]);
}
