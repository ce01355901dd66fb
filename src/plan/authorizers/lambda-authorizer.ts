/** TOKEN and REQUEST authorizers of REST APIs: a function is asked who calls, and its policy decides what they may (rows LA-01 to LA-14). */
import type { Problem } from '../../base/problem.ts';
import { RequestContext } from '../../base/request-context.ts';
import { type IdentitySource, identitySourcesOf } from '../../definition/identity-sources.ts';
import type { Authorizer } from '../../definition/rest-api.ts';
import type { AuthorizerResult, Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { compileJavaPattern, matchesInTime } from '../java-pattern.ts';
import type { StageContext, Step } from '../plan.ts';
import type { PlanTools } from '../tools.ts';
import { compileAuthorizerFunction } from './authorizer-function.ts';
import { type IdentityReader, identityOf, identityReader } from './identity.ts';
import { compileMethodArn } from './method-arn.ts';
import { decisionInWords, type PolicyAnswer, readPolicyAnswer, restAnswerRules } from './policy-answer.ts';
import { compileRequestEvent } from './request-event.ts';

/** Seconds a result is kept when the authorizer does not say. */
export const defaultTtlSeconds = 300;

/** As long as an integration may take; the guide names no other limit. */
export const authorizerTimeoutMs = 29_000;

export interface LambdaAuthorizerScope {
  readonly authorizer: Authorizer;
  readonly resourceId: string;
  /** Path template, `/pets/{id}`. */
  readonly resourcePath: string;
  readonly operationName: string | undefined;
  readonly stage: StageContext;
  readonly tools: PlanTools;
  readonly complain: (what: string) => void;
  /** Whether the API's resource policy allows a request the function's policy is silent of (the guide's table A). */
  readonly allowsOtherwise?: (x: Exchange) => boolean;
}

/** The parts of an authorizer, for the step below and for TestInvokeAuthorizer. */
export interface LambdaAuthorizer {
  readonly functionArn: string;
  /** What the caller showed, as one text; undefined when something is missing or empty. Always a text when nothing need be shown. */
  identity(x: Exchange): string | undefined;
  /** Throws UNAUTHORIZED for a token that does not look like one. */
  validate(identity: string): void;
  methodArn(x: Exchange): string;
  event(x: Exchange, identity: string): string;
  /** What the function answered, unread; rejects as AuthorizerFunction does. */
  call(x: Exchange, event: string): Promise<Buffer>;
  /** Throws AUTHORIZER_CONFIGURATION_ERROR for an answer that is none. */
  read(payload: Buffer): PolicyAnswer;
}

/** Undefined after a complaint. */
export function compileLambdaAuthorizer(scope: LambdaAuthorizerScope): LambdaAuthorizer | undefined {
  const { authorizer, stage, complain } = scope;
  const called = compileAuthorizerFunction({
    ...scope,
    authorizerId: authorizer.id,
    name: authorizer.name,
    uri: authorizer.authorizerUri,
    credentials: authorizer.authorizerCredentials,
    timeoutMs: authorizerTimeoutMs,
  });
  const readers = compileIdentity(scope);
  const validate = compileValidation(authorizer, complain);
  if (called === undefined || readers === undefined || validate === undefined) return undefined;
  const methodArn = compileMethodArn(stage, scope.resourcePath);
  return {
    functionArn: called.functionArn,
    identity: (x) => (readers.length === 0 ? '' : identityOf(readers, x)),
    validate,
    methodArn,
    event: authorizer.type === 'TOKEN' ? tokenEvent : requestEvent(scope, methodArn),
    call: called.ask,
    read: (payload) => readAnswer(authorizer.name, payload),
  };

  function tokenEvent(x: Exchange, token: string): string {
    return `{"type":"TOKEN","methodArn":${JSON.stringify(methodArn(x))},"authorizationToken":${JSON.stringify(token)}}`;
  }
}

function readAnswer(name: string, payload: Buffer): PolicyAnswer {
  const answer = readPolicyAnswer(payload, restAnswerRules);
  if (typeof answer !== 'string') return answer;
  throw gatewayProblem('AUTHORIZER_CONFIGURATION_ERROR', `authorizer ${name}: malformed answer: ${answer}`);
}

function requestEvent(
  { resourceId, resourcePath, operationName, stage }: LambdaAuthorizerScope,
  methodArn: (x: Exchange) => string,
): (x: Exchange) => string {
  const write = compileRequestEvent({ stage, resourceId, resourcePath, method: { operationName } });
  return (x) => write(x, methodArn(x));
}

function compileIdentity(scope: LambdaAuthorizerScope): readonly IdentityReader[] | undefined {
  const { authorizer, stage, complain } = scope;
  const sources: readonly IdentitySource[] | undefined = identitySourcesOf(authorizer.identitySource ?? '');
  if (sources === undefined || (authorizer.type === 'TOKEN' && sources[0]?.kind !== 'header')) {
    complain(`the authorizer ${authorizer.name} has no identity source in ${authorizer.identitySource ?? 'nothing'}`);
    return undefined;
  }
  const readers: IdentityReader[] = [];
  for (const source of sources) {
    const reader = identityReader(source, stage, scope);
    if (typeof reader === 'string') complain(`the authorizer ${authorizer.name}: ${reader}`);
    else readers.push(reader);
  }
  return readers.length === sources.length ? readers : undefined;
}

/** Only tokens are looked at (API reference, identityValidationExpression). */
function compileValidation(
  { type, name, identityValidationExpression }: Authorizer,
  complain: (what: string) => void,
): ((identity: string) => void) | undefined {
  if (type !== 'TOKEN' || !identityValidationExpression) return () => {};
  const pattern = compileJavaPattern(identityValidationExpression);
  if (typeof pattern === 'string') {
    complain(`the authorizer ${name}: ${pattern}`);
    return undefined;
  }
  const why = `authorizer ${name}: the token does not match ${identityValidationExpression}`;
  return function validateToken(token) {
    if (!matchesInTime(pattern, token)) throw gatewayProblem('UNAUTHORIZED', why);
  };
}

/** A policy with what of it is the same for every request it is used for. */
interface Result {
  readonly answer: PolicyAnswer;
  /** For requests that find it in the cache. */
  readonly shown: AuthorizerResult;
}

/** The guard of one method. Undefined after a complaint. */
export function guardByLambda(scope: LambdaAuthorizerScope): Step | undefined {
  const compiled = compileLambdaAuthorizer(scope);
  if (compiled === undefined) return undefined;
  const lambda = compiled;
  const { authorizer, stage, tools } = scope;
  const { name, type, identitySource, authorizerResultTtlInSeconds: ttl = defaultTtlSeconds } = authorizer;
  const isCached = ttl > 0 && !!identitySource;
  const cache = isCached
    ? tools.authorizerCaches.of<Result>(
        {
          apiId: stage.apiId,
          stage: stage.stage,
          deploymentId: stage.deploymentId,
          authorizerId: authorizer.id,
          definition: JSON.stringify([authorizer, lambda.functionArn, stage.stageVariables]),
        },
        ttl * 1000,
      )
    : undefined;
  const missing = gatewayProblem('UNAUTHORIZED', `authorizer ${name}: ${identitySource} is missing or empty`);

  async function ask(x: Exchange, identity: string): Promise<undefined> {
    lambda.validate(identity);
    const event = lambda.event(x, identity);
    const askedAtMs = tools.clock.monotonicMs();
    const answer = lambda.read(await lambda.call(x, event));
    const answeredAtMs = tools.clock.monotonicMs();
    cache?.keep(identity, { answer, shown: resultOf(answer, -1) }, answeredAtMs);
    x.authorizer = resultOf(answer, Math.round(answeredAtMs - askedAtMs));
    admit(x, answer, 'just now');
  }

  function admit(x: Exchange, { policy, principalId }: PolicyAnswer, age: string): undefined {
    const guards = x.access?.guards;
    guards?.enter('authorize');
    const methodArn = lambda.methodArn(x);
    const context = new RequestContext(x.request, x.startedAtMs, stage.region, undefined);
    const { decision, statement } = policy.evaluate(methodArn, context);
    if (decision === 'allow' || (decision === 'implicit deny' && scope.allowsOtherwise?.(x) === true)) {
      guards?.leave();
      return undefined;
    }
    throw denied(
      decision,
      `authorizer ${name}, asked ${age}: ${decisionInWords(decision, statement)} of ${methodArn} to ${principalId}`,
    );
  }

  return {
    name: `authorizer ${name} (${type} ${lambda.functionArn}${isCached ? ` kept ${ttl} s` : ''})`,
    run: function askOrRemember(x) {
      x.access?.guards?.enter('authorizer');
      const identity = lambda.identity(x);
      if (identity === undefined) throw missing;
      const kept = cache?.get(identity, x.startedMonotonicMs);
      if (kept === undefined) return ask(x, identity);
      x.authorizer = kept.result.shown;
      const { answer } = kept.result;
      return admit(x, answer, 'before');
    },
  };
}

function resultOf({ principalId, context, usageIdentifierKey }: PolicyAnswer, latencyMs: number): AuthorizerResult {
  return { principalId, context, claims: null, scopes: null, usageIdentifierKey, latencyMs };
}

/** As AWS words it since 2025 (recorded). */
export function denied(decision: 'explicit deny' | 'implicit deny', why: string): Problem {
  const message =
    decision === 'explicit deny'
      ? 'User is not authorized to access this resource with an explicit deny in an identity-based policy'
      : 'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action';
  return gatewayProblem('ACCESS_DENIED', why, { message });
}
