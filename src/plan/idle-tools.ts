/** What a plan is compiled with to find its complaints. */
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../ports/telemetry.ts';
import { AuthorizerCaches } from './authorizers/caches.ts';
import { VerifiedTokens } from './authorizers/verified-tokens.ts';
import { ThrottleBuckets } from './steps/throttle.ts';
import type { PlanTools } from './tools.ts';

/** Tools of a plan that is compiled to be looked at, never run. */
export function idleTools(): PlanTools {
  return {
    functions: { invoke: neverCalled, mayInvoke: neverCalled },
    upstream: { send: neverCalled, close: neverCalled },
    streaming: { backends: { stream: neverCalled }, functions: { stream: neverCalled } },
    usage: { keysOf: () => ({ find: neverCalled }) },
    awsServices: { accessTo: neverCalled },
    credentials: { accessKey: neverCalled },
    roles: { actingAs: neverCalled },
    privateTargets: { targetFor: neverCalled },
    metrics: { method: () => ({ record() {} }) },
    log: silentLog,
    clock: systemClock,
    strictPermissions: true,
    throttles: new ThrottleBuckets(undefined),
    authorizerCaches: new AuthorizerCaches(),
    responseCache: {
      of: () => ({ flushes: 0, get: neverCalled, put: neverCalled, hidden: neverCalled }),
      flush: neverCalled,
      forget: neverCalled,
    },
    coalesceCacheMisses: false,
    verifiedTokens: new VerifiedTokens({ keysOf: neverCalled }),
  };
}

function neverCalled(): never {
  throw new Error('A plan compiled for its complaints was run.');
}
