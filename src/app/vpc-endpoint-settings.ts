/** VPC endpoints as the settings file names them, and as the gateway serves them (decisions/0046). */
import { compileIpRange } from '../base/ip-ranges.ts';
import { compilePolicy } from '../base/policy.ts';
import { readPolicyDocument } from '../base/policy-document.ts';
import type { ServedVpcEndpoint } from '../gateway/start.ts';
import { listenAddress } from './listen-address.ts';

export interface VpcEndpointSetting {
  readonly vpcId: string;
  /** Owner, 12 digits. */
  readonly accountId?: string;
  /** Address of its own, `127.0.0.1:8443`; port 0 takes any free one. */
  readonly listen?: string;
  /** Clients on the common port that come through it, by address or CIDR range. One of `listen` and `sourceRanges` there must be. */
  readonly sourceRanges?: readonly string[];
  /** True unless set. */
  readonly privateDns?: boolean;
  /** Policy document; absent passes everything on. */
  readonly policy?: object;
}

/** What was expected, where the setting is something else. */
export function vpcEndpointComplaint(value: unknown): string | undefined {
  if (!isObject(value)) return 'an object of VPC endpoints by their ids, like {"vpce-0123456789abcdef0": {…}}';
  for (const [id, endpoint] of Object.entries(value)) {
    const expected = endpointComplaint(id, endpoint);
    if (expected !== undefined) return expected;
  }
  return undefined;
}

const members = ['vpcId', 'accountId', 'listen', 'sourceRanges', 'privateDns', 'policy'];

function endpointComplaint(id: string, endpoint: unknown): string | undefined {
  if (!/^vpce-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) return `ids like vpce-0123456789abcdef0, which ${id} is not`;
  if (!isObject(endpoint)) return `an object for ${id}`;
  const stranger = Object.keys(endpoint).find((name) => !members.includes(name));
  if (stranger !== undefined) return `no more for ${id} than ${members.join(', ')}, not ${stranger}`;
  const { vpcId, accountId, listen, sourceRanges, privateDns, policy } = endpoint;
  if (typeof vpcId !== 'string' || !/^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(vpcId))
    return `for ${id} a vpcId like vpc-0123456789abcdef0`;
  if (accountId !== undefined && !/^\d{12}$/.test(String(accountId))) return `for ${id} an accountId of 12 digits`;
  if ((listen === undefined) === (sourceRanges === undefined)) return `for ${id} one of listen and sourceRanges`;
  if (listen !== undefined && listenAddress(listen) === undefined) return `for ${id} listen like 127.0.0.1:8443`;
  if (sourceRanges !== undefined && !isRanges(sourceRanges)) return `for ${id} sourceRanges like ["10.0.0.0/8"]`;
  if (privateDns !== undefined && typeof privateDns !== 'boolean') return `for ${id} privateDns true or false`;
  if (policy === undefined) return undefined;
  const document = isObject(policy) ? readPolicyDocument(JSON.stringify(policy), 'resource') : 'no JSON object';
  return typeof document === 'string' ? `for ${id} a policy document (${document})` : undefined;
}

function isRanges(value: unknown): boolean {
  const isRange = (range: unknown): boolean => typeof range === 'string' && compileIpRange(range) !== undefined;
  return Array.isArray(value) && value.length > 0 && value.every(isRange);
}

/** What vpcEndpointComplaint had nothing against, ready to be served. */
export function servedVpcEndpoints(settings: Readonly<Record<string, VpcEndpointSetting>>): ServedVpcEndpoint[] {
  return Object.entries(settings).map(([id, { vpcId, accountId, listen, sourceRanges, privateDns, policy }]) => {
    const own = listen === undefined ? undefined : listenAddress(listen)!;
    return {
      endpoint: {
        id,
        vpcId,
        accountId,
        policy: policy && compilePolicy(policy, 'resource'),
        hasOwnListener: own !== undefined,
        hasPrivateDns: privateDns ?? true,
      },
      ...(own && { listen: own }),
      ...(sourceRanges && { sources: sourceRanges.map((range) => compileIpRange(range)!) }),
    };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
