/** The ACM companion, put together: its operations, the local certificate authority, and the certificates the gateway shows. */
import type { Clock } from '../../base/clock.ts';
import type { CertificateAndKey, Certificates, KnownCertificate } from '../../ports/certificates.ts';
import type { Store } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/acm.ts';
import { certificateHandlers } from './handlers/certificates.ts';
import { readingHandlers } from './handlers/reading.ts';
import { tagHandlers } from './handlers/tags.ts';
import { createLocalAuthority } from './local-authority.ts';
import { type CertificateParts, put } from './parts.ts';
import { arnOf, type CertificateRecord, certificates, keyOfArn } from './records.ts';
import { isDueForRenewal, makeRequested, renewed } from './requested-certificate.ts';

export interface CertificatesOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Told when a certificate is another one now or gone; without an ARN all are gone. */
  changed(arn: string | undefined): void;
}

export interface CertificatesCompanion {
  readonly handlers: Handlers<Operations>;
  readonly certificates: Omit<Certificates, 'onChange'>;
  /** PEM of the local authority's certificate, for clients to trust; made when first asked for. */
  authorityPem(): Promise<string>;
  /** After the store was emptied: the authority stays, all certificates are gone. */
  reset(): Promise<void>;
}

/** Long before the end of what the authority issues. */
const reissueAfterMs = 300 * 86_400_000;

export function createCertificates({ store, clock, changed }: CertificatesOptions): CertificatesCompanion {
  const authority = createLocalAuthority({ store, clock });
  const issued = new Map<string, { readonly made: Promise<CertificateAndKey>; readonly untilMs: number }>();

  const parts: CertificateParts = { store, clock, authority, changed };

  /** One that was issued here and nears its end is renewed first. */
  async function recordOf(arn: string): Promise<CertificateRecord | undefined> {
    const key = keyOfArn(arn);
    if (key === undefined) return undefined;
    const record = await store.read((tx) => tx.get(certificates, key));
    if (record === undefined || !isDueForRenewal(record, clock.now())) return record;
    return store.write(async (tx) => {
      const current = await tx.get(certificates, key);
      if (current === undefined || !isDueForRenewal(current, clock.now())) return current;
      const renewal = await renewed(authority, current, clock.now());
      put(tx, renewal);
      return renewal;
    });
  }

  async function issue(name: string): Promise<CertificateAndKey> {
    return andKey(await makeRequested(authority, [name], 'EC_prime256v1'));
  }

  return {
    handlers: { ...certificateHandlers(parts), ...readingHandlers(parts), ...tagHandlers(parts) },
    certificates: {
      async find(arn) {
        const record = await recordOf(arn);
        return record && known(record, clock.now());
      },
      async certificateAndKey(arn) {
        const record = await recordOf(arn);
        return record && andKey(record);
      },
      issueFor(name) {
        const earlier = issued.get(name);
        if (earlier !== undefined && clock.now() < earlier.untilMs) return earlier.made;
        const made = issue(name);
        made.catch(() => issued.delete(name));
        issued.set(name, { made, untilMs: clock.now() + reissueAfterMs });
        return made;
      },
    },
    authorityPem: () => authority.certificate(),
    async reset() {
      await authority.keep();
      changed(undefined);
    },
  };
}

function known(record: CertificateRecord, nowMs: number): KnownCertificate {
  const { account, region, type, facts } = record;
  const names = [facts.commonName ?? [], facts.names].flat();
  return {
    ...{ arn: arnOf(record), account, region, type, domainNames: [...new Set(names)] },
    status: facts.notAfterMs <= nowMs ? 'EXPIRED' : 'ISSUED',
    notAfterMs: facts.notAfterMs,
  };
}

function andKey(made: CertificateAndKey): CertificateAndKey {
  const { certificate, chain, privateKey } = made;
  return { certificate, ...(chain !== undefined && { chain }), privateKey };
}
