/**
 * Who may see a portal that is guarded by a user pool: whoever has signed in on the pool's hosted page (authorization code with PKCE, RFC 7636). The pool's
 * access token is the session, in a cookie of the portal; nothing is kept here, and whatever cannot be checked is no session.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { headerValue, headerValues } from '../../base/headers.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import type { PortalSite } from '../../ports/portal-site.ts';
import type { PortalUserPools } from '../../ports/portals.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Upstream } from '../../ports/upstream.ts';
import { htmlReply, noticeHtml, redirectTo } from './layout.ts';
import type { PortalAddress } from './portal-address.ts';

type Claims = Readonly<Record<string, unknown>>;

export interface SignInParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly userPools: PortalUserPools;
  readonly upstream: Upstream;
  /** The hosted pages of this process's pools. */
  hostedPages(request: HttpRequest): Promise<HttpReply>;
  /** Claims of a token that the issuer signed; undefined for any other. Rejects when the issuer cannot be asked. */
  verifiedClaims(issuer: string, token: string): Promise<Claims | undefined>;
}

/** A request to a guarded portal. */
export interface Visit {
  readonly site: PortalSite;
  readonly address: PortalAddress;
  readonly request: HttpRequest;
}

export interface SignIn {
  hasSession(visit: Visit): Promise<boolean>;
  /** Sends the visitor to sign in; back to the page that was asked for. */
  begin(visit: Visit): Promise<HttpReply>;
  /** The visitor came back with a code, or with an error. */
  finish(visit: Visit): Promise<HttpReply>;
  /** Ends both sessions, the portal's and the pool's. */
  signOut(visit: Visit): Promise<HttpReply>;
  /** What of the pool's hosted pages is served under the portal's name; undefined for anything else. */
  hostedPage(visit: Visit): Promise<HttpReply> | undefined;
}

/** What a sign-in has to bring back, in a cookie until then. */
interface Attempt {
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly redirectUri: string;
  readonly returnTo: string;
}

const attemptSeconds = 600;
/** Browsers take no larger cookie. */
const maxTokenLength = 3800;

