/** What the operations of CloudWatch Logs are built over. */
import type { Clock } from '../../base/clock.ts';
import type { LogFilters } from './filters/log-filters.ts';
import type { LogKeeper } from './log-keeper.ts';

export interface LogParts {
  readonly clock: Clock;
  /** Hands over lines that wait first, so that an answer shows what was written before it was asked for. */
  readonly ask: LogKeeper['ask'];
  /** Undefined where groups have none. */
  readonly filters?: LogFilters | undefined;
}
