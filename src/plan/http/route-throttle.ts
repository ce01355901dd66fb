/** Rate limits of a route: its own settings in the stage, member by member over the stage's defaults (row THR-06). */
import type { V2Stage } from '../../definition/v2-api.ts';
import type { RateLimit } from '../steps/throttle.ts';

/** The limit for one route; undefined when the stage sets none. A 0 lets nobody in (row THR-09), a rate alone has the burst of one second. */
export function routeLimit(stage: V2Stage, routeKey: string): RateLimit | undefined {
  const own = stage.routeSettings[routeKey];
  const ratePerSecond = own?.throttlingRateLimit ?? stage.defaultRouteSettings.throttlingRateLimit;
  const burst = own?.throttlingBurstLimit ?? stage.defaultRouteSettings.throttlingBurstLimit;
  if (ratePerSecond === undefined && burst === undefined) return undefined;
  if (ratePerSecond === 0 || burst === 0) return { ratePerSecond: 0, burst: 0 };
  // The account's rate is what a burst alone is refilled with.
  const rate = ratePerSecond ?? 10_000;
  return { ratePerSecond: rate, burst: burst ?? Math.max(1, Math.ceil(rate)) };
}
