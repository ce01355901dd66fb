/** What the REST control plane needs from outside. */
import type { Clock } from '../../base/clock.ts';
import type { RestSnapshot } from '../../definition/snapshot.ts';
import type { AuthorizerOutcome, AuthorizerTest } from '../../plan/authorizers/test-authorizer.ts';
import type { TestInvocation, TestOutcome } from '../../plan/test-invoke.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Store } from '../../ports/store.ts';
import type { Usage } from '../../ports/usage.ts';
import type { DomainPorts } from '../domains/ports.ts';
import type { RestLimits } from './limits.ts';

export interface RestPorts {
  readonly store: Store;
  readonly deployments: Deployments;
  readonly usage: Usage;
  readonly domains: DomainPorts;
  readonly clock: Clock;
  readonly limits: RestLimits;
  /** Why a snapshot cannot be served; empty when it can. Asked at deployment, so that a mistake is a 400 here and not a 500 later. */
  readonly complaints: (snapshot: RestSnapshot) => readonly string[];
  /** Why API Gateway may not write the logs of a region with this role, for the log; undefined when it may. */
  readonly refusalOfLogRole: (roleArn: string, region: string) => Promise<string | undefined>;
  /** Runs one method as a deployment of it would. */
  readonly testInvoke: (invocation: TestInvocation) => Promise<TestOutcome>;
  /** Runs one authorizer as a request would. */
  readonly testAuthorizer: (test: AuthorizerTest) => Promise<AuthorizerOutcome>;
}
