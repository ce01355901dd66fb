/** The pages of user pools that are no AWS calls: discovery for those who check tokens, and OAuth with the hosted sign-in page. */
import { headerValue } from '../../../base/headers.ts';
import type { HttpReply, HttpRequest } from '../../../base/http.ts';
import { createAssertions } from '../federation/assertions.ts';
import type { PoolParts } from '../parts.ts';
import { clients, domains, type PoolRecord, pools } from '../records.ts';
import { authorizeEndpoint } from './authorize.ts';
import { endedSessionCookie } from './browser-session.ts';
import { discovery } from './discovery.ts';
import { providerResponse, samlResponse } from './federation.ts';
import { createGrants } from './grants.ts';
import { noticePage } from './html.ts';
import { loginPage } from './login.ts';
import { pageAddress } from './page-address.ts';
import { type PageRequest, parametersOf } from './page-request.ts';
import { redirect } from './replies.ts';
import { signUpPage } from './sign-up-page.ts';
import { revokeEndpoint, tokenEndpoint, userInfoEndpoint } from './token-endpoint.ts';

export interface Pages {
  /** Cheap: decided by path and host alone. */
  owns(request: Pick<HttpRequest, 'path' | 'headers'>): boolean;
  answer(request: HttpRequest): Promise<HttpReply>;
}

/** The pages of all pools. */
export function createPages(parts: PoolParts): Pages {
  const grants = createGrants(() => parts.clock.now());
  const assertions = createAssertions(() => parts.clock.now());

  /** A pool by a domain of its own or by its id. */
  async function poolOf(name: string): Promise<PoolRecord | undefined> {
    return parts.store.read(async (tx) => {
      const domain = await tx.get(domains, [name]);
      return tx.get(pools, [domain?.poolId ?? name]);
    });
  }

  async function hosted(page: PageRequest, name: string): Promise<HttpReply> {
    switch (name) {
      case '/oauth2/authorize':
        return authorizeEndpoint(page, grants);
      case '/oauth2/idpresponse':
        return providerResponse(page, grants, assertions);
      case '/saml2/idpresponse':
        return samlResponse(page, assertions);
      case '/login':
        return loginPage(page, grants);
      case '/signup':
        return signUpPage(page);
      case '/logout':
        return logout(page);
      case '/oauth2/token':
        return forScripts(page.request, () => tokenEndpoint(page, grants));
      case '/oauth2/revoke':
        return forScripts(page.request, () => revokeEndpoint(page));
      case '/oauth2/userInfo':
        return forScripts(page.request, () => userInfoEndpoint(page));
      default:
        return noticePage(404, 'Not found', `There is no page ${name} here.`);
    }
  }

  return {
    owns: (request) => pageAddress(request) !== undefined,
    async answer(request) {
      const address = pageAddress(request)!;
      if (address.kind === 'pool') return discovery(parts, request, address.poolId, address.page);
      const pool = await poolOf(address.name);
      if (pool === undefined) return noticePage(404, 'Not found', 'There is no user pool with this domain.');
      return hosted({ parts, pool, request, base: address.base, query: parametersOf(request.query) }, address.page);
    },
  };
}

/** Applications in browsers call these from their own origin, without cookies (CORS). */
async function forScripts(request: HttpRequest, answer: () => Promise<HttpReply>): Promise<HttpReply> {
  const isFromPage = headerValue(request.headers, 'origin') !== undefined;
  if (isFromPage && request.method === 'OPTIONS') {
    const headers = [
      'Access-Control-Allow-Origin',
      '*',
      'Access-Control-Allow-Methods',
      'GET, POST',
      'Access-Control-Allow-Headers',
      'authorization, content-type, x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request',
      'Access-Control-Max-Age',
      '7200',
    ];
    return { status: 200, headers, body: '' };
  }
  const reply = await answer();
  return isFromPage ? { ...reply, headers: [...reply.headers, 'Access-Control-Allow-Origin', '*'] } : reply;
}

/** `/logout`: ends the browser's session; back to a registered logout URL, or on to another sign-in. */
async function logout(page: PageRequest): Promise<HttpReply> {
  const { parts, pool, query, base, request } = page;
  const client = await parts.store.read((tx) => tx.get(clients, [pool.id, query['client_id'] ?? '']));
  if (client === undefined) return noticePage(400, 'invalid_client', 'There is no such client in this user pool.');
  const { logout_uri: logoutUri, redirect_uri: redirectUri } = query;
  if (logoutUri !== undefined) {
    if (client.settings.LogoutURLs?.includes(logoutUri) !== true) {
      return noticePage(400, 'invalid_request', 'The logout URI is none of those the client has registered.');
    }
    return redirect(logoutUri, [endedSessionCookie(page)]);
  }
  if (redirectUri === undefined)
    return noticePage(400, 'invalid_request', 'Required String parameter logout_uri is not present.');
  return redirect(`${base}/login?${request.query}`, [endedSessionCookie(page)]);
}
