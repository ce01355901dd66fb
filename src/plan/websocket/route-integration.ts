/** What a route runs (rows WS-14, WS-15): one of the five integration types, its request template chosen by key. */
import type { V2Integration } from '../../definition/v2-api.ts';
import { compileSocketExpression, type SocketExpression } from '../../language/socket-expression.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { compileAwsService } from '../integrations/aws-service.ts';
import { compileHttp } from '../integrations/http.ts';
import { compileHttpProxy } from '../integrations/http-proxy.ts';
import { compileLambda } from '../integrations/lambda.ts';
import { compileMock } from '../integrations/mock.ts';
import { isFunctionArn, isLambdaInvocation } from '../lambda-target.ts';
import { notBuiltYet } from '../method-scope.ts';
import type { Integration } from '../plan.ts';
import { methodScope, parsedJson, type RouteScope, unselectedKey } from './route-scope.ts';
import { compileSocketProxy } from './socket-proxy.ts';

/** Compiles a route's integration. Undefined after a complaint. */
export function compileRouteIntegration(given: RouteScope): Integration | undefined {
  const scope = { ...given, integration: withInvocation(given) };
  const { integration } = scope;
  if (integration.integrationType === 'AWS_PROXY') return compileSocketProxy(methodScope(scope, undefined));
  if (integration.integrationType === 'HTTP_PROXY') return compileHttpProxy(methodScope(scope, undefined));
  return compileByTemplate(scope);
}

/** A function may be named by its ARN alone (row V2-10), which compilers of methods know by the URI of its invocation. */
function withInvocation({ integration, stage }: RouteScope): V2Integration {
  const { integrationType: type, integrationUri: uri = '' } = integration;
  if ((type !== 'AWS_PROXY' && type !== 'AWS') || !isFunctionArn(uri)) return integration;
  const invocation = `arn:aws:apigateway:${stage.region}:lambda:path/2015-03-31/functions/${uri}/invocations`;
  return { ...integration, integrationUri: invocation };
}

/**
 * The integration once per template, chosen by the key that the expression gives for a message; the templates of `$default` and of no match among them.
 */
function compileByTemplate(scope: RouteScope): Integration | undefined {
  const { integration } = scope;
  const templates = Object.entries(integration.requestTemplates ?? {});
  const passes =
    integration.passthroughBehavior === 'WHEN_NO_TEMPLATES'
      ? templates.length === 0
      : integration.passthroughBehavior !== 'NEVER';
  const byKey = new Map<string, Integration>();
  for (const [key, template] of templates) {
    const compiled = compileCustom(scope, template === '' ? undefined : template);
    if (compiled === undefined) return undefined;
    byKey.set(key, compiled);
  }
  const fallback = byKey.get('$default') ?? (passes ? compileCustom(scope, undefined) : undefined);
  const selection = compileSelection(integration.templateSelectionExpression, scope);
  if (selection === undefined) return undefined;

  function chosen(key: string): Integration {
    const found = byKey.get(key) ?? fallback;
    if (found !== undefined) return found;
    const behavior = integration.passthroughBehavior;
    throw gatewayProblem(
      'UNSUPPORTED_MEDIA_TYPE',
      `${scope.route.routeKey}: no request template has the key ${JSON.stringify(key)} and passthroughBehavior is ${behavior}`,
    );
  }

  const { constant } = selection;
  if (constant !== undefined) {
    const only = byKey.get(constant) ?? fallback;
    if (only !== undefined) return only;
  }
  return {
    name: `${[...byKey].map(([key, { name }]) => `${key}: ${name}`).join(', ')}${fallback ? `, else ${fallback.name}` : ''}`,
    callsNobody: integration.integrationType === 'MOCK',
    run: (x) => chosen(constant ?? selection.evaluate(parsedJson(x.request.body))).run(x),
  };
}

function compileSelection(
  expression: string | undefined,
  { integration, complain }: RouteScope,
): SocketExpression | undefined {
  if (expression === undefined || expression === '') {
    const constant = unselectedKey(integration.requestTemplates);
    return { constant, evaluate: () => constant };
  }
  const compiled = compileSocketExpression(expression);
  if (typeof compiled !== 'string') return compiled;
  complain(`templateSelectionExpression ${JSON.stringify(expression)}: ${compiled}`);
  return undefined;
}

function compileCustom(scope: RouteScope, template: string | undefined): Integration | undefined {
  const asMethod = methodScope(scope, template);
  switch (scope.integration.integrationType) {
    case 'MOCK':
      return compileMock(asMethod);
    case 'HTTP':
      return compileHttp(asMethod);
    case 'AWS':
      return isLambdaInvocation(asMethod.integration.uri ?? '') ? compileLambda(asMethod) : compileAwsService(asMethod);
    default:
      scope.complain(notBuiltYet(`integration type ${scope.integration.integrationType}`));
      return undefined;
  }
}
