/** What ACM keeps in the store. */
import { collection } from '../../ports/store.ts';

export interface Tag {
  readonly Key: string;
  readonly Value?: string;
}

/** What a certificate says of itself, read once when it comes in. */
export interface CertificateFacts {
  /** `CN=api.example.com,O=Example`, most specific first. */
  readonly subject: string;
  readonly issuer: string;
  /** Pairs of lower-case digits with colons between. */
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** `RSA_2048`, `EC_prime256v1`. */
  readonly keyAlgorithm: KeyAlgorithmName;
  /** `SHA256WITHRSA`. */
  readonly signatureAlgorithm: string;
  /** Names of the model's KeyUsageName and ExtendedKeyUsageName. */
  readonly keyUsages: readonly string[];
  readonly extendedKeyUsages: readonly { readonly name: string; readonly oid: string }[];
  readonly commonName: string | undefined;
  /** DNS names it is good for, in its own order. */
  readonly names: readonly string[];
}

export type KeyAlgorithmName =
  | 'RSA_1024'
  | 'RSA_2048'
  | 'RSA_3072'
  | 'RSA_4096'
  | 'EC_prime256v1'
  | 'EC_secp384r1'
  | 'EC_secp521r1';

export interface CertificateRecord {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly type: 'IMPORTED' | 'AMAZON_ISSUED';
  readonly domainName: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM; absent for one that signed itself. */
  readonly chain?: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  readonly facts: CertificateFacts;
  readonly createdAtMs: number;
  /** When it came in, or was issued, last. */
  readonly madeAtMs: number;
  readonly renewedAtMs?: number;
  readonly tags: readonly Tag[];
  /** How control over the names was to be shown, and where mail about each would have gone; of a requested one. */
  readonly validation?: {
    readonly method: 'DNS' | 'EMAIL' | 'HTTP';
    readonly domains: Readonly<Record<string, string>>;
  };
  readonly managedBy?: 'CLOUDFRONT';
  readonly options: { readonly transparency: 'ENABLED' | 'DISABLED'; readonly export: 'ENABLED' | 'DISABLED' };
  readonly wasExported: boolean;
  readonly idempotencyToken?: string;
}

/** `[account, region, id]` */
export const certificates = collection<CertificateRecord>('acm-certificate');

export interface AuthorityRecord {
  /** Both PEM; the key is PKCS #8. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** `['local']` */
export const authorities = collection<AuthorityRecord>('acm-authority');

export const arnOf = ({ account, region, id }: Pick<CertificateRecord, 'account' | 'region' | 'id'>): string =>
  `arn:aws:acm:${region}:${account}:certificate/${id}`;

/** Key in the store of the certificate an ARN names; undefined when it is no certificate's. */
export function keyOfArn(arn: string): [account: string, region: string, id: string] | undefined {
  const found = /^arn:aws[\w-]*:acm:([\w-]+):(\d{12}):certificate\/([\w-]+)$/.exec(arn);
  return found === null ? undefined : [found[2]!, found[1]!, found[3]!];
}
