/** ports/private-targets from the settings: `vpcLinkTargets` maps ARNs, link ids and link names to addresses. */
import type { PrivateLink, PrivateTarget, PrivateTargets } from '../ports/private-targets.ts';

/** `targets`: ARN, link id or link name → `http://127.0.0.1:8080`, `https://10.0.0.7:8443` or `10.0.0.7:8080`, at least one each. */
export function createPrivateTargets(targets: Readonly<Record<string, readonly string[]>>): PrivateTargets {
  const rotations = new Map(Object.entries(targets).map(([key, addresses]) => [key, inTurn(addresses.map(targetOf))]));

  return {
    targetFor: function targetFor(link) {
      for (const arn of link.targetArns) {
        const found = rotations.get(arn) ?? rotations.get(loadBalancerOf(arn));
        if (found !== undefined) return found();
      }
      const found = rotations.get(link.id) ?? rotations.get(link.name);
      return found === undefined ? notMapped(link) : found();
    },
  };
}

function inTurn(targets: readonly PrivateTarget[]): () => PrivateTarget {
  let next = 0;
  return function nextTarget() {
    const target = targets[next]!;
    next = next + 1 === targets.length ? 0 : next + 1;
    return target;
  };
}

/** `…:listener/net/name/id/listenerId` belongs to `…:loadbalancer/net/name/id`; any other ARN is its own. */
function loadBalancerOf(arn: string): string {
  return arn.replace(/:listener\/((?:app|net|gwy)\/[^/]+\/[^/]+)\/[^/]+$/, ':loadbalancer/$1');
}

function notMapped({ id, name, targetArns }: PrivateLink): string {
  const key = targetArns[0] ?? id;
  return (
    `the VPC link ${id} (${name}) leads nowhere: map it with --vpc-link-target ${key}=http://HOST:PORT ` +
    `(setting vpcLinkTargets; the link's id or name will do too)`
  );
}

/** Reads what isTargetAddress accepts. */
function targetOf(address: string): PrivateTarget {
  const hasScheme = address.includes('://');
  const { protocol, hostname, port } = new URL(hasScheme ? address : `http://${address}`);
  const isTls = hasScheme ? protocol === 'https:' : undefined;
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return { host, port: port === '' ? (isTls === true ? 443 : 80) : Number(port), isTls };
}

/** `http://host:port`, `https://host:port` or `host:port`, and nothing more. */
export function isTargetAddress(address: unknown): address is string {
  if (typeof address !== 'string') return false;
  const hasScheme = /^https?:\/\//.test(address);
  if (!hasScheme && !/^(\[[0-9a-fA-F:.]+\]|[^:/?#@\s]+):\d+$/.test(address)) return false;
  const url = URL.parse(hasScheme ? address : `http://${address}`);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.pathname === '/' && url.search === '' && url.hash === '';
}
