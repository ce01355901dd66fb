/** Whether API Gateway may write its logs with a role (row V1-02): it has to be there, trust the service, and be allowed to write. */
import type { PolicyRequest } from '../../base/policy.ts';
import type { Roles } from '../../ports/roles.ts';
import type { Directory } from './directory.ts';
import { parseIamArn } from './names.ts';
import { keyOf, roles as roleRecords } from './records.ts';

const service = 'apigateway.amazonaws.com';
/** Of AmazonAPIGatewayPushToCloudWatchLogs, those without which nothing is written. */
const actions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

export interface LogRoleRules {
  readonly directory: Pick<Directory, 'read'>;
  readonly roles: Roles;
  /** A role that nobody made here is refused; otherwise it is taken on trust, as other people's resources are in dev mode. */
  readonly isStrict: boolean;
}

/** Why the role may not write the logs of `region`, for the log; undefined when it may. */
export async function refusalOfLogRole(
  { directory, roles, isStrict }: LogRoleRules,
  roleArn: string,
  region: string,
): Promise<string | undefined> {
  const named = parseIamArn('role', roleArn);
  const isKnown = named && (await directory.read((tx) => tx.get(roleRecords, keyOf(named.account, named.name))));
  if (isKnown === undefined && !isStrict) return undefined;
  const acting = await roles.actingAs(roleArn, service);
  if (typeof acting === 'string') return acting;
  const resource = `arn:aws:logs:${region}:${acting.account}:log-group:API-Gateway-Execution-Logs:log-stream:any`;
  const request: Omit<PolicyRequest, 'action'> = { principal: acting.principal, resource, context: acting.context };
  const missing = actions.find((action) => acting.permissions.decide({ ...request, action }).decision !== 'allow');
  return missing === undefined ? undefined : `the role ${roleArn} may not ${missing}`;
}
