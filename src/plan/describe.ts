/** A plan as text: what will happen to a request, and how failures are answered. Golden tests, the console and `/_/plans` show it. */
import type { MethodPlan, Plan } from './plan.ts';

/**
 * `GET /pets/{id}: throttle 1/s burst 2 · mock 200`, a line per method in path order, then one per customised gateway response; each ends in a
 * newline.
 */
export function describePlan(plan: Plan): string {
  return [...plan.methods.map(describeMethod), ...customizations(plan)].map((line) => `${line}\n`).join('');
}

/** What the plan does beside its methods: each customisation that acts, once, in order of its type; what it answers whatever the path. */
function customizations(plan: Plan): string[] {
  if (plan.kind !== 'rest') return plan.first === undefined ? [] : [plan.first.name];
  const names = Object.values(plan.gatewayResponses).flatMap(({ customization }) => customization?.name ?? []);
  return [...new Set(names)].sort();
}

/** One line without its newline. A part without a name is one that every method has. */
export function describeMethod(method: MethodPlan): string {
  const names = [...method.inbound, method.integration, ...method.finish].map((part) => part.name).filter(Boolean);
  return `${method.label}: ${names.join(' · ')}`;
}
