/** JWT authorizers of HTTP APIs: a token of the configured issuer, believed by the keys it publishes (rows HLA-07 to HLA-10). */
import type { V2Authorizer } from '../../definition/v2-api.ts';
import { bareToken, TokenFault } from '../authorizers/decoded-token.ts';
import type { VerifiedToken } from '../authorizers/verified-tokens.ts';
import type { Exchange } from '../exchange.ts';
import type { Step } from '../plan.ts';
import { refusal } from './failures.ts';
import { valuesReader } from './identity.ts';
import { jwtClaims } from './jwt-claims.ts';
import type { RouteScope } from './route-scope.ts';

/** The guard of one route. Undefined after a complaint. */
export function guardByJwt(authorizer: V2Authorizer, scope: RouteScope): Step | undefined {
  const { complain, route, tools } = scope;
  const { name, identitySource = [], jwtConfiguration: { issuer, audience = [] } = {} } = authorizer;
  const read = valuesReader(identitySource[0] ?? 'nothing', scope);
  if (typeof read === 'string') complain(`the authorizer ${name}: ${read}`);
  if (!issuer) complain(`the authorizer ${name} has no issuer`);
  if (audience.length === 0) complain(`the authorizer ${name} has no audience`);
  if (typeof read === 'string' || !issuer || audience.length === 0) return undefined;
  const readToken = read;
  const tokens = tools.verifiedTokens.of(issuer);
  const audiences = new Set(audience);
  const wantedScopes = route.authorizationScopes ?? [];
  const scopeText = wantedScopes.join(' ');
  const missing = refusal('UNAUTHORIZED', `authorizer ${name}: ${identitySource[0]} is missing or empty`, [
    'www-authenticate',
    'Bearer',
  ]);

  function invalid(description: string, why = description): Error {
    return refusal('UNAUTHORIZED', `authorizer ${name}: ${why}`, challenge('invalid_token', description));
  }

  function challenge(error: string, description: string): [string, string] {
    return ['www-authenticate', `Bearer scope="${scopeText}" error="${error}" error_description="${description}"`];
  }

  /** What a token claims, now; then the request goes on with it. */
  function admit(x: Exchange, token: VerifiedToken): undefined {
    const { claims } = token;
    const nowMs = x.startedAtMs;
    const { iss, aud, client_id: clientId, nbf, iat, scope, scp } = claims;
    if (iss !== issuer) {
      throw invalid('the token does not have a valid issuer', `the token is of ${String(iss)}, not ${issuer}`);
    }
    // The client counts only where there is no audience (guide page http-api-troubleshooting-jwt).
    const found = aud ?? clientId;
    if (!listOf(found).some((each) => audiences.has(each))) {
      const why = `the token is for ${String(found)}, not ${audience.join(' or ')}`;
      throw invalid('the token does not have a valid audience', why);
    }
    if (token.expiresAtMs <= nowMs) throw invalid('the token has expired');
    if (isLater(nbf, nowMs)) throw invalid('the token is not valid yet');
    if (isLater(iat, nowMs)) throw invalid('the token was issued in the future');
    const scopes = wantedScopes.length === 0 ? null : [...scopesOf(scope), ...scopesOf(scp)];
    if (scopes !== null && !wantedScopes.some((each) => scopes.includes(each))) {
      const why = `authorizer ${name}: the token has the scopes "${scopes.join(' ')}", none of ${wantedScopes.join(', ')}`;
      throw refusal('ACCESS_DENIED', why, challenge('insufficient_scope', 'expected scopes within the token'));
    }
    let shown = token.shown.get('jwt');
    if (shown === undefined) {
      shown = jwtClaims(claims);
      token.shown.set('jwt', shown);
    }
    x.authorizer = {
      principalId: undefined,
      context: {},
      claims: shown,
      scopes,
      usageIdentifierKey: undefined,
      latencyMs: -1,
    };
    return undefined;
  }

  async function verify(x: Exchange, text: string): Promise<undefined> {
    const token = await tokens.verify(text, x.startedAtMs);
    if (token instanceof TokenFault) throw invalid(token.message, token.why);
    return admit(x, token);
  }

  return {
    name: `authorizer ${name} (JWT ${issuer}${scopeText === '' ? '' : `, scope ${wantedScopes.join(' or ')}`})`,
    run: function believeToken(x) {
      const text = bareToken(readToken(x)?.at(-1) ?? '');
      if (text === '') throw missing;
      const known = tokens.known(text, x.startedAtMs);
      return known === undefined ? verify(x, text) : admit(x, known);
    },
  };
}

const isLater = (claim: unknown, nowMs: number): boolean =>
  claim !== undefined && !(typeof claim === 'number' && claim * 1000 <= nowMs);

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string');

/** `scope` is one text with blanks between, `scp` that or a list. */
const scopesOf = (value: unknown): readonly string[] =>
  listOf(value).flatMap((each) => each.split(' ').filter((scope) => scope !== ''));