export function createSignIn(parts: SignInParts): SignIn {
  const { clock, log, userPools, upstream } = parts;

  async function begin(visit: Visit, endpoint: 'oauth2/authorize' | 'logout' = 'oauth2/authorize'): Promise<HttpReply> {
    const { site, address, request } = visit;
    const { appClientId, userPoolArn } = site.cognitoConfig!;
    const client = await userPools.find(userPoolArn, appClientId);
    const portal = `${originOf(request)}${address.base}`;
    const registered = client === 'no pool' ? [] : (client?.callbackUrls ?? []);
    // Callbacks of names other than localhost are registered with TLS, so that is where a sign-in has to begin.
    const overTls = portal.replace(/^http:/, 'https:');
    if (!request.secure && !isAmong(registered, portal) && isAmong(registered, overTls)) {
      return redirectTo(`${new URL(overTls).origin}${returnPath(visit)}`);
    }
    const attempt: Attempt = {
      state: secret(),
      verifier: secret(),
      nonce: secret(),
      // "You must set the callback URL to the portal's default URL": written with or without its last slash.
      redirectUri: registered.includes(`${portal}/`) && !registered.includes(portal) ? `${portal}/` : portal,
      returnTo: request.method === 'GET' ? returnPath(visit) : `${address.base}/`,
    };
    const asked = new URLSearchParams({
      response_type: 'code',
      client_id: appClientId,
      redirect_uri: attempt.redirectUri,
      scope: 'openid',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const value = Buffer.from(JSON.stringify(attempt)).toString('base64url');
    return redirectTo(`${poolAddress(visit, client !== 'no pool')}/${endpoint}?${asked}`, [
      ...cookie(visit, 'attempt', value, attemptSeconds),
      ...(endpoint === 'logout' ? cookie(visit, 'session', '', 0) : []),
    ]);
  }

  async function finish(visit: Visit): Promise<HttpReply> {
    const { site, address, request } = visit;
    const given = new URLSearchParams(request.query);
    const attempt = readAttempt(cookieOf(visit, 'attempt'));
    const failed = (why: string): HttpReply => {
      log.warn('A sign-in to a portal failed', { portal: site.portalId, why });
      const again = { href: `${address.base}/`, text: 'Sign in again' };
      const html = noticeHtml('Sign-in failed', 'You could not be signed in.', address.base, again);
      return htmlReply(403, html, cookie(visit, 'attempt', '', 0));
    };
    if (attempt === undefined || given.get('state') !== attempt.state)
      return failed('state is not that of this browser');
    const code = given.get('code');
    if (code === null) return failed(`the pool says ${given.get('error')}: ${given.get('error_description') ?? ''}`);
    const tokens = await redeem(visit, code, attempt);
    if (typeof tokens === 'string') return failed(tokens);
    const idClaims = await claimsOf(site, tokens.idToken, 'id');
    if (idClaims?.['nonce'] !== attempt.nonce) return failed('the id token is not of this sign-in');
    if ((await claimsOf(site, tokens.accessToken, 'access')) === undefined)
      return failed('the access token is not good');
    if (tokens.accessToken.length > maxTokenLength) return failed('the access token is too long for a cookie');
    return redirectTo(attempt.returnTo, [
      ...cookie(visit, 'attempt', '', 0),
      ...cookie(visit, 'session', tokens.accessToken, 86_400),
    ]);
  }

  /** Tokens for a code, or why there are none. */
  async function redeem(
    visit: Visit,
    code: string,
    { redirectUri, verifier }: Attempt,
  ): Promise<{ idToken: string; accessToken: string } | string> {
    const { appClientId, userPoolArn } = visit.site.cognitoConfig!;
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: appClientId,
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
    }).toString();
    const isOurs = (await userPools.find(userPoolArn, appClientId)) !== 'no pool';
    const tokenEndpoint = new URL(`${configuredAddress(visit)}/oauth2/token`);
    const type = ['Content-Type', 'application/x-www-form-urlencoded'];
    try {
      const reply = isOurs
        ? await parts.hostedPages({
            ...visit.request,
            ...{ method: 'POST', path: `/_aws/cognito/${poolIdOf(userPoolArn)}/oauth2/token`, query: '' },
            headers: [...type, 'Host', headerValue(visit.request.headers, 'host') ?? 'localhost'],
            body: Buffer.from(form),
          })
        : await upstream.send({
            origin: tokenEndpoint.origin,
            target: tokenEndpoint.pathname,
            method: 'POST',
            headers: [...type, 'Host', tokenEndpoint.host, 'Content-Length', String(form.length)],
            body: form,
            timeoutMs: 10_000,
          });
      const text = reply.body.toString();
      if (reply.status !== 200) return `the pool's token endpoint answered ${reply.status}: ${text.slice(0, 200)}`;
      const { id_token: idToken, access_token: accessToken } = JSON.parse(text) as Claims;
      return typeof idToken === 'string' && typeof accessToken === 'string'
        ? { idToken, accessToken }
        : 'the pool gave no tokens';
    } catch (error) {
      return `the pool's token endpoint: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Claims of a token of the portal's pool and client that is good now; undefined for any other, whatever is wrong. */
  async function claimsOf(site: PortalSite, token: string, use: 'id' | 'access'): Promise<Claims | undefined> {
    const { appClientId, userPoolArn } = site.cognitoConfig!;
    const poolId = poolIdOf(userPoolArn);
    const region = poolId.slice(0, poolId.indexOf('_'));
    let claims: Claims | undefined;
    try {
      claims = await parts.verifiedClaims(`https://cognito-idp.${region}.amazonaws.com/${poolId}`, token);
    } catch (error) {
      const why = error instanceof Error ? ((error as { why?: string }).why ?? error.message) : String(error);
      log.warn('Nobody can sign in to a portal: the keys of its user pool cannot be had', {
        portal: site.portalId,
        why,
      });
    }
    if (claims === undefined) return undefined;
    const { iss, exp, token_use: tokenUse } = claims;
    const isOfPool = typeof iss === 'string' && iss.endsWith(`/${poolId}`);
    const isOfClient = claims[use === 'id' ? 'aud' : 'client_id'] === appClientId;
    const isInTime = typeof exp === 'number' && exp * 1000 > clock.now();
    return isOfPool && isOfClient && isInTime && tokenUse === use ? claims : undefined;
  }

  return {
    async hasSession(visit) {
      const token = cookieOf(visit, 'session');
      return token !== undefined && token !== '' && (await claimsOf(visit.site, token, 'access')) !== undefined;
    },
    begin: (visit) => begin(visit),
    finish,
    signOut: (visit) => begin(visit, 'logout'),
    hostedPage({ site, address, request }) {
      if (address.by === 'path') return undefined;
      const pool = poolIdOf(site.cognitoConfig!.userPoolArn);
      return request.path.startsWith(`/_aws/cognito/${pool}/`) ? parts.hostedPages(request) : undefined;
    },
  };
}

