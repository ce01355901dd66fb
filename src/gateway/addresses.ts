/**
 * Which API and stage a request means: the invoke addresses by host and by path, our own pages below `/_/`, and everything else, which is an
 * AWS call. Runs for every request, so it cuts strings and builds nothing else.
 */
import { type HeaderList, hasHeader, headerValue } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import { decodedSegment } from '../base/percent.ts';
import type { ClientCertificate, MatchedDomain } from '../plan/exchange.ts';
import type { DomainTable } from './domains/domain-table.ts';
import type { ServedDomain } from './domains/served-domain.ts';

export interface InvokeAddress {
  readonly kind: 'invoke';
  /** How the API is named; `/restapis/…` is for REST APIs alone. */
  readonly form: 'host' | 'path' | 'user-request' | 'domain';
  readonly apiId: string;
  /** First segment, decoded; empty when the request names none. An HTTP API has a stage that needs no segment (gateway/http-api-address.ts). */
  readonly stage: string;
  /** Below the stage as sent, percent-encoded, beginning with `/`. */
  readonly path: string;
  /** With the stage segment as sent: `$context.path`. */
  readonly contextPath: string;
  /** Host without port, lower case: `$context.domainName`. */
  readonly domainName: string;
  /** Up to the first dot: `$context.domainPrefix`. */
  readonly domainPrefix: string;
  /** How a custom domain led here (gateway/domains). */
  readonly customDomain?: MatchedDomain;
  /** Who the client is, where the domain asks. */
  readonly clientCertificate?: ClientCertificate | null;
  /** The VPC endpoint that the host names; such a host leads nowhere but to that endpoint. */
  readonly vpcEndpoint?: NamedVpcEndpoint;
}

export interface NamedVpcEndpoint {
  readonly id: string;
  /** `{apiId}-{vpceId}.execute-api.…`, which exists for APIs associated with the endpoint (row PRV-04); else the endpoint's own DNS name. */
  readonly isAlias: boolean;
}

export type Address = InvokeAddress | DomainName | { readonly kind: 'admin' } | { readonly kind: 'service' };

/** The host is a custom domain's; what its request means, gateway/domains/domain-address finds out. */
export interface DomainName {
  readonly kind: 'domain';
  readonly domain: ServedDomain;
  /** What the client addressed, in lower case, without port and without a dot at its end. */
  readonly hostName: string;
}

const adminAddress: Address = { kind: 'admin' };
const serviceAddress: Address = { kind: 'service' };

type Domains = Pick<DomainTable, 'isEmpty' | 'find'>;

/** The part of a request that decides; known before the body has come. */
export type AddressedRequest = Pick<HttpRequest, 'path' | 'headers' | 'vpcEndpoint'>;

/**
 * The address of a request:
 * - Host `{apiId}.execute-api.{anything}`: `/{stage}/…`, a doubled first slash tolerated (recorded);
 * - Host `{apiId}-{vpceId}.execute-api.{anything}`; Host `{vpceId}-….execute-api.{region}.vpce.amazonaws.com` with the API in `x-apigw-api-id`;
 * - a host that is a custom domain's, whatever the path;
 * - `/_aws/execute-api/{apiId}/{stage}/…`, `/execute-api/{apiId}/{stage}/…` and `/ws/{apiId}/{stage}`;
 * - `/restapis/{apiId}/{stage}/_user_request_` with or without more path (`/restapis/…` otherwise is an AWS call);
 * - `/_/…`, `/_localstack/health`, `/_localstack/state/reset`, `/metrics` where Prometheus looks for it, and `/` for somebody with a browser: ours.
 */
export function addressOf(request: AddressedRequest, domains?: Domains): Address {
  const { path } = request;
  const host = headerValue(request.headers, 'host') ?? '';
  const dot = host.indexOf('.');
  if (dot > 0 && isExecuteApi(host, dot + 1)) {
    const domainName = hostNameOf(host);
    const apiId = domainName.slice(0, dot);
    const address = invokeAddress(apiId, path, path.startsWith('//') ? 2 : 1, domainName, 0);
    return dot < shortestWithEndpoint ? address : ofVpcEndpoint(address, request.headers);
  }
  const customDomain = domainNamed(host, request.vpcEndpoint?.id, domains);
  if (customDomain !== undefined) return customDomain;
  const mark = path.charCodeAt(1);
  if (mark === underscore) {
    if (path.startsWith('/_aws/execute-api/')) return pathStyle(host, path, 18);
    if (path === '/_' || path.startsWith('/_/')) return adminAddress;
    if (path === '/_localstack/health' || path === '/_localstack/state/reset') return adminAddress;
    return serviceAddress;
  }
  if (mark === letterE && path.startsWith('/execute-api/')) return pathStyle(host, path, 13);
  if (mark === letterW && path.startsWith('/ws/')) return pathStyle(host, path, 4);
  if (mark === letterM && path === '/metrics') return adminAddress;
  if (mark === letterR && path.startsWith('/restapis/')) return userRequest(host, path);
  return path === '/' && isVisit(request.headers) ? adminAddress : serviceAddress;
}

/** A page that a person opens; what pages fetch has another destination, AWS clients name none. Over plain HTTP to another machine browsers send the second header alone. */
const isVisit = (headers: HeaderList): boolean =>
  headerValue(headers, 'sec-fetch-dest') === 'document' || hasHeader(headers, 'upgrade-insecure-requests');

