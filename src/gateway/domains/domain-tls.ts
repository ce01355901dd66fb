/**
 * TLS of custom domains: certificate, versions, cipher suites, and whether clients are asked for a certificate. Settings are made with the first connection
 * and again after a change, and once a day, for a certificate may have been renewed; connections that are open keep what they began with.
 */
import { createPrivateKey } from 'node:crypto';
import type { TlsOptions } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import type { CertificateAndKey, Certificates } from '../../ports/certificates.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { DomainTable } from './domain-table.ts';
import { tlsSettingsOf } from './security-policies.ts';
import type { ServedDomain } from './served-domain.ts';

export interface DomainTls {
  /** Nobody needs to look at what a client asks for. */
  readonly isEmpty: boolean;
  /** Undefined for a name that is no custom domain's. One and the same object until something changes; rejects when it cannot be made. */
  settingsFor(serverName: string): Promise<DomainTlsSettings | undefined>;
}

export interface DomainTlsSettings {
  /** As the domain is configured, `*.example.com` for a wildcard. */
  readonly domainName: string;
  readonly options: TlsOptions;
}

export interface DomainTlsParts {
  readonly domains: DomainTable;
  readonly certificates: Pick<Certificates, 'certificateAndKey' | 'issueFor' | 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
}

const dayMs = 86_400_000;

interface Made {
  readonly settings: Promise<DomainTlsSettings>;
  readonly untilMs: number;
}

export function createDomainTls({ domains, certificates, clock, log }: DomainTlsParts): DomainTls {
  /** By what the domain is compiled to: a changed domain is another object. */
  let made = new WeakMap<ServedDomain, Made>();
  certificates.onChange(() => {
    made = new WeakMap();
  });

  function settingsOf(domain: ServedDomain): Promise<DomainTlsSettings> {
    const known = made.get(domain);
    if (known !== undefined && clock.now() < known.untilMs) return known.settings;
    const settings = makeSettings(domain);
    made.set(domain, { settings, untilMs: clock.now() + dayMs });
    settings.catch(() => made.delete(domain));
    return settings;
  }

  async function makeSettings(domain: ServedDomain): Promise<DomainTlsSettings> {
    const { certificate, chain = '', privateKey } = await certificateOf(domain);
    const { securityPolicy } = domain.live.domain;
    const settings = tlsSettingsOf(securityPolicy, isSmall(privateKey));
    if (settings === undefined) throw new Error(`no security policy is called ${securityPolicy}`);
    return {
      domainName: domain.name,
      options: {
        ...settings,
        cert: `${certificate.trimEnd()}\n${chain}`,
        key: privateKey,
        ...(domain.trust !== undefined && {
          requestCert: true,
          // Whoever is not trusted is told so in HTTP (row DOM-17).
          rejectUnauthorized: false,
          ca: [...domain.trust.authorities],
          // A session that is taken up again shows no certificate anew.
          secureOptions: noSessionTickets,
        }),
      },
    };
  }

  async function certificateOf(domain: ServedDomain): Promise<CertificateAndKey> {
    const { uploadedCertificate, domain: configured } = domain.live;
    if (uploadedCertificate !== undefined) return uploadedCertificate;
    for (const { certificateArn } of configured.endpoints) {
      const found = certificateArn === undefined ? undefined : await certificates.certificateAndKey(certificateArn);
      if (found !== undefined) return found;
    }
    const arns = configured.endpoints.flatMap(({ certificateArn }) => certificateArn ?? []);
    log.info(`The certificate of ${domain.name} is not held here, the local authority issues one`, {
      arns: arns.join(' '),
    });
    return certificates.issueFor(domain.name);
  }

  return {
    get isEmpty() {
      return domains.isEmpty;
    },
    async settingsFor(serverName) {
      await domains.loading;
      const domain = domains.find(serverName);
      return domain && settingsOf(domain);
    },
  };
}

/** SSL_OP_NO_TICKET. */
const noSessionTickets = 0x4000;

function isSmall(privateKey: string): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(privateKey);
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < 2048;
}
