/** Authorization requests: what an application asks for, checked, and the way back to it with a code or tokens. */
import { createHash } from 'node:crypto';
import type { HttpReply } from '../../../base/http.ts';
import { type ClientRecord, clients, identityProviders } from '../records.ts';
import { beginSession } from '../sessions.ts';
import type { BrowserSession } from './browser-session.ts';
import type { CodeGrant, Grants } from './grants.ts';
import { noticePage } from './html.ts';
import type { PageRequest, Parameters } from './page-request.ts';
import { redirect, withParameters } from './replies.ts';

/** An authorization request that may go ahead. */
export interface Authorization {
  readonly client: ClientRecord;
  readonly responseType: 'code' | 'token';
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
  /** The identity provider that was chosen already; `COGNITO` for the pool itself. */
  readonly provider: string | undefined;
  /** The pool's own users may sign in. */
  readonly takesPasswords: boolean;
  /** Names of the client's other identity providers. */
  readonly elsewhere: readonly string[];
}

/** What was asked for, checked; or the answer that refuses it. Until client and redirect URI are known to belong together, that answer is a page. */
export async function readAuthorization(page: PageRequest, asked: Parameters): Promise<Authorization | HttpReply> {
  const { parts, pool } = page;
  const client = await parts.store.read((tx) => tx.get(clients, [pool.id, asked['client_id'] ?? '']));
  if (client === undefined) return refusalPage('invalid_client', 'There is no such client in this user pool.');
  const { settings } = client;
  const urls = settings.CallbackURLs ?? [];
  const redirectUri = asked['redirect_uri'] ?? settings.DefaultRedirectURI ?? (urls.length === 1 ? urls[0] : undefined);
  if (redirectUri === undefined || !urls.includes(redirectUri)) {
    return refusalPage('redirect_mismatch', 'The redirect URI is none of those the client has registered.');
  }
  const state = asked['state'];
  const refuse = (error: string, description?: string): HttpReply =>
    redirect(withParameters(redirectUri, { error, error_description: description, state }, '?'));

  const responseType = asked['response_type'];
  if (responseType !== 'code' && responseType !== 'token') return refuse('unsupported_response_type');
  const flow = responseType === 'code' ? 'code' : 'implicit';
  if (settings.AllowedOAuthFlowsUserPoolClient !== true || settings.AllowedOAuthFlows?.includes(flow) !== true) {
    return refuse('unauthorized_client');
  }
  const supported: readonly string[] = settings.SupportedIdentityProviders ?? ['COGNITO'];
  const provider = await chosenProvider(page, asked);
  if (provider !== undefined && !supported.includes(provider)) {
    return refuse('invalid_request', `The client has no identity provider ${provider}`);
  }
  const allowed: readonly string[] = settings.AllowedOAuthScopes ?? [];
  const scopes =
    asked['scope'] === undefined ? [...allowed] : asked['scope'].split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0 || scopes.some((scope) => !allowed.includes(scope))) return refuse('invalid_scope');
  if (scopes.some((scope) => ['email', 'phone', 'profile'].includes(scope)) && !scopes.includes('openid')) {
    return refuse('invalid_scope', 'openid must be asked for with email, phone or profile');
  }
  const codeChallenge = asked['code_challenge'];
  const method = asked['code_challenge_method'];
  if (codeChallenge !== undefined && (method !== 'S256' || !/^[\w-]{43}$/.test(codeChallenge))) {
    return refuse('invalid_request', 'code_challenge_method must be S256');
  }
  if (codeChallenge === undefined && method !== undefined)
    return refuse('invalid_request', 'code_challenge is missing');
  return {
    client,
    responseType,
    redirectUri,
    scopes,
    state,
    nonce: asked['nonce'],
    codeChallenge,
    provider,
    takesPasswords: supported.includes('COGNITO'),
    elsewhere: supported.filter((name) => name !== 'COGNITO'),
  };
}

/** The provider an application names by itself, or by one of the provider's identifiers; `COGNITO` is the pool's own sign-in. */
async function chosenProvider({ parts, pool }: PageRequest, asked: Parameters): Promise<string | undefined> {
  const { identity_provider: name, idp_identifier: identifier } = asked;
  if (name !== undefined || identifier === undefined) return name;
  const all = await parts.store.read((tx) => tx.list(identityProviders, [pool.id]));
  const found = all.find(({ value }) => value.IdpIdentifiers?.includes(identifier) === true);
  return found?.value.ProviderName ?? identifier;
}

const refusalPage = (error: string, text: string): HttpReply => noticePage(400, error, text);

/** Back to the application, with a code or with tokens. */
export async function grantedReply(
  { parts, pool }: PageRequest,
  grants: Grants,
  { client, responseType, redirectUri, scopes, state, nonce, codeChallenge }: Authorization,
  { user, authTimeMs }: BrowserSession,
  cookies: readonly string[],
): Promise<HttpReply> {
  const scope = scopes.join(' ');
  if (responseType === 'code') {
    const grant: CodeGrant = {
      poolId: pool.id,
      clientId: client.id,
      username: user.username,
      redirectUri,
      scope,
      authTimeMs,
      generation: user.generation,
      ...(nonce !== undefined && { nonce }),
      ...(codeChallenge !== undefined && { codeChallenge }),
    };
    return redirect(withParameters(redirectUri, { code: grants.newCode(grant), state }, '?'), cookies);
  }
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
  const fragment = {
    id_token: scopes.includes('openid') ? tokens.IdToken : undefined,
    access_token: tokens.AccessToken,
    expires_in: String(tokens.ExpiresIn),
    token_type: tokens.TokenType,
    state,
  };
  return redirect(withParameters(redirectUri, fragment, '#'), cookies);
}

/** Whether a PKCE verifier belongs to a challenge (RFC 7636, S256). */
export function provesChallenge(verifier: string, challenge: string): boolean {
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
