/**
 * What a client sees when the gateway itself refuses or fails: AWS's gateway response types with their default status, error type header and
 * message (rows GWR-01, GWR-02, GWR-08), as recorded where a recording exists. Only this file knows which status belongs to a Problem's kind.
 */
import type { HeaderList } from '../base/headers.ts';
import { Problem } from '../base/problem.ts';
import type { ContextMethod } from './context-variables.ts';
import type { Exchange, Reply } from './exchange.ts';

/** How one type of failure is answered. */
export interface GatewayResponse {
  readonly status: number;
  /** Value of `x-amzn-ErrorType`. */
  readonly errorType: string;
  /** Said when the Problem brings no sentence of its own; null is sent as JSON null. */
  readonly message: string | null;
  /** The message is never replaced by the Problem's: what went wrong inside an integration is no business of the caller. */
  readonly isMessageFixed: boolean;
  /** Body for `message`. */
  readonly body: string;
  /** What stands before and after the JSON text of any other message. */
  readonly bodyBefore: string;
  readonly bodyAfter: string;
  /** Undefined where the API customises nothing. */
  readonly customization: Customization | undefined;
}

/** A failure as a customised answer may tell of it. */
export interface Failure {
  readonly x: Exchange;
  /** Undefined when the request matched no method. */
  readonly method: ContextMethod | undefined;
  readonly type: GatewayResponseType;
  /** What AWS's own body says; null where that is JSON null. */
  readonly message: string | null;
  /** Why a body or parameter is invalid, in the words of the validation; undefined for other failures. */
  readonly validationErrorString: string | undefined;
}

/** Makes the API's own answer of one in AWS's form (plan/customized-responses.ts). */
export interface Customization {
  /** With its settings, as the printed plan shows it: `gateway response THROTTLED: status 503 · template text/plain`. */
  readonly name: string;
  /** Under which it was configured: its own, or one of the two defaults. */
  readonly type: string;
  apply(reply: Reply, failure: Failure): Reply;
}

/** Every type by name. */
export type GatewayResponses = Readonly<Record<GatewayResponseType, GatewayResponse>>;

type Shape = 'message' | 'spaced message' | 'capital Message';

function response(
  status: number,
  errorType: string,
  message: string | null,
  shape: Shape = 'message',
  isMessageFixed = shape === 'spaced message',
): GatewayResponse {
  const bodyBefore =
    shape === 'spaced message' ? '{"message": ' : shape === 'capital Message' ? '{"Message":' : '{"message":';
  const body = `${bodyBefore}${JSON.stringify(message)}}`;
  return { status, errorType, message, isMessageFixed, body, bodyBefore, bodyAfter: '}', customization: undefined };
}

/**
 * AWS's 21 types. Failures of an integration have a space after the colon, recorded for the 36 bytes `{"message": "Internal server error"}` and
 * seen in timeouts and network errors that users quote (row INT-16 has the latter's sentence); refusals by a policy
 * have a capital `Message`; a broken authorizer answers `{"message":null}`.
 */
