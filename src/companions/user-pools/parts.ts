/** What everything in this companion is built over. */
import type { Clock } from '../../base/clock.ts';
import type { IssuerCalls } from '../../ports/issuer-calls.ts';
import type { Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Messenger } from './messages.ts';
import type { KeyRing } from './pool-keys.ts';
import type { PoolRecord } from './records.ts';
import type { TokenReader } from './tokens.ts';
import type { Triggers } from './triggers.ts';

export interface PoolParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly keys: KeyRing;
  readonly tokens: TokenReader;
  readonly triggers: Triggers;
  readonly messenger: Messenger;
  readonly issuerCalls: IssuerCalls;
  /** `iss` of the tokens a pool issues. */
  issuerOf(pool: PoolRecord): string;
  /** Tells those who remember tokens that some are of a pool that is gone. */
  poolDeleted(): void;
}
