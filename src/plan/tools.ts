/** What a plan is compiled with: the ports its integrations call and the things all plans of a process share. */
import type { Clock } from '../base/clock.ts';
import type { AwsServices } from '../ports/aws-services.ts';
import type { Credentials } from '../ports/credentials.ts';
import type { Functions } from '../ports/functions.ts';

import type { PrivateTargets } from '../ports/private-targets.ts';
import type { RequestLogs } from '../ports/request-logs.ts';
import type { ResponseCache } from '../ports/response-cache.ts';
import type { Roles } from '../ports/roles.ts';
import type { Streaming } from '../ports/streaming.ts';
import type { ExecutionLogs, Log, Metrics } from '../ports/telemetry.ts';
import type { Upstream } from '../ports/upstream.ts';
import type { Usage } from '../ports/usage.ts';
import type { VpcLinkUse } from '../ports/vpc-link-use.ts';
import type { AuthorizerCaches } from './authorizers/caches.ts';
import type { VerifiedTokens } from './authorizers/verified-tokens.ts';
import type { ThrottleBuckets } from './steps/throttle.ts';
import type { StreamLimits } from './streamed-body.ts';
import type { WebAclMemory } from './web-acl/memory.ts';

export interface PlanTools {
  readonly functions: Functions;
  readonly upstream: Upstream;
  /** API keys and usage plans, which act without a deployment. */
  readonly usage: Pick<Usage, 'keysOf'>;
  readonly awsServices: AwsServices;
  readonly privateTargets: PrivateTargets;
  /** Undefined where links never sleep. */
  readonly vpcLinkUse?: VpcLinkUse;
  /** Whose signatures AWS_IAM methods believe. */
  readonly credentials: Credentials;
  /** What the roles of integrations may do. */
  readonly roles: Roles;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Undefined where nobody keeps execution logs. */
  readonly executionLogs?: ExecutionLogs;
  /** Undefined where nobody keeps access logs. */
  readonly requestLogs?: RequestLogs;
  readonly clock: Clock;
  /** A function that has not permitted this API answers 500 as AWS does; otherwise the call goes through and is logged (row INT-11). */
  readonly strictPermissions: boolean;
  /** Answers kept for REST stages that have a cache. */
  readonly responseCache: ResponseCache;
  /** Requests that miss the same entry at once ask the backend once. */
  readonly coalesceCacheMisses: boolean;
  /** What web ACLs remember; each plan remembers for itself where undefined. */
  readonly webAcls?: WebAclMemory;
  /** One for the process: buckets outlive the plans that draw on them. */
  readonly throttles: ThrottleBuckets;
  /** One for the process: what was decided outlives the plans that ask. */
  readonly authorizerCaches: AuthorizerCaches;
  /** Tokens that authorizers believe; one for the process, for the same reason. */
  readonly verifiedTokens: VerifiedTokens;
  /** Undefined where no answer can be handed on as it comes. */
  readonly streaming?: Streaming;
  /** Of answers that are handed on as they come; AWS's unless given. */
  readonly streamLimits?: StreamLimits;
}