const types = {
  ACCESS_DENIED: response(403, 'AccessDeniedException', 'Access Denied', 'capital Message'),
  API_CONFIGURATION_ERROR: response(500, 'InternalServerErrorException', 'Internal server error', 'spaced message'),
  AUTHORIZER_CONFIGURATION_ERROR: response(500, 'AuthorizerConfigurationException', null, 'message', true),
  AUTHORIZER_FAILURE: response(500, 'AuthorizerConfigurationException', null, 'message', true),
  BAD_REQUEST_PARAMETERS: response(400, 'BadRequestException', 'Bad Request'),
  BAD_REQUEST_BODY: response(400, 'BadRequestException', 'Invalid request body'),
  DEFAULT_4XX: response(400, 'BadRequestException', 'Bad Request'),
  DEFAULT_5XX: response(500, 'InternalServerErrorException', 'Internal server error', 'spaced message'),
  EXPIRED_TOKEN: response(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
  INTEGRATION_FAILURE: response(
    504,
    'InternalServerErrorException',
    'Network error communicating with endpoint',
    'spaced message',
  ),
  INTEGRATION_TIMEOUT: response(504, 'InternalServerErrorException', 'Endpoint request timed out', 'spaced message'),
  INVALID_API_KEY: response(403, 'ForbiddenException', 'Forbidden'),
  INVALID_SIGNATURE: response(
    403,
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided.',
  ),
  MISSING_AUTHENTICATION_TOKEN: response(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'),
  QUOTA_EXCEEDED: response(429, 'LimitExceededException', 'Limit Exceeded'),
  REQUEST_TOO_LARGE: response(413, 'RequestTooLargeException', 'Request Too Long'),
  RESOURCE_NOT_FOUND: response(404, 'NotFoundException', 'Not Found'),
  THROTTLED: response(429, 'TooManyRequestsException', 'Too Many Requests'),
  UNAUTHORIZED: response(401, 'UnauthorizedException', 'Unauthorized'),
  // Recorded: the error type of a 415 is BadRequestException.
  UNSUPPORTED_MEDIA_TYPE: response(415, 'BadRequestException', 'Unsupported Media Type'),
  WAF_FILTERED: response(403, 'ForbiddenException', 'Forbidden'),
};

/** Answers given before there is an API or stage whose responses could be customised; no types of AWS. */
const outsideAnyApi = {
  /** No such API, stage or deployment; or the default endpoint is switched off. */
  FORBIDDEN: response(403, 'ForbiddenException', 'Forbidden'),
  /** The request cannot be read. */
  BAD_REQUEST: response(400, 'BadRequestException', 'Bad Request'),
};

export type GatewayResponseType = keyof typeof types | keyof typeof outsideAnyApi;

/** The responses of an API that customises none. */
export const defaultGatewayResponses: GatewayResponses = { ...types, ...outsideAnyApi };

/** A type that AWS has and an API may customise. */
export type CustomizableType = keyof typeof types;

/** AWS's names, alphabetically. */
export const gatewayResponseTypes: readonly CustomizableType[] = (Object.keys(types) as CustomizableType[]).sort();

/** The type whose customisation holds for a type that has none of its own (row GWR-03). */
export function fallbackType(type: CustomizableType): 'DEFAULT_4XX' | 'DEFAULT_5XX' {
  return types[type].status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
}

/**
 * A failure of the request line. `why` is for the log. `message` replaces the type's own sentence where the type allows it; `status` its
 * status and `errorType` its error type, for failures AWS files under DEFAULT_4XX or DEFAULT_5XX with a status of their own (a malformed function answer is DEFAULT_5XX with 502).
 * `logged` is the line AWS's execution log has for it. `validationErrorString` is what only a customised response may tell: `$context.error.validationErrorString`.
 */
export function gatewayProblem(
  type: GatewayResponseType,
  why: string,
  options: {
    message?: string;
    status?: number;
    errorType?: string;
    validationErrorString?: string;
    logged?: string;
    cause?: unknown;
  } = {},
): Problem {
  const { message, status, errorType, validationErrorString, logged, cause } = options;
  const hasMembers = (status ?? errorType ?? validationErrorString ?? logged) !== undefined;
  return new Problem(type, message ?? defaultGatewayResponses[type].message ?? '', {
    why,
    ...(hasMembers && {
      members: { status, errorType, validationErrorString, logged },
    }),
    ...(cause !== undefined && { cause }),
  });
}

/**
 * The answer to a failure of `method`, or of no method when the request matched none. What is no Problem of a known type (a bug, a broken adapter)
 * becomes 500 `{"message": "Internal server error"}`, its stack kept in the reply's `problem.why`.
 */
export function gatewayReply(
  responses: GatewayResponses,
  error: unknown,
  x: Exchange,
  method: ContextMethod | undefined,
): Reply {
  const problem =
    error instanceof Problem && Object.hasOwn(responses, error.kind)
      ? error
      : gatewayProblem('DEFAULT_5XX', unexpected(error), { cause: error });
  const type = problem.kind as GatewayResponseType;
  const chosen = responses[type];
  const { status, errorType } = problem.members;
  const isOwnMessage = !chosen.isMessageFixed && problem.message !== chosen.message;
  const reply: Reply = {
    status: typeof status === 'number' ? status : chosen.status,
    headers: refusalHeaders(typeof errorType === 'string' ? errorType : chosen.errorType, x),
    body: isOwnMessage ? chosen.bodyBefore + JSON.stringify(problem.message) + chosen.bodyAfter : chosen.body,
    problem,
  };
  if (chosen.customization === undefined) return reply;
  const validationErrorString = problem.members['validationErrorString'] as string | undefined;
  const message = isOwnMessage ? problem.message : chosen.message;
  return chosen.customization.apply(reply, { x, method, type, message, validationErrorString });
}

/** The head of an answer in AWS's form, in the recorded order: Content-Type, x-amzn-RequestId, x-amzn-ErrorType, x-amz-apigw-id. */
export function refusalHeaders(
  errorType: string,
  { requestId, extendedRequestId }: Pick<Exchange, 'requestId' | 'extendedRequestId'>,
): HeaderList {
  return [
    'Content-Type',
    'application/json',
    'x-amzn-RequestId',
    requestId,
    'x-amzn-ErrorType',
    errorType,
    'x-amz-apigw-id',
    extendedRequestId,
  ];
}

function unexpected(error: unknown): string {
  if (error instanceof Problem) return `unexpected ${error.kind}: ${error.why}`;
  if (error instanceof Error) return error.stack ?? String(error);
  return `thrown: ${String(error)}`;
}
