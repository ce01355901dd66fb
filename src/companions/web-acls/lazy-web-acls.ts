/** The web ACL companion as a process opens it: its code is read with the first call. */
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/wafv2.ts';
import { lazyHandlers } from '../lazy-handlers.ts';
import type { WebAclParts } from './web-acls.ts';

export const webAclOperations = [
  ...(['AssociateWebACL', 'CheckCapacity', 'CreateIPSet', 'CreateRegexPatternSet', 'CreateRuleGroup'] as const),
  ...(['CreateWebACL', 'DeleteIPSet', 'DeleteRegexPatternSet', 'DeleteRuleGroup', 'DeleteWebACL'] as const),
  ...([
    'DisassociateWebACL',
    'GetIPSet',
    'GetRegexPatternSet',
    'GetRuleGroup',
    'GetSampledRequests',
    'GetRateBasedStatementManagedKeys',
    'GetWebACL',
  ] as const),
  ...(['GetWebACLForResource', 'ListIPSets', 'ListRegexPatternSets', 'ListResourcesForWebACL'] as const),
  ...(['ListRuleGroups', 'ListTagsForResource', 'ListWebACLs', 'TagResource', 'UntagResource'] as const),
  ...(['DeleteLoggingConfiguration', 'GetLoggingConfiguration', 'ListLoggingConfigurations'] as const),
  ...(['PutLoggingConfiguration'] as const),
  ...(['UpdateIPSet', 'UpdateRegexPatternSet', 'UpdateRuleGroup', 'UpdateWebACL'] as const),
] as const;

export function createLazyWebAcls(parts: WebAclParts): Handlers<Operations> {
  let loaded: Promise<Handlers<Operations>> | undefined;
  return lazyHandlers<Operations>(webAclOperations, () => {
    loaded ??= import('./web-acls.ts').then(({ webAclHandlersOf }) => webAclHandlersOf(parts));
    return loaded;
  });
}
