/** Answers of backends and functions as they come, for integrations that hand them on without gathering them (rows NEW-01, NEW-02). */
import type { BodyStream } from '../base/body-stream.ts';
import type { HeaderList } from '../base/headers.ts';
import type { FunctionInvocation, FunctionResult } from './functions.ts';
import type { UpstreamRequest } from './upstream.ts';

/** An answer whose body is still to come. */
export interface StreamedUpstreamReply {
  readonly status: number;
  readonly headers: HeaderList;
  /** Whoever stops reading before its end cancels it: the connection is held until then. */
  readonly body: BodyStream;
}

/** A function's answer as it comes. */
export interface StreamedFunctionResult extends FunctionResult {
  /** Pieces as the function writes them; a function that fails midway rejects the read. Empty when `functionError` is set: it failed before it began. */
  readonly body: BodyStream;
}

export interface StreamedBackends {
  /**
   * As Upstream.send, but resolves with the head of the answer, within `timeoutMs`. From then on no clock runs and no limit counts here; a body that
   * breaks off rejects its reader with a Problem.
   */
  stream(request: UpstreamRequest): Promise<StreamedUpstreamReply>;
}

export interface StreamedFunctions {
  /**
   * As Functions.invoke, but resolves with the first byte the function answers. Of a function that knows nothing of streams the answer is one piece. Who
   * stops reading cancels the body; the function runs on, as in AWS.
   */
  stream(invocation: FunctionInvocation): Promise<StreamedFunctionResult>;
}

export interface Streaming {
  readonly backends: StreamedBackends;
  readonly functions: StreamedFunctions;
}
