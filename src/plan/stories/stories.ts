/**
 * Stories of the latest requests, in a ring. Where stories are kept, plans are wrapped when they are compiled: every part of the line tells the story of the
 * request it runs for. Where they are not, nothing of this is in a plan.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Problem } from '../../base/problem.ts';
import type { Streaming } from '../../ports/streaming.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { Finish, Integration, MethodPlan, Plan, Step } from '../plan.ts';
import type { PlanTools } from '../tools.ts';
import { type Data, Story, type StoryEvent } from './story.ts';

/** A stage with this variable set to `off` keeps no headers and bodies in the stories of its requests; like every variable it acts at once. */
export const dataVariable = 'gatewrightRequestData';

type RunPlan = (plan: Plan, x: Exchange) => Reply | Promise<Reply>;

export interface Stories {
  /** The same tools, telling what is asked of backends and functions. */
  tools(tools: PlanTools): PlanTools;
  /** The same plan, telling what it does. */
  plan(plan: Plan): Plan;
  /** The same run, whose story is kept. */
  run(runPlan: RunPlan): RunPlan;
  /** By `x-amzn-RequestId`, or `x-amz-apigw-id`. */
  find(requestId: string): Story | undefined;
  /** The newest first. */
  latest(): Story[];
  clear(): void;
}

