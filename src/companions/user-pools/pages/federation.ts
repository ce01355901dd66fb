/** Sign-in through another provider: the way there, and `/oauth2/idpresponse`, where the browser comes back with the provider's code. */
import { randomBytes } from 'node:crypto';
import { headerValue } from '../../../base/headers.ts';
import type { HttpReply } from '../../../base/http.ts';
import { Problem } from '../../../base/problem.ts';
import { signedIn } from '../challenges.ts';
import { authorizationUrl, claimsOfCode } from '../federation/code-exchange.ts';
import { federatedUser } from '../federation/federated-user.ts';
import { poolNotFound } from '../pool-errors.ts';
import { type IdentityProviderRecord, identityProviders, type UserRecord } from '../records.ts';
import { seal, unseal } from '../sealed.ts';
import { type Authorization, grantedReply, readAuthorization } from './authorization.ts';
import { sessionCookie } from './browser-session.ts';
import type { Grants } from './grants.ts';
import { noticePage } from './html.ts';
import { cookie, cookieOf, formOf, type PageRequest, parametersOf } from './page-request.ts';
import { redirect, withParameters } from './replies.ts';

/** What the browser carries to the provider and back, sealed. */
interface Journey {
  readonly provider: string;
  /** The query of `/oauth2/authorize`, to be read again at the end. */
  readonly query: string;
  readonly nonce: string;
}

const purpose = 'sign-in elsewhere';
/** A cookie with the nonce binds the journey to the browser that began it. */
const cookieName = 'cognito-fl';
const journeySeconds = 600;

/** Sends the browser to the provider an authorization request chose. */
export async function toProvider(page: PageRequest, authorization: Authorization, name: string): Promise<HttpReply> {
  const { parts, pool, request } = page;
  const provider = await parts.store.read((tx) => tx.get(identityProviders, [pool.id, name]));
  if (provider === undefined) return failed(page, authorization, 'invalid_request', `There is no provider ${name}.`);
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  const nonce = randomBytes(24).toString('base64url');
  const journey: Journey = { provider: name, query: request.query, nonce };
  const state = seal(keys.sealing, purpose, journey, parts.clock.now() + journeySeconds * 1000);
  try {
    const asked = { redirectUri: redirectUriOf(page), state, nonce };
    const url = await authorizationUrl(provider, { calls: parts.issuerCalls, clock: parts.clock }, asked);
    return redirect(url, [cookie(page, cookieName, nonce, journeySeconds)]);
  } catch (error) {
    return failed(page, authorization, 'server_error', whyOf(error));
  }
}

/** Answers `/oauth2/idpresponse`. */
export async function providerResponse(page: PageRequest, grants: Grants): Promise<HttpReply> {
  const { parts, pool, request, base } = page;
  if (request.method === 'POST') {
    // Cookies of ours come along with a navigation, not with a form that another site sends.
    const form = formOf(request);
    return form === undefined
      ? unknownJourney()
      : { ...redirect(`${base}/oauth2/idpresponse?${new URLSearchParams(form)}`), status: 303 };
  }
  const keys = await parts.keys.keysOf(pool.id);
  const sealed = page.query['state'];
  if (keys === undefined || sealed === undefined) return unknownJourney();
  const journey = unseal<Journey>(keys.sealing, purpose, sealed, parts.clock.now());
  if (journey.state !== 'good' || cookieOf(request, cookieName) !== journey.value.nonce) return unknownJourney();
  const { provider: name, query, nonce } = journey.value;
  // Read again: the client may have changed since.
  const asked = { ...page, query: parametersOf(query) };
  const authorization = await readAuthorization(asked, asked.query);
  if ('status' in authorization) return authorization;
  const provider = await parts.store.read((tx) => tx.get(identityProviders, [pool.id, name]));
  if (provider === undefined) return failed(page, authorization, 'invalid_request', `There is no provider ${name}.`);
  const { error, error_description: description, code } = page.query;
  if (code === undefined) return failed(page, authorization, error ?? 'invalid_request', description ?? 'No code');
  let user: UserRecord;
  try {
    user = await userOf(page, authorization, provider, { code, nonce });
  } catch (cause) {
    return failed(page, authorization, cause instanceof Problem ? 'invalid_request' : 'server_error', whyOf(cause));
  }
  const session = { user, authTimeMs: parts.clock.now() };
  const cookies = [await sessionCookie(page, session), cookie(page, cookieName, '', 0)];
  return grantedReply(asked, grants, authorization, session, cookies);
}

/** Who the provider says it is, once the pool's functions agree. */
async function userOf(
  page: PageRequest,
  { client }: Authorization,
  provider: IdentityProviderRecord,
  { code, nonce }: { readonly code: string; readonly nonce: string },
): Promise<UserRecord> {
  const { parts, pool } = page;
  const exchange = { calls: parts.issuerCalls, clock: parts.clock };
  const claims = await claimsOfCode(provider, exchange, { code, nonce, redirectUri: redirectUriOf(page) });
  const user = await federatedUser(parts, { pool, client, provider, claims });
  await signedIn({ parts, pool, client, metadata: undefined, whenDone: async () => ({}) }, user);
  return user;
}

/** The address that is registered with the provider. */
function redirectUriOf({ request, base }: PageRequest): string {
  const host = headerValue(request.headers, 'host') ?? 'localhost';
  return `${request.secure ? 'https' : 'http'}://${host}${base}/oauth2/idpresponse`;
}

/** Back to the application with what went wrong, and into the log. */
function failed(
  { parts, pool }: PageRequest,
  { redirectUri, state }: Authorization,
  error: string,
  description: string,
): HttpReply {
  parts.log.info(`Sign-in elsewhere for user pool ${pool.id}: ${error}: ${description}`);
  return redirect(withParameters(redirectUri, { error, error_description: description, state }, '?'));
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const unknownJourney = (): HttpReply =>
  noticePage(400, 'Sign in', 'This sign-in was not begun here, or it has taken too long. Go back and try again.');
