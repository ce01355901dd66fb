/**
 * Something that went wrong, said twice: `message` is what the caller may read, `why` what the log holds.
 *
 * `kind` names the failure in the words of whoever answers it. In an AWS call it is an exception shape of the service's
 * model (`NotFoundException`); on the request line it is a gateway response type (`INTEGRATION_TIMEOUT`).
 * Only wire/errors and plan/gateway-responses know which HTTP status belongs to a kind.
 */
export class Problem extends Error {
  readonly kind: string;
  /** For the log: the reason and, where known, what would mend it. Never sent to a caller of an API. */
  readonly why: string;
  /** Further members of the exception shape, e.g. `{ retryAfterSeconds: '5' }` or `{ ResourceType: 'Api' }`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    kind: string,
    message: string,
    options: { why?: string; members?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    // A Problem is an answer, not a bug: its `why` says more than a stack, which would cost microseconds on every refused request.
    const stackTraceLimit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'Problem';
    this.kind = kind;
    this.why = options.why ?? message;
    this.members = options.members ?? {};
  }
}
