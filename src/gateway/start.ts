/** The gateway as a whole: one port, everything behind it, and an orderly end. */
import type { Clock } from '../base/clock.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import type { IpRange } from '../base/ip-ranges.ts';
import type { Exchange, Reply } from '../plan/exchange.ts';
import type { Plan } from '../plan/plan.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Certificate } from './certificate.ts';
import { behindProxies } from './client-address.ts';
import { defaultListenerLimits, type ListenerLimits } from './http-handler.ts';
import { createHttp1 } from './http1.ts';
import { listen } from './listener.ts';
import type { Pages } from './pages.ts';
import type { PlainHttp } from './plain-http.ts';
import type { PlanTable } from './plan-table.ts';
import { createServe } from './serve.ts';
import type { WebSockets } from './websocket/websockets.ts';

export interface GatewayLimits extends ListenerLimits {
  /** Body of an invoke request (AWS quota 10 MB, row LIM-03). */
  readonly maxInvokeBodyBytes: number;
  /** Body of an AWS call; a function's zip comes in one. */
  readonly maxServiceBodyBytes: number;
}

export const defaultGatewayLimits: GatewayLimits = {
  ...defaultListenerLimits,
  maxInvokeBodyBytes: 10 * 1024 * 1024,
  maxServiceBodyBytes: 100 * 1024 * 1024,
};

export interface GatewayOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The AWS calls. */
  services(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Our own pages below `/_/` (gateway/admin). */
  admin(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Pages of companions, found where no API is addressed. */
  readonly pages?: readonly Pages[];
  /** AWS calls that pages of any site may make. */
  isPublicCall?(request: HttpRequest): boolean;
  readonly sockets: WebSockets;
  readonly planTable: PlanTable;
  runPlan(plan: Plan, x: Exchange): Reply | Promise<Reply>;
  /** Proxies whose `X-Forwarded-For` is believed; none unless given. */
  readonly trustedProxies?: readonly IpRange[];
  readonly limits?: Partial<GatewayLimits>;
  /** What an API answers to requests without TLS; `serve` unless given. */
  readonly plainHttp?: PlainHttp;
  readonly log: Log;
  readonly clock: Clock;
  /** Asked for at the first TLS connection (gateway/certificate). */
  certificate(): Promise<Certificate>;
}

export interface Gateway {
  /** The port it listens on. */
  readonly port: number;
  /** Takes no more connections, lets requests in flight finish for at most `drainMs`, then ends what is left. */
  close(options: { readonly drainMs: number }): Promise<void>;
}

/** Listens. Rejects with an Error of one sentence when the port cannot be had. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, port, log, clock, certificate } = options;
  const limits = { ...defaultGatewayLimits, ...options.limits };
  const { maxInvokeBodyBytes, maxServiceBodyBytes } = limits;
  const handler = behindProxies(
    createServe({ ...options, maxInvokeBodyBytes, maxServiceBodyBytes }),
    options.trustedProxies ?? [],
  );
  const http = createHttp1(handler, limits, clock);
  const { serve } = http;
  const firstByteTimeoutMs = limits.headTimeoutMs;
  const listener = await listen({ host, port, serve, certificate, firstByteTimeoutMs, log }).catch((error) => {
    http.stop();
    throw error;
  });
  return {
    port: listener.port,
    async close({ drainMs }) {
      listener.stopAccepting();
      http.startClosing();
      const timer = setTimeout(listener.destroyAll, drainMs);
      await Promise.all([listener.closed, Promise.race([options.sockets.close(), waited(drainMs)])]);
      clearTimeout(timer);
      http.stop();
    },
  };
}

/** So long at most; the timer keeps no process alive. */
const waited = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
