/** HTTP_PROXY of an HTTP API: the request goes on to a backend and its answer comes back, bytes untouched (rows HRT-04, HRT-05, HRT-08, HRT-10). */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import { backendCall } from '../backend-call.ts';
import type { Exchange } from '../exchange.ts';
import { safeRawQuery } from '../query.ts';
import { traceRoot } from '../trace.ts';
import { type BackendAddress, compileBackendTarget, sentPath } from './backend-target.ts';
import { forwardedHeader } from './forwarded-header.ts';
import { compilePrivateRoute } from './private-route.ts';
import { backendReply } from './reply.ts';
import type { RouteIntegration } from './route-integration.ts';
import type { IntegrationScope } from './route-scope.ts';

/** Compiles the integration; prints as `http-proxy GET http://host/path` or `http-proxy ANY through VPC link ab12cd to arn:…`. */
export function compileHttpApiProxy(scope: IntegrationScope): RouteIntegration {
  const { integration } = scope;
  const send = backendCall(scope.tools, scope.tools.upstream);
  const target = integration.connectionType === 'VPC_LINK' ? privateTarget(scope) : publicTarget(scope);
  const verb = integration.integrationMethod ?? 'ANY';
  const timeoutMs = integration.timeoutInMillis;

  return {
    name: `http-proxy ${verb} ${target.name}`,
    run: async function callBackend(x, overwritten) {
      const { origin, path: ownPath, query, connectTo } = target.resolve(x);
      const path = overwritten.path ?? ownPath;
      const { body } = x.request;
      const answer = await send(x, {
        origin,
        target: query === '' ? path : `${path}?${query}`,
        method: verb === 'ANY' ? x.method : verb,
        headers: backendHeaders(x, overwritten.host),
        body: body.length === 0 ? undefined : body,
        timeoutMs,
        connectTo,
      });
      return backendReply(x, answer.status, headerValue(answer.headers, 'content-type'), answer.headers, answer.body);
    },
  };
}

interface Target {
  readonly name: string;
  resolve(x: Exchange): BackendAddress;
}

function publicTarget(scope: IntegrationScope): Target {
  const { uri, resolve } = compileBackendTarget(scope);
  return { name: uri, resolve };
}

/** What is behind a link gets the path as the client sent it, with a named stage (row HPM-06). */
function privateTarget(scope: IntegrationScope): Target {
  const route = compilePrivateRoute(scope);
  return {
    name: `through ${route.name}`,
    resolve: (x) => ({ ...route.address(), path: sentPath(x.contextPath), query: safeRawQuery(x.request.query) }),
  };
}

/** The gateway writes these anew, or they end here (hop by hop, RFC 9110 section 7.6.1). */
const notForBackends = new Set([
  'connection',
  'content-length',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** The client's headers as it wrote them, and the gateway's: where the request came from, the trace, Via. */
function backendHeaders(x: Exchange, host: string | undefined): HeaderList {
  const sent = x.request.headers;
  const headers: HeaderList = host === undefined ? [] : ['Host', host];
  let hasContentType = false;
  let isEmptyBodySaid = false;
  let via = '';
  for (let i = 0; i < sent.length; i += 2) {
    const name = sent[i]!;
    const lowerName = name.toLowerCase();
    if (!notForBackends.has(lowerName)) {
      if (lowerName === 'content-type') hasContentType = true;
      headers.push(name, sent[i + 1]!);
    } else if (lowerName === 'content-length') isEmptyBodySaid = sent[i + 1] === '0';
    else if (lowerName === 'via') via = via === '' ? `${sent[i + 1]}, ` : `${via}${sent[i + 1]}, `;
  }
  if (isEmptyBodySaid && !hasContentType) headers.push('Content-Type', 'application/octet-stream');
  headers.push(
    'X-Amzn-Trace-Id',
    traceRoot(x),
    'Forwarded',
    forwardedHeader(x),
    'Via',
    `${via}HTTP/1.1 AmazonAPIGateway`,
  );
  return headers;
}
