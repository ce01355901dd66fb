/** What the operations of ACM share. */
import type { Clock } from '../../base/clock.ts';
import type { ReadTransaction, Store, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import type { LocalAuthority } from './local-authority.ts';
import { type CertificateRecord, certificates, keyOfArn } from './records.ts';
import { noSuchCertificate } from './refusals.ts';

export interface CertificateParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly authority: LocalAuthority;
  /** A certificate is another one now, or gone. */
  changed(arn: string): void;
}

/** The caller's own certificate. Throws ResourceNotFoundException. */
export async function certificateOf(tx: ReadTransaction, arn: string, call: Call): Promise<CertificateRecord> {
  const key = keyOfArn(arn);
  const record = key?.[0] === call.account && key[1] === call.region ? await tx.get(certificates, key) : undefined;
  if (record === undefined) throw noSuchCertificate(arn);
  return record;
}

export function put(tx: WriteTransaction, record: CertificateRecord): void {
  tx.put(certificates, [record.account, record.region, record.id], record);
}
