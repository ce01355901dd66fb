/** A function that threw, as integrations and the log see it. */
import { Problem } from '../base/problem.ts';
import type { FunctionResult } from '../ports/functions.ts';
import { gatewayProblem } from './gateway-responses.ts';

export interface FunctionFailure {
  /** `errorMessage` of the function's error JSON: what selection patterns are matched against (row INT-25). */
  readonly message: string;
  /** For the log, in the words of AWS's execution log. */
  readonly why: string;
}

/** Reads the error JSON `{errorMessage, errorType, trace}` of a result whose `functionError` is set. */
export function functionFailure(result: FunctionResult): FunctionFailure {
  const message = errorMessage(result.payload.toString());
  return {
    message,
    why:
      `Lambda execution failed with status ${result.status} due to customer function error: ${message}.` +
      ` Lambda request id: ${result.requestId}`,
  };
}

function errorMessage(payload: string): string {
  try {
    const value: unknown = JSON.parse(payload);
    if (typeof value === 'object' && value !== null && 'errorMessage' in value) {
      const { errorMessage: message } = value;
      return typeof message === 'string' ? message : JSON.stringify(message);
    }
  } catch {
    // Not JSON: the whole text is the message.
  }
  return payload;
}

/**
 * Throws REQUEST_TOO_LARGE when Lambda refused the event for its size: it takes 6 MB, the gateway 10 MB, and the event is the client's doing.
 * Any other error passes.
 */
export function refuseTooLargeEvent(label: string, error: unknown): void {
  if (!(error instanceof Problem) || error.kind !== 'RequestTooLargeException') return;
  throw gatewayProblem('REQUEST_TOO_LARGE', `${label}: the event is larger than Lambda takes: ${error.why}`);
}
