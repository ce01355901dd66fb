/**
 * Sign-in through another provider: the way there, and the way back, `/oauth2/idpresponse` with a code or `/saml2/idpresponse` with an assertion. Which
 * sign-in it was travels along, sealed, and a cookie binds it to the browser that began it.
 */
import { randomBytes } from 'node:crypto';
import { headerValue } from '../../../base/headers.ts';
import type { HttpReply } from '../../../base/http.ts';
import { Problem } from '../../../base/problem.ts';
import { signedIn } from '../challenges.ts';
import type { Assertions } from '../federation/assertions.ts';
import {
  authorizationUrl,
  claimsOfCode,
  type ExchangeParts,
  type ProviderClaims,
} from '../federation/code-exchange.ts';
import { federatedUser } from '../federation/federated-user.ts';
import type { SamlExchange } from '../federation/saml.ts';
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
  const provider = await providerNamed(page, name);
  if (provider === undefined) return failed(page, authorization, 'invalid_request', `There is no provider ${name}`);
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  const nonce = randomBytes(24).toString('base64url');
  const journey: Journey = { provider: name, query: request.query, nonce };
  const state = seal(keys.sealing, purpose, journey, parts.clock.now() + journeySeconds * 1000);
  try {
    const url =
      provider.ProviderType === 'SAML'
        ? await (await saml()).samlRequestUrl(samlExchange(page, provider, nonce), state)
        : await authorizationUrl(provider, exchangeParts(page), {
            redirectUri: responseUrl(page, 'oauth2'),
            state,
            nonce,
          });
    return redirect(url, [cookie(page, cookieName, nonce, journeySeconds)]);
  } catch (error) {
    return failed(page, authorization, 'server_error', whyOf(error));
  }
}

/** Answers `/oauth2/idpresponse`. */
export async function providerResponse(page: PageRequest, grants: Grants, assertions: Assertions): Promise<HttpReply> {
  const { parts, request, base } = page;
  if (request.method === 'POST') {
    // Cookies of ours come along with a navigation, not with a form that another site sends.
    const form = formOf(request);
    return form === undefined ? unknownJourney() : seeOther(`${base}/oauth2/idpresponse?${new URLSearchParams(form)}`);
  }
  const journey = await journeyOf(page, page.query['state']);
  if (journey === undefined || cookieOf(request, cookieName) !== journey.nonce) return unknownJourney();
  // Read again: the client may have changed since.
  const asked = { ...page, query: parametersOf(journey.query) };
  const authorization = await readAuthorization(asked, asked.query);
  if ('status' in authorization) return authorization;
  const provider = await providerNamed(page, journey.provider);
  if (provider === undefined) return failed(page, authorization, 'invalid_request', `${journey.provider} is no more`);
  const { error, error_description: description, code } = page.query;
  if (code === undefined) return failed(page, authorization, error ?? 'invalid_request', description ?? 'No code');
  let user: UserRecord;
  try {
    const { nonce } = journey;
    const claims =
      provider.ProviderType === 'SAML'
        ? assertions.redeem(code, nonce)
        : await claimsOfCode(provider, exchangeParts(page), { code, nonce, redirectUri: responseUrl(page, 'oauth2') });
    user = await userOf(page, authorization, provider, claims);
  } catch (cause) {
    return failed(page, authorization, cause instanceof Problem ? 'invalid_request' : 'server_error', whyOf(cause));
  }
  const session = { user, authTimeMs: parts.clock.now() };
  const cookies = [await sessionCookie(page, session), cookie(page, cookieName, '', 0)];
  return grantedReply(asked, grants, authorization, session, cookies);
}

/** Answers `/saml2/idpresponse`: the assertion is looked at here; who brings it is seen when the browser comes to the next page with its cookie. */
export async function samlResponse(page: PageRequest, assertions: Assertions): Promise<HttpReply> {
  const form = page.request.method === 'POST' ? formOf(page.request, maxAssertionBytes) : undefined;
  const { SAMLResponse: response, RelayState: state } = form ?? {};
  const journey = await journeyOf(page, state);
  if (response === undefined || state === undefined || journey === undefined) return unknownJourney();
  const provider = await providerNamed(page, journey.provider);
  if (provider?.ProviderType !== 'SAML') return unknownJourney();
  const back = (parameters: Record<string, string>): HttpReply =>
    seeOther(`${page.base}/oauth2/idpresponse?${new URLSearchParams({ ...parameters, state })}`);
  try {
    const claims = await (await saml()).claimsOfResponse(samlExchange(page, provider, journey.nonce), response);
    return back({ code: assertions.keep(claims, journey.nonce) });
  } catch (error) {
    return back({ error: 'server_error', error_description: `Invalid SAML response received: ${whyOf(error)}` });
  }
}

/** The library is read when a pool first federates by SAML. */
const saml = (): Promise<typeof import('../federation/saml.ts')> => import('../federation/saml.ts');

const maxAssertionBytes = 262_144;

const providerNamed = ({ parts, pool }: PageRequest, name: string): Promise<IdentityProviderRecord | undefined> =>
  parts.store.read((tx) => tx.get(identityProviders, [pool.id, name]));

async function journeyOf({ parts, pool }: PageRequest, sealed: string | undefined): Promise<Journey | undefined> {
  const keys = sealed === undefined ? undefined : await parts.keys.keysOf(pool.id);
  if (sealed === undefined || keys === undefined) return undefined;
  const journey = unseal<Journey>(keys.sealing, purpose, sealed, parts.clock.now());
  return journey.state === 'good' ? journey.value : undefined;
}

/** Who the provider says it is, once the pool's functions agree. */
async function userOf(
  { parts, pool }: PageRequest,
  { client }: Authorization,
  provider: IdentityProviderRecord,
  claims: ProviderClaims,
): Promise<UserRecord> {
  const user = await federatedUser(parts, { pool, client, provider, claims });
  await signedIn({ parts, pool, client, metadata: undefined, whenDone: async () => ({}) }, user);
  return user;
}

const exchangeParts = ({ parts }: PageRequest): ExchangeParts => ({ calls: parts.issuerCalls, clock: parts.clock });

const samlExchange = (page: PageRequest, provider: IdentityProviderRecord, nonce: string): SamlExchange => ({
  ...{ provider, nonce },
  calls: page.parts.issuerCalls,
  poolId: page.pool.id,
  callbackUrl: responseUrl(page, 'saml2'),
});

/** The address that is registered with the provider. */
function responseUrl({ request, base }: PageRequest, protocol: 'oauth2' | 'saml2'): string {
  const host = headerValue(request.headers, 'host') ?? 'localhost';
  return `${request.secure ? 'https' : 'http'}://${host}${base}/${protocol}/idpresponse`;
}

const seeOther = (location: string): HttpReply => ({ ...redirect(location), status: 303 });

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
