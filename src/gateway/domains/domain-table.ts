/**
 * The custom domains this gateway serves, by name. A change is read at once; requests that come while it is being read wait for it, so that none sees what
 * was before a change that was answered (row DOM-11).
 */
import type { CustomDomains, DomainChange, LiveDomain } from '../../ports/custom-domains.ts';
import type { Log } from '../../ports/telemetry.ts';
import { compileDomain, type ServedDomain } from './served-domain.ts';

export interface DomainTable {
  /** No custom domain is served: nobody needs to look. */
  readonly isEmpty: boolean;
  /** Set while a change is being read; resolves when it is. */
  readonly loading: Promise<void> | undefined;
  /**
   * The domain of a host name in lower case without port: an exact one, else a wildcard over its first label (row DOM-04). Several private domains may
   * have one name; the VPC endpoint a request came through says which is meant.
   */
  find(hostName: string, vpcEndpointId?: string): ServedDomain | undefined;
  /** Stops listening for changes. */
  close(): void;
}

/** Begins to read all domains; `loading` says when that is done. */
export function createDomainTable(domains: CustomDomains, log: Log): DomainTable {
  /** `[region]/[domainId]` → domain. */
  const served = new Map<string, ServedDomain>();
  let byName: ReadonlyMap<string, readonly ServedDomain[]> = new Map();
  let loading: Promise<void> | undefined;
  /** Told and not yet read; undefined stands for everything. */
  let waiting: (DomainChange | undefined)[] = [];

  function changed(change: DomainChange | undefined): void {
    waiting.push(change);
    loading ??= Promise.resolve().then(readAll);
  }

  async function readAll(): Promise<void> {
    while (waiting.length > 0) {
      const changes = waiting;
      waiting = [];
      try {
        if (changes.some((change) => change?.domainId === undefined)) await readEverything();
        else for (const change of changes) await readOne(change!.region!, change!.domainId!);
      } catch (error) {
        // What cannot be read is not served on: it may be allowed what it no longer is.
        log.error('Cannot load custom domains', { why: String(error) });
        for (const change of changes) {
          if (change?.domainId === undefined) served.clear();
          else served.delete(`${change.region}/${change.domainId}`);
        }
      }
      byName = namesOf(served.values());
    }
    loading = undefined;
  }

  async function readEverything(): Promise<void> {
    const all = await domains.liveDomains();
    served.clear();
    for (const live of all) serve(live);
  }

  async function readOne(region: string, domainId: string): Promise<void> {
    const live = await domains.liveDomain(region, domainId);
    if (live === undefined) served.delete(`${region}/${domainId}`);
    else serve(live);
  }

  function serve(live: LiveDomain): void {
    const { domainNameId, region } = live.domain;
    const domainName = live.domain.domainName.toLowerCase();
    if (isOurName(domainName)) {
      log.warn(`The custom domain ${domainName} is not served: calls to AWS services come by this name`);
      return;
    }
    const domainId = domainNameId === undefined ? domainName : `${domainName}+${domainNameId}`;
    served.set(`${region}/${domainId}`, compileDomain(live));
  }

  const stopListening = domains.onChange(changed);
  changed(undefined);

  return {
    get isEmpty() {
      return byName.size === 0 && loading === undefined;
    },
    get loading() {
      return loading;
    },
    find(hostName, vpcEndpointId) {
      const exact = byName.get(hostName);
      if (exact !== undefined) return oneOf(exact, vpcEndpointId);
      const dot = hostName.indexOf('.');
      const wild = dot < 0 ? undefined : byName.get(`*${hostName.slice(dot)}`);
      return wild && oneOf(wild, vpcEndpointId);
    },
    close: stopListening,
  };
}

function oneOf(domains: readonly ServedDomain[], vpcEndpointId: string | undefined): ServedDomain {
  const meant =
    vpcEndpointId === undefined ? undefined : domains.find(({ door }) => door?.isAssociated(vpcEndpointId) === true);
  return meant ?? domains[0]!;
}

/** On AWS a name may stand in several regions and DNS decides; here the oldest comes first, and a public one before private ones of its name. */
function namesOf(domains: Iterable<ServedDomain>): ReadonlyMap<string, readonly ServedDomain[]> {
  const names = new Map<string, ServedDomain[]>();
  for (const domain of domains) {
    const others = names.get(domain.name);
    if (others === undefined) names.set(domain.name, [domain]);
    else others.push(domain);
  }
  for (const ofName of names.values()) ofName.sort(byRank);
  return names;
}

function byRank(one: ServedDomain, other: ServedDomain): number {
  if ((one.door === undefined) !== (other.door === undefined)) return one.door === undefined ? -1 : 1;
  return one.live.domain.createdAtMs - other.live.domain.createdAtMs;
}

/** Nobody may take over the names by which services are called. */
function isOurName(name: string): boolean {
  return name === 'localhost' || /(^|\.)amazonaws\.com(\.cn)?$/.test(name);
}
