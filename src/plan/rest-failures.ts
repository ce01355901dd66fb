/** How REST APIs answer what went wrong: by their gateway responses. */
import { explainUnmatched } from './explain.ts';
import { type GatewayResponses, gatewayProblem, gatewayReply } from './gateway-responses.ts';
import type { Failures } from './plan.ts';

export function restFailures(responses: GatewayResponses): Failures {
  return {
    unmatched: function answerUnmatched(plan, x) {
      const why = explainUnmatched(plan, x.method, x.path);
      return gatewayReply(responses, gatewayProblem('MISSING_AUTHENTICATION_TOKEN', why), x, undefined);
    },
    answer: function answerFailure(error, x, method) {
      return gatewayReply(responses, error, x, method);
    },
  };
}
