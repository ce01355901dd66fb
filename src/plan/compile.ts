/** A live stage becomes a plan, whichever of the three API types it is. */
import type { LiveStage } from '../ports/deployments.ts';
import { compileHttpApi } from './compile-http.ts';
import { compileRest } from './compile-rest.ts';
import type { Plan } from './plan.ts';
import type { PlanTools } from './tools.ts';
import { compileWebSocket } from './websocket/compile-websocket.ts';

/** Never throws: what cannot be compiled answers 500 and says why in the log. */
export function compilePlan(live: LiveStage, tools: PlanTools): Plan {
  switch (live.kind) {
    case 'rest':
      return compileRest(live, tools);
    case 'http':
      return compileHttpApi(live, tools);
    case 'websocket':
      return compileWebSocket(live, tools);
  }
}
