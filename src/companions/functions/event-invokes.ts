/** What is configured of asynchronous invocations: how often and how long they are tried, and who is told how they ended. */
import type { FunctionRecord } from './records.ts';

/** Kept with its function, by qualifier; `''` is the unqualified function's. */
export interface EventInvokeConfig {
  /** 0 to 2. */
  readonly maxRetries?: number;
  /** 60 to 21,600. */
  readonly maxAgeSeconds?: number;
  /** ARNs of functions. */
  readonly onSuccess?: string;
  readonly onFailure?: string;
  readonly modifiedAtMs: number;
}

/** AWS's defaults. */
export const defaultMaxRetries = 2;
export const defaultMaxAgeSeconds = 21_600;

/** Of an alias, a version, or the function itself: each has its own, and none is another's. */
export function eventInvokeConfigOf(
  { eventInvokes = {} }: FunctionRecord,
  qualifier: string | undefined,
): EventInvokeConfig | undefined {
  const name = qualifier === undefined || qualifier === '$LATEST' ? '' : qualifier;
  return Object.hasOwn(eventInvokes, name) ? eventInvokes[name] : undefined;
}

export type EventEnd = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/** What a destination is told ("Capturing records of Lambda asynchronous invocations"). */
export function destinationRecord(told: {
  readonly nowMs: number;
  readonly requestId: string;
  readonly functionArn: string;
  readonly condition: EventEnd;
  readonly attempts: number;
  readonly requestPayload: string | Uint8Array;
  /** Of the last attempt; undefined where the function never ran. */
  readonly last:
    | { readonly payload: Buffer; readonly functionError?: string; readonly executedVersion: string }
    | undefined;
}): string {
  const { nowMs, requestId, functionArn, condition, attempts, last } = told;
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: attempts },
    requestPayload: jsonOrText(Buffer.from(told.requestPayload).toString()),
    ...(last !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: last.executedVersion,
        ...(last.functionError !== undefined && { functionError: last.functionError }),
      },
      responsePayload: jsonOrText(last.payload.toString()),
    }),
  });
}

function jsonOrText(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
