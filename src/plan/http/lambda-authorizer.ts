/** REQUEST authorizers of HTTP APIs: a function is asked who calls, and answers yes or no or with a policy (rows HLA-01 to HLA-06). */
import { RequestContext } from '../../base/request-context.ts';
import type { V2Authorizer } from '../../definition/v2-api.ts';
import { compileAuthorizerFunction } from '../authorizers/authorizer-function.ts';
import { contextOf, decisionInWords, readAnswerObject, readPolicyAnswer } from '../authorizers/policy-answer.ts';
import type { AuthorizerResult, Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import type { Step } from '../plan.ts';
import {
  compileAuthorizerEvent1,
  compileAuthorizerEvent2,
  compileRouteArn,
  type ShownIdentity,
} from './authorizer-event.ts';
import { type ValuesReader, valuesReader } from './identity.ts';
import type { RouteScope } from './route-scope.ts';

/** Row HLA-06. */
const timeoutMs = 10_000;

/** What a function decided. `why` undefined: the request may go on. */
interface Verdict {
  decide(x: Exchange): string | undefined;
  readonly principalId: string | undefined;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The guard of one route. Undefined after a complaint. */
export function guardByFunction(authorizer: V2Authorizer, scope: RouteScope): Step | undefined {
  const { stage, tools, complain } = scope;
  const { name, authorizerId, authorizerPayloadFormatVersion: format, identitySource = [] } = authorizer;
  const { authorizerResultTtlInSeconds: ttl = 0, enableSimpleResponses: isSimple = false } = authorizer;
  const called = compileAuthorizerFunction({
    authorizerId,
    name,
    uri: authorizer.authorizerUri,
    credentials: authorizer.authorizerCredentialsArn,
    timeoutMs,
    stage,
    tools,
    complain,
  });
  const readers = compileReaders(authorizer, scope);
  if (format !== '1.0' && format !== '2.0') {
    complain(`the authorizer ${name} has the payload format version ${format ?? 'none'}`);
    return undefined;
  }
  if (called === undefined || readers === undefined) return undefined;
  const { ask: callFunction, functionArn } = called;
  const sources = readers;
  const writeEvent = format === '1.0' ? compileAuthorizerEvent1(scope) : compileAuthorizerEvent2(scope);
  const routeArn = compileRouteArn(scope);
  const isCached = ttl > 0 && identitySource.length > 0;
  const cache = isCached
    ? tools.authorizerCaches.of<Verdict>(
        {
          apiId: stage.apiId,
          stage: stage.stage,
          deploymentId: stage.deploymentId,
          authorizerId,
          definition: JSON.stringify([authorizer, functionArn, stage.stageVariables]),
        },
        ttl * 1000,
      )
    : undefined;
  const missing = gatewayProblem('UNAUTHORIZED', `authorizer ${name}: ${identitySource.join(' or ')} is missing`);
  const unauthorized = gatewayProblem('UNAUTHORIZED', `authorizer ${name} answered Unauthorized`);

  function read(payload: Buffer): Verdict {
    const verdict = isSimple ? readSimple(payload) : readPolicy(payload, format === '2.0', routeArn, stage.region);
    if (typeof verdict !== 'string') return verdict;
    throw gatewayProblem('AUTHORIZER_CONFIGURATION_ERROR', `authorizer ${name}: malformed answer: ${verdict}`);
  }

  async function ask(x: Exchange, identity: ShownIdentity, key: string): Promise<undefined> {
    const event = writeEvent(x, identity);
    const askedAtMs = tools.clock.monotonicMs();
    const payload = await callFunction(x, event);
    // Recorded: here the word counts as an answer, too.
    if (payload.toString() === '"Unauthorized"') throw unauthorized;
    const verdict = read(payload);
    const answeredAtMs = tools.clock.monotonicMs();
    cache?.keep(key, verdict, answeredAtMs);
    return admit(x, verdict, Math.round(answeredAtMs - askedAtMs));
  }

  function admit(x: Exchange, verdict: Verdict, latencyMs: number): undefined {
    x.authorizer = resultOf(verdict, latencyMs);
    const why = verdict.decide(x);
    if (why === undefined) return undefined;
    const when = latencyMs === -1 ? 'before' : 'just now';
    throw gatewayProblem('ACCESS_DENIED', `authorizer ${name}, asked ${when}: ${why}`);
  }

  return {
    name: `authorizer ${name} (REQUEST ${format}${isSimple ? ' simple' : ''} ${functionArn}${isCached ? ` kept ${ttl} s` : ''})`,
    run: function askOrRemember(x) {
      const identity: (readonly string[])[] = [];
      let key = '';
      for (const source of sources) {
        const values = source(x);
        if (values === undefined) throw missing;
        identity.push(values);
        if (cache !== undefined) for (const value of values) key += `${value.length}:${value}`;
        key += ';';
      }
      const kept = cache?.get(key, x.startedMonotonicMs);
      if (kept !== undefined) return admit(x, kept.result, -1);
      return ask(x, sources.length === 0 ? null : identity, key);
    },
  };
}

function compileReaders({ name, identitySource = [] }: V2Authorizer, scope: RouteScope): ValuesReader[] | undefined {
  const readers: ValuesReader[] = [];
  for (const source of identitySource) {
    const reader = valuesReader(source, scope);
    if (typeof reader === 'string') scope.complain(`the authorizer ${name}: ${reader}`);
    else readers.push(reader);
  }
  return readers.length === identitySource.length ? readers : undefined;
}

/** Recorded: `isAuthorized` is a boolean, a text is none. */
function readSimple(payload: Buffer): Verdict | string {
  const answer = readAnswerObject(payload);
  if (typeof answer === 'string') return answer;
  const { isAuthorized } = answer;
  if (typeof isAuthorized !== 'boolean') return 'isAuthorized is neither true nor false';
  const context = contextOf(answer['context'], true);
  if (typeof context === 'string') return context;
  return { decide: () => (isAuthorized ? undefined : 'isAuthorized is false'), principalId: undefined, context };
}

function readPolicy(
  payload: Buffer,
  takesAnyContext: boolean,
  routeArn: (x: Exchange) => string,
  region: string,
): Verdict | string {
  const answer = readPolicyAnswer(payload, { needsPrincipal: false, takesAnyContext });
  if (typeof answer === 'string') return answer;
  const { policy, principalId, context } = answer;
  return {
    decide(x) {
      const arn = routeArn(x);
      const { decision, statement } = policy.evaluate(
        arn,
        new RequestContext(x.request, x.startedAtMs, region, undefined),
      );
      return decision === 'allow' ? undefined : `${decisionInWords(decision, statement)} of ${arn}`;
    },
    principalId,
    context,
  };
}

function resultOf({ principalId, context }: Verdict, latencyMs: number): AuthorizerResult {
  return { principalId, context, claims: null, scopes: null, usageIdentifierKey: undefined, latencyMs };
}
