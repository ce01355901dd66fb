/** A plan as text, one line per method: what will happen to a request. Golden tests, the console and `/_/plans` show it. */
import type { MethodPlan, Plan } from './plan.ts';

/** `GET /pets/{id}: throttle 1/s burst 2 · mock 200`, a line per method in path order, ending in a newline. */
export function describePlan(plan: Plan): string {
  return plan.methods.map((method) => `${describeMethod(method)}\n`).join('');
}

/** One line without its newline. */
export function describeMethod(method: MethodPlan): string {
  const names = [...method.inbound, method.integration, ...method.finish].map((part) => part.name);
  return `${method.label}: ${names.join(' · ')}`;
}
