/** Headers of requests to HTTP backends (rows HDR-01, HDR-02, HDR-06, INT-31, and the recorded lists). */
import { type HeaderList, headerValue } from '../base/headers.ts';
import type { Exchange } from './exchange.ts';
import { forwardedFor, forwardedPort, forwardedProto } from './forwarded.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { mayMapRequestHeader, notForHttpBackends } from './header-rules.ts';
import type { MethodScope } from './method-scope.ts';
import { isFieldName, type OverridesByName, overrideValues, replaceHeader } from './overrides.ts';
import type { Mapping, MappingSource } from './parameter-mapping.ts';
import { traceHeader } from './trace.ts';

/** Headers a mapping sets, with their names in lower case. */
interface MappedHeaders {
  readonly mappings: readonly Mapping[];
  readonly lowerNames: ReadonlySet<string>;
}

function mappedHeaders(mappings: readonly Mapping[]): MappedHeaders {
  // The endpoint's host is never the client's to choose (row HDR-06).
  const allowed = mappings.filter(({ name }) => name.toLowerCase() !== 'host');
  return { mappings: allowed, lowerNames: new Set(allowed.map(({ name }) => name.toLowerCase())) };
}

/**
 * For HTTP: only what is mapped, and the gateway's own (recorded: Accept, User-Agent, X-Amzn-Apigateway-Api-Id, X-Amzn-Trace-Id, and
 * Content-Type with a body).
 */
export function compileHttpHeaders(
  scope: MethodScope,
  headerMappings: readonly Mapping[],
): (source: MappingSource, contentType: string | undefined) => HeaderList {
  const mapped = mappedHeaders(headerMappings);
  const { apiId } = scope.stage;
  const fixed: HeaderList = [];
  if (!mapped.lowerNames.has('accept')) fixed.push('Accept', 'application/json');
  if (!mapped.lowerNames.has('user-agent')) fixed.push('User-Agent', `AmazonAPIGateway_${apiId}`);
  const mapsContentType = mapped.lowerNames.has('content-type');
  return function writeHttpHeaders(source, contentType) {
    const headers: HeaderList = [];
    if (contentType !== undefined && !mapsContentType) headers.push('Content-Type', contentType);
    for (const text of fixed) headers.push(text);
    appendMapped(headers, mapped.mappings, source);
    headers.push('X-Amzn-Apigateway-Api-Id', apiId, 'X-Amzn-Trace-Id', traceHeader(source.x));
    if (source.overrides !== undefined) overrideHeaders(headers, source.overrides.request.header, scope);
    return headers;
  };
}

/** For HTTP_PROXY: the client's, without those that are the gateway's business, mapped ones in place of the client's of the same name. */
export function compileHttpProxyHeaders(
  scope: MethodScope,
  headerMappings: readonly Mapping[],
): (source: MappingSource) => HeaderList {
  const mapped = mappedHeaders(headerMappings);
  const dropped = new Set([...notForHttpBackends, ...mapped.lowerNames]);
  const mapsAccept = mapped.lowerNames.has('accept');
  const mapsUserAgent = mapped.lowerNames.has('user-agent');
  const { apiId } = scope.stage;
  const userAgent = `AmazonAPIGateway_${apiId}`;
  return function writeHttpProxyHeaders(source) {
    const { x } = source;
    const sent = x.request.headers;
    const headers: HeaderList = [];
    for (let i = 0; i < sent.length; i += 2) {
      const name = sent[i]!;
      if (!dropped.has(name.toLowerCase())) headers.push(name, sent[i + 1]!);
    }
    if (!mapsAccept && headerValue(sent, 'accept') === undefined) headers.push('Accept', 'application/json');
    if (!mapsUserAgent && headerValue(sent, 'user-agent') === undefined) headers.push('User-Agent', userAgent);
    appendMapped(headers, mapped.mappings, source);
    if (!x.isTest) {
      headers.push('X-Forwarded-For', forwardedFor(x), 'X-Forwarded-Port', forwardedPort(x));
      headers.push('X-Forwarded-Proto', forwardedProto(x));
    }
    headers.push('X-Amzn-Apigateway-Api-Id', apiId, 'X-Amzn-Trace-Id', traceHeader(x));
    return headers;
  };
}

/** A line break in a mapped value would be a header of its own; it becomes a space, as field values had it before RFC 9110 forbade it. */
const controls = /[\0-\x08\x0a-\x1f\x7f]+/g;
const beyondLatin1 = /[^\0-\xff]/;

/** A value as it may stand in a header; text beyond latin1 goes out as the bytes of its UTF-8. */
export function fieldValue(text: string): string {
  const printable = text.replace(controls, ' ');
  return beyondLatin1.test(printable) ? Buffer.from(printable).toString('latin1') : printable;
}

/** What the template has overridden, in place of what was mapped (row MAP-17); what cannot be mapped cannot be overridden. */
function overrideHeaders(headers: HeaderList, overrides: OverridesByName, { label, integration }: MethodScope): void {
  for (const [lowerName, override] of overrides) {
    if (lowerName === 'host') continue;
    const { name } = override;
    if (!isFieldName(name) || !mayMapRequestHeader(name, integration.type)) {
      const why = `${label}: the header ${JSON.stringify(name)} of $context.requestOverride cannot be sent`;
      throw gatewayProblem('API_CONFIGURATION_ERROR', why);
    }
    replaceHeader(headers, name, overrideValues(override).map(fieldValue));
  }
}

function appendMapped(headers: HeaderList, mappings: readonly Mapping[], source: MappingSource): void {
  for (const mapping of mappings) {
    const value = mapping.constant ?? mapping.read(source);
    if (value === undefined) continue;
    for (const each of typeof value === 'string' ? [value] : value) headers.push(mapping.name, fieldValue(each));
  }
}

/** The verb of the backend's request: the integration's own, `ANY` handing on the client's (row INT-04). */
export function backendVerb(scope: MethodScope, x: Exchange): string {
  const { httpMethod } = scope.integration;
  return httpMethod === undefined || httpMethod === 'ANY' ? x.method : httpMethod;
}
