/** One call of an HTTP backend: sent, measured, and told to the execution log where the request has one. */
import { headerValue } from '../base/headers.ts';
import { noBody } from '../base/http.ts';
import type { StreamedBackends, StreamedUpstreamReply } from '../ports/streaming.ts';
import type { Upstream, UpstreamReply, UpstreamRequest } from '../ports/upstream.ts';
import type { Exchange } from './exchange.ts';
import { logEndpointRequest, logEndpointResponse } from './execution-log.ts';
import type { PlanTools } from './tools.ts';

/** `shownOrigin` is what the log calls the backend: AWS's own name of a service, wherever it really listens. Rejects as Upstream.send does. */
export type BackendCall = (x: Exchange, request: UpstreamRequest, shownOrigin?: string) => Promise<UpstreamReply>;

/** Sets `integrationLatencyMs`: from sending to the last byte of the answer, with nothing of what is made of it. */
export function backendCall({ clock }: PlanTools, upstream: Upstream): BackendCall {
  return async function callBackend(x, request, shownOrigin = request.origin) {
    const log = x.executionLog;
    if (log !== null) {
      const headers = withHost(request);
      logEndpointRequest(log, { uri: shownOrigin + request.target, headers, body: request.body });
    }
    const startedMs = clock.monotonicMs();
    let answer: UpstreamReply;
    try {
      answer = await upstream.send(request);
    } finally {
      x.integrationLatencyMs = clock.monotonicMs() - startedMs;
    }
    noteAnswer(x, answer);
    if (log !== null) logEndpointResponse(log, answer, x.integrationLatencyMs);
    return answer;
  };
}

/** As `backendCall`, of an answer that is handed on as it comes; who measures it is the caller. */
export function streamedBackendCall({ clock }: PlanTools, backends: StreamedBackends) {
  return async function callBackend(x: Exchange, request: UpstreamRequest): Promise<StreamedUpstreamReply> {
    const log = x.executionLog;
    if (log !== null) {
      const headers = withHost(request);
      logEndpointRequest(log, { uri: request.origin + request.target, headers, body: request.body });
    }
    const startedMs = clock.monotonicMs();
    const answer = await backends.stream(request);
    noteAnswer(x, answer);
    if (log !== null) logEndpointResponse(log, { ...answer, body: noBody }, clock.monotonicMs() - startedMs);
    return answer;
  };
}

function noteAnswer({ access }: Exchange, { status, headers }: Pick<UpstreamReply, 'status' | 'headers'>): void {
  if (access === undefined) return;
  access.endpointStatus = status;
  access.endpointRequestId = headerValue(headers, 'x-amzn-requestid') ?? headerValue(headers, 'x-amz-request-id');
}

/** Host is written by the adapter unless the request brings it, as a signed one does. */
function withHost({ origin, headers }: UpstreamRequest): string[] {
  const isThere = headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  return isThere ? headers : [...headers, 'Host', origin.slice(origin.indexOf('//') + 2)];
}
