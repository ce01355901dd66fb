/**
 * Stories of the latest requests, in a ring. Where stories are kept, plans are wrapped when they are compiled: every part of the line tells the story of the
 * request it runs for. Where they are not, nothing of this is in a plan.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { headerValue } from '../../base/headers.ts';
import { Problem } from '../../base/problem.ts';
import type { Streaming } from '../../ports/streaming.ts';
import type { UpstreamRequest } from '../../ports/upstream.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { Finish, MethodPlan, Plan } from '../plan.ts';
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
  /** A ring: the next story takes the place of the oldest. A map as long as this, whose first is dropped for each that comes, costs 1 µs a request. */
  let ring: Story[] = [];
  let next = 0;
  /** For what is asked of the tools, which know no exchange. Whoever has one finds the story there. */
  const current = new AsyncLocalStorage<Story>();

  function newestFirst(): Story[] {
    return [...ring.slice(next), ...ring.slice(0, next)].reverse();
  }

  function keep(story: Story): void {
    const { requestId, request } = story.x;
    // A client may send its own id, and send it again: it is told once.
    if (headerValue(request.headers, 'x-amzn-requestid') !== undefined) {
      ring = newestFirst()
        .filter(({ x }) => x.requestId !== requestId)
        .slice(0, maxStories - 1)
        .reverse();
      next = ring.length;
    }
    ring[next] = story;
    next = (next + 1) % maxStories;
  }

  /** Tells how a part of the line went that has begun. */
  function told<T>(
    story: Story,
    event: StoryEvent,
    result: T | Promise<T>,
    outcomeOf: (result: T) => string,
  ): T | Promise<T> {
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

  /** Asks something outside and tells how it went. */
  function tell<T>(
    what: StoryEvent['what'],
    name: string,
    ask: () => T | Promise<T>,
    outcomeOf: (result: T) => string,
  ): T | Promise<T> {
    const story = current.getStore();
    if (story === undefined) return ask();
    const event = story.begin(what, name);
    try {
      return told(story, event, ask(), outcomeOf);
    } catch (error) {
      story.end(event, failed(error));
      throw error;
    }
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

  /** A step or an integration; those that call nobody are spared the asynchronous context. */
  function tellingPart<T extends Reply | undefined>(
    what: 'step' | 'integration',
    part: Part<T>,
    label: string,
    outcomeOf: (result: T) => string,
  ): Part<T> {
    const run = (x: Exchange): T | Promise<T> => part.run(x);
    const isLocal = part.callsNobody === true;
    return {
      // Not asked now: an integration is compiled to have one.
      get name() {
        return part.name;
      },
      run(x) {
        const { story } = x;
        if (story === undefined) return part.run(x);
        story.route = label;
        const { name } = part;
        if (name === '') return isLocal ? part.run(x) : current.run(story, run, x);
        const event = story.begin(what, name);
        try {
          return told(story, event, isLocal ? part.run(x) : current.run(story, run, x), outcomeOf);
        } catch (error) {
          story.end(event, failed(error));
          throw error;
        }
      },
    };
  }

  const tellingFinish = (finish: Finish): Finish => ({
    name: finish.name,
    run(x, reply) {
      const { story } = x;
      if (story === undefined || finish.name === '') return finish.run(x, reply);
      const event = story.begin('finish', finish.name);
      try {
        return told(story, event, finish.run(x, reply), () => 'done');
      } catch (error) {
        story.end(event, failed(error));
        throw error;
      }
    },
  });

  /** What comes after the head is nobody's story: it may be endless. */
  const tellingStreams = ({ backends, functions }: Streaming): Streaming => ({
    backends: {
      stream: (request) =>
        tellCall(
          'backend',
          backendName(request, current.getStore()),
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

  function tellingMethod(method: MethodPlan): MethodPlan {
    const { label } = method;
    return {
      ...method,
      inbound: method.inbound.map((step) => tellingPart('step', step, label, passedOrAnswered)),
      integration: tellingPart('integration', method.integration, label, answered),
      finish: method.finish.map(tellingFinish),
    };
  }

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
              backendName(request, current.getStore()),
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
            return { method: telling.get(match.method)!, pathParameters: match.pathParameters };
          },
        },
      };
    },

    run: (runPlan) =>
      function runTelling(plan, x) {
        const story = new Story(plan, x, plan.context.stageVariables?.[dataVariable] !== 'off');
        x.story = story;
        keep(story);
        const reply = runPlan(plan, x);
        return reply instanceof Promise ? reply.then((settled) => over(story, x, settled)) : over(story, x, reply);
      },

    find: (requestId) =>
      newestFirst().find(({ x }) => x.requestId === requestId) ??
      newestFirst().find(({ x }) => x.extendedRequestId === requestId),
    latest: newestFirst,
    clear() {
      ring = [];
      next = 0;
    },
  };
}

/** What steps and integrations have in common. */
interface Part<T> {
  readonly name: string;
  readonly callsNobody?: boolean;
  run(x: Exchange): T | Promise<T>;
}

const answered = ({ status }: Reply): string => `answered ${status}`;
const passedOrAnswered = (reply: Reply | undefined): string => (reply === undefined ? 'passed' : answered(reply));

function over(story: Story, x: Exchange, reply: Reply): Reply {
  const { executionLog } = x;
  story.answered(reply);
  // Its last lines are written when all of the body has gone.
  if (executionLog !== null) reply.stream?.whenOver(() => story.keepLog(executionLog));
  return reply;
}

/** A query is data of the request: a stage that keeps none does not show it. */
function backendName({ method, origin, target }: UpstreamRequest, story: Story | undefined): string {
  return `${method} ${origin}${story?.keepsData === false ? target.replace(/\?.*$/s, '') : target}`;
}

function failed(error: unknown): string {
  if (error instanceof Problem) return `failed with ${error.kind}: ${error.why}`;
  return `failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
