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
  /** With its settings, as the printed plan shows it: `throttle 1/s burst 2`. */
  readonly name: string;
  run(x: Exchange): Reply | undefined | Promise<Reply | undefined>;
}

/** Makes the answer: `mock 200`, `http-proxy GET http://…`, `lambda-proxy RequestUnicorn`. */
export interface Integration {
  readonly name: string;
  run(x: Exchange): Reply | Promise<Reply>;
}

/** Work on every answer, early ones and failures included. */
export interface Finish {
  readonly name: string;
  run(x: Exchange, reply: Reply): void | Promise<void>;
}

export interface MethodPlan {
  /** `GET /pets/{id}` */
  readonly label: string;
  /** Verb as configured, `ANY` included. */
  readonly httpMethod: string;
  readonly resourceId: string;
  /** Path template, `/pets/{id}`. */
  readonly resourcePath: string;
  readonly operationName: string | undefined;
  readonly inbound: readonly Step[];
  readonly integration: Integration;
  readonly finish: readonly Finish[];
  readonly metrics: MethodMetrics;
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
  readonly apiId: string;
  readonly apiName: string;
  readonly account: string;
  readonly region: string;
  readonly stage: string;
  readonly deploymentId: string;
  /** null when the stage has none (row SV-09). */
  readonly stageVariables: Readonly<Record<string, string>> | null;
}

export interface Plan {
  readonly kind: 'rest';
  readonly context: StageContext;
  readonly router: Router;
  /** Every method of the deployment, in path order; for /_/plans and for explaining a request that matched none. */
  readonly methods: readonly MethodPlan[];
  /** The default endpoint is switched off: requests to the execute-api host are refused (row EP-08). */
  readonly executeApiDisabled: boolean;
  /** How failures are answered. */
  readonly gatewayResponses: GatewayResponses;
  /** Measures latencies. */
  readonly clock: Clock;
}
