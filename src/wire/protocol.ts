/** What a protocol does for a service: find the operation a request names, read its input, write its output or its error. */
import type { HttpReply, HttpRequest } from '../base/http.ts';
import type { Problem } from '../base/problem.ts';
import type { ErrorAnswer } from './errors.ts';
import type { OperationModel } from './service-model.ts';

/** A request taken apart as far as every protocol needs it. */
export interface WireRequest {
  readonly request: HttpRequest;
  readonly query: URLSearchParams;
}

export interface MatchedOperation {
  readonly operation: OperationModel;
  /** What stood before the operation's own path, `/dev` of `/dev/@connections/abc`; empty for most. */
  readonly basePath: string;
  /** Reads the input; throws a SerializationException. */
  decode(): Record<string, unknown>;
}

export interface WireProtocol {
  /** Whether an unsigned request looks as if it were for this service. */
  recognises(incoming: WireRequest): boolean;
  /** The operation, or undefined when the service has none such. */
  match(incoming: WireRequest): MatchedOperation | undefined;
  /** What to say when there is no such operation. */
  unknown(incoming: WireRequest): Problem;
  /** `decorate` may add to a JSON body before it is written. */
  encode(
    operation: OperationModel,
    output: unknown,
    requestId: string,
    decorate: (body: Record<string, unknown>) => Record<string, unknown>,
  ): HttpReply;
  encodeError(answer: ErrorAnswer, requestId: string): HttpReply;
}
