/**
 * Traces to a collector, by OTLP over HTTP with JSON (OpenTelemetry protocol 1.x): spans are gathered and sent together; a collector that is slow or
 * away never holds up a request. What does not fit the queue is dropped, and the log says how many.
 */
import type { Log } from '../../ports/telemetry.ts';
import type { TracedCall, TracedRequest } from '../../ports/tracing.ts';
import type { Upstream } from '../../ports/upstream.ts';

export interface OtlpExporter {
  add(request: TracedRequest): void;
  /** Sends what is waiting; resolves when the collector has it or has not. */
  flush(): Promise<void>;
  /** Sends what is waiting and stops. */
  close(): Promise<void>;
}

export interface OtlpOptions {
  /** `http://localhost:4318`; `/v1/traces` is appended. */
  readonly endpoint: string;
  readonly upstream: Upstream;
  readonly log: Log;
  readonly version: string;
  /** Requests kept for a collector that is away. */
  readonly maxWaiting?: number;
  readonly intervalMs?: number;
}

const timeoutMs = 5_000;
const requestsAtOnce = 200;

export function createOtlpExporter(options: OtlpOptions): OtlpExporter {
  const { upstream, log, version, maxWaiting = 2_000, intervalMs = 1_000 } = options;
  const url = new URL(options.endpoint);
  const target = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  let waiting: TracedRequest[] = [];
  let dropped = 0;
  let sending: Promise<void> | undefined;
  /** One complaint for an outage, not one a second. */
  let isAway = false;
  let isClosing = false;
  const timer = setInterval(() => void flush(), intervalMs);
  timer.unref();

  async function send(batch: readonly TracedRequest[]): Promise<void> {
    try {
      const { status } = await upstream.send({
        origin: url.origin,
        target,
        method: 'POST',
        headers: ['Content-Type', 'application/json', 'User-Agent', `gatewright/${version}`],
        body: JSON.stringify(tracesData(batch, version)),
        timeoutMs,
      });
      if (status >= 300) throw new Error(`it answered ${status}`);
      if (isAway) log.info('The trace collector takes spans again', { endpoint: options.endpoint });
      isAway = false;
    } catch (error) {
      dropped += batch.length;
      const { why = String(error) } = error as { why?: string };
      if (!isAway) log.warn('Cannot send spans to the trace collector', { endpoint: options.endpoint, why });
      isAway = true;
    }
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, requestsAtOnce);
      waiting = waiting.slice(requestsAtOnce);
      await send(batch);
      if (isClosing && isAway) {
        dropped += waiting.length;
        waiting = [];
      }
    }
    if (dropped > 0) log.warn('Traces of requests were dropped', { dropped });
    dropped = 0;
  }

  function flush(): Promise<void> {
    if (waiting.length === 0 && sending === undefined) return Promise.resolve();
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  return {
    add(request) {
      if (waiting.length < maxWaiting) waiting.push(request);
      else dropped++;
    },
    flush,
    async close() {
      clearInterval(timer);
      isClosing = true;
      await flush();
      await flush();
    },
  };
}

type Attribute = {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
};

function attributes(values: Readonly<Record<string, string | number | undefined>>): Attribute[] {
  return Object.entries(values).flatMap(([key, value]): Attribute[] => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}

/** Per stage one resource, as a service is one. */
function tracesData(requests: readonly TracedRequest[], version: string) {
  const byService = Map.groupBy(requests, ({ apiName, stage }) => `${apiName}/${stage}`);
  return {
    resourceSpans: [...byService].map(([serviceName, all]) => ({
      resource: {
        attributes: attributes({
          'service.name': serviceName,
          'cloud.provider': 'aws',
          'cloud.platform': 'aws_api_gateway',
          'cloud.account.id': all[0]!.account,
          'cloud.region': all[0]!.region,
          'cloud.resource_id': all[0]!.resourceArn,
        }),
      },
      scopeSpans: [{ scope: { name: 'gatewright', version }, spans: all.flatMap(spansOf) }],
    })),
  };
}

const spanKind = { server: 2, client: 3 };
const errorStatus = { code: 2 };

/** Of `http://host/path`, whatever a client calls the host: what is no URL must not cost a batch its spans. */
const pathOf = (url: string): string => /^[a-z]+:\/\/[^/]*(\/[^?#]*)/.exec(url)?.[1] ?? '/';

const nanoseconds = (ms: number): string => `${BigInt(Math.round(ms * 1000)) * 1000n}`;

function spansOf(request: TracedRequest) {
  const traceId = request.traceId.slice(2).replace('-', '');
  return [
    {
      traceId,
      spanId: request.segmentId,
      ...(request.parentId !== undefined && { parentSpanId: request.parentId }),
      name: request.route ?? request.method,
      kind: spanKind.server,
      startTimeUnixNano: nanoseconds(request.startMs),
      endTimeUnixNano: nanoseconds(request.endMs),
      attributes: attributes({
        'http.request.method': request.method,
        'url.full': request.url,
        'url.path': pathOf(request.url),
        'http.route': request.route?.replace(/^\S+ /, ''),
        'http.response.status_code': request.status,
        'http.response.body.size': request.contentLength,
        'client.address': request.clientIp,
        'user_agent.original': request.userAgent,
        'aws.request_id': request.requestId,
        'aws.extended_request_id': request.extendedRequestId,
        'aws.api_gateway.api_id': request.apiId,
        'aws.api_gateway.stage': request.stage,
        'aws.api_gateway.kind': request.kind,
      }),
      status: request.status >= 500 ? errorStatus : {},
    },
    ...request.calls.map((call) => callSpan(traceId, request.segmentId, call)),
  ];
}

function callSpan(traceId: string, parentSpanId: string, call: TracedCall) {
  const isFunction = call.what === 'function';
  return {
    ...{ traceId, spanId: call.segmentId, parentSpanId },
    name: isFunction ? `Invoke ${call.name}` : `${call.method} ${call.name}`,
    kind: spanKind.client,
    startTimeUnixNano: nanoseconds(call.startMs),
    endTimeUnixNano: nanoseconds(call.endMs),
    attributes: attributes({
      ...(isFunction
        ? { 'faas.invoked_provider': 'aws', 'faas.invoked_name': call.name, 'aws.request_id': call.requestId }
        : { 'http.request.method': call.method, 'url.full': call.url, 'server.address': call.name }),
      'http.response.status_code': call.status,
      'http.response.body.size': call.contentLength,
      'error.type': call.failure,
    }),
    status:
      call.failure !== undefined || (call.status ?? 500) >= 500
        ? { ...errorStatus, ...(call.failure !== undefined && { message: call.failure }) }
        : {},
  };
}
