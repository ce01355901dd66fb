/** The web ACL companion: AWS WAF's operations, for stages of REST APIs. What rules mean to a request is decided in plan/web-acl. */
import type { StageChange } from '../../ports/deployments.ts';
import type { Store } from '../../ports/store.ts';
import type { LiveWebAcl, RateBased } from '../../ports/web-acls.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/wafv2.ts';
import { associationHandlers } from './handlers/associations.ts';
import { loggingHandlers } from './handlers/logging.ts';
import { ruleGroupHandlers } from './handlers/rule-groups.ts';
import { sampleHandlers } from './handlers/samples.ts';
import { setHandlers } from './handlers/sets.ts';
import { tagHandlers } from './handlers/tags.ts';
import { webAclHandlers } from './handlers/web-acls.ts';
import { createProtection } from './protected-stages.ts';
import type { WebAclSightings } from './sightings.ts';

export interface WebAclParts {
  readonly store: Store;
  readonly sightings: WebAclSightings;
  /** Addresses that a rate-based rule limits now; `rule` is `{ARN}/{name}`, in a group `{ARN}/{name}/{name in the group}`. */
  limited(rule: string, statement: RateBased): readonly string[];
  /** What of a web ACL cannot be enforced. */
  complaints(live: LiveWebAcl): readonly string[];
  /** Tells the gateway of a stage that is protected otherwise now. */
  publish(change: StageChange): void;
}

export function webAclHandlersOf(parts: WebAclParts): Handlers<Operations> {
  const { store, sightings, publish } = parts;
  const protection = createProtection(parts);
  return {
    ...webAclHandlers({ store, protection }),
    ...ruleGroupHandlers({ store, protection }),
    ...setHandlers({ store, protection }),
    ...associationHandlers({ store, protection, publish }),
    ...tagHandlers({ store }),
    ...loggingHandlers({ store, protection }),
    ...sampleHandlers({ store, sightings, limited: parts.limited }),
  };
}
