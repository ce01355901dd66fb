/**
 * A client's body that had to be JSON and is none: 400, in the words of Lambda's own refusal, which AWS hands on to the client (seen in answers users
 * quote; the gateway response type is not known).
 */
import type { Problem } from '../base/problem.ts';
import { gatewayProblem } from './gateway-responses.ts';

/** `detail` is what the parser says, and reaches the client; `why` is for the log. */
export function unparsedBody(why: string, detail: string): Problem {
  return gatewayProblem('DEFAULT_4XX', why, { message: `Could not parse request body into json: ${detail}` });
}
