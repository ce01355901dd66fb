/** HTTP_PROXY of an HTTP API: the request goes on to a backend and its answer comes back, bytes untouched (rows HRT-04, HRT-05, HRT-08, HRT-10). */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { UpstreamReply } from '../../ports/upstream.ts';
import type { Exchange } from '../exchange.ts';
import { notBuiltYet } from '../method-scope.ts';
import type { Integration } from '../plan.ts';
import { traceRoot } from '../trace.ts';
import { compileBackendTarget } from './backend-target.ts';
import { forwardedHeader } from './forwarded-header.ts';
import { backendReply } from './reply.ts';
import type { IntegrationScope } from './route-scope.ts';

/** Compiles the integration; prints as `http-proxy GET http://host/path`. */
export function compileHttpApiProxy(scope: IntegrationScope): Integration {
  const { integration, complain } = scope;
  const { upstream, clock } = scope.tools;
  if (integration.connectionType === 'VPC_LINK') complain(notBuiltYet('connectionType VPC_LINK'));
  if (hasText(integration.tlsConfig?.serverNameToVerify)) complain(notBuiltYet('tlsConfig.serverNameToVerify'));
  if (hasText(integration.credentialsArn)) complain(notBuiltYet('credentialsArn of an HTTP_PROXY integration'));
  const target = compileBackendTarget(scope);
  const verb = integration.integrationMethod ?? 'ANY';
  const timeoutMs = integration.timeoutInMillis;

  return {
    name: `http-proxy ${verb} ${target.uri}`,
    run: async function callBackend(x) {
      const { origin, path, query } = target.resolve(x);
      const { body } = x.request;
      const startedMs = clock.monotonicMs();
      let answer: UpstreamReply;
      try {
        answer = await upstream.send({
          origin,
          target: query === '' ? path : `${path}?${query}`,
          method: verb === 'ANY' ? x.method : verb,
          headers: backendHeaders(x),
          body: body.length === 0 ? undefined : body,
          timeoutMs,
        });
      } finally {
        x.integrationLatencyMs = clock.monotonicMs() - startedMs;
      }
      return backendReply(x, answer.status, headerValue(answer.headers, 'content-type'), answer.headers, answer.body);
    },
  };
}

function hasText(value: string | undefined): boolean {
  return value !== undefined && value !== '';
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
function backendHeaders(x: Exchange): HeaderList {
  const sent = x.request.headers;
  const headers: HeaderList = [];
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
