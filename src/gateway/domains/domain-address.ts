/** A request to a custom domain: what it has to fulfil before anything of an API is asked, and which API and stage it then means. */
import type { HttpRequest } from '../../base/http.ts';
import { decodedSegment } from '../../base/percent.ts';
import type { ClientCertificate } from '../../plan/exchange.ts';
import type { InvokeAddress } from '../addresses.ts';
import { firstLabel } from '../addresses.ts';
import { shownCertificate } from './mutual-tls.ts';
import type { ServedDomain } from './served-domain.ts';

/** Turned away before an API was found, or at its door. */
export interface DomainRefusal {
  readonly why: string;
  /** Where the request would have gone, had mutual TLS let its client in. */
  readonly barred?: InvokeAddress | undefined;
  /** Nothing was wrong but that no mapping and no rule takes the path. */
  readonly isUnrouted?: boolean;
}

export const isDomainRefusal = (address: InvokeAddress | DomainRefusal): address is DomainRefusal => 'why' in address;

/** `hostName` is what the client addressed, in lower case without port. */
export function domainAddress(
  request: HttpRequest,
  domain: ServedDomain,
  hostName: string,
  nowMs: number,
): InvokeAddress | DomainRefusal {
  const barred = domain.door?.complaint(request, nowMs);
  if (barred !== undefined) return { why: barred };
  // Row PRV-05: a VPC endpoint reaches nothing that is public. One that shares our port cannot know what its clients' DNS says of this name.
  if (domain.door === undefined && request.vpcEndpoint?.hasOwnListener === true) {
    return { why: `the request came through the VPC endpoint ${request.vpcEndpoint.id}, and ${domain.name} is public` };
  }
  if (domain.isStrict && request.tls?.serverName !== hostName) {
    const asked = request.tls === undefined ? 'came without TLS' : `asked for ${request.tls.serverName ?? 'no name'}`;
    return { why: `endpointAccessMode of ${domain.name} is STRICT, and the client ${asked} in its TLS handshake` };
  }
  let clientCertificate: ClientCertificate | null = null;
  if (domain.trust !== undefined) {
    const { certificate, complaint } = shownCertificate(request.tls, domain, domain.trust, nowMs);
    if (complaint !== undefined) {
      const address = routedAddress(request, domain, hostName, certificate);
      return { why: `Access denied. Reason: ${complaint}`, barred: address };
    }
    clientCertificate = certificate;
  }
  return (
    routedAddress(request, domain, hostName, clientCertificate) ?? {
      why: explainUnrouted(domain, request.path),
      isUnrouted: true,
    }
  );
}

function routedAddress(
  { path, headers }: Pick<HttpRequest, 'path' | 'headers'>,
  domain: ServedDomain,
  hostName: string,
  clientCertificate: ClientCertificate | null,
): InvokeAddress | undefined {
  const route = domain.route(path, headers);
  if (route === undefined) return undefined;
  const { apiId, restAt, matched } = route;
  const rest = path.slice(restAt);
  let { stage } = route;
  let below = rest;
  if (stage === undefined) {
    const end = rest.indexOf('/', 1);
    stage = decodedSegment(end < 0 ? rest.slice(1) : rest.slice(1, end));
    below = end < 0 ? '' : rest.slice(end);
  }
  return {
    kind: 'invoke',
    form: 'domain',
    apiId,
    stage,
    path: below === '' ? '/' : below,
    contextPath: path,
    domainName: hostName,
    domainPrefix: firstLabel(hostName),
    customDomain: matched,
    clientCertificate,
  };
}

function explainUnrouted({ name, live }: ServedDomain, path: string): string {
  const { domain, mappings, rules } = live;
  const keys = mappings.map(({ apiMappingKey }) => apiMappingKey || '(none)').join(', ') || 'none';
  return `nothing of ${name} takes ${path}: routing mode ${domain.routingMode}, mappings ${keys}, ${rules.length} rules`;
}
