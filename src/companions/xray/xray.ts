/** The X-Ray companion: which requests are traced, what was traced, and X-Ray's operations on both. */
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { SamplingQuestion, TracedRequest } from '../../ports/tracing.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/xray.ts';
import { samplingRuleHandlers } from './handlers/sampling-rules.ts';
import { traceHandlers } from './handlers/traces.ts';
import { createSampler } from './sampling.ts';
import { createTraceStore } from './trace-store.ts';

export interface XRayCompanion {
  readonly handlers: Handlers<Operations>;
  sample(question: SamplingQuestion): string | undefined;
  keep(request: TracedRequest): void;
  /** Forgets traces, and the rules that were read, after the store was emptied. */
  reset(): void;
  /** Another node changed sampling rules. */
  rulesChanged(): void;
}

export function createXRay(options: { readonly store: Store; readonly clock: Clock }): XRayCompanion {
  const { store, clock } = options;
  const traces = createTraceStore();
  const sampler = createSampler({ store });
  return {
    handlers: { ...samplingRuleHandlers({ store, clock, sampler }), ...traceHandlers(traces) },
    sample: (question) => sampler.decide(question),
    keep: (request) => traces.addRequest(request),
    rulesChanged: () => sampler.clear(),
    reset() {
      traces.clear();
      sampler.clear();
    },
  };
}
