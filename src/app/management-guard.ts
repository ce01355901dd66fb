/**
 * Who may use `@connections` (row WS-20; recorded M6 to M9): calls are signed with SigV4 for execute-api. In secure mode the signature is verified and the
 * caller's policies have to allow execute-api:ManageConnections; in dev mode whoever signs is believed, as on the control plane, but an unsigned call is
 * refused as AWS refuses it.
 */
import { Problem } from '../base/problem.ts';
import { isSigned, verifySignature } from '../base/sigv4-verify.ts';
import type { ManagementCall } from '../gateway/websocket/management.ts';
import type { Caller, Credentials } from '../ports/credentials.ts';

export interface ManagementGuardParts {
  readonly mode: 'dev' | 'secure';
  readonly credentials: Credentials;
  readonly now: () => number;
}

const action = 'execute-api:ManageConnections';

export function createManagementGuard({ mode, credentials, now }: ManagementGuardParts) {
  return async function authorizeManagement(call: ManagementCall): Promise<void> {
    const { request, stage } = call;
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
    checkPermission(key, call);
  };
}

/** Policies are matched against the literal `{connectionId}`, never the real one (recorded M7). */
function checkPermission(caller: Caller, { request, stage, verb }: ManagementCall): void {
  const resource = (account: string): string =>
    `arn:aws:execute-api:${stage.region}:${account}:${stage.apiId}/${stage.stage}/${verb}/@connections/{connectionId}`;
  const { decision, policyType } = caller.permissions.decide({
    principal: caller.principal,
    action,
    resource: resource(stage.account),
    context: new Map([...caller.context, ['aws:sourceip', request.sourceIp]]),
  });
  // Nothing lets another account in: WebSocket APIs have no resource policies. Its root is allowed everything only at home.
  if (decision === 'allow' && caller.account === stage.account) return;
  const masked = resource(`********${stage.account.slice(-4)}`);
  const why =
    decision === 'explicit deny'
      ? `with an explicit deny in a ${policyType}`
      : `because no ${policyType} allows the ${action} action`;
  throw new Problem(
    'AccessDeniedException',
    `User: ${caller.callerArn} is not authorized to perform: ${action} on resource: ${masked} ${why}`,
  );
}
