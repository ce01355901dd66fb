/** Certificates that ACM holds, by their ARN: control asks whether they cover a domain name, gateways serve with them. */

export interface KnownCertificate {
  readonly arn: string;
  /** As in its ARN. */
  readonly account: string;
  readonly region: string;
  /** The subject's common name and every DNS name it covers, wildcards as written. */
  readonly domainNames: readonly string[];
  /** PRIVATE: issued by a private authority. */
  readonly type: 'AMAZON_ISSUED' | 'IMPORTED' | 'PRIVATE';
  readonly status:
    | 'PENDING_VALIDATION'
    | 'ISSUED'
    | 'INACTIVE'
    | 'EXPIRED'
    | 'VALIDATION_TIMED_OUT'
    | 'REVOKED'
    | 'FAILED';
  readonly notAfterMs?: number;
}

/** PEM texts. */
export interface CertificateAndKey {
  readonly certificate: string;
  readonly chain?: string;
  readonly privateKey: string;
}

export interface Certificates {
  /** undefined when there is no such certificate. */
  find(arn: string): Promise<KnownCertificate | undefined>;
  /** undefined when there is no such certificate, or it is not issued. */
  certificateAndKey(arn: string): Promise<CertificateAndKey | undefined>;
  /**
   * One for this name (`api.example.com`, `*.example.com`) from the local authority, for domains whose certificate is not held here; made once while
   * the process lives.
   */
  issueFor(name: string): Promise<CertificateAndKey>;
  /** A certificate was imported, issued, renewed or deleted; without an ARN all of them may have been. */
  onChange(listener: (arn: string | undefined) => void): () => void;
}
