/** COGNITO_USER_POOLS authorizers: a token of one of the pools, believed without asking anybody (rows COG-*). */
import { headerValues } from '../../base/headers.ts';
import { identitySourcesOf } from '../../definition/identity-sources.ts';
import type { Authorizer } from '../../definition/rest-api.ts';
import type { Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { compileJavaPattern, type JavaPattern, matchesInTime } from '../java-pattern.ts';
import type { StageContext, Step } from '../plan.ts';
import { withStageVariables } from '../stage-variables.ts';
import type { PlanTools } from '../tools.ts';
import { cognitoClaims } from './cognito-claims.ts';
import { bareToken, decodeToken, TokenFault } from './decoded-token.ts';
import type { IssuerTokens, VerifiedToken } from './verified-tokens.ts';

export interface CognitoAuthorizerScope {
  readonly authorizer: Authorizer;
  /** Of the method. With any, an access token is asked for that has one of them; without, an ID token. */
  readonly scopes: readonly string[];
  readonly stage: StageContext;
  readonly tools: PlanTools;
  readonly complain: (what: string) => void;
}

/** A user pool as its tokens name it. */
interface Pool {
  readonly id: string;
  /** AWS's address of it. */
  readonly issuer: string;
  readonly tokens: IssuerTokens;
}

const poolArn = /^arn:aws[\w-]*:cognito-idp:([\w-]+):\d{12}:userpool\/([\w-]+)$/;

export interface CognitoAuthorizer {
  readonly poolIds: readonly string[];
  /** The token a request shows; undefined when there is none. */
  token(x: Exchange): string | undefined;
  /** The token, believed. Throws or rejects with UNAUTHORIZED; with another Problem when a pool's keys cannot be had. Answers at once for a token that is known. */
  believe(token: string, nowMs: number): VerifiedToken | Promise<VerifiedToken>;
}

/** Undefined after a complaint. */
export function compileCognitoAuthorizer(scope: CognitoAuthorizerScope): CognitoAuthorizer | undefined {
  const { authorizer, scopes, stage, tools, complain } = scope;
  const { name, identityValidationExpression } = authorizer;
  const pools: Pool[] = [];
  for (const written of authorizer.providerARNs ?? []) {
    const arn = withStageVariables(written, stage.stageVariables);
    const [, region, id] = poolArn.exec(arn) ?? [];
    // Which pool a stage variable means is known only on the stage: there, what names none believes nobody.
    if (region === undefined || id === undefined) {
      if (!written.includes('${stageVariables.')) complain(`the authorizer ${name}: ${arn} is no user pool`);
      continue;
    }
    const issuer = `https://cognito-idp.${region}.amazonaws.com/${id}`;
    pools.push({ id, issuer, tokens: tools.verifiedTokens.of(issuer) });
  }
  const [source, ...others] = identitySourcesOf(authorizer.identitySource ?? '') ?? [];
  if (source?.kind !== 'header' || others.length > 0) {
    complain(`the authorizer ${name} has no identity source in ${authorizer.identitySource ?? 'nothing'}`);
    return undefined;
  }
  const header = source.name.toLowerCase();
  const compiled = identityValidationExpression ? compileJavaPattern(identityValidationExpression) : undefined;
  if (typeof compiled === 'string') {
    complain(`the authorizer ${name}: ${compiled}`);
    return undefined;
  }
  const pattern: JavaPattern | undefined = compiled;
  const wantedUse = scopes.length > 0 ? 'access' : 'id';
  const wantedScopes = new Set(scopes);

  function unauthorized(why: string, message?: string): Error {
    return gatewayProblem('UNAUTHORIZED', `authorizer ${name}: ${why}`, message === undefined ? {} : { message });
  }

  /** What a token claims, now. */
  function accept(token: VerifiedToken, pool: Pool, nowMs: number): VerifiedToken {
    const { claims } = token;
    if (!isIssuerOf(claims['iss'], pool))
      throw unauthorized(`the token is of ${String(claims['iss'])}, not ${pool.issuer}`);
    if (token.expiresAtMs <= nowMs) {
      throw unauthorized(`the token expired ${new Date(token.expiresAtMs)}`, 'The incoming token has expired');
    }
    const { nbf, token_use: use } = claims;
    if (nbf !== undefined && !(typeof nbf === 'number' && nbf * 1000 <= nowMs)) {
      throw unauthorized('the token is not valid yet');
    }
    if (use !== wantedUse) {
      throw unauthorized(
        `an ${wantedUse} token is asked for, ${scopes.length > 0 ? 'as the method has scopes' : 'as the method has no scopes'}; this is ${String(use)}`,
      );
    }
    if (wantedUse === 'access' && !scopesOf(claims['scope']).some((each) => wantedScopes.has(each))) {
      throw unauthorized(`the token has the scopes "${String(claims['scope'])}", none of ${scopes.join(', ')}`);
    }
    // Row COG-05: an access token has no audience, so it never matches.
    const { aud } = claims;
    if (pattern !== undefined && !(typeof aud === 'string' && matchesInTime(pattern, aud))) {
      throw unauthorized(`the audience ${String(aud)} does not match ${identityValidationExpression}`);
    }
    return token;
  }

  /** The pool whose keys are asked: the token says which, and only the authorizer's own are believed. */
  async function verify(text: string, nowMs: number): Promise<VerifiedToken> {
    const decoded = decodeToken(text);
    if (decoded instanceof TokenFault) throw unauthorized(decoded.why);
    const { iss } = decoded.claims;
    const pool = pools.find((each) => isIssuerOf(iss, each));
    if (pool === undefined) {
      throw unauthorized(`the token is of ${String(iss)}, not ${pools.map(({ issuer }) => issuer).join(' or ')}`);
    }
    const token = await pool.tokens.verify(text, nowMs);
    if (token instanceof TokenFault) throw unauthorized(token.why);
    return accept(token, pool, nowMs);
  }

  return {
    poolIds: pools.map(({ id }) => id),
    token: (x) => bareToken(headerValues(x.request.headers, header).at(-1) ?? '') || undefined,
    believe(text, nowMs) {
      for (const pool of pools) {
        const known = pool.tokens.known(text, nowMs);
        if (known !== undefined) return accept(known, pool, nowMs);
      }
      return verify(text, nowMs);
    },
  };
}

/**
 * AWS's address of the pool, or an address of its id elsewhere: pools of this process may be told to name its own. The keys asked are those of the pool
 * whatever its tokens call it, so nobody else can sign for it.
 */
function isIssuerOf(iss: unknown, { id, issuer }: Pool): boolean {
  return iss === issuer || (typeof iss === 'string' && /^https?:\/\/[^/?#]+\/([\w-]+)$/.exec(iss)?.[1] === id);
}

const scopesOf = (scope: unknown): readonly string[] => (typeof scope === 'string' ? scope.split(' ') : []);

/** The guard of one method. Undefined after a complaint. */
export function guardByUserPools(scope: CognitoAuthorizerScope): Step | undefined {
  const cognito = compileCognitoAuthorizer(scope);
  if (cognito === undefined) return undefined;
  const { authorizer, scopes } = scope;
  const missing = gatewayProblem(
    'UNAUTHORIZED',
    `authorizer ${authorizer.name}: ${authorizer.identitySource} is missing or empty`,
  );

  function admit(x: Exchange, token: VerifiedToken): undefined {
    let claims = token.shown.get('cognito');
    if (claims === undefined) {
      claims = cognitoClaims(token.claims);
      token.shown.set('cognito', claims);
    }
    x.authorizer = {
      principalId: undefined,
      context: {},
      claims,
      scopes: null,
      usageIdentifierKey: undefined,
      latencyMs: -1,
    };
    x.access?.guards?.leave();
    return undefined;
  }

  return {
    name: `authorizer ${authorizer.name} (${cognito.poolIds.join(', ')}${scopes.length > 0 ? `, scope ${scopes.join(' or ')}` : ''})`,
    run: function believeToken(x) {
      x.access?.guards?.enter('authorizer');
      const text = cognito.token(x);
      if (text === undefined) throw missing;
      const token = cognito.believe(text, x.startedAtMs);
      return token instanceof Promise ? token.then((each) => admit(x, each)) : admit(x, token);
    },
  };
}
