/**
 * Who may use `@connections` (row WS-20; recorded M6 to M9): calls are signed with SigV4 for execute-api. In secure mode the signature is verified and the
 * caller's policies have to allow execute-api:ManageConnections; in dev mode whoever signs is believed, as on the control plane, but an unsigned call is
 * refused as AWS refuses it.
 */
import { Problem } from '../base/problem.ts';
import { RequestContext } from '../base/request-context.ts';
import { isSigned, verifySignature } from '../base/sigv4-verify.ts';
import { refuseConnections } from '../companions/credentials/connection-permission.ts';
import type { ManagementCall } from '../gateway/websocket/management.ts';
import type { Credentials } from '../ports/credentials.ts';

export interface ManagementGuardParts {
  readonly mode: 'dev' | 'secure';
  readonly credentials: Credentials;
  readonly now: () => number;
}

export function createManagementGuard({ mode, credentials, now }: ManagementGuardParts) {
  return async function authorizeManagement(call: ManagementCall): Promise<void> {
    const { request, stage, verb } = call;
    if (!isSigned(request)) {
      throw new Problem('MissingAuthenticationTokenException', 'Missing Authentication Token', {
        why: 'calls to @connections are signed with SigV4 (execute-api)',
      });
    }
    if (mode === 'dev') return;
    const { key } = await verifySignature(
      request,
      { service: 'execute-api', region: stage.region },
      (accessKeyId) => credentials.accessKey(accessKeyId),
      now(),
    );
    refuseConnections(key, stage, verb, new RequestContext(request, now(), stage.region, key.context));
  };
}
