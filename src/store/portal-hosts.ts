/** ports/portals: the names of portals as a process keeps them, read when it starts and after each change. */
import type { PortalHost, PortalHosts } from '../ports/portals.ts';
import { portalDomains } from '../ports/records.ts';
import type { Store } from '../ports/store.ts';
import type { Log } from '../ports/telemetry.ts';

/** Begins to read; `loading` says when that is done. */
export function createPortalHosts(store: Store, log: Log): PortalHosts {
  let byName: ReadonlyMap<string, PortalHost> = new Map();
  let loading: Promise<void> | undefined;
  let isStale = false;

  async function read(): Promise<void> {
    while (isStale) {
      isStale = false;
      try {
        const all = await store.read((tx) => tx.list(portalDomains, []));
        byName = new Map(
          all.map(({ key, value: { portalId, certificateArn } }) => {
            const domainName = key[0]!;
            return [domainName, { domainName, portalId, certificateArn }];
          }),
        );
      } catch (error) {
        // A name that cannot be read leads nowhere: it may be given up.
        log.error('Cannot load the domain names of portals', { why: String(error) });
        byName = new Map();
      }
    }
    loading = undefined;
  }

  function changed(): void {
    isStale = true;
    loading ??= Promise.resolve().then(read);
  }

  changed();
  return {
    get isEmpty() {
      return byName.size === 0 && loading === undefined;
    },
    get loading() {
      return loading;
    },
    find: (hostName) => byName.get(hostName),
    changed,
  };
}
