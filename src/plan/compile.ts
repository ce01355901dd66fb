/** A live stage becomes a plan, whichever of the three API types it is. */
import type { LiveStage } from '../ports/deployments.ts';
import { compileHttpApi } from './compile-http.ts';
import { compileRest } from './compile-rest.ts';
import type { Plan } from './plan.ts';
import type { PlanTools } from './tools.ts';

/** Throws for a type of API whose request line is not built yet: its requests then fail, the process does not. */
export function compilePlan(live: LiveStage, tools: PlanTools): Plan {
  switch (live.kind) {
    case 'rest':
      return compileRest(live, tools);
    case 'http':
      return compileHttpApi(live, tools);
    default:
      throw new Error(`APIs of type ${live.kind} cannot be served yet`);
  }
}
