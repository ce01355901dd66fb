/**
 * Method and path to route (rows HRT-02, HRT-06): a full match, static segments before `{variables}`; then the greedy ones, the longest first; then
 * `$default`. On one path a verb of its own beats ANY; a path without the verb does not match at all. Paths are taken as sent: `/pets/` is not `/pets`.
 */
import type { MethodPlan, Router } from '../plan.ts';
import { compileRouter, verbsOfAny } from '../router.ts';

export function compileHttpRouter(routes: readonly MethodPlan[]): Router {
  const fallback = routes.find(({ resourcePath }) => resourcePath === '$default');
  const router = compileRouter(
    routes.filter((route) => route !== fallback),
    'http',
  );
  if (fallback === undefined) return router;
  const anything = { method: fallback, pathParameters: null };
  return {
    match: function matchOrDefault(verb, path) {
      return router.match(verb, path) ?? (verbsOfAny.has(verb) ? anything : undefined);
    },
  };
}
