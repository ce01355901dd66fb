/**
 * Which requests come through a VPC endpoint, and which APIs they then reach (decisions/0046). An endpoint is a socket's: one that it listens on, or the range
 * its client's address lies in. No header makes a request private.
 */
import type { IpRange } from '../base/ip-ranges.ts';
import type { VpcEndpoint } from '../base/vpc-endpoint.ts';
import type { Exchange } from '../plan/exchange.ts';
import type { Plan } from '../plan/plan.ts';
import { addressOf, type InvokeAddress } from './addresses.ts';
import type { HttpHandler } from './http-handler.ts';

/** An endpoint whose clients share the port of everybody else and are known by their addresses. */
export interface SharedVpcEndpoint {
  readonly endpoint: VpcEndpoint;
  readonly sources: readonly IpRange[];
}

/** A handler for the sockets of one endpoint's own listener. */
export function throughVpcEndpoint(handler: HttpHandler, endpoint: VpcEndpoint): HttpHandler {
  return { ...handler, handle: (request) => handler.handle({ ...request, vpcEndpoint: endpoint }) };
}

/** A handler that knows the clients of endpoints by their addresses. Without any it is the handler itself. */
export function fromVpcEndpoints(handler: HttpHandler, endpoints: readonly SharedVpcEndpoint[]): HttpHandler {
  if (endpoints.length === 0) return handler;
  return {
    ...handler,
    handle(request) {
      const reached = endpoints.filter(({ sources }) => sources.some((range) => range(request.sourceIp)));
      if (reached.length === 0) return handler.handle(request);
      const address = addressOf(request);
      const named = address.kind === 'invoke' ? address.vpcEndpoint?.id : undefined;
      const { endpoint } = reached.find((each) => each.endpoint.id === named) ?? reached[0]!;
      return handler.handle({ ...request, vpcEndpoint: endpoint });
    },
  };
}

/** Why a plan is out of reach the way this request took; undefined where it may go on. A request that went round its endpoint loses it. */
export function outOfReach(plan: Plan, x: Exchange, address: InvokeAddress): string | undefined {
  const { vpcEndpoint } = x.request;
  const named = address.vpcEndpoint;
  const endpoint = plan.kind === 'rest' ? plan.privateEndpoint : undefined;
  if (endpoint === undefined) {
    if (vpcEndpoint === undefined)
      return named && `the host names the VPC endpoint ${named.id}, and the API is not private`;
    if (named !== undefined || capturesPublicHosts(vpcEndpoint, address)) {
      return `the request came through the VPC endpoint ${vpcEndpoint.id}, which reaches private APIs only`;
    }
    x.request = { ...x.request };
    delete (x.request as { vpcEndpoint?: VpcEndpoint }).vpcEndpoint;
    return undefined;
  }
  if (vpcEndpoint === undefined) {
    return 'the API is private and the request did not come through a VPC endpoint (setting vpcEndpoints)';
  }
  if (named === undefined) return undefined;
  if (named.id !== vpcEndpoint.id)
    return `the host names the VPC endpoint ${named.id}, the request came by ${vpcEndpoint.id}`;
  if (named.isAlias && !endpoint.aliasedBy.includes(named.id)) {
    return `the API is not associated with the VPC endpoint ${named.id} (endpointConfiguration/vpcEndpointIds)`;
  }
  return undefined;
}

/** Row PRV-05: with private DNS every execute-api host leads to the endpoint, and what stands on its own address came through it anyhow. */
function capturesPublicHosts({ hasOwnListener, hasPrivateDns }: VpcEndpoint, { form }: InvokeAddress): boolean {
  return hasOwnListener || (hasPrivateDns && form === 'host');
}
