/** Calls whose answer is handed on as it comes (rows NEW-01, NEW-02): what the clocks of an integration with responseTransferMode STREAM are about. */
import type { BodyStream } from '../base/body-stream.ts';
import type { Streaming } from '../ports/streaming.ts';
import type { Exchange, Reply } from './exchange.ts';
import type { MethodScope } from './method-scope.ts';
import { newReply } from './reply.ts';
import { awsStreamLimits, StreamedBody } from './streamed-body.ts';

/** What a backend has begun to answer. */
export interface BegunAnswer {
  readonly body: BodyStream;
}

export interface StreamedCall {
  readonly streaming: Streaming;
  /** Measures the call: the time to its headers, to its first bytes, and to its end, which is the integration's latency. */
  begin<Answer extends BegunAnswer>(x: Exchange, call: () => Promise<Answer>): Promise<[Answer, StreamedBody]>;
}

/** `label` is what logs call the backend. Undefined after a complaint: nothing here streams. */
export function compileStreamedCall(scope: MethodScope, label: string): StreamedCall | undefined {
  const { integration, api, tools } = scope;
  const { streaming } = tools;
  if (streaming === undefined) {
    scope.complain('responseTransferMode STREAM needs a gateway that can stream');
    return undefined;
  }
  const { clock, streamLimits: limits = awsStreamLimits } = tools;
  const idleMs = api.endpointConfiguration.types[0] === 'EDGE' ? limits.edgeIdleMs : limits.idleMs;
  const maxMs = Math.min(integration.timeoutInMillis, limits.maxMs);

  return {
    streaming,
    async begin<Answer extends BegunAnswer>(x: Exchange, call: () => Promise<Answer>) {
      const startedMs = clock.monotonicMs();
      const passedMs = (): number => clock.monotonicMs() - startedMs;
      let answer: Answer;
      try {
        answer = await call();
      } finally {
        x.integrationLatencyMs = passedMs();
      }
      const facts = x.access;
      if (facts !== undefined) facts.headersMs = x.integrationLatencyMs;
      const body = new StreamedBody(answer.body, {
        ...{ idleMs, limits, clock, label },
        leftMs: maxMs - x.integrationLatencyMs,
        onFirst() {
          if (facts !== undefined) facts.firstContentMs = passedMs();
        },
      });
      body.whenOver(() => {
        x.integrationLatencyMs = passedMs();
      });
      return [answer, body] as [Answer, StreamedBody];
    },
  };
}

/** A reply whose body is still to come. */
export function streamedReply(status: number, headers: Reply['headers'], stream: StreamedBody): Reply {
  return { ...newReply(status, headers, ''), stream };
}
