/** The ACM companion as a process starts with it: it knows its operations, and reads the rest of its code when first needed. */
import type { Certificates } from '../../ports/certificates.ts';
import type { Operations } from '../../wire/generated/acm.ts';
import { lazyHandlers, once } from '../lazy-handlers.ts';
import type { CertificatesCompanion, CertificatesOptions } from './certificates.ts';

/** The operations that are built, in alphabetical order. */
export const certificateOperations = [
  'AddTagsToCertificate',
  'DeleteCertificate',
  'DescribeCertificate',
  'ExportCertificate',
  'GetCertificate',
  'ImportCertificate',
  'ListCertificates',
  'ListTagsForCertificate',
  'ListTagsForResource',
  'RemoveTagsFromCertificate',
  'RenewCertificate',
  'RequestCertificate',
  'ResendValidationEmail',
  'TagResource',
  'UntagResource',
  'UpdateCertificateOptions',
] as const satisfies readonly (keyof Operations)[];

export interface LazyCertificates extends Omit<CertificatesCompanion, 'certificates'> {
  /** Another node changed this certificate, by ARN; undefined for any. */
  changedElsewhere(arn: string | undefined): void;
  readonly certificates: Certificates;
}

/** Opens the companion. */
export function createLazyCertificates(options: Omit<CertificatesOptions, 'changed'>): LazyCertificates {
  const listeners = new Set<(arn: string | undefined) => void>();
  function changed(arn: string | undefined): void {
    for (const listener of listeners) listener(arn);
  }
  const whole = once(async () => (await import('./certificates.ts')).createCertificates({ ...options, changed }));
  return {
    handlers: lazyHandlers<Operations>(certificateOperations, async () => (await whole.get()).handlers),
    certificates: {
      find: async (arn) => (await whole.get()).certificates.find(arn),
      certificateAndKey: async (arn) => (await whole.get()).certificates.certificateAndKey(arn),
      issueFor: async (name) => (await whole.get()).certificates.issueFor(name),
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    changedElsewhere: changed,
    authorityPem: async () => (await whole.get()).authorityPem(),
    reset: async () => (await whole.made())?.reset(),
  };
}
