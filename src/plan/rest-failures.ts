/** How REST APIs answer what went wrong: by their gateway responses. */
import type { Exchange, Reply } from './exchange.ts';
import { explainUnmatched } from './explain.ts';
import { type GatewayResponses, gatewayProblem, gatewayReply } from './gateway-responses.ts';
import type { Failures } from './plan.ts';

/** `logUnmatched` writes the access log of requests that no method takes. */
export function restFailures(
  responses: GatewayResponses,
  logUnmatched?: (x: Exchange, reply: Reply) => void,
): Failures {
  return {
    unmatched: function answerUnmatched(plan, x) {
      const why = explainUnmatched(plan, x.method, x.path);
      const reply = gatewayReply(responses, gatewayProblem('MISSING_AUTHENTICATION_TOKEN', why), x, undefined);
      logUnmatched?.(x, reply);
      return reply;
    },
    answer: function answerFailure(error, x, method) {
      return gatewayReply(responses, error, x, method);
    },
  };
}
