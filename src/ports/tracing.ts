/** Which requests are traced, and who takes what was traced: X-Ray's companion, an exporter. */

import type { HeaderList } from '../base/headers.ts';

/** What sampling rules are matched with. */
export interface SamplingQuestion {
  /** When the request came, epoch milliseconds. */
  readonly atMs: number;
  readonly account: string;
  readonly region: string;
  /** `{api name}/{stage}` */
  readonly serviceName: string;
  readonly serviceType: 'AWS::ApiGateway::Stage';
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly resourceArn: string;
  /** Of the request, as name, value, … */
  readonly headers: HeaderList;
}

/** A request on its way through the gateway. Times are epoch milliseconds, with fractions. */
export interface TracedRequest {
  readonly kind: 'rest' | 'http' | 'websocket';
  readonly account: string;
  readonly region: string;
  /** `1-<8 hex>-<24 hex>` */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly segmentId: string;
  /** Segment of whoever called; undefined where the trace begins here. */
  readonly parentId: string | undefined;
  /** The rule that chose it; undefined when the caller had decided. */
  readonly rule: string | undefined;
  readonly apiId: string;
  readonly apiName: string;
  readonly stage: string;
  readonly resourceArn: string;
  /** Path template, or route key; undefined when nothing took the request. */
  readonly route: string | undefined;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly method: string;
  readonly url: string;
  readonly clientIp: string;
  readonly userAgent: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly status: number;
  readonly contentLength: number;
  readonly calls: readonly TracedCall[];
}

/** A function or backend called for it. */
export interface TracedCall {
  readonly segmentId: string;
  readonly what: 'function' | 'http';
  /** ARN of the function, or host of the backend. */
  readonly name: string;
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly contentLength: number | undefined;
  /** Why there was no answer, or the function's own failure. */
  readonly failure: string | undefined;
  /** Of a function. */
  readonly requestId: string | undefined;
}

export interface Tracing {
  /** Name of the rule that chooses the request; undefined when none does. */
  sample(question: SamplingQuestion): string | undefined;
  /** Requests of every API are traced, not only those of stages with X-Ray tracing: somebody exports them. */
  readonly tracesAll: boolean;
  /** `isForXRay`: of a stage with active tracing, or a REST API whose caller traces. */
  keep(request: TracedRequest, isForXRay: boolean): void;
}
