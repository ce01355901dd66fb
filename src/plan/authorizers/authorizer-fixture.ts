/** For tests and benchmarks of authorizers: an API whose methods ask one, and functions that answer as told. */
import { ManualClock } from '../../base/clock.ts';
import type { Authorizer, Stage } from '../../definition/rest-api.ts';
import type { FunctionInvocation, FunctionResult, InvokePermission } from '../../ports/functions.ts';
import { compileRest } from '../compile-rest.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { Plan } from '../plan.ts';
import {
  exchange,
  liveStage,
  type MethodInWords,
  mock200,
  planTools,
  type RequestInWords,
  restSnapshot,
} from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import type { PlanTools } from '../tools.ts';

export const guardArn = 'arn:aws:lambda:us-east-1:000000000000:function:guard';
export const guardUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${guardArn}/invocations`;

export const tokenAuthorizer: Authorizer = {
  id: 'auth01',
  name: 'guard',
  type: 'TOKEN',
  authType: 'custom',
  authorizerUri: guardUri,
  identitySource: 'method.request.header.Authorization',
};

export const executeApi = 'arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev';

export const policyFor = (Effect: string, Resource: unknown = `${executeApi}/*`) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
});

export const allowing = (more: Record<string, unknown> = {}) => ({
  principalId: 'ann',
  policyDocument: policyFor('Allow'),
  ...more,
});

export interface AskedFunctions {
  readonly asked: FunctionInvocation[];
  readonly permissions: InvokePermission[];
  readonly functions: PlanTools['functions'];
  /** Events so far, parsed. */
  events(): unknown[];
}

/** `answers` gives the payload of each call from its event, or a failure: `{functionError, payload}`. */
export function guardAnswering(
  answers: unknown | ((event: Record<string, unknown>) => unknown),
  mayInvoke = true,
): AskedFunctions {
  const asked: FunctionInvocation[] = [];
  const permissions: InvokePermission[] = [];
  return {
    asked,
    permissions,
    events: () => asked.map(({ payload }) => JSON.parse(String(payload)) as unknown),
    functions: {
      mayInvoke(permission) {
        permissions.push(permission);
        return mayInvoke;
      },
      async invoke(invocation): Promise<FunctionResult> {
        asked.push(invocation);
        const event = JSON.parse(String(invocation.payload)) as Record<string, unknown>;
        const answer: unknown = typeof answers === 'function' ? answers(event) : answers;
        const failure = answer instanceof Error ? { functionError: 'Unhandled' as const } : {};
        const payload = answer instanceof Error ? { errorType: 'Error', errorMessage: answer.message } : answer;
        return {
          status: 200,
          payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
          executedVersion: '$LATEST',
          requestId: 'f0000000-0000-4000-8000-000000000000',
          ...failure,
        };
      },
    },
  };
}

export interface GuardedApi {
  readonly plan: Plan;
  readonly clock: ManualClock;
  readonly tools: PlanTools;
  /** The exchange after the line, and its answer. */
  send(words?: RequestInWords): Promise<{ x: Exchange; reply: Reply; status: number; body: string }>;
}

export interface GuardedWords {
  readonly authorizer?: Partial<Authorizer>;
  readonly methods?: readonly string[];
  readonly method?: MethodInWords;
  readonly stage?: Partial<Stage>;
  readonly deploymentId?: string;
  readonly tools?: Partial<PlanTools>;
}

/** An API whose every method (`GET /` unless told) asks the one authorizer before a MOCK that answers 200. */
export function guardedApi(functions: PlanTools['functions'], words: GuardedWords = {}): GuardedApi {
  const { methods = ['GET /'], deploymentId = 'dep001' } = words;
  const authorizer: Authorizer = { ...tokenAuthorizer, ...words.authorizer };
  const authorizationType = authorizer.type === 'COGNITO_USER_POOLS' ? 'COGNITO_USER_POOLS' : 'CUSTOM';
  const guarded = { ...mock200, ...words.method, authorizationType, authorizerId: authorizer.id };
  const snapshot = {
    ...restSnapshot(Object.fromEntries(methods.map((label) => [label, guarded]))),
    deploymentId,
    authorizers: [authorizer],
  };
  const clock = new ManualClock(0);
  const tools = planTools({ functions, clock, strictPermissions: true, ...words.tools });
  const plan = compileRest(liveStage(snapshot, words.stage), tools);
  return {
    plan,
    clock,
    tools,
    async send(request = {}) {
      const x = exchange({ atMs: tools.clock.monotonicMs(), ...request });
      const reply = await runPlan(plan, x);
      return { x, reply, status: reply.status, body: String(reply.body) };
    },
  };
}
