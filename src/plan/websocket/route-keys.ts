/** Which route a message takes (rows WS-08, WS-10; recorded R1, R2, R3, R5). */
import { compileSocketExpression } from '../../language/socket-expression.ts';

/** The route key for a message; undefined when no route takes it. */
export type RouteChoice = (text: string) => string | undefined;

/** Chosen by the gateway for its own events; a client that names them falls to `$default`. */
const lifeCycleKeys: ReadonlySet<string> = new Set(['$connect', '$disconnect']);

/** Compiles the API's `routeSelectionExpression`. Complains when it is none. */
export function compileRouteChoice(
  expression: string,
  routeKeys: ReadonlySet<string>,
  complain: (what: string) => void,
): RouteChoice {
  const fallback = routeKeys.has('$default') ? '$default' : undefined;
  const compiled = compileSocketExpression(expression);
  if (typeof compiled === 'string') {
    complain(`routeSelectionExpression ${JSON.stringify(expression)}: ${compiled}`);
    return () => fallback;
  }
  return function routeKeyOf(text) {
    const body = parsed(text);
    // What is not JSON goes to $default even where the expression is a constant.
    if (body === notJson) return fallback;
    const key = compiled.constant ?? compiled.evaluate(body);
    return routeKeys.has(key) && !lifeCycleKeys.has(key) ? key : fallback;
  };
}

const notJson = Symbol('not JSON');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return notJson;
  }
}
