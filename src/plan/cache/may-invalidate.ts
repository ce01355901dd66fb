/** Who may have a kept answer replaced (rows CACHE-12, CACHE-14): a caller who signed, of the API's own account, whose policies allow it for the method. */
import type { Exchange } from '../exchange.ts';
import { callerKey } from '../iam-authorization.ts';
import { type InvokedStage, invokeContext, invokedArn } from '../invoke-request.ts';

const action = 'execute-api:InvalidateCache';

/** Where a method verifies no signature nobody has shown who they are, so nobody may. */
export function mayInvalidate(stage: InvokedStage): (x: Exchange) => boolean {
  return function mayInvalidateEntry(x) {
    const caller = callerKey(x);
    if (caller === undefined || caller.account !== stage.account) return false;
    const { decision } = caller.permissions.decide({
      principal: caller.principal,
      action,
      resource: invokedArn(stage, x),
      context: invokeContext(x, stage.region, caller),
    });
    return decision === 'allow';
  };
}
