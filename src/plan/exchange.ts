/**
 * One request on its way through a plan: our own plain object, every field present from the start (so that V8 keeps one hidden class), and
 * no socket, no IncomingMessage. Listeners make it (gateway/exchange), steps and integrations read it and fill in what they find.
 */
import type { HeaderList } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import type { Problem } from '../base/problem.ts';
import type { Subscription } from '../ports/usage.ts';
import type { AccessFacts } from './access-log/access-row.ts';
import type { ExecutionLog } from './execution-log.ts';
import type { Story } from './stories/story.ts';
import type { StreamedBody } from './streamed-body.ts';
import type { WebAclOutcome } from './web-acl/guard-by-web-acl.ts';

export interface Exchange {
  /** What the client sent; replaced where its body came compressed (plan/steps/compression.ts). */
  request: HttpRequest;
  /** Verb used for routing: the request's own, or `X-HTTP-Method-Override` (row EP-15). */
  method: string;
  /** Path below the stage as sent, percent-encoded, beginning with `/`; what the router sees. */
  path: string;
  /** Path with the stage segment, as `requestContext.path` and `$context.path` show it. */
  contextPath: string;
  /** Host the client addressed, without port: `$context.domainName`. That of WebSocket APIs leads back to the API (decisions/0039). */
  domainName: string;

  /** How a custom domain led here; null for every other address. */
  customDomain: MatchedDomain | null;
  /** Who the client is by mutual TLS; null where no domain asks for it. */
  clientCertificate: ClientCertificate | null;

  // What the gateway gave it.
  /** UUID: `x-amzn-RequestId`, `$context.requestId`. */
  requestId: string;
  /** `x-amz-apigw-id`, `$context.extendedRequestId`. */
  extendedRequestId: string;
  /** Wall time of arrival, epoch milliseconds: `$context.requestTimeEpoch`. */
  startedAtMs: number;
  /** Monotonic time of arrival. */
  startedMonotonicMs: number;

  // What the line found out.
  /** Decoded path parameters in template order, without braces and `+`; null when the resource has none. */
  pathParameters: Record<string, string> | null;
  /** Whole header value, `Root=1-…` or what the client sent; made when first asked for (plan/trace.ts), '' before. */
  traceHeader: string;
  /** What the method's authorizer said; null where there is none. */
  authorizer: AuthorizerResult | null;
  /** Who signed the request, where a method with AWS_IAM verified it. */
  caller: IamCaller | null;
  /** The API key the request came with (plan/steps/api-key.ts); null when it came without. */
  apiKey: ApiKeyUse | null;
  /** The connection and the event on it, of a WebSocket API; null for a request. */
  socket: SocketFacts | null;
  /** What the stage's web ACL made of it; null where the stage has none. */
  webAcl: WebAclOutcome | null;
  /** Whether the answer came from the stage's cache; null where the method's answers are not kept. */
  cacheOutcome: 'hit' | 'miss' | null;
  /** Milliseconds spent in the integration; -1 when none was called. */
  integrationLatencyMs: number;
  /** Lines of this request's execution log; null where its method keeps none. */
  executionLog: ExecutionLog | null;
  /** What the integration was answered, for the access log; nothing where the stage has none. */
  access?: AccessFacts | undefined;
  /** What becomes of it, where stories are kept (plan/stories). */
  story: Story | undefined;
  /** Asked for by TestInvokeMethod: no client, no host, nothing of the way a request takes to a gateway. */
  readonly isTest: boolean;
}

export interface MatchedDomain {
  /** `$context.customDomain.basePathMatched`: key of the mapping or base path of the rule; '' for the empty one. */
  readonly basePathMatched: string;
  /** `$context.customDomain.routingRuleIdMatched`. */
  readonly routingRuleIdMatched: string | undefined;
}

/** As events, templates and logs show it (row DOM-18). */
export interface ClientCertificate {
  /** PEM. */
  readonly clientCertPem: string;
  /** `CN=client,O=Example`. */
  readonly subjectDN: string;
  readonly issuerDN: string;
  /** `a1:0f`. */
  readonly serialNumber: string;
  /** `May 28 12:30:02 2019 GMT`. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** The outcome of a Lambda, Cognito or JWT authorizer, for events, mappings, templates and logs. */
export interface AuthorizerResult {
  /** Of a Lambda authorizer's answer. */
  readonly principalId: string | undefined;
  /** `context` of a Lambda authorizer's answer: strings, numbers and booleans, which REST APIs hand on as strings; for HTTP APIs any JSON. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Claims of a user-pool or JWT token; null for a Lambda authorizer. */
  readonly claims: Readonly<Record<string, string>> | null;
  /** Scopes of an access token that the route asked for; null where there are none. */
  readonly scopes: readonly string[] | null;
  /** API key for usage plans when the API's key source is AUTHORIZER. */
  readonly usageIdentifierKey: string | undefined;
  /** Milliseconds the authorizer function took; -1 from the cache (shown as 0) or for a token. */
  readonly latencyMs: number;
}

/** `$context.identity.*` of a signed request. */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  /** `AIDA…`, or `AROA…:session` of a role. */
  readonly caller: string;
  readonly user: string;
  readonly userArn: string;
  readonly principalOrgId: string | undefined;
  /** Set for credentials of an identity pool. */
  readonly cognito: CognitoIdentity | null;
}

export interface CognitoIdentity {
  readonly identityId: string;
  readonly identityPoolId: string;
  readonly authenticationType: 'authenticated' | 'unauthenticated';
  readonly authenticationProvider: string | undefined;
}

/** One event of a WebSocket: the handshake, a message, the end. `method` of the exchange is the route key. */
export interface SocketFacts {
  readonly connectionId: string;
  /** Epoch milliseconds. */
  readonly connectedAtMs: number;
  /** Of the handshake. */
  readonly userAgent: string | undefined;
  readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
  /** Of a MESSAGE. */
  readonly messageId: string | undefined;
  /** Of a DISCONNECT: the close code, 1006 when there was none. */
  readonly disconnectStatusCode: number | undefined;
  readonly disconnectReason: string | undefined;
}

export interface ApiKeyUse {
  /** Undefined for a key that does not exist, which a method that asks for none lets through. */
  readonly id: string | undefined;
  /** As sent. */
  readonly value: string;
  /** How the key reaches this stage; undefined when no plan of it does. */
  readonly subscription: Subscription | undefined;
}

/** What an exchange begins with of all that the line finds out; whoever makes one spreads this, and the hot path of gateway/exchange writes it out. */
export const nothingFoundYet = {
  customDomain: null,
  clientCertificate: null,
  pathParameters: null,
  traceHeader: '',
  authorizer: null,
  caller: null,
  apiKey: null,
  socket: null,
  webAcl: null,
  cacheOutcome: null,
  integrationLatencyMs: -1,
  executionLog: null,
  access: undefined,
  story: undefined,
  isTest: false,
} as const satisfies Partial<Exchange>;

export interface Reply {
  status: number;
  headers: HeaderList;
  body: string | Uint8Array;
  /** The body instead of `body`, handed on as it comes (plan/streamed-reply.ts); absent everywhere else. */
  stream?: StreamedBody | undefined;
  /** Set when the gateway itself made this answer because something failed; the listener logs it. */
  problem: Problem | undefined;
}
