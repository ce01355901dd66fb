/**
 * The REQUEST authorizer of a WebSocket API, asked at every handshake: nothing is cached (recorded W16), and what it said holds for the connection's life
 * (rows LA-*, WS-07; recorded sections 5 and 6).
 */
import { Problem } from '../../base/problem.ts';
import { RequestContext } from '../../base/request-context.ts';
import { identitySourcesOf } from '../../definition/identity-sources.ts';
import type { V2Authorizer } from '../../definition/v2-api.ts';
import { compileAuthorizerFunction } from '../authorizers/authorizer-function.ts';
import { type IdentityReader, identityOf, identityReader } from '../authorizers/identity.ts';
import { authorizerTimeoutMs, denied } from '../authorizers/lambda-authorizer.ts';
import { decisionInWords, readPolicyAnswer } from '../authorizers/policy-answer.ts';
import type { Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { eventHeaders, multiValues, type NamedValues, queryInOrder, singleValues } from '../lambda-event.ts';
import type { StageContext, Step } from '../plan.ts';
import type { RouteAuthorizationScope } from './authorize-route.ts';
import { requestContext } from './socket-event.ts';

/** What a handshake invokes. */
export function connectArn({ region, account, apiId, stage }: StageContext): string {
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/$connect`;
}

/** The guard of `$connect`. Undefined after a complaint. */
export function guardConnect(authorizer: V2Authorizer, scope: RouteAuthorizationScope): Step | undefined {
  const { stage, tools, complain } = scope;
  const { name } = authorizer;
  const called = compileAuthorizerFunction({
    authorizerId: authorizer.authorizerId,
    name,
    uri: authorizer.authorizerUri,
    credentials: authorizer.authorizerCredentialsArn,
    timeoutMs: authorizerTimeoutMs,
    stage,
    tools,
    complain,
  });
  const readers = identityReaders(authorizer, scope);
  if (called === undefined || readers === undefined) return undefined;
  const methodArn = connectArn(stage);
  const missing = gatewayProblem(
    'UNAUTHORIZED',
    `authorizer ${name}: ${authorizer.identitySource} is missing or empty`,
  );

  return {
    name: `authorizer ${name} (REQUEST ${called.functionArn})`,
    run: async function askWhoConnects(x) {
      const guards = x.access?.guards;
      guards?.enter('authorizer');
      if (readers.length > 0 && identityOf(readers, x) === undefined) throw missing;
      const askedAtMs = tools.clock.monotonicMs();
      const payload = await called.ask(x, connectEvent(x, stage, methodArn)).catch(asFailure);
      const answer = readPolicyAnswer(payload, { needsPrincipal: false, takesAnyContext: false });
      if (typeof answer === 'string') {
        throw gatewayProblem('AUTHORIZER_CONFIGURATION_ERROR', `authorizer ${name}: malformed answer: ${answer}`);
      }
      const { policy, principalId, context, usageIdentifierKey } = answer;
      const latencyMs = Math.round(tools.clock.monotonicMs() - askedAtMs);
      x.authorizer = { principalId, context, claims: null, scopes: null, usageIdentifierKey, latencyMs };
      guards?.enter('authorize');
      const { decision, statement } = policy.evaluate(
        methodArn,
        new RequestContext(x.request, x.startedAtMs, stage.region, undefined),
      );
      if (decision !== 'allow')
        throw denied(
          decision,
          `authorizer ${name}: ${decisionInWords(decision, statement)} of ${methodArn} to ${principalId}`,
        );
      guards?.leave();
      return undefined;
    },
  };
}

/** A function that may not be called is answered as one that failed; an answer that is none has words of its own (recorded W6). */
function asFailure(error: unknown): never {
  if (error instanceof Problem && error.kind === 'AUTHORIZER_CONFIGURATION_ERROR') {
    throw gatewayProblem('AUTHORIZER_FAILURE', error.why, { cause: error });
  }
  throw error;
}

function identityReaders(
  { name, identitySource = [] }: V2Authorizer,
  { stage, route, complain }: RouteAuthorizationScope,
): readonly IdentityReader[] | undefined {
  const written = identitySource.filter((source) => source !== '');
  const sources = identitySourcesOf(
    written.map((source) => source.replace(/^route\.request\./, 'method.request.')).join(','),
  );
  if (sources === undefined) {
    complain(`the authorizer ${name} has no identity source in ${written.join(', ')}`);
    return undefined;
  }
  const method = { resourceId: route.routeId, resourcePath: '', operationName: route.operationName };
  const readers = sources.map((source) => identityReader(source, stage, method));
  const fault = readers.find((reader) => typeof reader === 'string');
  if (fault === undefined) return readers as readonly IdentityReader[];
  complain(`the authorizer ${name}: ${fault}`);
  return undefined;
}

/** As recorded: the handshake's own headers are there, unlike in the CONNECT event, and maps that are empty are `{}`. */
function connectEvent(x: Exchange, stage: StageContext, methodArn: string): string {
  const json = JSON.stringify;
  const headers = [...eventHeaders(x), ...ofHandshake].sort((a, b) =>
    a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1,
  );
  const query = queryInOrder(x.request.query);
  return (
    `{"type":"REQUEST","methodArn":${json(methodArn)},"headers":${singleValues(headers)},"multiValueHeaders":${multiValues(headers)}` +
    `,"queryStringParameters":${query.length === 0 ? '{}' : singleValues(query)}` +
    `,"multiValueQueryStringParameters":${query.length === 0 ? '{}' : multiValues(query)}` +
    `,"stageVariables":${json(stage.stageVariables ?? {})},"requestContext":${requestContext(x, stage)}}`
  );
}

const ofHandshake: readonly NamedValues[] = [
  { name: 'Connection', values: ['upgrade'] },
  { name: 'content-length', values: ['0'] },
  { name: 'Upgrade', values: ['websocket'] },
];
