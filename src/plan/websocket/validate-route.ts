/** What a route asks of a message or handshake before its integration (rows MOD-*, WS): required parameters, a model chosen by key. */
import type { Method } from '../../definition/rest-api.ts';
import type { Route } from '../../definition/v2-api.ts';
import { compileSocketExpression } from '../../language/socket-expression.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import type { ModelChecks } from '../models.ts';
import type { Step } from '../plan.ts';
import { validate } from '../steps/validate.ts';

/** The steps; none when the route asks for nothing. */
export function validateRoute(route: Route, models: ModelChecks, complain: (what: string) => void): Step[] {
  const parameters = Object.entries(route.requestParameters ?? {});
  const steps: Step[] = [];
  if (parameters.length > 0) {
    const declared = parameters.map(([name, { required }]) => [name.replace(/^route\./, 'method.'), required]);
    steps.push(...checked({ requestParameters: Object.fromEntries(declared) }));
  }
  const requestModels = Object.entries(route.requestModels ?? {});
  if (requestModels.length === 0) return steps;
  const selection = compileSocketExpression(route.modelSelectionExpression ?? '\\$default');
  if (typeof selection === 'string') {
    complain(`modelSelectionExpression ${JSON.stringify(route.modelSelectionExpression)}: ${selection}`);
    return steps;
  }
  const isSelecting = route.modelSelectionExpression !== undefined;
  const byKey = new Map(
    requestModels.map(([key, model]) => [key, checked({ requestModels: { $default: model } })[0]] as const),
  );
  const names = requestModels.map(([key, model]) => `${key} ${model}`).join(', ');
  steps.push({
    name: `validate message ${names}`,
    run: function checkAgainstChosenModel(x) {
      const key = selection.constant ?? selection.evaluate(parsed(x.request.body));
      const chosen = byKey.get(key) ?? byKey.get('$default');
      if (chosen !== undefined) return chosen.run(x);
      // Developer guide, "Model selection expressions": without a match and without $default the validation fails.
      if (isSelecting)
        throw gatewayProblem('BAD_REQUEST_BODY', `no model for ${JSON.stringify(key)}, and none for $default`);
    },
  });
  return steps;

  function checked(parts: Pick<Method, 'requestParameters' | 'requestModels'>): Step[] {
    const method: Method = { httpMethod: route.routeKey, authorizationType: 'NONE', apiKeyRequired: false, ...parts };
    const all = { id: '', validateRequestBody: true, validateRequestParameters: true };
    return validate(method, all, models, complain);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
