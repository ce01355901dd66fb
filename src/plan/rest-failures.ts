/** How REST APIs answer what went wrong: by their gateway responses. */
import type { Exchange, Reply } from './exchange.ts';
import { explainUnmatched } from './explain.ts';
import { type GatewayResponses, gatewayProblem, gatewayReply } from './gateway-responses.ts';
import type { Failures, Plan, Step } from './plan.ts';

/** `logUnmatched` writes the access log of requests that no method takes; `guard` is asked of them too, as of any other. */
export function restFailures(
  responses: GatewayResponses,
  logUnmatched?: (x: Exchange, reply: Reply) => void,
  guard?: Step,
): Failures {
  function unmatchedReply(plan: Plan, x: Exchange): Reply {
    try {
      const early = guard?.run(x);
      // Guards of this kind decide at once; one that did not would have to be waited for.
      if (early instanceof Promise) throw new Error(`${guard!.name} cannot be waited for`);
      if (early !== undefined) return early;
    } catch (error) {
      return gatewayReply(responses, error, x, undefined);
    }
    const why = explainUnmatched(plan, x.method, x.path);
    return gatewayReply(responses, gatewayProblem('MISSING_AUTHENTICATION_TOKEN', why), x, undefined);
  }

  return {
    unmatched: function answerUnmatched(plan, x) {
      const reply = unmatchedReply(plan, x);
      logUnmatched?.(x, reply);
      return reply;
    },
    answer: function answerFailure(error, x, method) {
      return gatewayReply(responses, error, x, method);
    },
  };
}
