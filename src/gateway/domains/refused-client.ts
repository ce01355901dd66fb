/** A client that mutual TLS turned away still stands in the access log and the metrics of the stage it would have come to, with the certificate it showed. */
import type { Exchange, Reply } from '../../plan/exchange.ts';
import type { Plan } from '../../plan/plan.ts';
import type { InvokeAddress } from '../addresses.ts';
import { addressToHttpApi } from '../http-api-address.ts';
import type { PlanTable } from '../plan-table.ts';

/** Never throws and never rejects; nobody waits for it. */
export function noteRefusedClient(planTable: PlanTable, x: Exchange, address: InvokeAddress, reply: Reply): void {
  try {
    const plan = planTable.find(address.apiId, address.stage);
    if (plan instanceof Promise) plan.then((loaded) => note(loaded, x, address, reply)).catch(() => {});
    else note(plan, x, address, reply);
  } catch {
    // A stage that cannot be loaded keeps no log.
  }
}

function note(plan: Plan | undefined, x: Exchange, address: InvokeAddress, reply: Reply): void {
  if (plan === undefined || plan.kind === 'websocket' || plan.context.stage !== address.stage) return;
  if (plan.kind === 'http') addressToHttpApi(x, address, plan.context.stage);
  const durationMs = plan.clock.monotonicMs() - x.startedMonotonicMs;
  const match = plan.router.match(x.method, x.path);
  if (match === undefined) {
    plan.strayMetrics?.record(x, reply, durationMs);
    return;
  }
  match.method.writeAccessLog?.(x, reply, durationMs);
  match.method.metrics.record(x, reply, durationMs);
}
