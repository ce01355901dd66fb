/** ports/custom-domains within one process: what is live is read from the store, changes are told to listeners directly. */
import type { CustomDomains, DomainChange, LiveDomain } from '../ports/custom-domains.ts';
import {
  accessAssociations,
  apiMappings,
  customDomains,
  routingRules,
  truststores,
  uploadedCertificates,
} from '../ports/records.ts';
import type { Collection, Key, ReadTransaction, Store } from '../ports/store.ts';

export function createCustomDomains(store: Store): CustomDomains {
  const listeners = new Set<(change: DomainChange) => void>();
  return {
    liveDomain: (region, domainId) =>
      store.read(async (tx) => {
        const key = [region, domainId];
        const domain = await tx.get(customDomains, key);
        return domain && liveOf(tx, key, domain);
      }),
    liveDomains: () =>
      store.read(async (tx) => {
        const all = await tx.list(customDomains, []);
        return Promise.all(all.map(({ key, value }) => liveOf(tx, key, value)));
      }),
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function liveOf(tx: ReadTransaction, key: Key, domain: LiveDomain['domain']): Promise<LiveDomain> {
  const valuesOf = async <T>(from: Collection<T>): Promise<T[]> => (await tx.list(from, key)).map(({ value }) => value);
  const uploadedCertificate = await tx.get(uploadedCertificates, key);
  const truststore = await tx.get(truststores, key);
  return {
    domain,
    mappings: await valuesOf(apiMappings),
    rules: await valuesOf(routingRules),
    accessAssociations: await valuesOf(accessAssociations),
    ...(uploadedCertificate && { uploadedCertificate }),
    ...(truststore && { truststore }),
  };
}
