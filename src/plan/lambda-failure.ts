/** A function that threw, as integrations and the log see it. */
import type { FunctionResult } from '../ports/functions.ts';

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