/**
 * The address of a request that came through a VPC endpoint, where a header can name the API too; the host goes first (row PRV-01). Undefined for one that
 * names none.
 */
export function addressThroughEndpoint(request: AddressedRequest): InvokeAddress | undefined {
  const address = addressOf(request);
  if (address.kind === 'invoke') return address;
  const apiId = headerValue(request.headers, apiIdHeader);
  if (apiId === undefined) return undefined;
  return invokeAddress(apiId, request.path, 1, hostNameOf(headerValue(request.headers, 'host') ?? ''), 0);
}

export const apiIdHeader = 'x-apigw-api-id';

/** `vpce-` and the eight digits that ids once had. */
const shortestWithEndpoint = 13;
const aliasLabel = /^(.+)-(vpce-[0-9a-f]{8,17})$/;
const endpointLabel = /^(vpce-[0-9a-f]{8,17})(?:-[a-z0-9-]+)?$/;

/** The address with the VPC endpoint that its host names, if it names one. */
function ofVpcEndpoint(address: InvokeAddress, headers: HeaderList): InvokeAddress {
  const [, id] = endpointLabel.exec(address.apiId) ?? [];
  if (id !== undefined) {
    return { ...address, apiId: headerValue(headers, apiIdHeader) ?? '', vpcEndpoint: { id, isAlias: false } };
  }
  const [, apiId, aliasId] = aliasLabel.exec(address.apiId) ?? [];
  if (apiId === undefined || aliasId === undefined) return address;
  return { ...address, apiId, vpcEndpoint: { id: aliasId, isAlias: true } };
}

const underscore = 0x5f;
const letterE = 0x65;
const letterM = 0x6d;
const letterR = 0x72;
const letterW = 0x77;

function isExecuteApi(host: string, at: number): boolean {
  if (host.startsWith('execute-api.', at)) return true;
  // Host names do not regard case; clients that send capitals are rare enough to pay for it themselves.
  return host.length > at + 12 && host.slice(at, at + 12).toLowerCase() === 'execute-api.';
}

/** Host without its port, lower case. */
function hostNameOf(host: string): string {
  const end = host.endsWith(']') ? host.length : host.lastIndexOf(':');
  return (end < 0 || end < host.lastIndexOf(']') ? host : host.slice(0, end)).toLowerCase();
}

/** The custom domain that Host names; nothing is looked up where there are none. */
export function customDomainOf(request: AddressedRequest, domains: Domains | undefined): DomainName | undefined {
  return domainNamed(headerValue(request.headers, 'host') ?? '', request.vpcEndpoint?.id, domains);
}

function domainNamed(host: string, endpoint: string | undefined, domains: Domains | undefined): DomainName | undefined {
  if (domains === undefined || domains.isEmpty) return undefined;
  const hostName = withoutDot(hostNameOf(host));
  const domain = domains.find(hostName, endpoint);
  return domain && { kind: 'domain', domain, hostName };
}

/** A name may end in a dot, the root of all names. */
const withoutDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name);

/** `…/{apiId}/{stage}/…` where `at` is the index of the API id. */
function pathStyle(host: string, path: string, at: number): Address {
  const slash = path.indexOf('/', at);
  if (slash < 0) return { ...invokeAddress(path.slice(at), '/', 1, hostNameOf(host), 0), form: 'path' };
  return invokeAddress(path.slice(at, slash), path, slash + 1, hostNameOf(host), slash);
}

/** `/restapis/{apiId}/{stage}/_user_request_…`; without that last word the path is one of API Gateway's own. */
function userRequest(host: string, path: string): Address {
  const apiEnd = path.indexOf('/', 10);
  const stageEnd = apiEnd < 0 ? -1 : path.indexOf('/', apiEnd + 1);
  if (stageEnd < 0 || !path.startsWith('/_user_request_', stageEnd)) return serviceAddress;
  const rest = path.slice(stageEnd + 15);
  if (rest !== '' && rest.charCodeAt(0) !== slashCode) return serviceAddress;
  const domainName = hostNameOf(host);
  const stageSegment = path.slice(apiEnd + 1, stageEnd);
  return {
    kind: 'invoke',
    form: 'user-request',
    apiId: path.slice(10, apiEnd),
    stage: decodedSegment(stageSegment),
    path: rest === '' ? '/' : rest,
    contextPath: `/${stageSegment}${rest}`,
    domainName,
    domainPrefix: firstLabel(domainName),
  };
}

const slashCode = 0x2f;

/** `at` is the index of the stage segment in `path`, `contextAt` that of the slash the context path begins with. */
function invokeAddress(apiId: string, path: string, at: number, domainName: string, contextAt: number): InvokeAddress {
  const end = path.indexOf('/', at);
  return {
    kind: 'invoke',
    form: contextAt === 0 ? 'host' : 'path',
    apiId,
    stage: decodedSegment(end < 0 ? path.slice(at) : path.slice(at, end)),
    path: end < 0 ? '/' : path.slice(end),
    contextPath: contextAt === 0 ? path : path.slice(contextAt),
    domainName,
    domainPrefix: firstLabel(domainName),
  };
}

export function firstLabel(domainName: string): string {
  const dot = domainName.indexOf('.');
  return dot < 0 ? domainName : domainName.slice(0, dot);
}