/** Callback URLs are written with or without their last slash. */
const isAmong = (registered: readonly string[], portal: string): boolean =>
  registered.includes(portal) || registered.includes(`${portal}/`);

const secret = (): string => randomBytes(32).toString('base64url');

const poolIdOf = (userPoolArn: string): string => userPoolArn.slice(userPoolArn.lastIndexOf('/') + 1);

const originOf = ({ secure, headers }: HttpRequest): string =>
  `${secure ? 'https' : 'http'}://${(headerValue(headers, 'host') ?? 'localhost').toLowerCase()}`;

function configuredAddress({ site }: Visit): string {
  const { userPoolDomain } = site.cognitoConfig!;
  const address = /^https?:\/\//.test(userPoolDomain) ? userPoolDomain : `https://${userPoolDomain}`;
  return address.replace(/\/+$/, '');
}

/** Where the pool's hosted pages are. AWS's own name of a pool that is of this process leads to AWS, so the pages are served beside the portal instead. */
function poolAddress(visit: Visit, isOurs: boolean): string {
  const configured = configuredAddress(visit);
  const isAwsName = new URL(configured).hostname.endsWith('.amazoncognito.com');
  return isOurs && isAwsName ? `/_aws/cognito/${poolIdOf(visit.site.cognitoConfig!.userPoolArn)}` : configured;
}

/** Within the portal, never elsewhere: a path of two slashes would be another host. */
function returnPath({ address, request }: Visit): string {
  const path = request.path + (request.query === '' ? '' : `?${request.query}`);
  return /^\/(?![/\\])/.test(path) && path.length < 1500 ? path : `${address.base}/`;
}

const cookieName = ({ site }: Visit, what: 'attempt' | 'session'): string => `portal-${site.portalId}-${what}`;

function cookie(visit: Visit, what: 'attempt' | 'session', value: string, seconds: number): string[] {
  const { address, request } = visit;
  const path = address.base === '' ? '/' : address.base;
  const secure = request.secure ? '; Secure' : '';
  return [
    'Set-Cookie',
    `${cookieName(visit, what)}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`,
  ];
}

function cookieOf(visit: Visit, what: 'attempt' | 'session'): string | undefined {
  const wanted = `${cookieName(visit, what)}=`;
  for (const line of headerValues(visit.request.headers, 'cookie')) {
    const found = line.split(/; */).find((each) => each.startsWith(wanted));
    if (found !== undefined) return found.slice(wanted.length);
  }
  return undefined;
}

function readAttempt(value: string | undefined): Attempt | undefined {
  try {
    const attempt = JSON.parse(Buffer.from(value ?? '', 'base64url').toString()) as Attempt;
    const texts = [attempt.state, attempt.verifier, attempt.nonce, attempt.redirectUri, attempt.returnTo];
    const isWhole = texts.every((each) => typeof each === 'string' && each !== '');
    return isWhole && /^\/(?![/\\])/.test(attempt.returnTo) ? attempt : undefined;
  } catch {
    return undefined;
  }
}
