/** Who may push to, read and close WebSocket connections in secure mode (row WS-20; recorded M6 to M8). */
import { reasonOf } from '../../base/permissions.ts';
import type { PolicyContext } from '../../base/policy-pattern.ts';
import { Problem } from '../../base/problem.ts';
import { RequestContext } from '../../base/request-context.ts';
import type { Connections } from '../../ports/connections.ts';
import type { AccessKey, Caller } from '../../ports/credentials.ts';
import type { AuthorizedCall } from '../../wire/endpoint.ts';

/**
 * What `@connections` calls at the bare endpoint need: leave for the API and stage the connection was opened at, whatever Host or path the caller
 * writes. A connection that is closed needs none; there is nothing to reach.
 */
export async function authorizeConnectionCall(
  key: AccessKey,
  { request, input, call, nowMs }: AuthorizedCall,
  connections: Connections,
): Promise<void> {
  const connection = await connections.state(undefined, String(input['ConnectionId']));
  if (connection === undefined) return;
  const context = new RequestContext(request, nowMs, call.region, key.context);
  refuseConnections(key, connection, request.method, context);
}

const manageConnections = 'execute-api:ManageConnections';

/**
 * Throws AccessDeniedException in AWS's words unless the caller may. Policies are matched against the literal `{connectionId}`, never the real one, and the
 * text masks the account (recorded M6, M7). WebSocket APIs have no resource policy that could let another account in.
 */
export function refuseConnections(caller: Caller, at: ConnectionPlace, verb: string, context: PolicyContext): void {
  const resource = connectionsArn(at, verb);
  const { principal, permissions, account, callerArn } = caller;
  const outcome = permissions.decide({ principal, action: manageConnections, resource, context });
  if (outcome.decision === 'allow' && account === at.account) return;
  const masked = connectionsArn({ ...at, account: `********${at.account.slice(-4)}` }, verb);
  const why =
    outcome.decision === 'allow'
      ? `because no resource-based policy allows the ${manageConnections} action`
      : reasonOf(outcome, manageConnections);
  throw new Problem(
    'AccessDeniedException',
    `User: ${callerArn} is not authorized to perform: ${manageConnections} on resource: ${masked} ${why}`,
  );
}

interface ConnectionPlace {
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
}

/** `arn:aws:execute-api:us-east-1:123456789012:abc/dev/POST/@connections/{connectionId}` */
function connectionsArn({ account, region, apiId, stage }: ConnectionPlace, verb: string): string {
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${verb}/@connections/{connectionId}`;
}
