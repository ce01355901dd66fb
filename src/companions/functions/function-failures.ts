/** The error payloads a caller of a function gets when the function, not the Lambda API, fails. AWS's wording, one place. */

/** How an invocation ended, as its REPORT line says it. */
export interface InvocationOutcome {
  readonly payload: Buffer;
  /** AWS marks every function error `Unhandled` today. */
  readonly functionError?: 'Unhandled';
  readonly status: 'success' | 'error' | 'timeout';
  /** `Runtime.OutOfMemory` and the like; only with status `error`. */
  readonly errorType?: string;
  /** What the function's log says about it, beside what the function printed itself. */
  readonly logText?: string;
}

function failure(
  errorType: string,
  errorMessage: string,
  logText: string,
  status: 'error' | 'timeout' = 'error',
): InvocationOutcome {
  return {
    payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
    functionError: 'Unhandled',
    status,
    errorType,
    logText,
  };
}

/** `now` is the moment of the time-out as ISO 8601. */
export function timedOut(requestId: string, timeoutSeconds: number, now: string): InvocationOutcome {
  const text = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return failure(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: ${text}`,
    `${now} ${requestId} ${text}\n`,
    'timeout',
  );
}

/** The process ended; `reason` is `exit status 1`, `signal: killed` or undefined for exit 0. */
export function runtimeExited(requestId: string, reason: string | undefined): InvocationOutcome {
  const text =
    reason === undefined ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${reason}`;
  const message = `RequestId: ${requestId} Error: ${text}`;
  return failure('Runtime.ExitError', message, `${message}\nRuntime.ExitError`);
}

export function outOfMemory(requestId: string): InvocationOutcome {
  const message = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`;
  return failure('Runtime.OutOfMemory', message, `${message}\nRuntime.OutOfMemory`);
}

export function responseTooLarge(maxBytes: number): InvocationOutcome {
  const message = `Response payload size exceeded maximum allowed payload size (${maxBytes} bytes).`;
  return failure('Function.ResponseSizeTooLarge', message, message);
}

/** The runtime's program is missing or may not be executed. */
export function invalidEntrypoint(requestId: string, detail: string): InvocationOutcome {
  const message = `RequestId: ${requestId} Error: ${detail}`;
  return failure('Runtime.InvalidEntrypoint', message, `${message}\nRuntime.InvalidEntrypoint`);
}

/** What the runtime reported itself: its own JSON goes to the caller as it is. */
export function reportedByRuntime(errorType: string | undefined, body: Buffer): InvocationOutcome {
  return {
    payload: body,
    functionError: 'Unhandled',
    status: 'error',
    ...(errorType === undefined ? {} : { errorType }),
  };
}

const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGBUS: 'bus error',
  SIGILL: 'illegal instruction',
  SIGFPE: 'floating point exception',
};

/** `exit status 1` or `signal: killed`; undefined for a plain exit. */
export function exitReason(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (signal !== null) return `signal: ${signalNames[signal] ?? signal.slice(3).toLowerCase()}`;
  // A shell reports a child that died of a signal as 128 + its number.
  return code === 0 || code === null ? undefined : `exit status ${code}`;
}
