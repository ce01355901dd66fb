/** What portals ask about app clients before they send anybody to sign in. */
import type { PortalUserPools } from '../../ports/portals.ts';
import type { Store } from '../../ports/store.ts';
import { clients, pools } from './records.ts';

export function createPortalUserPools(store: Store): PortalUserPools {
  return {
    find: (userPoolArn, appClientId) =>
      store.read(async (tx) => {
        const [, account, id = ''] = /^arn:[^:]+:cognito-idp:[^:]+:(\d{12}):userpool\/(.+)$/.exec(userPoolArn) ?? [];
        const pool = await tx.get(pools, [id]);
        if (pool?.account !== account) return 'no pool';
        const client = await tx.get(clients, [id, appClientId]);
        if (client === undefined) return undefined;
        const { settings } = client;
        return {
          hasSecret: client.secret !== undefined,
          callbackUrls: settings.CallbackURLs ?? [],
          takesCodes:
            settings.AllowedOAuthFlowsUserPoolClient === true &&
            settings.AllowedOAuthFlows?.includes('code') === true &&
            settings.AllowedOAuthScopes?.includes('openid') === true,
        };
      }),
  };
}
