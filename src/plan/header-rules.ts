/**
 * Which headers the gateway keeps, drops or renames between client and backend (rows HDR-01 to HDR-04, HDR-06; guide page
 * api-gateway-known-issues; recorded answers). Names are lower case in these tables.
 */

/** Never handed on from a client (row HDR-01). */
const droppedFromClient = [
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'transfer-encoding',
  'trailer',
  'upgrade',
  'www-authenticate',
  // Hop by hop (RFC 9110 section 7.6.1), and meant for this gateway.
  'keep-alive',
  'proxy-connection',
];

/** Mapping templates see these as empty text (recorded: managed and hop-by-hop headers). */
export const managedHeaders: ReadonlySet<string> = new Set(droppedFromClient);

/** Not sent on to an HTTP endpoint: Host is the endpoint's (HDR-06), the rest the gateway writes itself or drops (HDR-02). */
export const notForHttpBackends: ReadonlySet<string> = new Set([
  ...droppedFromClient,
  'host',
  'content-encoding',
  'via',
  'x-amzn-trace-id',
  'x-amzn-apigateway-api-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** Left out of a Lambda proxy event; the gateway's own three and the trace id are written anew (row LPV1-04). */
export const notForProxyEvents: ReadonlySet<string> = new Set([
  ...droppedFromClient,
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** An integration that maps one of these answers 500 (recorded). */
const unmappable = new Set(['content-length', 'transfer-encoding', 'x-amzn-trace-id']);
const unmappableForLambda = new Set([
  ...unmappable,
  'authorization',
  'connection',
  'expect',
  'proxy-authenticate',
  'te',
]);

export function mayMapRequestHeader(name: string, type: string): boolean {
  const isLambda = type === 'AWS' || type === 'AWS_PROXY';
  return !(isLambda ? unmappableForLambda : unmappable).has(name.toLowerCase());
}

const alwaysRemapped = ['connection', 'content-length', 'date', 'server', 'requestid'];
const remappedWhenMapped = [
  ...alwaysRemapped,
  'authorization',
  'content-md5',
  'expect',
  'host',
  'max-forwards',
  'proxy-authenticate',
  'trailer',
  'upgrade',
  'user-agent',
  'www-authenticate',
];

/** Where an answer's header comes from: an HTTP_PROXY backend's own, or a function's or a mapping's. */
export type HeaderOrigin = 'http-proxy' | 'function or mapping';

const remapped: Readonly<Record<HeaderOrigin, ReadonlySet<string>>> = {
  'http-proxy': new Set(alwaysRemapped),
  'function or mapping': new Set(remappedWhenMapped),
};

/** Never reach the client: framing is the listener's, ids are the gateway's own. */
const droppedFromAnswers: Readonly<Record<HeaderOrigin, ReadonlySet<string>>> = {
  'http-proxy': new Set([
    'transfer-encoding',
    'content-encoding',
    'via',
    'keep-alive',
    'x-amzn-requestid',
    'x-amz-apigw-id',
    'x-amzn-trace-id',
  ]),
  'function or mapping': new Set([
    'transfer-encoding',
    'keep-alive',
    'x-amzn-requestid',
    'x-amz-apigw-id',
    'x-amzn-trace-id',
  ]),
};

/** The name under which a header reaches the client, `x-amzn-Remapped-…` for some; undefined when it does not (row HDR-03). */
export function answerHeaderName(name: string, lowerName: string, origin: HeaderOrigin): string | undefined {
  if (droppedFromAnswers[origin].has(lowerName)) return undefined;
  return remapped[origin].has(lowerName) ? `x-amzn-Remapped-${name}` : name;
}
