/**
 * A compiled stage. Everything that can be parsed, looked up or decided before a request comes has been: what is left is a router and, per
 * method, a straight line of closures. A plan is never changed; a deployment makes a new one and swaps one reference.
 */
import type { Clock } from '../base/clock.ts';
import type { MethodMetrics } from '../ports/telemetry.ts';
import type { Exchange, Reply } from './exchange.ts';
import type { GatewayResponses } from './gateway-responses.ts';

/** A check on the way in: answers early, throws a Problem, or lets the request pass. A step with nothing to do is not in the plan. */
export interface Step {
  /** With its settings, as the printed plan shows it: `throttle 1/s burst 2`. Empty for what every method does, which is not printed. */
  readonly name: string;
  /** It asks no function and no backend; who says so is spared what it takes to tell whose request such a call is for. */
  readonly callsNobody?: boolean;
  run(x: Exchange): Reply | undefined | Promise<Reply | undefined>;
}

/** Answers some requests whatever their path; must not fail. */
export interface FirstAnswer {
  readonly name: string;
  run(x: Exchange): Reply | undefined;
}

/** Makes the answer: `mock 200`, `http-proxy GET http://…`, `lambda-proxy RequestUnicorn`. */
export interface Integration {
  readonly name: string;
  /** As that of a step. */
  readonly callsNobody?: boolean;
  run(x: Exchange): Reply | Promise<Reply>;
}

/** Work on every answer, early ones and failures included. */
export interface Finish {
  readonly name: string;
  run(x: Exchange, reply: Reply): void | Promise<void>;
}

/** The line of one method of a REST API or one route of an HTTP API. */
export interface MethodPlan {
  /** `GET /pets/{id}` */
  readonly label: string;
  /** Verb as configured, `ANY` included. */
  readonly httpMethod: string;
  /** Of a route, its id. */
  readonly resourceId: string;
  /** Path template, `/pets/{id}`; `$default` of the route that takes what no other does. */
  readonly resourcePath: string;
  readonly operationName: string | undefined;
  readonly inbound: readonly Step[];
  readonly integration: Integration;
  readonly finish: readonly Finish[];
  readonly metrics: MethodMetrics;
  /** Writes the line of every answer; undefined where nobody keeps one. Never throws. */
  readonly writeAccessLog?: ((x: Exchange, reply: Reply, latencyMs: number) => void) | undefined;
}

export interface RouteMatch {
  readonly method: MethodPlan;
  readonly pathParameters: Record<string, string> | null;
}

/** Method and path to MethodPlan; see plan/router.ts for the rules. */
export interface Router {
  match(method: string, path: string): RouteMatch | undefined;
}

/** Facts of the stage that requests refer to. */
export interface StageContext {
  /** Decides what `$context` holds: WebSocket APIs have variables of their own. Absent for the others. */
  readonly kind?: 'websocket';
  readonly apiId: string;
  readonly apiName: string;
  readonly account: string;
  readonly region: string;
  readonly stage: string;
  readonly deploymentId: string;
  /** Whether this is the plan of the stage's canary; undefined where the stage has none (row CAN-13). */
  readonly isCanary?: boolean;
  /** null when the stage has none (row SV-09). */
  readonly stageVariables: Readonly<Record<string, string>> | null;
}

/** How a plan answers what went wrong; each type of API has its own words (plan/gateway-responses.ts, plan/http/failures.ts). */
export interface Failures {
  /** No method or route takes this request. */
  unmatched(plan: Plan, x: Exchange): Reply;
  /** Something thrown on the line; `method` is undefined before one was matched. Never throws. */
  answer(error: unknown, x: Exchange, method: MethodPlan | undefined): Reply;
}

/** What the plans of all types of API have in common: all that plan/run.ts needs. */
interface AnyPlan {
  readonly context: StageContext;
  /** What is answered before a method is looked for: the preflight of CORS. Undefined where nothing is. */
  readonly first: FirstAnswer | undefined;
  readonly router: Router;
  /** Every method or route of the deployment, in path order; for /_/plans and for explaining a request that matched none. */
  readonly methods: readonly MethodPlan[];
  /** The default endpoint is switched off: requests to the execute-api host are refused (row EP-08). */
  readonly executeApiDisabled: boolean;
  readonly failures: Failures;
  /** Counts requests that no method took; absent where nobody counts them. */
  readonly strayMetrics?: MethodMetrics;
  /** Measures latencies. */
  readonly clock: Clock;
}

export interface RestPlan extends AnyPlan {
  readonly kind: 'rest';
  /** X-Ray's active tracing is on; absent where it is not. */
  readonly isTraced?: boolean;
  /** What `failures` answers, as the API customised it. */
  readonly gatewayResponses: GatewayResponses;
  /** Of a private API: it answers nobody but who comes through a VPC endpoint (row EP-05). Absent for a public one. */
  readonly privateEndpoint?: PrivateEndpoint;
}

export interface PrivateEndpoint {
  /** VPC endpoints with an alias for this API (row PRV-04); others reach it by their own names. */
  readonly aliasedBy: readonly string[];
}

/** A method of this plan is a route: its label the route key, its path the key's or `$default`. */
export interface HttpPlan extends AnyPlan {
  readonly kind: 'http';
}

/** A method of this plan is a route: its label, and what the router looks for in place of a verb, is the route key. */
export interface WebSocketPlan extends AnyPlan {
  readonly kind: 'websocket';
  /** Counts what is posted to connections: messages to clients (guide, WebSocket metrics). */
  readonly callbackMetrics: MethodMetrics;
  /** The key of the route a message takes; undefined when none does. */
  routeKeyOf(text: string): string | undefined;
  hasRoute(routeKey: string): boolean;
  /** Writes the access log of an event that goes by without a route: a handshake or an end. */
  readonly writeUnroutedLog?: ((x: Exchange, reply: Reply) => void) | undefined;
  /** Whether the answer of a route goes back to the client. */
  repliesTo(routeKey: string): boolean;
}

export type Plan = RestPlan | HttpPlan | WebSocketPlan;