export function createStories({ maxStories = 200 }: { readonly maxStories?: number } = {}): Stories {
  const told = new Map<string, Story>();
  const current = new AsyncLocalStorage<Story>();

  function keep(story: Story): void {
    const { requestId } = story.x;
    // A client may send its own id, and send it again.
    told.delete(requestId);
    told.set(requestId, story);
    if (told.size > maxStories) told.delete(told.keys().next().value!);
  }

  /** Runs a part of the line and tells how it went. */
  function tell<T>(
    what: StoryEvent['what'],
    name: string,
    run: () => T | Promise<T>,
    outcomeOf: (result: T) => string,
  ): T | Promise<T> {
    const story = current.getStore();
    if (story === undefined || name === '') return run();
    const event = story.begin(what, name);
    let result: T | Promise<T>;
    try {
      result = run();
    } catch (error) {
      story.end(event, failed(error));
      throw error;
    }
    if (!(result instanceof Promise)) {
      story.end(event, outcomeOf(result));
      return result;
    }
    return result.then(
      (value) => {
        story.end(event, outcomeOf(value));
        return value;
      },
      (error) => {
        story.end(event, failed(error));
        throw error;
      },
    );
  }

  /** Calls something outside and tells what was sent and what came back. */
  async function tellCall<T>(
    what: StoryEvent['what'],
    name: string,
    sent: Data | undefined,
    call: () => Promise<T>,
    cameBack: (result: T) => { readonly outcome: string; readonly received?: Data },
  ): Promise<T> {
    const story = current.getStore();
    const event = story?.begin(what, name, sent);
    try {
      const result = await call();
      const { outcome, received } = cameBack(result);
      if (event !== undefined) story!.end(event, outcome, received);
      return result;
    } catch (error) {
      if (event !== undefined) story!.end(event, failed(error));
      throw error;
    }
  }

  const tellingStep = (step: Step): Step => ({
    name: step.name,
    run: (x) =>
      tell(
        'step',
        step.name,
        () => step.run(x),
        (reply) => (reply === undefined ? 'passed' : `answered ${reply.status}`),
      ),
  });
  const tellingIntegration = (integration: Integration): Integration => ({
    name: integration.name,
    run: (x) =>
      tell(
        'integration',
        integration.name,
        () => integration.run(x),
        (reply) => `answered ${reply.status}`,
      ),
  });
  const tellingFinish = (finish: Finish): Finish => ({
    name: finish.name,
    run: (x, reply) =>
      tell(
        'finish',
        finish.name,
        () => finish.run(x, reply),
        () => 'done',
      ),
  });
  const tellingMethod = (method: MethodPlan): MethodPlan => ({
    ...method,
    inbound: method.inbound.map(tellingStep),
    integration: tellingIntegration(method.integration),
    finish: method.finish.map(tellingFinish),
  });

  /** What comes after the head is nobody's story: it may be endless. */
  const tellingStreams = ({ backends, functions }: Streaming): Streaming => ({
    backends: {
      stream: (request) =>
        tellCall(
          'backend',
          `${request.method} ${request.origin}${request.target}`,
          { headers: request.headers, body: request.body ?? '' },
          () => backends.stream(request),
          ({ status, headers }) => ({ outcome: `began to answer ${status}`, received: { status, headers, body: '' } }),
        ),
    },
    functions: {
      stream: (invocation) =>
        tellCall(
          'function',
          invocation.functionArn,
          { body: invocation.payload },
          () => functions.stream(invocation),
          ({ functionError, payload, requestId, executedVersion }) => ({
            outcome: `${functionError === undefined ? 'began to answer' : `failed: ${functionError}`}, version ${executedVersion}, request ${requestId}`,
            received: { body: payload },
          }),
        ),
    },
  });

  return {
    tools(tools) {
      const { functions, upstream, streaming } = tools;
      return {
        ...tools,
        ...(streaming && { streaming: tellingStreams(streaming) }),
        functions: {
          mayInvoke: (permission) =>
            tell(
              'permission',
              `${permission.functionArn} asked by ${permission.sourceArn}`,
              () => functions.mayInvoke(permission),
              (may) => (may ? 'allowed' : 'not allowed by the resource policy of the function'),
            ),
          invoke: (invocation) =>
            tellCall(
              'function',
              invocation.functionArn,
              { body: invocation.payload },
              () => functions.invoke(invocation),
              ({ status, functionError, payload, requestId, executedVersion }) => ({
                outcome: `${functionError === undefined ? `answered ${status}` : `failed: ${functionError}`}, version ${executedVersion}, request ${requestId}`,
                received: { body: payload },
              }),
            ),
        },
        upstream: {
          close: () => upstream.close(),
          send: (request) =>
            tellCall(
              'backend',
              `${request.method} ${request.origin}${shownTarget(request.target, current.getStore())}`,
              { headers: request.headers, body: request.body ?? '' },
              () => upstream.send(request),
              ({ status, headers, body }) => ({ outcome: `answered ${status}`, received: { status, headers, body } }),
            ),
        },
      };
    },

    plan(plan) {
      const methods = plan.methods.map(tellingMethod);
      const telling = new Map(plan.methods.map((method, i) => [method, methods[i]!]));
      const { router } = plan;
      return {
        ...plan,
        methods,
        router: {
          match(verb, path) {
            const match = router.match(verb, path);
            if (match === undefined) return undefined;
            const method = telling.get(match.method)!;
            const story = current.getStore();
            if (story !== undefined) story.route = method.label;
            return { ...match, method };
          },
        },
      };
    },

    run: (runPlan) => (plan, x) => {
      const story = new Story(plan, x, plan.context.stageVariables?.[dataVariable] !== 'off');
      keep(story);
      const reply = current.run(story, () => runPlan(plan, x));
      if (!(reply instanceof Promise)) {
        story.answered(reply);
        return reply;
      }
      return reply.then((settled) => {
        story.answered(settled);
        return settled;
      });
    },

    find: (requestId) => told.get(requestId) ?? [...told.values()].find(({ x }) => x.extendedRequestId === requestId),
    latest: () => [...told.values()].reverse(),
    clear: () => told.clear(),
  };
}

/** A query is data of the request: a stage that keeps none does not show it. */
const shownTarget = (target: string, story: Story | undefined): string =>
  story?.keepsData === false ? target.replace(/\?.*$/s, '') : target;

function failed(error: unknown): string {
  if (error instanceof Problem) return `failed with ${error.kind}: ${error.why}`;
  return `failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
