/** HTTP_PROXY: the request goes on to an HTTP backend and its answer comes back, each without the headers that end here (rows INT-04, INT-05). */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { UpstreamReply, UpstreamRequest } from '../../ports/upstream.ts';
import { plainBody } from '../backend-body.ts';
import { backendCall, streamedBackendCall } from '../backend-call.ts';
import { compileBackendRoute } from '../backend-route.ts';
import { compileProxyContent, compileRequestContent } from '../content-handling.ts';

import type { Exchange, Reply } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { answerHeaderName, mayMapRequestHeader } from '../header-rules.ts';
import { backendVerb, compileHttpProxyHeaders } from '../http-headers.ts';
import { compileHttpTarget } from '../http-target.ts';
import type { MethodScope } from '../method-scope.ts';
import { compileRequestMappings, mappingSource } from '../parameter-mapping.ts';
import type { Integration } from '../plan.ts';
import { newReply, replyHead } from '../reply.ts';
import { compileStreamedCall, streamedReply } from '../stream-backend.ts';
import { traceHeader } from '../trace.ts';

/** Compiles an HTTP_PROXY integration; prints as `http-proxy GET http://host/path`. */
export function compileHttpProxy(scope: MethodScope): Integration {
  const { integration } = scope;
  const isStreamed = integration.responseTransferMode === 'STREAM';
  const send = backendCall(scope.tools, scope.tools.upstream);
  const mappings = compileRequestMappings(scope);
  const route = compileBackendRoute(scope);
  const { skipCertificateAuthority, clientCertificate } = route;
  const target = compileHttpTarget(scope, mappings, true);
  const headersFor = compileHttpProxyHeaders(scope, mappings.header);
  const sentContent = compileRequestContent(scope);
  const answeredContent = compileProxyContent(scope);
  const unmappable = mappings.header.find(({ name }) => !mayMapRequestHeader(name, 'HTTP_PROXY'));
  const timeoutMs = integration.timeoutInMillis;

  const streamed = isStreamed ? compileStreamedCall(scope, target.uri) : undefined;
  const stream = streamed && streamedBackendCall(scope.tools, streamed.streaming.backends);

  return {
    name: `${isStreamed ? 'streamed ' : ''}http-proxy ${integration.httpMethod ?? 'ANY'} ${target.uri}${route.name}`,
    run: stream
      ? async function streamFromBackend(x) {
          const request = requestOf(x);
          const [answer, body] = await streamed.begin(x, () => stream(x, request));
          return streamedReply(answer.status, headersOf(x, answer), body);
        }
      : async function answerFromBackend(x) {
          const answer = await send(x, requestOf(x));
          const plain = plainBody(answer, scope.label);
          return replyOf(x, answer, plain instanceof Promise ? await plain : plain);
        },
  };

  function requestOf(x: Exchange): UpstreamRequest {
    if (unmappable !== undefined) {
      throw gatewayProblem('API_CONFIGURATION_ERROR', `${scope.label}: the header ${unmappable.name} cannot be mapped`);
    }
    const source = mappingSource(x, undefined);
    const { body } = sentContent(x);
    source.body = body;
    const address = target.resolve(source);
    return {
      origin: address.origin,
      target: route.pathPrefix + address.target,
      method: backendVerb(scope, x),
      headers: headersFor(source),
      body: body.length === 0 ? undefined : body,
      timeoutMs,
      skipCertificateAuthority,
      clientCertificate,
      connectTo: route.connectTo(),
    };
  }

  function replyOf(x: Exchange, answer: UpstreamReply, body: Buffer): Reply {
    return newReply(answer.status, headersOf(x, answer), answeredContent(x, answer.headers, body));
  }

  function headersOf(x: Exchange, answer: Pick<UpstreamReply, 'headers'>): HeaderList {
    const headers = replyHead(x, headerValue(answer.headers, 'content-type') ?? 'application/json');
    headers.push('X-Amzn-Trace-Id', traceHeader(x));
    for (let i = 0; i < answer.headers.length; i += 2) {
      const name = answer.headers[i]!;
      const lowerName = name.toLowerCase();
      if (lowerName === 'content-type') continue;
      // A body that is not gathered is not unpacked either; what it is packed with goes along.
      const isKept = isStreamed && lowerName === 'content-encoding';
      const sentName = isKept ? name : answerHeaderName(name, lowerName, 'http-proxy');
      if (sentName !== undefined) headers.push(sentName, answer.headers[i + 1]!);
    }
    return headers;
  }
}
