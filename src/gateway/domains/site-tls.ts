/** TLS under names that are no API's: of portals, which CloudFront serves with TLS 1.2 and later and a certificate of ACM ("Choose a domain name"). */
import { createPrivateKey } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Certificates } from '../../ports/certificates.ts';
import type { PortalHost, PortalHosts } from '../../ports/portals.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { DomainTls, DomainTlsSettings } from './domain-tls.ts';
import { tlsSettingsOf } from './security-policies.ts';

export interface SiteTlsParts {
  /** Of custom domain names; asked for what is no site's. */
  readonly domainTls: DomainTls;
  readonly hosts: PortalHosts;
  readonly certificates: Pick<Certificates, 'certificateAndKey' | 'issueFor' | 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
}

const dayMs = 86_400_000;

export function createSiteTls({ domainTls, hosts, certificates, clock, log }: SiteTlsParts): DomainTls {
  /** By the object that stands for the name: one that changed is another. Made again once a day, for a certificate may have been renewed. */
  let made = new WeakMap<PortalHost, { readonly settings: Promise<DomainTlsSettings>; readonly untilMs: number }>();
  certificates.onChange(() => {
    made = new WeakMap();
  });

  async function makeSettings({ domainName, certificateArn }: PortalHost): Promise<DomainTlsSettings> {
    let held = await certificates.certificateAndKey(certificateArn);
    if (held === undefined) {
      log.info(`The certificate of ${domainName} is not held here, the local authority issues one`, {
        arns: certificateArn,
      });
      held = await certificates.issueFor(domainName);
    }
    const { certificate, chain = '', privateKey } = held;
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPrivateKey(privateKey);
    const isSmall = type === 'rsa' && (details?.modulusLength ?? 0) < 2048;
    const settings = tlsSettingsOf('TLS_1_2', isSmall)!;
    return { domainName, options: { ...settings, cert: `${certificate.trimEnd()}\n${chain}`, key: privateKey } };
  }

  return {
    get isEmpty() {
      return domainTls.isEmpty && hosts.isEmpty;
    },
    async settingsFor(serverName) {
      await hosts.loading;
      const host = hosts.find(serverName);
      if (host === undefined) return domainTls.settingsFor(serverName);
      const known = made.get(host);
      if (known !== undefined && clock.now() < known.untilMs) return known.settings;
      const settings = makeSettings(host);
      made.set(host, { settings, untilMs: clock.now() + dayMs });
      settings.catch(() => made.delete(host));
      return settings;
    },
  };
}
