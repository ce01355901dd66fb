/** What the control plane of HTTP and WebSocket APIs needs from outside. */
import type { Clock } from '../../base/clock.ts';
import type { HttpSnapshot, WebSocketSnapshot } from '../../definition/snapshot.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { LogDelivery } from '../../ports/request-logs.ts';
import type { Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { TokenIssuers } from '../../ports/token-issuers.ts';
import type { Usage } from '../../ports/usage.ts';
import type { DomainPorts } from '../domains/ports.ts';
import type { V2Limits } from './limits.ts';

export type V2Snapshot = HttpSnapshot | WebSocketSnapshot;

export interface V2Ports {
  readonly store: Store;
  readonly deployments: Deployments;
  /** Stages of WebSocket APIs may be in usage plans. */
  readonly usage: Pick<Usage, 'publish'>;
  readonly domains: DomainPorts;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: V2Limits;
  /** Undefined where there are no logs to deliver to. */
  readonly logDelivery?: LogDelivery;
  /** Asked for their keys before an authorizer that names them is taken; undefined where they are not. */
  readonly issuers?: Pick<TokenIssuers, 'keysOf'>;
  /** Why a snapshot cannot be served; empty when it can. Asked at deployment, so that a mistake is said there and is no 500 later. */
  readonly complaints: (snapshot: V2Snapshot) => readonly string[];
}
