/**
 * `contentHandling` and `binaryMediaTypes`: whether a body goes on as bytes, as text or as base64 (rows BIN-02 to BIN-05). The nine rows for requests
 * and the fifteen for responses are those of the guide page api-gateway-payload-encodings-workflow; content-handling.test.ts walks them.
 */
import { isUtf8 } from 'node:buffer';
import type { HeaderList } from '../base/headers.ts';
import { compileBinaryTypes } from './binary-types.ts';
import type { Exchange } from './exchange.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { type MethodScope, notBuiltYet } from './method-scope.ts';

/** A body and what it is: bytes, or text, which then is UTF-8. */
export interface Payload {
  readonly body: Buffer;
  readonly isBinary: boolean;
}

/** Bytes as they are, text as a string. */
export const contentOf = ({ body, isBinary }: Payload): string | Buffer => (isBinary ? body : body.toString());

/** Throws API_CONFIGURATION_ERROR for text that has to be base64 and is not. */
export type RequestContent = (x: Exchange) => Payload;
/**
 * `headers` are the backend's; its Content-Type says what its body is. Text that only the client's Accept would make bytes stays text for a template:
 * it is the template that answers then. Throws as RequestContent does.
 */
export type ResponseContent = (x: Exchange, headers: HeaderList, body: Buffer, hasTemplate: boolean) => Payload;

type Conversion = 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT' | undefined;

/** The request's body for a backend: the client's Content-Type says what it is, the integration's contentHandling what it becomes. */
export function compileRequestContent(scope: MethodScope): RequestContent {
  const { isSent } = compileBinaryTypes(scope.api.binaryMediaTypes);
  const conversion = conversionOf(scope.integration.contentHandling, 'the integration', scope);
  const what = `${scope.label}: the request body`;
  return function requestPayload(x) {
    const { body } = x.request;
    if (isSent(x)) return conversion === 'CONVERT_TO_TEXT' ? encoded(body) : { body, isBinary: true };
    return conversion === 'CONVERT_TO_BINARY' ? decoded(body, what) : text(body);
  };
}

/** The backend's body for a client: its own Content-Type, the client's Accept and contentHandling decide. `side` names it in complaints. */
export function compileResponseContent(
  contentHandling: string | undefined,
  side: string,
  scope: MethodScope,
): ResponseContent {
  const { isIn, isAccepted } = compileBinaryTypes(scope.api.binaryMediaTypes);
  const conversion = conversionOf(contentHandling, side, scope);
  const what = `${scope.label}: the backend's body`;
  // WebSocket APIs have no media types to tell bytes by: what is to become text is taken for bytes (row WS-26).
  if (scope.stage.kind === 'websocket' && conversion === 'CONVERT_TO_TEXT') return (_, __, body) => encoded(body);
  return function responsePayload(x, headers, body, hasTemplate) {
    const wanted = conversion ?? (isAccepted(x) ? 'CONVERT_TO_BINARY' : 'CONVERT_TO_TEXT');
    if (isIn(headers)) return wanted === 'CONVERT_TO_BINARY' ? { body, isBinary: true } : encoded(body);
    if (conversion === undefined && hasTemplate) return text(body);
    return wanted === 'CONVERT_TO_BINARY' ? decoded(body, what) : text(body);
  };
}

/**
 * The body of an HTTP_PROXY backend, which has no integration response to say more: bytes reach a client whose Accept is a text type as base64, as the
 * table has it. Text for a client that wants bytes is left alone, because nothing could ask a backend's error page for base64 (decisions/0016).
 */
export function compileProxyContent(scope: MethodScope): (x: Exchange, headers: HeaderList, body: Buffer) => Buffer {
  const { isIn, isAccepted } = compileBinaryTypes(scope.api.binaryMediaTypes);
  return function proxyBody(x, headers, body) {
    if (isAccepted(x)) return body;
    return (isIn(headers) ? encoded(body) : text(body)).body;
  };
}

function conversionOf(contentHandling: string | undefined, of: string, scope: MethodScope): Conversion {
  switch (contentHandling) {
    case undefined:
    case 'CONVERT_TO_BINARY':
    case 'CONVERT_TO_TEXT':
      return contentHandling;
    default:
      scope.complain(notBuiltYet(`contentHandling ${contentHandling} of ${of}`));
      return undefined;
  }
}

/** Recorded: bytes that are no UTF-8 become U+FFFD. Costs one scan and no copy when there are none; nothing at all when there is no body (bench/plan.ts: 30 ns). */
function text(body: Buffer): Payload {
  return { body: body.length === 0 || isUtf8(body) ? body : Buffer.from(body.toString()), isBinary: false };
}

/** Line breaks are looked for apart from the letters: a pattern in which both could take the same one is slow on a long run of them. */
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether this is base64 with nothing but line breaks between; what `Buffer` would skip over is no base64 here (recorded: 500). */
export function isBase64(candidate: string): boolean {
  return base64.test(candidate) || base64.test(candidate.replace(/[\r\n]/g, '').trimEnd());
}

/** A function's answer is JSON: the base64 it returns comes in quotes, which are no part of it (guide page …-image-lambda relies on that). */
function decoded(body: Buffer, what: string): Payload {
  const sent = body.toString('latin1');
  const isQuoted = sent.length > 1 && sent.startsWith('"') && sent.endsWith('"');
  const candidate = isQuoted ? sent.slice(1, -1) : sent;
  if (!isBase64(candidate)) {
    const why = `${what} is text that has to become bytes, so it has to be base64, and it is not`;
    throw gatewayProblem('API_CONFIGURATION_ERROR', why);
  }
  return { body: Buffer.from(candidate, 'base64'), isBinary: true };
}

function encoded(body: Buffer): Payload {
  return { body: Buffer.from(body.toString('base64'), 'latin1'), isBinary: false };
}
