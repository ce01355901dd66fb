/** What the control plane of custom domain names needs from outside, by whichever of the two APIs they are reached. */
import type { Clock } from '../../base/clock.ts';
import type { Certificates } from '../../ports/certificates.ts';
import type { CustomDomains } from '../../ports/custom-domains.ts';
import type { Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Truststores } from '../../ports/truststores.ts';
import type { DomainLimits } from './limits.ts';

export interface DomainPorts {
  readonly store: Store;
  readonly customDomains: Pick<CustomDomains, 'publish'>;
  readonly certificates: Pick<Certificates, 'find'>;
  readonly truststores: Truststores;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: DomainLimits;
  /** A certificate nobody knows is refused; otherwise one that vouches for itself takes its place, and the log says so. */
  readonly mustKnowCertificates: boolean;
}
