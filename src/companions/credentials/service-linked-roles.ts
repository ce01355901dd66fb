/** Roles that belong to a service: it makes them itself, and nobody else may change them (row CP-31). */
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import type { Directory } from './directory.ts';
import { keep } from './directory.ts';
import { newUniqueId } from './names.ts';
import { keyOf, type RoleRecord, roles } from './records.ts';

export const serviceRolePath = '/aws-service-role/';

const apiGateway = 'ops.apigateway.amazonaws.com';

/** Services whose roles API Gateway's users meet. */
const linkedRoles: Readonly<Record<string, { name: string; policy: string } | undefined>> = {
  [apiGateway]: {
    name: 'AWSServiceRoleForAPIGateway',
    policy: 'arn:aws:iam::aws:policy/aws-service-role/APIGatewayServiceRolePolicy',
  },
};

/** What the role of a service is called; undefined for a service that has none. */
export function linkedRoleName(service: string): string | undefined {
  return Object.hasOwn(linkedRoles, service) ? linkedRoles[service]?.name : undefined;
}

export function linkedRole(tx: ReadTransaction, account: string, service: string): Promise<RoleRecord | undefined> {
  return tx.get(roles, keyOf(account, linkedRoleName(service)!));
}

/** Keeps the role of a service that has one. `createdAtMs` is a whole second, as IAM's times are. */
export function makeLinkedRole(
  tx: WriteTransaction,
  words: { account: string; service: string; createdAtMs: number; description?: string | undefined },
): RoleRecord {
  const { account, service, createdAtMs, description } = words;
  const { name, policy } = linkedRoles[service]!;
  return keep(tx, 'role', {
    account,
    name,
    path: `${serviceRolePath}${service}/`,
    id: newUniqueId('AROA'),
    createdAtMs,
    tags: [],
    inline: {},
    attached: awsManagedPolicies.has(policy) ? [policy] : [],
    trust: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
    }),
    ...(description !== undefined && { description }),
    maxSessionSeconds: 3600,
  });
}

/** Makes API Gateway's role in an account that has none. */
export async function ensureGatewayRole(directory: Directory, account: string): Promise<void> {
  if ((await directory.read((tx) => linkedRole(tx, account, apiGateway))) !== undefined) return;
  await directory.write(async (tx) => {
    if ((await linkedRole(tx, account, apiGateway)) !== undefined) return;
    const description = 'The Service Linked Role is used by Amazon API Gateway.';
    makeLinkedRole(tx, { account, service: apiGateway, createdAtMs: directory.clock.now(), description });
  });
}
