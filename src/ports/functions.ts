/** What the request line needs of Lambda: may this API call that function, and call it. */

export interface FunctionInvocation {
  /** Full or partial ARN, or a name, with or without a qualifier: as it stands in the integration URI. */
  readonly functionArn: string;
  readonly payload: string | Uint8Array;
  readonly type: 'RequestResponse' | 'Event';
  /** Value of `X-Amzn-Trace-Id` handed to the function as `_X_AMZN_TRACE_ID`. */
  readonly traceId: string;
}

export interface FunctionResult {
  /** 200 for RequestResponse, 202 for Event. */
  readonly status: number;
  /** The function's answer, or its error JSON `{errorMessage, errorType, trace}` when `functionError` is set. */
  readonly payload: Buffer;
  readonly functionError?: 'Handled' | 'Unhandled';
  readonly executedVersion: string;
  readonly requestId: string;
}

export interface InvokePermission {
  readonly functionArn: string;
  /** `apigateway.amazonaws.com`. */
  readonly principal: string;
  /** Execution ARN of the method, `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{VERB}/{resource path}`. */
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

export interface Functions {
  /**
   * Runs the function. Throws a Problem with the Lambda API's exception names: `ResourceNotFoundException` when there is no such
   * function, `TooManyRequestsException` when its concurrency is used up.
   */
  invoke(invocation: FunctionInvocation): Promise<FunctionResult>;
  /** Whether the function's resource policy lets this caller in. Cheap enough to ask per request. False for an unknown function. */
  mayInvoke(permission: InvokePermission): boolean | Promise<boolean>;
}
