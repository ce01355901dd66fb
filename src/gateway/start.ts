/** The gateway as a whole: one port, everything behind it, and an orderly end. */
import type { Clock } from '../base/clock.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import type { IpRange } from '../base/ip-ranges.ts';
import type { VpcEndpoint } from '../base/vpc-endpoint.ts';
import type { Exchange, Reply } from '../plan/exchange.ts';
import type { Plan } from '../plan/plan.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Certificate } from './certificate.ts';
import { behindProxies } from './client-address.ts';
import type { DomainTable } from './domains/domain-table.ts';
import type { DomainTls } from './domains/domain-tls.ts';
import type { OwnNames } from './foreign-page.ts';
import { defaultListenerLimits, type HttpHandler, type ListenerLimits } from './http-handler.ts';
import { createHttp1, type Http1 } from './http1.ts';
import { createHttp2, type Http2 } from './http2.ts';
import { type Listener, listen } from './listener.ts';
import type { Pages, Sites } from './pages.ts';
import type { PlainHttp } from './plain-http.ts';
import type { PlanTable } from './plan-table.ts';
import { createServe, type ObjectCalls } from './serve.ts';
import { fromVpcEndpoints, throughVpcEndpoint } from './vpc-endpoints.ts';
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
  readonly objectCalls?: ObjectCalls;
  /** AWS calls that pages of any site may make. */
  isPublicCall?(request: HttpRequest): boolean;
  /** Whose pages may make the others, beside those of this machine. */
  readonly ownNames?: OwnNames;
  readonly sockets: WebSockets;
  /** Sites of companions, under names of their own. */
  readonly sites?: Sites;
  /** Told how requests of this process itself are answered, which come by no socket. */
  whenHandling?(handle: HttpHandler['handle']): void;
  readonly planTable: PlanTable;
  /** Custom domains and their TLS; without them all names are those of default endpoints. */
  readonly domains?: DomainTable;
  readonly domainTls?: DomainTls;
  runPlan(plan: Plan, x: Exchange): Reply | Promise<Reply>;
  /** Proxies whose `X-Forwarded-For` is believed; none unless given. */
  readonly trustedProxies?: readonly IpRange[];
  /** Ways to private APIs; none unless given. */
  readonly vpcEndpoints?: readonly ServedVpcEndpoint[];
  /** Further addresses, where APIs alone are served. */
  readonly apiListeners?: readonly { readonly host: string; readonly port: number }[];
  readonly limits?: Partial<GatewayLimits>;
  /** What an API answers to requests without TLS; `serve` unless given. */
  readonly plainHttp?: PlainHttp;
  readonly log: Log;
  readonly clock: Clock;
  /** Asked for at the first TLS connection (gateway/certificate). */
  certificate(): Promise<Certificate>;
}

/** A VPC endpoint and how requests come through it: by an address of its own, or from addresses of its own. */
export interface ServedVpcEndpoint {
  readonly endpoint: VpcEndpoint;
  /** Port 0 takes any free one. */
  readonly listen?: { readonly host: string; readonly port: number };
  readonly sources?: readonly IpRange[];
}

export interface Gateway {
  /** The port it listens on. */
  readonly port: number;
  /** Ports of VPC endpoints that listen on their own, by their ids. */
  readonly vpcEndpointPorts: ReadonlyMap<string, number>;
  /** Ports of `apiListeners`, in their order. */
  readonly apiPorts: readonly number[];
  /** Takes no more connections, lets requests in flight finish for at most `drainMs`, then ends what is left. */
  close(options: { readonly drainMs: number }): Promise<void>;
}

/** Listens. Rejects with an Error of one sentence when a port cannot be had. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, clock, certificate, domainTls, trustedProxies = [], vpcEndpoints = [] } = options;
  const tls = domainTls && (options.sites?.withTls(domainTls) ?? domainTls);
  const limits = { ...defaultGatewayLimits, ...options.limits };
  const { maxInvokeBodyBytes, maxServiceBodyBytes } = limits;
  const serve = createServe({ ...options, maxInvokeBodyBytes, maxServiceBodyBytes });
  options.whenHandling?.(serve.handle);
  const firstByteTimeoutMs = limits.headTimeoutMs;
  const opened: { readonly listener: Listener; readonly http: Http1; readonly http2: Http2 }[] = [];

  async function open(handler: HttpHandler, host: string, port: number): Promise<number> {
    const isShared = (ip: string): boolean => trustedProxies.some((range) => range(ip));
    const seen = behindProxies(handler, trustedProxies);
    const http = createHttp1(seen, limits, clock, { isShared });
    const http2 = createHttp2(seen, limits, clock, log);
    const { serve: serveHttp1 } = http;
    const { serve: serveHttp2 } = http2;
    const listener = await listen({
      host,
      port,
      serve: serveHttp1,
      serveHttp2,
      certificate,
      domainTls: tls,
      firstByteTimeoutMs,
      log,
    }).catch((error) => {
      http.stop();
      throw error;
    });
    opened.push({ listener, http, http2 });
    return listener.port;
  }

  async function close({ drainMs }: { readonly drainMs: number }): Promise<void> {
    for (const { listener, http, http2 } of opened) {
      listener.stopAccepting();
      http.startClosing();
      http2.startClosing();
    }
    const timer = setTimeout(() => opened.forEach(({ listener }) => void listener.destroyAll()), drainMs);
    const closed = opened.map(({ listener }) => listener.closed);
    await Promise.all([...closed, Promise.race([options.sockets.close(), waited(drainMs)])]);
    clearTimeout(timer);
    for (const { http, http2 } of opened) {
      http.stop();
      http2.stop();
    }
  }

  const shared = vpcEndpoints.flatMap(({ endpoint, sources }) =>
    sources === undefined ? [] : [{ endpoint, sources }],
  );
  const port = await open(fromVpcEndpoints(serve, shared), options.host, options.port);
  const vpcEndpointPorts = new Map<string, number>();
  const apiPorts: number[] = [];
  try {
    const serveApis = createServe({ ...options, maxInvokeBodyBytes, maxServiceBodyBytes, onlyApis: true });
    for (const own of options.apiListeners ?? []) {
      apiPorts.push(await open(fromVpcEndpoints(serveApis, shared), own.host, own.port));
    }
    for (const { endpoint, listen: own } of vpcEndpoints) {
      if (own === undefined) continue;
      vpcEndpointPorts.set(endpoint.id, await open(throughVpcEndpoint(serve, endpoint), own.host, own.port));
    }
  } catch (error) {
    await close({ drainMs: 0 });
    throw error;
  }
  return { port, vpcEndpointPorts, apiPorts, close };
}

/** So long at most; the timer keeps no process alive. */
const waited = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
