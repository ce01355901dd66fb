/**
 * The request line: match, inbound steps, integration, finish, in one straight line. Only real promises are awaited: a request whose steps all
 * answer at once never leaves the stack it came on (bench/plan.ts; awaiting every step costs about twice as much).
 */
import type { Exchange, Reply } from './exchange.ts';
import type { MethodPlan, Plan } from './plan.ts';

/** The answer of a plan to one request. Never throws and never rejects: a failure is a reply with its `problem` set. */
export function runPlan(plan: Plan, x: Exchange): Reply | Promise<Reply> {
  if (plan.first !== undefined) {
    const early = plan.first.run(x);
    if (early !== undefined) return early;
  }
  const match = plan.router.match(x.method, x.path);
  if (match === undefined) return unmatched(plan, x);
  x.pathParameters = match.pathParameters;
  return runMethod(plan, match.method, x);
}

/** The rest of the line: what a request does whose method is known. As runPlan, it never throws. */
export function runMethod(plan: Plan, method: MethodPlan, x: Exchange): Reply | Promise<Reply> {
  const inbound = method.inbound;
  let reply: Reply | Promise<Reply>;
  try {
    for (let i = 0; i < inbound.length; i++) {
      const early = inbound[i]!.run(x);
      if (early === undefined) continue;
      return early instanceof Promise ? resume(plan, method, x, i, early) : finish(plan, method, x, early);
    }
    reply = method.integration.run(x);
  } catch (error) {
    reply = plan.failures.answer(error, x, method);
  }
  return reply instanceof Promise ? settle(plan, method, x, reply) : finish(plan, method, x, reply);
}

/** What no method takes counts for the stage all the same. */
function unmatched(plan: Plan, x: Exchange): Reply {
  const reply = plan.failures.unmatched(plan, x);
  plan.strayMetrics?.record(x, reply, plan.clock.monotonicMs() - x.startedMonotonicMs);
  return reply;
}

/** The rest of the line after step `at` turned out to be asynchronous. */
async function resume(
  plan: Plan,
  method: MethodPlan,
  x: Exchange,
  at: number,
  pending: Promise<Reply | undefined>,
): Promise<Reply> {
  let reply: Reply | undefined;
  try {
    reply = await pending;
    for (let i = at + 1; reply === undefined && i < method.inbound.length; i++) reply = await method.inbound[i]!.run(x);
    reply ??= await method.integration.run(x);
  } catch (error) {
    reply = plan.failures.answer(error, x, method);
  }
  return finish(plan, method, x, reply);
}

async function settle(plan: Plan, method: MethodPlan, x: Exchange, pending: Promise<Reply>): Promise<Reply> {
  let reply: Reply;
  try {
    reply = await pending;
  } catch (error) {
    reply = plan.failures.answer(error, x, method);
  }
  return finish(plan, method, x, reply);
}

/** Work on every answer. One that fails must not leave the client without an answer, nor skip the count. */
function finish(plan: Plan, method: MethodPlan, x: Exchange, reply: Reply): Reply | Promise<Reply> {
  const steps = method.finish;
  try {
    for (let i = 0; i < steps.length; i++) {
      const pending = steps[i]!.run(x, reply);
      if (pending instanceof Promise) return finishLater(plan, method, x, reply, i, pending);
    }
  } catch (error) {
    reply.stream?.cancel();
    return measured(plan, method, x, plan.failures.answer(error, x, method));
  }
  return measured(plan, method, x, reply);
}

async function finishLater(
  plan: Plan,
  method: MethodPlan,
  x: Exchange,
  reply: Reply,
  at: number,
  pending: Promise<void>,
): Promise<Reply> {
  try {
    await pending;
    for (let i = at + 1; i < method.finish.length; i++) await method.finish[i]!.run(x, reply);
  } catch (error) {
    reply.stream?.cancel();
    return measured(plan, method, x, plan.failures.answer(error, x, method));
  }
  return measured(plan, method, x, reply);
}

function measured(plan: Plan, method: MethodPlan, x: Exchange, reply: Reply): Reply {
  // What is told of an answer that is handed on as it comes is known at its end.
  if (reply.stream !== undefined) reply.stream.whenOver(() => record(plan, method, x, reply));
  else record(plan, method, x, reply);
  return reply;
}

function record(plan: Plan, method: MethodPlan, x: Exchange, reply: Reply): void {
  const latencyMs = plan.clock.monotonicMs() - x.startedMonotonicMs;
  method.writeAccessLog?.(x, reply, latencyMs);
  method.metrics.record(x, reply, latencyMs);
}
