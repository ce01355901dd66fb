/** What the control plane of portals needs from outside. */
import type { Clock } from '../../base/clock.ts';
import type { Certificates } from '../../ports/certificates.ts';
import type { BucketObjects, PortalHosts, PortalUserPools } from '../../ports/portals.ts';
import type { Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { PortalLimits } from './limits.ts';

export interface PortalPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: PortalLimits;
  readonly certificates: Pick<Certificates, 'find'>;
  readonly hosts: Pick<PortalHosts, 'changed'>;
  readonly userPools: PortalUserPools;
  readonly bucketObjects: BucketObjects;
  /** Certificates and logos that nobody knows are refused (secure mode); otherwise the log says so. */
  readonly isStrict: boolean;
}
